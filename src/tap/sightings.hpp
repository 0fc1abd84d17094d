// Recently seen packets, to know one that comes again: a copy at the same place (a tap or SPAN that delivers twice) or
// the same packet at another place (before and after a router, or at another observation point).
//
// A direct-mapped table: a packet is remembered until another one takes its slot. With 4096 slots 95 % of all copies
// are still found when 200 other packets come between, far more than between the two copies that one tap makes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "packet/decode.hpp"

namespace wirecause {

// A copy comes within microseconds from a tap, within a millisecond or two through routers and firewalls. Packets that
// are alike by right are further apart: heartbeats of a quiet feed without an IP id come 100 ms apart or more.
inline constexpr DurationNs kRepeatWindow = milliseconds(10);

// What two sights of one packet do not have in common.
struct Differences {
  bool point = false;
  bool direction = false;
  bool ttl = false;
  bool vlan = false;
  bool source_mac = false;
  bool destination_mac = false;

  bool any() const noexcept { return point || direction || ttl || vlan || source_mac || destination_mac; }
  bool operator==(const Differences&) const = default;
};

struct Sight {
  enum class Kind : std::uint8_t { new_packet, repeated, second_sight } kind = Kind::new_packet;
  bool first_copy = false;  // no other copy of this kind was seen of the original before
  std::uint8_t ttl_before = 0;
  std::uint16_t vlan_before = kNoVlan;
  Differences differences;
  DurationNs delay{0};  // since the first sight; may be negative between points with two clocks
};

// How a packet came past its point: what a second sight of it may have different. The packets of one flow share it.
// MAC addresses are folded to 32 bits: enough to see that they differ.
struct alignas(16) Manner {
  std::uint32_t source_mac = 0;
  std::uint32_t destination_mac = 0;
  std::uint16_t point = 0;
  std::uint16_t vlan = kNoVlan;
  std::uint16_t inner_vlan = kNoVlan;
  std::uint8_t ttl = 0;
  std::uint8_t direction = 0;  // Direction; Sightings keeps its marks in the upper bits
};

Manner manner_of(const PacketView& packet, const Decoded& decoded, std::uint32_t point) noexcept;

class Sightings {
 public:
  Sightings() : tags_(kSlots), slots_(kSlots + 1) {}

  // `identity` is not kNoIdentity.
  Sight see(std::uint64_t identity, TimeNs time, const Manner& manner) noexcept {
    const std::size_t at = identity & (kSlots - 1);
    const auto tag = static_cast<std::uint16_t>(identity >> 48U);
    if (tags_[at] == tag) [[unlikely]] {
      if (const auto sight = seen_before(at, identity, time, manner)) return *sight;
    }
    tags_[at] = tag;
    put_later(at, {identity, time, manner});
    return {};
  }

 private:
  static constexpr std::size_t kSlots = 4096;  // a power of two; 136 KiB in all

  // Half a cache line.
  struct alignas(32) Slot {
    std::uint64_t identity = 0;
    TimeNs time = kNoTime;
    Manner manner;
  };
  static_assert(sizeof(Slot) == 32, "two slots a cache line, none across two");

  struct Waiting {
    std::size_t at = kSlots;  // none: the slot that nobody looks at
    Slot slot;
  };
  static constexpr std::size_t kWaiting = 8;

  static constexpr std::uint8_t kDirectionMask = 0x03;
  static constexpr std::uint8_t kRepeated = 0x04;
  static constexpr std::uint8_t kSeenElsewhere = 0x08;

  // The slot is fetched now and written kWaiting packets later. Written at once, it is seldom in a near cache (live, 1 MiB of
  // other packets went through since its last use), and the stores of the next packet wait in line behind it.
  void put_later(std::size_t at, const Slot& slot) noexcept {
    __builtin_prefetch(&slots_[at], 1);
    Waiting& oldest = waiting_[turn_++ % kWaiting];
    slots_[oldest.at] = oldest.slot;
    oldest.at = at;
    oldest.slot = slot;
  }
  void put_all() noexcept;

  std::optional<Sight> seen_before(std::size_t at, std::uint64_t identity, TimeNs time, const Manner& manner) noexcept;

  // Almost every packet is new: then only its tag is read, and 8 KiB of tags stay in the first-level cache. Reading
  // the slots themselves cost 15 ns a packet.
  std::vector<std::uint16_t> tags_;  // upper bits of the slot's identity
  std::vector<Slot> slots_;          // and one that nobody looks at
  std::array<Waiting, kWaiting> waiting_;
  std::size_t turn_ = 0;
};

// The direction of a packet as its capture block or its cooked header says.
inline Direction direction_of(const PacketView& packet, const Decoded& decoded) noexcept {
  return packet.direction != Direction::unknown ? packet.direction : decoded.direction;
}

}  // namespace wirecause
