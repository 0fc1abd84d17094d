// SPDX-License-Identifier: Apache-2.0
#include "tcp/connection_table.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace wirecause::tcp {
namespace {

constexpr std::size_t kFirstSlots = 1'024;
constexpr Offset kNearby = 1 << 20;  // an acknowledgement so close to what was sent is of it

bool is_same_way(const Flow& flow, const Segment& segment) {
  return flow.vlan == segment.vlan && flow.inner_vlan == segment.inner_vlan && flow.tunnel_id == segment.tunnel_id;
}

bool fits(const Connection& connection, const Segment& segment, std::uint8_t from) {
  const Flow& flow = connection.flows[from];
  const Flow& peer = connection.flows[1U - from];
  if (flow.counts.packets > 0) return is_same_way(flow, segment);
  if (is_same_way(peer, segment)) return true;
  if (!segment.has(kAck) || !peer.has_base) return false;
  const Offset apart = offset_near(peer.next, peer.base, segment.acknowledgement) - peer.next;
  return apart <= 1 && apart > -kNearby;
}

}  // namespace

ConnectionTable::ConnectionTable(std::size_t most, Evicted evicted)
    : most_(std::max<std::size_t>(most, 1)),
      evicted_callback_(std::move(evicted)),
      slots_(kFirstSlots),
      mask_(kFirstSlots - 1) {}

std::uint32_t ConnectionTable::hash_of(std::uint32_t point, const Endpoint& source, const Endpoint& destination) {
  const auto word = [](const IpAddress& a, std::size_t at) {
    return detail::load<std::uint64_t>(a.bytes().data() + at);
  };
  // The same for both directions. Odd constants without meaning (digits of the golden ratio, pi).
  const auto of_end = [&](const Endpoint& end) {
    const std::uint64_t a = word(end.address, 0) * 0x9e3779b97f4a7c15ULL + word(end.address, 8);
    const std::uint64_t h = (a ^ (std::uint64_t{end.port} << 47U)) * 0xc90fdaa22168c235ULL;
    return h ^ (h >> 29U);
  };
  std::uint64_t h = of_end(source) + of_end(destination) + point * 0x9e3779b9ULL;
  h ^= h >> 32U;
  h *= 0xadf85458a2bb4a9bULL;
  return static_cast<std::uint32_t>(h >> 32U);
}

ConnectionTable::Found ConnectionTable::find_or_begin(const Segment& segment) {
  const std::uint32_t hash = hash_of(segment.point, segment.source, segment.destination);
  for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
    const Slot& slot = slots_[at];
    if (slot.entry == 0) break;
    if (slot.hash != hash) continue;
    const std::uint32_t index = slot.entry - 1;
    Connection& connection = pool_[index].connection;
    if (connection.point != segment.point) continue;
    const bool is_first = connection.ends[0] == segment.source && connection.ends[1] == segment.destination;
    const bool is_second = connection.ends[1] == segment.source && connection.ends[0] == segment.destination;
    if (!is_first && !is_second) continue;
    const std::uint8_t from = is_first ? 0 : 1;
    if (!fits(connection, segment, from)) continue;
    if (!connection.is_reused_by(segment, from)) return {&connection, from};
    forget(index);
    break;
  }
  Connection* connection = begin(segment, hash);
  return {connection, static_cast<std::uint8_t>(segment.source == connection->ends[0] ? 0 : 1)};
}

ConnectionTable::Found ConnectionTable::find(std::uint32_t point, const Endpoint& source, const Endpoint& destination) {
  const std::uint32_t hash = hash_of(point, source, destination);
  Found newest{nullptr, static_cast<std::uint8_t>(source < destination ? 0 : 1)};
  for (std::size_t at = hash & mask_; slots_[at].entry != 0; at = (at + 1) & mask_) {
    Connection& connection = pool_[slots_[at].entry - 1].connection;
    const bool is_it = slots_[at].hash == hash && connection.point == point &&
                       connection.ends[newest.from] == source && connection.ends[1U - newest.from] == destination;
    if (is_it && (newest.connection == nullptr || newest.connection->id < connection.id)) newest.connection = &connection;
  }
  return newest;
}

Connection* ConnectionTable::begin(const Segment& segment, std::uint32_t hash) {
  const std::uint32_t index = free_entry();
  if (2 * pool_.size() > slots_.size()) {
    std::vector<Slot> larger(slots_.size() * 2);
    mask_ = larger.size() - 1;
    for (const Slot& slot : slots_) {
      if (slot.entry == 0) continue;
      std::size_t at = slot.hash & mask_;
      while (larger[at].entry != 0) at = (at + 1) & mask_;
      larger[at] = slot;
    }
    slots_ = std::move(larger);
  }
  Entry& entry = pool_[index];
  entry.connection.begin(++begun_, segment);
  entry.hash = hash;
  entry.is_used = entry.is_found = true;
  std::size_t at = hash & mask_;
  while (slots_[at].entry != 0) at = (at + 1) & mask_;
  slots_[at] = {hash, index + 1};
  return &entry.connection;
}

std::uint32_t ConnectionTable::free_entry() {
  if (pool_.size() < most_) {
    pool_.emplace_back();
    return static_cast<std::uint32_t>(pool_.size() - 1);
  }
  return evict();
}

std::uint32_t ConnectionTable::evict() {
  for (;;) {
    Entry& entry = pool_[hand_];
    const std::uint32_t index = hand_;
    hand_ = static_cast<std::uint32_t>((hand_ + 1) % pool_.size());
    const bool is_worth_less = !entry.is_found || entry.connection.is_over() || !entry.connection.is_established();
    if (!is_worth_less && std::exchange(entry.connection.touched, false)) continue;
    if (entry.is_found) forget(index);
    evicted_callback_(entry.connection);
    entry.is_used = false;
    ++evicted_;
    return index;
  }
}

// Linear probing without marks of deletion: what stands behind the gap and may stand nearer moves up.
void ConnectionTable::forget(std::uint32_t index) {
  Entry& entry = pool_[index];
  entry.is_found = false;
  std::size_t at = entry.hash & mask_;
  while (slots_[at].entry != index + 1) at = (at + 1) & mask_;
  for (std::size_t next = (at + 1) & mask_; slots_[next].entry != 0; next = (next + 1) & mask_) {
    const std::size_t home = slots_[next].hash & mask_;
    if (((next - home) & mask_) < ((next - at) & mask_)) continue;
    slots_[at] = slots_[next];
    at = next;
  }
  slots_[at] = {};
}

}  // namespace wirecause::tcp
