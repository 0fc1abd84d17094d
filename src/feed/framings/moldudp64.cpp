// MoldUDP64 1.00 (Nasdaq), and the ITCH 5.0 time of the first message inside. Big-endian.
//
//   0          10         18      20
//   | session  | sequence | count | count x { length u16 (excluding itself) | message }
//
// Numbers are per message. count 0 is a heartbeat and 0xffff the end of the session: both carry the next number. A new
// session is a new numbering; numbers never wrap. A request to a re-request server looks the same but has a count and
// no message: it is not part of the feed.
// SPDX-License-Identifier: Apache-2.0
#include "feed/framing_support.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace wirecause {
namespace {

constexpr std::size_t kHeader = 20;
constexpr std::size_t kLengthPrefix = 2;
constexpr std::uint16_t kEndOfSession = 0xffff;
// No session reaches this many messages; text that looks like a session name is followed by more of it (>= 2^48).
constexpr std::uint64_t kLargestSequence = (std::uint64_t{1} << 48U) - 1;
constexpr std::uint64_t kNsPerDay = 86'400'000'000'000;

constexpr auto message_total = [](FixedView<kLengthPrefix> prefix) noexcept -> std::size_t {
  return kLengthPrefix + prefix.be<std::uint16_t, 0>();
};  // a lambda: inlined into the walk

// Length of an ITCH 5.0 message of this type, or one that no datagram can hold. 'S' is left out on purpose: other
// Nasdaq feeds have an 'S' of the same length with the time elsewhere, and it comes six times a day.
constexpr std::uint16_t kNoSuchType = 0xffff;
constexpr std::array<std::uint16_t, 256> itch_lengths() {
  std::array<std::uint16_t, 256> lengths{};
  lengths.fill(kNoSuchType);
  lengths['R'] = 39;
  lengths['H'] = 25;
  lengths['Y'] = 20;
  lengths['L'] = 26;
  lengths['V'] = 35;
  lengths['W'] = 12;
  lengths['K'] = 28;
  lengths['J'] = 35;
  lengths['h'] = 21;
  lengths['A'] = 36;
  lengths['F'] = 40;
  lengths['E'] = 31;
  lengths['C'] = 36;
  lengths['X'] = 23;
  lengths['D'] = 19;
  lengths['U'] = 35;
  lengths['P'] = 44;
  lengths['Q'] = 40;
  lengths['B'] = 19;
  lengths['I'] = 50;
  lengths['N'] = 20;
  lengths['O'] = 48;
  return lengths;
}
constexpr std::array<std::uint16_t, 256> kItchLengths = itch_lengths();

// type 1 | locate 2 | tracking 2 | ns since midnight 6
SendTime itch_time(const Datagram& d) noexcept {
  constexpr std::size_t kThroughTime = 11;
  constexpr std::size_t kBytes = kLengthPrefix + kThroughTime;
  if (d.payload.size() < kHeader + kBytes) [[unlikely]]
    return {};
  const FixedView<kBytes> first(d.payload.data() + kHeader);
  if (first.be<std::uint16_t, 0>() != kItchLengths[first.be<std::uint8_t, 2>()]) [[unlikely]]
    return {};
  const std::uint64_t ns = (std::uint64_t{first.be<std::uint16_t, 7>()} << 32U) | first.be<std::uint32_t, 9>();
  if (ns >= kNsPerDay) [[unlikely]]
    return {};
  return {SendTime::Kind::since_local_midnight, static_cast<std::int64_t>(ns)};
}

constexpr bool is_alphanumeric(std::byte b) noexcept {
  const auto c = std::to_integer<unsigned>(b);
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Letters and digits, padded with spaces on either side.
bool is_session_name(std::span<const std::byte, 10> name) noexcept {
  constexpr std::byte kSpace{0x20};
  auto first = name.begin();
  auto last = name.end();
  while (first != last && *first == kSpace) ++first;
  while (first != last && *(last - 1) == kSpace) --last;
  return first != last && std::all_of(first, last, is_alphanumeric);
}

bool is_blank(std::span<const std::byte, 10> name) noexcept {
  return std::all_of(name.begin(), name.end(), [](std::byte b) { return b == std::byte{0}; });
}

Recognition recognise(const Datagram& d) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h || h->be<std::uint64_t, 10>() > kLargestSequence) return Recognition::no;
  const auto count = h->be<std::uint16_t, 18>();
  const auto name = h->slice<0, 10>();
  // Feeds rebuilt from files carry ten zero bytes: only messages can speak for those.
  const bool blank = is_blank(name);
  if (!blank && !is_session_name(name)) return Recognition::no;
  if (count == 0 || count == kEndOfSession) {
    return !blank && d.wire_length == kHeader ? Recognition::plausible : Recognition::no;
  }
  bool has_empty_message = false;
  const auto walk = walk_messages<kLengthPrefix>(d, kHeader, count, message_total, [&](std::size_t, std::size_t total) {
    has_empty_message = has_empty_message || total == kLengthPrefix;
  });
  if (walk.end == WalkEnd::contradiction || has_empty_message) return Recognition::no;
  if (walk.end == WalkEnd::whole && walk.at != d.wire_length) return Recognition::no;
  return Recognition::plausible;
}

