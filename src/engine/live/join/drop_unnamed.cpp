// Drops at a socket that the kernel did not name: a damaged datagram that is found when it is read, and before Linux 6.11
// what a filter refused or an IPv6 buffer did not hold. The sockets' own counters choose: __udp_enqueue_schedule_skb(),
// udp_queue_rcv_one_skb() and udp_recvmsg() add to sk_drops before they free.
//
// Where one reader's counter grew by as much as was dropped, the drops are its own, by number. Where several grew, together
// by as much: each has as many, and by number only if each datagram was dropped as often as there are such readers. What
// fits neither in time is the line's, of a socket that is not known: no reader is blamed for another's drops.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/live/join/drop_join.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kByCounter =
    "the kernel named no socket for these drops: by the growth of the socket's own counter";

template <class Drops>
std::uint64_t datagrams_of(const Drops& drops) {
  std::uint64_t datagrams = 0;
  for (const auto& drop : drops) datagrams += drop.dropped.datagrams;
  return datagrams;
}

}  // namespace

DroppedUnits::Datagrams DropJoin::unnamed_at(const DroppedUnits::Datagrams& dropped, std::string step_down) {
  DropPlace place = places_.at(dropped.place);
  place.step_down = std::move(step_down);
  DroppedUnits::Datagrams out = dropped;
  out.place = places_.id_of(place);
  return out;
}

// The readers of the line, each with what its counter grew by beyond what is known of its socket.
std::vector<DropJoin::Suspect> DropJoin::suspects(LineId line, const SocketEvents& events) const {
  std::vector<Suspect> found;
  for (const std::uint32_t id : consumers_->present_readers(line)) {
    const WatchedSocket& socket = consumers_->sockets()[consumers_->consumer(id).socket];
    const std::uint64_t named = events.of(socket.now);
    const auto chosen = chosen_.find(socket.now.cookie);
    const std::uint64_t known =
        named - std::min(named, socket.events_before) + (chosen == chosen_.end() ? 0 : chosen->second);
    const std::uint64_t grown = socket.now.drops - std::min(socket.now.drops, socket.drops_before);
    found.push_back({id, socket.now.cookie, grown - std::min(grown, known), socket.read_at});
  }
  return found;
}

// Every datagram so many times.
bool DropJoin::is_each_told(std::span<const Unnamed> drops, std::size_t times) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> told;
  for (const Unnamed& drop : drops) {
    if (!drop.units.has_number) return false;
    ++told[{drop.units.first, drop.units.end}];
  }
  return std::ranges::all_of(told, [times](const auto& units) { return units.second == times; });
}

void DropJoin::give_all(const Suspect& to, std::span<const Unnamed> drops) {
  for (const Unnamed& drop : drops) {
    give_to(consumers_->consumer(to.consumer), drop.units, unnamed_at(drop.dropped, std::string(kByCounter)));
    chosen_[to.cookie] += drop.dropped.datagrams;
  }
}

void DropJoin::give_some(const Suspect& to, std::span<const Unnamed> drops) {
  const Unnamed& last = drops.back();
  DroppedUnits::Datagrams dropped = unnamed_at(last.dropped, std::string(kByCounter));
  dropped.datagrams = to.growth;
  const Units units{last.units.line, 0, units_a_datagram(last.units.line) * to.growth, 1, false};
  give_to(consumers_->consumer(to.consumer), units, dropped);
  chosen_[to.cookie] += to.growth;
}

void DropJoin::give_to_nobody(std::span<const Unnamed> drops, std::uint64_t datagrams, std::size_t readers) {
  const auto why = fmt::format(
      "the kernel named no socket for these drops, and the counters of the {} that read the line do not show whose they are",
      readers);
  const bool is_all = datagrams == datagrams_of(drops);
  for (const Unnamed& drop : drops) {
    if (is_all) give_to_line(drop.units, unnamed_at(drop.dropped, why));
  }
  if (is_all) return;
  DroppedUnits::Datagrams dropped = unnamed_at(drops.back().dropped, why);
  dropped.datagrams = datagrams;
  const LineId line = drops.back().units.line;
  give_to_line({line, 0, units_a_datagram(line) * datagrams, 1, false}, dropped);
}

