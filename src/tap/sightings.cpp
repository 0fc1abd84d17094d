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

Manner manner_of(const PacketView& packet, const Decoded& decoded, std::uint32_t point) noexcept {
  Manner manner;
  manner.source_mac = folded(decoded.source_mac.data());
  manner.destination_mac = folded(decoded.destination_mac.data());
  manner.point = static_cast<std::uint16_t>(point);
  manner.vlan = decoded.vlan;
  manner.inner_vlan = decoded.inner_vlan;
  manner.ttl = decoded.ttl;
  manner.direction = static_cast<std::uint8_t>(direction_of(packet, decoded));
  return manner;
}

// In the order of their coming: a slot keeps the last of them.
void Sightings::put_all() noexcept {
  for (std::size_t i = 0; i < kWaiting; ++i) {
    Waiting& waiting = waiting_[(turn_ + i) % kWaiting];
    slots_[waiting.at] = waiting.slot;
    waiting.at = kSlots;
  }
}

std::optional<Sight> Sightings::seen_before(std::size_t at, std::uint64_t identity, TimeNs time,
                                            const Manner& manner) noexcept {
  put_all();
  Slot& original = slots_[at];
  if (original.identity != identity || !is_within(time - original.time, kRepeatWindow)) return std::nullopt;
  std::uint8_t& marks = original.manner.direction;
  const Manner& before = original.manner;
  Sight sight;
  sight.delay = time - original.time;
  sight.ttl_before = before.ttl;
  sight.vlan_before = before.vlan;
  sight.differences.point = manner.point != before.point;
  sight.differences.direction = manner.direction != (marks & kDirectionMask);
  sight.differences.ttl = manner.ttl != before.ttl;
  sight.differences.vlan = manner.vlan != before.vlan || manner.inner_vlan != before.inner_vlan;
  sight.differences.source_mac = manner.source_mac != before.source_mac;
  sight.differences.destination_mac = manner.destination_mac != before.destination_mac;
  const bool is_elsewhere = sight.differences.any();
  const std::uint8_t mark = is_elsewhere ? kSeenElsewhere : kRepeated;
  sight.kind = is_elsewhere ? Sight::Kind::second_sight : Sight::Kind::repeated;
  sight.first_copy = (marks & mark) == 0;
  marks |= mark;
  return sight;
}

}  // namespace wirecause
