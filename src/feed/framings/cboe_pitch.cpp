// Cboe Multicast PITCH 2.x, the Sequenced Unit Header of all Cboe markets. Little-endian.
//
//   0        2       3      4          8
//   | length | count | unit | sequence | count x { length u8 (including itself) | type u8 | ... }
//   `length` includes the header.
//
// Numbers are per message and per unit, from 1 each day; after 2^32-1 comes 1. Sequence 0 with messages is unsequenced
// (symbol mappings). A heartbeat has no message and carries the next number, 0 where there is none to tell (gap
// channels, outside hours). The two lines may be framed differently.
//
// Send time: a Time message (0x20) gives the second since midnight, every later message of the unit the nanoseconds in
// it. A second is trusted only while no message of the unit is missing since: the missing one could be the next Time.
// SPDX-License-Identifier: Apache-2.0
#include "feed/framing_support.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kHeader = 8;
constexpr std::size_t kMessageHeader = 2;
constexpr std::size_t kThroughOffset = 6;  // length, type, u32: Time and every message with a time offset
constexpr std::uint8_t kTime = 0x20;       // the lowest message type
constexpr std::uint32_t kSecondsPerDay = 86'400;
constexpr std::uint32_t kNsPerSecond = 1'000'000'000;
constexpr NumberSpace kNumbers{1, 0xffff'ffff};

using Header = FixedView<kHeader>;
using MessageHeader = FixedView<kMessageHeader>;

constexpr auto message_total = [](MessageHeader m) noexcept -> std::size_t {
  return m.le<std::uint8_t, 0>();
};  // a lambda: inlined into the walk
std::size_t unit_length(Header h) noexcept { return h.le<std::uint16_t, 0>(); }
std::uint8_t message_count(Header h) noexcept { return h.le<std::uint8_t, 2>(); }
std::uint8_t unit_of(Header h) noexcept { return h.le<std::uint8_t, 3>(); }
std::uint32_t sequence_of(Header h) noexcept { return h.le<std::uint32_t, 4>(); }

// Orders, executions, trades and trading status: the types whose u32 after the type is the offset in the second.
constexpr bool has_time_offset(std::uint8_t type) noexcept {
  return (type >= 0x21 && type <= 0x2c) || (type >= 0x2f && type <= 0x31);
}

// The last Time of a unit, in one word of the stream's memory: | unit 8 | known 1 | second 17 | next number 32 |.
// Four units of one stream have their own; more share and then know no time.
class UnitClock {
 public:
  UnitClock(FramingState& state, std::uint8_t unit) noexcept : word_(state.words[unit % state.words.size()]) {
    if ((word_ >> kUnitAt) != unit) word_ = std::uint64_t{unit} << kUnitAt;
  }

  // Numbers [sequence, ...) come next: forgets the second where some are missing or numbering restarted. False where
  // they are late ones or copies, whose second need not be the present one.
  bool follows(std::uint32_t sequence) noexcept {
    const auto next = static_cast<std::uint32_t>(word_);
    if (sequence == next) return true;
    const std::uint32_t behind = next - sequence;
    if (next != 0 && sequence != kNumbers.first && behind <= kLateSpan) return false;
    forget();
    return true;
  }
  void expect(std::uint32_t next) noexcept { word_ = (word_ & ~std::uint64_t{0xffff'ffff}) | next; }
  void set(std::uint32_t second) noexcept {
    forget();
    if (second < kSecondsPerDay) word_ |= kKnown | (std::uint64_t{second} << kSecondAt);
  }
  SendTime at(std::uint32_t offset_ns) const noexcept {
    if ((word_ & kKnown) == 0 || offset_ns >= kNsPerSecond) return {};
    const auto second = static_cast<std::int64_t>((word_ >> kSecondAt) & kSecondMask);
    return {SendTime::Kind::since_local_midnight, second * kNsPerSecond + offset_ns};
  }

 private:
  static constexpr std::uint32_t kLateSpan = 65'536;  // numbers; further back is a restart, not a late packet
  static constexpr unsigned kUnitAt = 56;
  static constexpr unsigned kSecondAt = 32;
  static constexpr std::uint64_t kSecondMask = (std::uint64_t{1} << 17U) - 1;
  static constexpr std::uint64_t kKnown = std::uint64_t{1} << 49U;

  void forget() noexcept { word_ &= ~(kKnown | (kSecondMask << kSecondAt)); }

  std::uint64_t& word_;
};

Recognition recognise(const Datagram& d) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h || unit_length(*h) != d.wire_length) return Recognition::no;
  bool is_pitch = true;
  const auto walk = walk_messages<kMessageHeader>(
      d, kHeader, message_count(*h), message_total, [&](std::size_t at, std::size_t total) {
        const auto type = MessageHeader(d.payload.data() + at).le<std::uint8_t, 1>();
        is_pitch = is_pitch && total >= kThroughOffset && type >= kTime;
      });
  if (walk.end == WalkEnd::contradiction || !is_pitch) return Recognition::no;
  if (walk.end == WalkEnd::whole && walk.at != d.wire_length) return Recognition::no;
  return Recognition::plausible;
}

// Keeps the clock and finds the time of the first message that has one.
Walk walk_times(const Datagram& d, Header h, UnitClock& clock, bool is_current, SendTime& time) noexcept {
  return walk_messages<kMessageHeader>(d, kHeader, message_count(h), message_total,
                                       [&](std::size_t at, std::size_t total) noexcept {
                                         if (!is_current || total < kThroughOffset) return;
                                         const auto message = header_at<kThroughOffset>(d, at);
                                         if (!message) return;
                                         const auto type = message->le<std::uint8_t, 1>();
                                         const auto value = message->le<std::uint32_t, 2>();
                                         if (type == kTime) clock.set(value);
                                         if (time.kind == SendTime::Kind::none && has_time_offset(type))
                                           time = clock.at(value);
                                       });
}

void parse(const Datagram& d, std::size_t, const FramingConfig&, FramingState& state, Parsed& out) noexcept {
  begin_parse(d, out);
  const auto h = header<kHeader>(d.payload);
  if (!h) return give_up_short(d, kHeader, out);
  if (unit_length(*h) < kHeader || unit_length(*h) > d.wire_length) return give_up(out, DecodeOutcome::malformed);

  const auto sequence = sequence_of(*h);
  const auto count = message_count(*h);
  const FramingState before = state;
  UnitClock clock(state, unit_of(*h));
  const bool is_current = sequence != 0 && clock.follows(sequence);
  SendTime time;
  if (walk_times(d, *h, clock, is_current, time).end == WalkEnd::contradiction) {
    state = before;
    return give_up(out, DecodeOutcome::malformed);
  }
  if (is_current) clock.expect(static_cast<std::uint32_t>(number_after(kNumbers, sequence, count)));

  Run& run = add_run(out);
  run.kind = count == 0 ? RunKind::heartbeat : RunKind::data;
  if (count != 0 && sequence == 0) run.kind = RunKind::unsequenced;
  run.has_number = sequence != 0;
  run.channel = unit_of(*h);
  run.first = sequence;
  run.count = run.has_number ? count : 0;
  run.messages = count;
  run.send_time = time;
}

std::size_t messages(const Datagram& d, const FramingConfig&, std::span<MessageSpan> out) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h || sequence_of(*h) == 0) return 0;
  return message_spans<kMessageHeader>(d, kHeader, message_count(*h), message_total, 0, kNumbers,
                                       {.sequence = sequence_of(*h), .channel = unit_of(*h)}, out);
}

}  // namespace

extern constinit const Framing framing_cboe_pitch{
    .id = "cboe_pitch",
    .name = "Cboe Multicast PITCH 2.41",
    .summary = "Cboe sequenced units: numbered messages per unit",
    .used_by = "Cboe equities, options and futures (BZX, BYX, EDGX, EDGA, C1, C2, CFE, CXE, DXE, Australia, Canada)",
    .source = "Cboe US Equities/Options Multicast PITCH Specification 2.41.66",
    .unit = SequenceUnit::message,
    .numbers = kNumbers,
    .counts_messages = true,
    .heartbeat_interval = seconds(1),
    .time_zone = "America/New_York",
    .number_at = {4, 4, false},
    .count_at = {2, 1, false},
    .specificity = 32,
    .recognise = recognise,
    .parse = parse,
    .messages = messages,
};

}  // namespace wirecause
