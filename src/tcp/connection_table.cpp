// SPDX-License-Identifier: Apache-2.0
#include "tcp/connection_table.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace wirecause::tcp {
namespace {

constexpr std::size_t kFirstSlots = 1'024;
constexpr std::size_t kFewest = 64;
constexpr std::size_t kSlotsEach =
    3;  // at least so many: how far a search goes is not foreseen, and so costs more than it does
constexpr std::int32_t kNearby = 1 << 20;  // an acknowledgement so close to what was sent is of it

constexpr std::int32_t distance(std::uint32_t from, std::uint32_t to) { return static_cast<std::int32_t>(to - from); }

}  // namespace

ConnectionTable::ConnectionTable(std::size_t most)
    : most_(std::max<std::size_t>(most, 1)), slots_(kFirstSlots), mask_(kFirstSlots - 1) {}

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

bool ConnectionTable::is_of(const Known& known, const Segment& segment, const Origin& origin, std::uint8_t from) {
  const auto is_same_way = [&origin](const Direction& direction) {
    return direction.vlan == origin.vlan && direction.inner_vlan == origin.inner_vlan &&
           direction.tunnel_id == origin.tunnel_id;
  };
  const Direction& direction = known.directions[from];
  if (direction.is_seen) [[likely]]
    return is_same_way(direction);
  const Direction& peer = known.directions[1U - from];
  if (is_same_way(peer)) return true;
  if (!segment.has(kAck) || !peer.has_base) return false;
  const std::int32_t apart = distance(peer.next, segment.acknowledgement);
  return apart <= 1 && apart > -kNearby;
}

// Whether the segment begins another connection on the same ports.
bool ConnectionTable::is_used_again(const Known& known, const Segment& segment, std::uint8_t from) {
  if (!segment.has(kSyn)) [[likely]]
    return false;
  const Direction& direction = known.directions[from];
  const Direction& peer = known.directions[1U - from];
  if (segment.has(kAck)) {
    // A SYN-ACK belongs to the SYN that it answers; to another one, only where this connection has had its own.
    const bool is_other = direction.has_syn && direction.base != segment.sequence;
    return is_other && known.is_over() && !(peer.has_base && peer.base + 1 == segment.acknowledgement);
  }
  if (!direction.has_base) return known.is_over();
  if (direction.has_syn) return direction.base != segment.sequence;
  // Seen from the middle only, or only acknowledged: a SYN is its beginning if the next number fits.
  return segment.sequence + 1 != direction.base;
}

void ConnectionTable::note(Known& known, const Segment& segment, const Origin& origin, std::uint8_t from) {
  Direction& direction = known.directions[from];
  Direction& peer = known.directions[1U - from];
  known.is_touched = true;
  if (!direction.is_seen) [[unlikely]] {
    direction.is_seen = true;
    direction.vlan = origin.vlan;
    direction.inner_vlan = origin.inner_vlan;
    direction.tunnel_id = origin.tunnel_id;
  }
  if (segment.has(kRst)) [[unlikely]] {
    // One with a number far away is not of this connection.
    const bool is_near = !direction.has_base || std::abs(distance(direction.next, segment.sequence)) <= kNearby;
    known.is_reset = known.is_reset || is_near;
    return;
  }
  const bool is_syn = segment.has(kSyn);
  const std::uint32_t end = segment.sequence + segment.space();
  if (!direction.has_base || (is_syn && !direction.has_syn)) [[unlikely]] {
    direction.base = segment.sequence;
    direction.next = end;
    direction.has_base = true;
    direction.has_syn = is_syn;
  }
  if (distance(direction.next, end) > 0) direction.next = end;
  if (segment.has(kFin)) [[unlikely]] {
    direction.has_fin = true;
    direction.fin_end = end;
  }
  if (!segment.has(kAck)) return;
  if (!peer.has_base) [[unlikely]] {
    peer.base = peer.next = segment.acknowledgement;
    peer.has_base = true;
  }
  if (peer.has_syn && !is_syn) known.is_opened = true;
  if (peer.has_fin && distance(peer.fin_end, segment.acknowledgement) >= 0) peer.is_fin_acknowledged = true;
}

Found ConnectionTable::find_or_begin(const Segment& segment, const Origin& origin, std::uint32_t hash) {
  std::size_t searched = 0;
  for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
    const Slot& slot = slots_[at];
    ++looks_;
    if (slot.entry == 0 || ++searched == kLongestSearch) break;
    if (slot.hash != hash) continue;
    const std::uint32_t place = slot.entry - 1;
    Known& known = known_[place];
    if (known.point != origin.point) continue;
    // Without a branch: which end sends is as good as random.
    const auto is_sent = [&](std::size_t end) {
      return static_cast<unsigned>(known.ends[end] == origin.source) &
             static_cast<unsigned>(known.ends[1 - end] == origin.destination);
    };
    const unsigned by_first = is_sent(0);
    if ((by_first | is_sent(1)) == 0) continue;
    const auto from = static_cast<std::uint8_t>(by_first ^ 1U);
    if (!is_of(known, segment, origin, from)) continue;
    if (is_used_again(known, segment, from)) [[unlikely]] {
      forget(place);
      break;
    }
    const bool is_first = !known.directions[from].is_seen;
    note(known, segment, origin, from);
    return {known.id, place, from, false, is_first};
  }
  const bool is_crowded = searched == kLongestSearch;  // whoever is at home here makes room
  const std::uint32_t place =
      begin(segment, origin, hash, is_crowded ? evict(slots_[hash & mask_].entry - 1) : free_place());
  Known& known = known_[place];
  const std::uint8_t from = origin.source == known.ends[0] ? 0 : 1;
  note(known, segment, origin, from);
  return {known.id, place, from, true, true};
}