void parse(const Datagram& d, std::size_t, const FramingConfig&, FramingState&, Parsed& out) noexcept {
  begin_parse(d, out);
  if (d.payload.size() < kHeader) [[unlikely]]
    return give_up_short(d, kHeader, out);
  const FixedView<kHeader> h(d.payload.data());
  const auto count = h.be<std::uint16_t, 18>();
  const auto sequence = h.be<std::uint64_t, 10>();
  const bool has_messages = count != 0 && count != kEndOfSession;
  if (has_messages) [[likely]] {
    if (d.wire_length == kHeader) [[unlikely]]
      return give_up(out, DecodeOutcome::not_mine);  // a request
    const auto walk = walk_messages<kLengthPrefix>(d, kHeader, count, message_total, kNoVisit);
    const bool overflows = sequence > std::numeric_limits<std::uint64_t>::max() - count;
    if (walk.end == WalkEnd::contradiction || overflows) [[unlikely]]
      return give_up(out, DecodeOutcome::malformed);
  }
  Run& run = add_run(out);
  run.session = session_hash(h.slice<0, 10>());
  run.first = sequence;
  if (has_messages) [[likely]] {
    run.count = count;
    run.messages = count;
    run.send_time = itch_time(d);
  } else {
    run.kind = count == 0 ? RunKind::heartbeat : RunKind::end_of_session;
  }
  if (sequence != 0) [[likely]]
    return;
  run.has_number = false;  // numbering begins at 1
  run.count = 0;
  if (has_messages) run.kind = RunKind::unsequenced;
}

std::size_t messages(const Datagram& d, const FramingConfig&, std::span<MessageSpan> out) noexcept {
  const auto h = header<kHeader>(d.payload);
  if (!h) return 0;
  const auto count = h->be<std::uint16_t, 18>();
  const auto sequence = h->be<std::uint64_t, 10>();
  if (count == kEndOfSession || sequence == 0) return 0;
  return message_spans<kLengthPrefix>(d, kHeader, count, message_total, kLengthPrefix, {}, {.sequence = sequence}, out);
}

std::string session_text(const Datagram& d, const FramingConfig&) {
  const auto h = header<kHeader>(d.payload);
  if (!h) return {};
  std::string text;
  for (const std::byte b : h->slice<0, 10>()) {
    const auto c = std::to_integer<char>(b);
    if (c >= ' ' && c <= '~') text += c;
  }
  const auto end = text.find_last_not_of(' ');
  const auto begin = text.find_first_not_of(' ');
  return end == std::string::npos ? std::string{} : text.substr(begin, end - begin + 1);
}

}  // namespace

extern constinit const Framing framing_moldudp64{
    .id = "moldudp64",
    .name = "MoldUDP64 1.00",
    .summary = "Nasdaq's numbered messages over UDP, with ITCH 5.0 times",
    .used_by = "Nasdaq ITCH 5.0, UTP UQDF/UTDF, ASX NTP and Trade ITCH, OSE, BIST, Jnx, FINRA",
    .source = "MoldUDP64 Protocol Specification 1.00; Nasdaq TotalView-ITCH 5.0",
    .unit = SequenceUnit::message,
    .counts_messages = true,
    .heartbeat_interval = seconds(1),
    .time_zone = "America/New_York",
    .wireshark_filter = "moldudp64.msgseq == {}",
    .number_at = {10, 8, true},
    .count_at = {18, 2, true},
    .mark_at = {18, kEndOfSession},  // in the place of the count
    .specificity = 60,
    .recognise = recognise,
    .parse = parse,
    .messages = messages,
    .session_text = session_text,
};

}  // namespace wirecause
