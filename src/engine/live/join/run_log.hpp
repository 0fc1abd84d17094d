// How many units each of the newest datagrams of a line held, by its first number: of framings that say so nowhere in the
// first bytes of a datagram (several frames, each with a header of its own). The tap saw what was dropped behind it, and
// this is what it saw. Bounded: the newest kSlots numbers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace wirecause {

class RunLog {
 public:
  static constexpr std::size_t kSlots = 8'192;  // 64 KiB a line

  // `first`: as on the wire.
  void add(std::uint64_t first, std::uint32_t count) { slots_[slot(first)] = {low(first), count}; }

  std::optional<std::uint32_t> count_of(std::uint64_t first) const {
    const Slot& kept = slots_[slot(first)];
    return kept.count != 0 && kept.first == low(first) ? std::optional(kept.count) : std::nullopt;
  }

 private:
  struct Slot {
    std::uint32_t first = 0;
    std::uint32_t count = 0;  // 0: free
  };
  static std::size_t slot(std::uint64_t first) { return first & (kSlots - 1); }
  static std::uint32_t low(std::uint64_t first) { return static_cast<std::uint32_t>(first); }

  std::array<Slot, kSlots> slots_{};
};

}  // namespace wirecause
