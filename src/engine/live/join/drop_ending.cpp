// The end of a run: drops go on meanwhile, and only those are of the run whose units the tap has shown by then.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/live/join/drop_join.hpp"

namespace wirecause {

void DropJoin::end_at(TimeNs cut, const DropProbe& probe) {
  ended_ = cut;
  for (const DropFlow& flow : probe.flows()) state_of(flow.id).counted = flow.datagrams;
}

// By number, and of the numbers that run now.
bool DropJoin::has_shown(const Units& units) const {
  const Back::Tracked tracked = back_->tracked(units.line);
  if (tracked.feed == nullptr || !units.has_number || units.count() == 0) return false;
  const FeedTracker::Progress shown = tracked.feed->progress(tracked.index);
  return units.first >= shown.start && units.first < shown.next;
}

// What a reader lacks beyond the end it has not read either (HostEvidence::set_read_and_queued).
void DropJoin::note_late(const std::vector<Units>& units, const DroppedUnits::Datagrams& dropped,
                         const DropFlow& flow) {
  if (!is_ours(flow) || is_before_tap(flow.place)) return;
  const WatchedSocket* socket = socket_of(flow);
  const bool names_socket = flow.socket.cookie != 0 || flow.socket.inode != 0;
  bool is_noted = false;
  for (const Units& run : units) {
    if (!run.has_number || run.count() == 0 || has_shown(run)) continue;
    std::vector<std::uint32_t> readers;
    if (!names_socket) readers = consumers_->present_readers(run.line);
    if (const auto id = socket == nullptr ? std::nullopt : consumers_->of(*socket, run.line)) readers = {*id};
    for (const std::uint32_t id : readers) {
      DroppedUnits& after = consumers_->consumer(id).dropped_after_end;
      if (!after.is_full()) after.by_number(dropped, run.first, run.end);
    }
    if (!names_socket && !is_noted) unnamed_after_end_[run.line] += dropped.datagrams;
    is_noted = true;
  }
}

void DropJoin::SocketEvents::add(const SocketId& socket, std::uint64_t datagrams) {
  if (socket.cookie != 0) {
    by_cookie_[socket.cookie] += datagrams;
  } else if (socket.inode != 0) {
    by_inode_[socket.inode] += datagrams;
  }
}

DropJoin::SocketEvents::SocketEvents(const DropProbe& probe) {
  for (const DropFlow& flow : probe.flows()) add(flow.socket, flow.datagrams);
}

std::uint64_t DropJoin::SocketEvents::of(const UdpSocket& socket) const {
  const auto cookie = by_cookie_.find(socket.cookie);
  const auto inode = by_inode_.find(socket.inode);
  return (cookie == by_cookie_.end() ? 0 : cookie->second) + (inode == by_inode_.end() ? 0 : inode->second);
}

DropJoin::SocketEvents DropJoin::named_events_of_run(const DropProbe& probe) const {
  if (!ended_) return SocketEvents(probe);
  SocketEvents events;
  for (const DropFlow& flow : probe.flows()) {
    if (flow.id >= flows_.size()) continue;
    const FlowState& state = flows_[flow.id];
    events.add(flow.socket, std::max(state.counted, state.told) + state.told_late);
  }
  return events;
}

DropJoin::SocketEvents DropJoin::events_of_run(const DropProbe& probe) const {
  SocketEvents events = named_events_of_run(probe);
  for (const auto& [cookie, datagrams] : chosen_) events.by_cookie_[cookie] += datagrams;
  return events;
}

// Between the two readings of the events the counter has its place; one that is outside of them differs, and still does
// afterwards.
void DropJoin::take_back_counters(const SocketEvents& before, const SocketEvents& after, const DropProbe& probe) {
  const SocketEvents of_run = named_events_of_run(probe);
  for (WatchedSocket& socket : consumers_->sockets()) {
    if (socket.is_gone || socket.consumers.empty()) continue;
    const auto since = [&](const SocketEvents& events) {
      const std::uint64_t all = events.of(socket.now);
      return all - std::min(all, socket.events_before);
    };
    const std::uint64_t grown = socket.now.drops - std::min(socket.now.drops, socket.drops_before);
    const std::uint64_t seen = std::clamp(grown, since(before), std::max(since(before), since(after)));
    std::uint64_t of_this_run = grown - std::min(grown, seen) + since(of_run);
    if (seen > grown) of_this_run -= std::min(of_this_run, seen - grown);
    // Of those that named no socket: no more than nothing else explains.
    const auto chosen = chosen_.find(socket.now.cookie);
    const std::uint64_t known = seen + (chosen == chosen_.end() ? 0 : chosen->second);
    std::uint64_t unclaimed = grown - std::min(grown, known);
    for (const std::uint32_t id : socket.consumers) {
      const auto late = unnamed_after_end_.find(consumers_->consumer(id).line);
      const std::uint64_t beyond = late == unnamed_after_end_.end() ? 0 : std::min(unclaimed, late->second);
      of_this_run -= std::min(of_this_run, beyond);
      unclaimed -= beyond;
    }
    socket.now.drops = socket.drops_before + of_this_run;
  }
}

}  // namespace wirecause
