// SIAC CTA block: CQS and CTS multicast output. Big-endian.
//
//   0         1       3      4                5        9          10        14          18         20
//   | version | size  | feed | retransmission | number | messages | seconds | nanosecs. | checksum | messages ...
//   message: { length u16 (including itself) | category | type | ... }; a pad byte 0 makes the block even, and is part
//   of size and checksum. Time since the Unix epoch.
//
// Numbers are per message; see feed/siac_block.hpp for what control messages do to them.
// SPDX-License-Identifier: Apache-2.0
#include "feed/framing_support.hpp"
#include "feed/siac_block.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kHeader = 20;
constexpr std::size_t kChecksumAt = 18;
constexpr std::size_t kLengthPrefix = 2;
constexpr std::size_t kThroughType = 4;  // length, category, type

constexpr auto message_total = [](FixedView<kLengthPrefix> prefix) noexcept -> std::size_t {
  return prefix.be<std::uint16_t, 0>();
};  // a lambda: inlined into the walk

constexpr siac::ControlTypes kControls{
    .category = 'C', .start_of_day = 'A', .reset = 'L', .line_integrity = 'T', .end_of_day = 'Z'};

siac::Control control_of(const Datagram& d) noexcept {
  const auto first = header_at<kThroughType>(d, kHeader);
  if (!first) return siac::Control::none;
  return siac::control_of(kControls, first->be<std::uint8_t, 2>(), first->be<std::uint8_t, 3>());
}

Recognition recognise(const Datagram& d) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h) return Recognition::no;
  const auto b = siac::block_of(*h);
  const bool is_mine = b.size == d.wire_length && b.feed >= 'A' && b.feed <= 'Z' && b.messages != 0 &&
                       (b.retransmission == 'O' || b.retransmission == 'V') && b.nanoseconds < 1'000'000'000;
  if (!is_mine) return Recognition::no;
  const auto walk = walk_messages<kLengthPrefix>(d, kHeader, b.messages, message_total, kNoVisit);
  if (walk.end == WalkEnd::contradiction) return Recognition::no;
  if (is_cut(d)) return Recognition::plausible;
  const bool is_filled = walk.at == b.size || walk.at + 1 == b.size;
  return is_filled && siac::has_good_checksum(d, b.size, kChecksumAt) ? Recognition::certain : Recognition::no;
}

void parse(const Datagram& d, std::size_t, const FramingConfig&, FramingState& state, Parsed& out) noexcept {
  begin_parse(d, out);
  const auto h = header<kHeader>(d.payload);
  if (!h) return give_up_short(d, kHeader, out);
  auto b = siac::block_of(*h);
  if (b.size < kHeader || b.size > d.wire_length || b.messages == 0) return give_up(out, DecodeOutcome::malformed);
  const auto walk = walk_messages<kLengthPrefix>(d, kHeader, b.messages, message_total, kNoVisit);
  if (walk.end == WalkEnd::contradiction) return give_up(out, DecodeOutcome::malformed);
  b.control = control_of(d);
  siac::add_runs(b, state, out);
}

std::size_t messages(const Datagram& d, const FramingConfig&, std::span<MessageSpan> out) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h) return 0;
  const auto b = siac::block_of(*h);
  if (b.number == 0 || control_of(d) == siac::Control::line_integrity) return 0;
  return message_spans<kLengthPrefix>(d, kHeader, b.messages, message_total, kLengthPrefix, siac::kNumbers,
                                      {.sequence = b.number}, out);
}

}  // namespace

extern constinit const Framing framing_siac_cta{
    .id = "siac_cta",
    .name = "SIAC CTA",
    .summary = "SIAC blocks of the consolidated tape: numbered messages, checksummed",
    .used_by = "CTA CQS and CTS multicast output (US consolidated quotes and trades, tapes A and B)",
    .source = "CQS Multicast Output 2.10.a and CTS Multicast Output 2.11.b, Securities Industry Automation Corporation",
    .unit = SequenceUnit::message,
    .numbers = siac::kNumbers,
    .counts_messages = true,
    .heartbeat_interval = seconds(10),
    .number_at = {5, 4, true},
    .count_at = {9, 1, true},
    .mark_at = siac::line_integrity_mark(kControls, kHeader + kLengthPrefix),
    .specificity = 50,
    .recognise = recognise,
    .parse = parse,
    .messages = messages,
};

}  // namespace wirecause
