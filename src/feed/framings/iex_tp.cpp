// IEX-TP 1.26: TOPS, DEEP and DEEP+. Little-endian.
//
//   0         1          2          4         8         12          14      16             24         32          40
//   | version | reserved | protocol | channel | session | body size | count | stream offset | sequence | send time |
//   ... then count x { length u16 (excluding itself) | message }; send time in ns since the Unix epoch.
//
// Numbers are per message and start at 1 in every session. A heartbeat has no body and no message and carries the next
// number. A datagram may be packed differently on the two lines.
// SPDX-License-Identifier: Apache-2.0
#include "feed/framing_support.hpp"

#include <fmt/format.h>

namespace wirecause {
namespace {

constexpr std::size_t kHeader = 40;
constexpr std::size_t kLengthPrefix = 2;
constexpr std::uint64_t kLargestSequence = std::numeric_limits<std::int64_t>::max();  // the field is signed

using Header = FixedView<kHeader>;

constexpr auto message_total = [](FixedView<kLengthPrefix> prefix) noexcept -> std::size_t {
  return kLengthPrefix + prefix.le<std::uint16_t, 0>();
};  // a lambda: inlined into the walk

bool has_magic(Header h) noexcept {
  const auto protocol = h.le<std::uint16_t, 2>();
  return h.le<std::uint8_t, 0>() == 1 && h.le<std::uint8_t, 1>() == 0 && protocol > 0x8000 && protocol < 0x8100;
}

std::size_t body_size(Header h) noexcept { return h.le<std::uint16_t, 12>(); }
std::uint16_t message_count(Header h) noexcept { return h.le<std::uint16_t, 14>(); }
std::uint64_t sequence_of(Header h) noexcept { return h.le<std::uint64_t, 24>(); }

Recognition recognise(const Datagram& d) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h || !has_magic(*h) || kHeader + body_size(*h) != d.wire_length) return Recognition::no;
  if ((message_count(*h) == 0) != (body_size(*h) == 0)) return Recognition::no;
  if (sequence_of(*h) == 0 || sequence_of(*h) > kLargestSequence) return Recognition::no;
  if (!is_plausible_unix_ns(h->le<std::uint64_t, 32>())) return Recognition::no;
  const auto walk = walk_messages<kLengthPrefix>(d, kHeader, message_count(*h), message_total, kNoVisit);
  if (walk.end == WalkEnd::contradiction) return Recognition::no;
  if (walk.end == WalkEnd::whole && walk.at != d.wire_length) return Recognition::no;
  return Recognition::certain;
}

void parse(const Datagram& d, std::size_t, const FramingConfig&, FramingState&, Parsed& out) noexcept {
  begin_parse(d, out);
  const auto h = header<kHeader>(d.payload);
  if (!h) return give_up_short(d, kHeader, out);
  if (!has_magic(*h)) return give_up(out, DecodeOutcome::not_mine);
  const auto count = message_count(*h);
  const auto sequence = sequence_of(*h);
  if (kHeader + body_size(*h) > d.wire_length || sequence > kLargestSequence) {
    return give_up(out, DecodeOutcome::malformed);
  }
  const auto walk = walk_messages<kLengthPrefix>(d, kHeader, count, message_total, kNoVisit);
  if (walk.end == WalkEnd::contradiction) return give_up(out, DecodeOutcome::malformed);
  Run& run = add_run(out);
  run.kind = count == 0 ? RunKind::heartbeat : RunKind::data;
  run.has_number = sequence != 0;
  if (count != 0 && !run.has_number) run.kind = RunKind::unsequenced;
  run.channel = h->le<std::uint32_t, 4>();
  run.session = h->le<std::uint32_t, 8>();
  run.first = sequence;
  run.count = run.has_number ? count : 0;
  run.messages = count;
  run.send_time = unix_send_time(h->le<std::uint64_t, 32>());
}

std::size_t messages(const Datagram& d, const FramingConfig&, std::span<MessageSpan> out) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h || !has_magic(*h) || sequence_of(*h) == 0) return 0;
  return message_spans<kLengthPrefix>(d, kHeader, message_count(*h), message_total, kLengthPrefix, {},
                                      {.sequence = sequence_of(*h), .channel = h->le<std::uint32_t, 4>()}, out);
}

std::string session_text(const Datagram& d, const FramingConfig&) {
  const auto h = header<kHeader>(d.payload);
  return h ? fmt::format("{}", h->le<std::uint32_t, 8>()) : std::string{};
}

}  // namespace

extern constinit const Framing framing_iex_tp{
    .id = "iex_tp",
    .name = "IEX-TP 1.26",
    .summary = "IEX Transport Protocol: numbered messages with a send time",
    .used_by = "IEX TOPS, DEEP, DEEP+",
    .source = "IEX Transport Specification 1.26",
    .unit = SequenceUnit::message,
    .counts_messages = true,
    .heartbeat_interval = seconds(1),
    .number_at = {24, 8, false},
    .count_at = {14, 2, false},
    .specificity = 64,
    .recognise = recognise,
    .parse = parse,
    .messages = messages,
    .session_text = session_text,
};

}  // namespace wirecause
