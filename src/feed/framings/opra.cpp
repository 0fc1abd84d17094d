// OPRA block, recipient interface 6.x. Big-endian.
//
//   0         1      3      4                5         6        10         11        15          19         21
//   | version | size | feed | retransmission | session | number | messages | seconds | nanosecs. | checksum | messages
//   ... message: { participant | category | type | ... }; a message does not say its length: tables by category and
//   type do, and they change with releases. Time since the Unix epoch.
//
// Numbers are per message, but where a message begins inside a block is unknown here, so the two lines are compared
// block by block. See feed/siac_block.hpp for what control messages do to the numbers.
// SPDX-License-Identifier: Apache-2.0
#include "feed/framing_support.hpp"
#include "feed/siac_block.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kHeader = 21;
constexpr std::size_t kChecksumAt = 19;
constexpr std::size_t kThroughType = 3;  // participant, category, type; the shortest message is longer

constexpr siac::ControlTypes kControls{
    .category = 'H', .start_of_day = 'C', .reset = 'K', .line_integrity = 'N', .end_of_day = 'J'};

siac::Control control_of(const Datagram& d) noexcept {
  const auto first = header_at<kThroughType>(d, kHeader);
  if (!first) return siac::Control::none;
  return siac::control_of(kControls, first->be<std::uint8_t, 1>(), first->be<std::uint8_t, 2>());
}

bool fits(const siac::Block& b) noexcept {
  return b.messages != 0 && b.size >= kHeader + kThroughType * std::size_t{b.messages};
}

Recognition recognise(const Datagram& d) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h) return Recognition::no;
  const auto b = siac::block_of(*h);
  const bool is_mine = b.size == d.wire_length && b.feed == 'O' && fits(b) &&
                       (b.retransmission == ' ' || b.retransmission == 'V') && b.nanoseconds < 1'000'000'000;
  if (!is_mine) return Recognition::no;
  if (is_cut(d)) return Recognition::plausible;
  return siac::has_good_checksum(d, b.size, kChecksumAt) ? Recognition::certain : Recognition::no;
}

void parse(const Datagram& d, std::size_t, const FramingConfig&, FramingState& state, Parsed& out) noexcept {
  begin_parse(d, out);
  const auto h = header<kHeader>(d.payload);
  if (!h) return give_up_short(d, kHeader, out);
  auto b = siac::block_of(*h);
  if (b.size > d.wire_length || !fits(b)) return give_up(out, DecodeOutcome::malformed);
  b.control = control_of(d);
  siac::add_runs(b, state, out);
}

// The body of the block as one span.
std::size_t messages(const Datagram& d, const FramingConfig&, std::span<MessageSpan> out) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h || out.empty()) return 0;
  const auto b = siac::block_of(*h);
  const bool has_units = b.number != 0 && control_of(d) != siac::Control::line_integrity;
  if (!has_units || !fits(b) || b.size > d.payload.size()) return 0;
  out[0] = {b.number, 0, b.messages, d.payload.subspan(kHeader, b.size - kHeader)};
  return 1;
}

}  // namespace

extern constinit const Framing framing_opra{
    .id = "opra",
    .name = "OPRA 6",
    .summary = "SIAC blocks of US options: numbered messages, checksummed",
    .used_by = "OPRA (US consolidated options quotes and trades)",
    .source = "OPRA Pillar Multicast Recipient Interface Specification 6.3.a",
    .unit = SequenceUnit::message,
    .numbers = siac::kNumbers,
    .counts_messages = true,
    .heartbeat_interval = seconds(10),
    .number_at = {6, 4, true},
    .count_at = {10, 1, true},
    .mark_at = siac::line_integrity_mark(kControls, kHeader + 1),
    .specificity = 50,
    .recognise = recognise,
    .parse = parse,
    .messages = messages,
};

}  // namespace wirecause