// Takes what can be settled from `drops`, in whose order they were joined. `is_over`: what waits is not waited for any longer;
// `is_final`: nothing newer comes.
void DropJoin::settle_unnamed(LineId line, std::vector<Unnamed>& drops, const SocketEvents& events, bool is_over,
                              bool is_final) {
  std::vector<Suspect> readers = suspects(line, events);
  const std::size_t all_readers = readers.size();
  const auto since = std::ranges::min_element(readers, {}, &Suspect::read_at);
  const TimeNs read_at = readers.empty() ? kNoTime : since->read_at;
  // What was dropped after the counters were read may be in them or not.
  const auto newer = std::stable_partition(
      drops.begin(), drops.end(), [&](const Unnamed& drop) { return is_final || drop.dropped.time <= read_at; });
  std::span<const Unnamed> ready(drops.begin(), newer);
  if (is_over && ready.empty()) ready = drops;
  if (ready.empty()) return;
  std::erase_if(readers, [](const Suspect& reader) { return reader.growth == 0; });
  const std::uint64_t told = datagrams_of(ready);
  std::uint64_t grown = 0;
  for (const Suspect& reader : readers) grown += reader.growth;
  std::size_t settled = ready.size();
  if (readers.size() == 1 && grown >= told) {
    give_all(readers.front(), ready);
  } else if (is_even(readers, told) && ready.size() == drops.size() && is_each_told(ready, readers.size())) {
    give_each_once(readers, ready);
  } else if (is_over) {
    settled = give_by_growth(readers, drops, ready, grown, all_readers);
  } else {
    return;
  }
  drops.erase(drops.begin(), drops.begin() + static_cast<std::ptrdiff_t>(settled));
  unnamed_count_ -= settled;
  changed_ = true;
}

// The counters of several grew by as much each, together by as much as was told.
bool DropJoin::is_even(const std::vector<Suspect>& readers, std::uint64_t told) {
  return !readers.empty() &&
         std::ranges::all_of(readers, [&](const Suspect& reader) { return reader.growth * readers.size() == told; });
}

// The same numbers again are no other units.
void DropJoin::give_each_once(const std::vector<Suspect>& readers, std::span<const Unnamed> drops) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, Unnamed> once;
  for (const Unnamed& drop : drops) once.emplace(std::pair(drop.units.first, drop.units.end), drop);
  std::vector<Unnamed> distinct;
  for (const auto& [units, drop] : once) distinct.push_back(drop);
  for (const Suspect& reader : readers) give_all(reader, distinct);
}

// To each as many as its counter shows, by count; returns how many drops that settles. More growth than there are drops
// does not show whose they are.
std::size_t DropJoin::give_by_growth(const std::vector<Suspect>& readers, std::span<const Unnamed> drops,
                                     std::span<const Unnamed> ready, std::uint64_t grown, std::size_t all_readers) {
  const std::uint64_t told = datagrams_of(ready);
  if (grown > datagrams_of(drops)) {
    give_to_nobody(ready, told, all_readers);
    return ready.size();
  }
  for (const Suspect& reader : readers) give_some(reader, ready);
  if (grown < told) give_to_nobody(ready, told - grown, all_readers);
  std::size_t settled = ready.size();
  for (std::uint64_t more = told; settled < drops.size() && more < grown; ++settled) {
    more += drops[settled].dropped.datagrams;
  }
  return settled;
}

void DropJoin::settle_unnamed(TimeNs seen_until, DropProbe& probe, bool is_final) {
  constexpr DurationNs kEvery = milliseconds(100);  // counts of all flows are read for it
  if (unnamed_.empty()) return;
  const bool is_early = unnamed_looked_at_ != kNoTime && seen_until - unnamed_looked_at_ < kEvery;
  if (is_early && !is_final && unnamed_count_ < kMaxUnnamed) return;
  unnamed_looked_at_ = seen_until;
  // After the sockets were read: what is counted since is more, not less.
  probe.refresh_counts();
  const SocketEvents events(probe);
  for (auto at = unnamed_.begin(); at != unnamed_.end();) {
    auto& [line, drops] = *at;
    const bool is_over =
        is_final || unnamed_count_ >= kMaxUnnamed || seen_until - drops.front().dropped.time > kLongestWait;
    settle_unnamed(line, drops, events, is_over, is_final);
    at = drops.empty() ? unnamed_.erase(at) : std::next(at);
  }
}

}  // namespace wirecause
