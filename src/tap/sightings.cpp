// SPDX-License-Identifier: Apache-2.0
#include "tap/sightings.hpp"

namespace wirecause {
namespace {

std::uint32_t folded(const std::byte* mac) noexcept {
  return detail::load<std::uint32_t>(mac) * 31U + detail::load<std::uint32_t>(mac + 2);
}

bool is_within(DurationNs delay, DurationNs window) noexcept {
  return delay >= DurationNs{-window.ns} && delay <= window;
}

}  // namespace

void Sightings::describe(std::uint64_t identity, const PacketView& packet, const Decoded& decoded, std::uint32_t point,
                         Slot& slot) noexcept {
  slot.identity = identity;
  slot.time = packet.time;
  // From the packet where it is known to have them: `decoded` has just been written, in other pieces than are read
  // here.
  const bool is_ethernet = packet.link_type == LinkType::ethernet && packet.bytes.size() >= 2 * sizeof(MacAddress);
  slot.source_mac = folded(is_ethernet ? packet.bytes.data() + sizeof(MacAddress) : decoded.source_mac.data());
  slot.destination_mac = folded(is_ethernet ? packet.bytes.data() : decoded.destination_mac.data());
  slot.point = static_cast<std::uint16_t>(point);
  slot.vlan = decoded.vlan;
  slot.inner_vlan = decoded.inner_vlan;
  slot.ttl = decoded.ttl;
  slot.marks = static_cast<std::uint8_t>(direction_of(packet, decoded));
}

Sight Sightings::compared(Slot& original, const Slot& now) noexcept {
  Sight sight;
  sight.delay = now.time - original.time;
  sight.ttl_before = original.ttl;
  sight.vlan_before = original.vlan;
  sight.differences.point = now.point != original.point;
  sight.differences.direction = now.marks != (original.marks & kDirectionMask);
  sight.differences.ttl = now.ttl != original.ttl;
  sight.differences.vlan = now.vlan != original.vlan || now.inner_vlan != original.inner_vlan;
  sight.differences.source_mac = now.source_mac != original.source_mac;
  sight.differences.destination_mac = now.destination_mac != original.destination_mac;
  if (sight.differences.any()) {
    sight.kind = Sight::Kind::second_sight;
    sight.first_copy = (original.marks & kSeenElsewhere) == 0;
    original.marks |= kSeenElsewhere;
  } else {
    sight.kind = Sight::Kind::repeated;
    sight.first_copy = (original.marks & kRepeated) == 0;
    original.marks |= kRepeated;
  }
  return sight;
}

Sight Sightings::see(std::uint64_t identity, const PacketView& packet, const Decoded& decoded,
                     std::uint32_t point) noexcept {
  const std::size_t at = identity & (kSlots - 1);
  const auto tag = static_cast<std::uint32_t>(identity >> 32U);
  Slot& slot = slots_[at];
  const bool is_known =
      tags_[at] == tag && slot.identity == identity && is_within(packet.time - slot.time, kRepeatWindow);
  if (is_known) {
    Slot now;
    describe(identity, packet, decoded, point, now);
    return compared(slot, now);
  }
  tags_[at] = tag;
  describe(identity, packet, decoded, point, slot);
  return {};
}

}  // namespace wirecause
