// What the framings share: how a parse begins and ends, walking length-prefixed messages, and small arithmetic.
//
// Only feed/framings/*.cpp include it. Everything is pure, allocates nothing and reads no byte after the captured ones.
// A datagram has two ends: the captured one bounds what may be read, the one on the wire decides what is a
// contradiction.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>

#include "base/bytes.hpp"
#include "feed/framing.hpp"

namespace wirecause {

inline bool is_cut(const Datagram& d) noexcept { return d.payload.size() < d.wire_length; }

// The first N bytes as a header where all of them were captured.
template <std::size_t N>
std::optional<FixedView<N>> header_at(const Datagram& d, std::size_t at) noexcept {
  if (at + N > d.payload.size()) [[unlikely]]
    return std::nullopt;
  return FixedView<N>(d.payload.data() + at);
}

// Every parse begins here. The outcome is `ok` until something is found; a datagram that is cut anywhere is
// `truncated`.
inline void begin_parse(const Datagram& d, Parsed& out) noexcept {
  out.outcome = is_cut(d) ? DecodeOutcome::truncated : DecodeOutcome::ok;
  out.messages_known = true;
  out.run_count = 0;
  out.resume_at = 0;
}

// Ends a parse that found nothing to keep.
inline void give_up(Parsed& out, DecodeOutcome why) noexcept {
  out.outcome = why;
  out.messages_known = false;
  out.run_count = 0;
  out.resume_at = 0;
}

// Ends a parse whose header of `needed` bytes was not captured whole: cut, or too short on the wire to be this framing.
inline void give_up_short(const Datagram& d, std::size_t needed, Parsed& out) noexcept {
  give_up(out, d.wire_length >= needed ? DecodeOutcome::truncated : DecodeOutcome::not_mine);
}

// The next run of `out`, reset to its defaults. There must be room.
inline Run& add_run(Parsed& out) noexcept {
  Run& run = out.runs[out.run_count++];
  run = Run{};
  return run;
}

enum class WalkEnd : std::uint8_t {
  whole,          // every message lies within the captured bytes
  cut,            // the capture ends inside a message or before the next length
  contradiction,  // a length is impossible, or a message runs past the end of the datagram on the wire
  stopped,        // the visitor wanted no more: `at` is the message that it refused
};

struct Walk {
  WalkEnd end = WalkEnd::whole;
  std::size_t at = 0;          // where it stopped; for `whole`, the first byte after the last message
  std::uint32_t messages = 0;  // messages whose length was read
};

inline constexpr std::uint32_t kToTheEnd = std::numeric_limits<std::uint32_t>::max();

// Walks `count` messages (or as many as the datagram holds) that begin at `at` with a prefix of kPrefix bytes.
// `total_of(prefix)` gives the length of a message with its prefix. `visit(at, total)` is called for each message whose
// prefix was captured; its body may be cut. A visitor that returns bool stops the walk with false.
template <std::size_t kPrefix, class TotalOf, class Visit>
Walk walk_messages(const Datagram& d, std::size_t at, std::uint32_t count, TotalOf total_of, Visit visit) noexcept {
  const std::size_t wire = d.wire_length;
  const std::size_t captured = d.payload.size();
  Walk walk{WalkEnd::whole, at, 0};
  while (count == kToTheEnd ? walk.at < wire : walk.messages < count) {
    if (walk.at + kPrefix > captured) [[unlikely]] {
      walk.end = walk.at + kPrefix > wire ? WalkEnd::contradiction : WalkEnd::cut;
      return walk;
    }
    const std::size_t total = total_of(FixedView<kPrefix>(d.payload.data() + walk.at));
    if (walk.at + total > wire || total < kPrefix) [[unlikely]] {
      walk.end = WalkEnd::contradiction;
      return walk;
    }
    if constexpr (std::is_same_v<decltype(visit(walk.at, total)), bool>) {
      if (!visit(walk.at, total)) {
        walk.end = WalkEnd::stopped;
        return walk;
      }
    } else {
      visit(walk.at, total);
    }
    walk.at += total;
    ++walk.messages;
  }
  if (walk.at > captured) walk.end = WalkEnd::cut;
  return walk;
}

inline constexpr auto kNoVisit = [](std::size_t, std::size_t) noexcept {};

// The number `count` after `number`, across the wrap. `count` is smaller than the space.
constexpr std::uint64_t number_after(NumberSpace space, std::uint64_t number, std::uint64_t count) noexcept {
  if (!space.wraps()) return number + count;
  const std::uint64_t size = space.last - space.first + 1;
  const std::uint64_t offset = number - space.first + count;
  return space.first + (offset >= size ? offset - size : offset);
}

// Fills `out` with the messages of a walk whose bytes were all captured; `skip` leading bytes of each (its length
// prefix) are left out. `first` is the span of the first message; its bytes are ignored.
template <std::size_t kPrefix, class TotalOf>
std::size_t message_spans(const Datagram& d, std::size_t at, std::uint32_t count, TotalOf total_of, std::size_t skip,
                          NumberSpace numbers, const MessageSpan& first, std::span<MessageSpan> out) noexcept {
  std::size_t filled = 0;
  walk_messages<kPrefix>(d, at, count, total_of, [&](std::size_t begin, std::size_t total) noexcept {
    if (filled == out.size() || begin + total > d.payload.size()) return;
    out[filled] = first;
    out[filled].sequence = number_after(numbers, first.sequence, filled);
    out[filled].bytes = d.payload.subspan(begin + skip, total - skip);
    ++filled;
  });
  return filled;
}

// Send times outside these years are not send times. Nearness to the capture's clock is no test: captures are rewritten
// with relative stamps, and latency is what is measured.
inline bool is_plausible_unix_ns(std::uint64_t ns) noexcept {
  constexpr std::uint64_t kYear2000 = 946'684'800'000'000'000;
  constexpr std::uint64_t kYear2100 = 4'102'444'800'000'000'000;
  return ns >= kYear2000 && ns < kYear2100;
}

inline SendTime unix_send_time(std::uint64_t ns) noexcept {
  if (!is_plausible_unix_ns(ns)) return {};
  return {SendTime::Kind::unix_epoch, static_cast<std::int64_t>(ns)};
}

// A 64-bit identity of a 10-byte session name (SoupBinTCP, MoldUDP64): two multiplications side by side, because it is
// computed for every packet. Names that differ in the first eight bytes or in the last two alone never collide. Not 0
// but for ten zero bytes, which name no session. Constants: splitmix64.
inline std::uint64_t session_hash(std::span<const std::byte, 10> name) noexcept {
  const auto low = detail::to_native(detail::load<std::uint64_t>(name.data()), std::endian::little);
  const std::uint64_t high = detail::to_native(detail::load<std::uint16_t>(name.data() + 8), std::endian::little);
  const std::uint64_t h = (low * 0xbf58476d1ce4e5b9U) ^ (high * 0x94d049bb133111ebU);
  return h != 0 || (low | high) == 0 ? h : 1;
}

}  // namespace wirecause