std::optional<Found> ConnectionTable::find(std::uint32_t point, const Endpoint& source,
                                           const Endpoint& destination) const {
  const std::uint32_t hash = hash_of(point, source, destination);
  const std::uint8_t from = source < destination ? 0 : 1;
  std::optional<Found> newest;
  std::size_t searched = 0;
  for (std::size_t at = hash & mask_; slots_[at].entry != 0 && ++searched < kLongestSearch; at = (at + 1) & mask_) {
    const std::uint32_t place = slots_[at].entry - 1;
    const Known& known = known_[place];
    const bool is_it = slots_[at].hash == hash && known.point == point && known.ends[from] == source &&
                       known.ends[1U - from] == destination;
    if (is_it && (!newest || newest->id < known.id)) newest = Found{known.id, place, from, false, false};
  }
  return newest;
}

std::uint32_t ConnectionTable::begin(const Segment& segment, const Origin& origin, std::uint32_t hash,
                                     std::uint32_t place) {
  if (kSlotsEach * known_.size() > slots_.size()) grow();
  Known& known = known_[place];
  const std::uint32_t next_unopened = known.next_unopened;
  const bool is_among_unopened = known.is_among_unopened;
  known = Known{};
  known.next_unopened = next_unopened;
  known.is_among_unopened = is_among_unopened;
  known.ends = {std::min(origin.source, origin.destination), std::max(origin.source, origin.destination)};
  known.point = origin.point;
  known.hash = hash;
  known.id = ++begun_;
  known.starts_with_syn = segment.has(kSyn);
  known.is_found = true;
  if (known.starts_with_syn && !is_among_unopened) remember_unopened(place);
  std::size_t at = hash & mask_;
  for (; slots_[at].entry != 0; at = (at + 1) & mask_) ++looks_;
  slots_[at] = {hash, place + 1};
  return place;
}

void ConnectionTable::grow() {
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

std::uint32_t ConnectionTable::free_place() {
  if (known_.size() == most_) return evict();
  // By quarters: doubled, it would hold as many again that are not there.
  if (known_.size() == known_.capacity()) known_.reserve(std::min(most_, known_.size() + known_.size() / 4 + kFewest));
  known_.emplace_back();
  return static_cast<std::uint32_t>(known_.size() - 1);
}

void ConnectionTable::remember_unopened(std::uint32_t place) {
  known_[place].is_among_unopened = true;
  known_[place].next_unopened = kNone;
  (last_unopened_ == kNone ? first_unopened_ : known_[last_unopened_].next_unopened) = place;
  last_unopened_ = place;
}

// kNone: there is none that had its time to open, until a sixteenth of the table had begun behind it.
std::uint32_t ConnectionTable::oldest_unopened() {
  constexpr std::size_t kPatience = 16;
  while (first_unopened_ != kNone) {
    ++looks_;
    const std::uint32_t place = first_unopened_;
    Known& known = known_[place];
    if (!known.is_established() && begun_ - known.id < most_ / kPatience) return kNone;
    first_unopened_ = known.next_unopened;
    if (first_unopened_ == kNone) last_unopened_ = kNone;
    known.is_among_unopened = false;
    if (!known.is_established()) return place;
  }
  return kNone;
}

std::uint32_t ConnectionTable::evict() {
  if (const std::uint32_t place = oldest_unopened(); place != kNone) return evict(place);
  for (;;) {
    Known& known = known_[hand_];
    const std::uint32_t place = hand_;
    ++looks_;
    hand_ = static_cast<std::uint32_t>((hand_ + 1) % known_.size());
    const bool is_worth_less = !known.is_found || known.is_over();
    if (!is_worth_less && std::exchange(known.is_touched, false)) continue;
    return evict(place);
  }
}

std::uint32_t ConnectionTable::evict(std::uint32_t place) {
  if (known_[place].is_found) forget(place);
  return place;
}

// Linear probing without marks of deletion: what stands behind the gap and may stand nearer moves up.
void ConnectionTable::forget(std::uint32_t place) {
  Known& known = known_[place];
  known.is_found = false;
  std::size_t at = known.hash & mask_;
  for (; slots_[at].entry != place + 1; at = (at + 1) & mask_) ++looks_;
  for (std::size_t next = (at + 1) & mask_; slots_[next].entry != 0; next = (next + 1) & mask_) {
    ++looks_;
    const std::size_t home = slots_[next].hash & mask_;
    if (((next - home) & mask_) < ((next - at) & mask_)) continue;
    slots_[at] = slots_[next];
    at = next;
  }
  slots_[at] = {};
}

}  // namespace wirecause::tcp
