// SPDX-License-Identifier: Apache-2.0
#include "engine/live/join/drop_join.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/live/join/run_log.hpp"
#include "evidence/drop_reason.hpp"
#include "host/netns.hpp"
#include "packet/ip_protocol.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kUdpFailure =
    "socket from udp:udp_fail_queue_rcv_skb: this kernel's skb:kfree_skb does not carry it (before 6.11)";
constexpr std::string_view kManySources =
    "too many sources send to this group and port to keep them apart: joined by socket and number";

bool is_of_many_sources(const DropFlow& flow) { return flow.source == IpAddress{}; }

}  // namespace

DropJoin::DropJoin(Front& front, Back& back, ConsumerBook& consumers, std::vector<LiveInput> inputs,
                   std::uint32_t netns)
    : front_(&front), back_(&back), consumers_(&consumers), inputs_(std::move(inputs)), netns_(netns) {}

DropJoin::FlowState& DropJoin::state_of(std::uint32_t flow) {
  if (flows_.size() <= flow) flows_.resize(flow + 1);
  return flows_[flow];
}

void DropJoin::take(DropProbe& probe, const ClockPair& clocks) {
  constexpr int kRounds = 8;  // of at most 65 536 drops: what comes meanwhile is for the next call
  for (int round = 0; round < kRounds; ++round) {
    drained_.clear();
    if (!probe.drain(drained_)) return;
    records_ += drained_.size();
    for (const RawDrop& drop : drained_) take(drop, probe.flows()[drop.flow], clocks.realtime(drop.monotonic_ns));
  }
}

void DropJoin::take(const RawDrop& drop, const DropFlow& flow, TimeNs time) {
  FlowState& state = state_of(drop.flow);
  if (!is_late(time)) {
    state.last = time;
    if (state.first == kNoTime) state.first = time;
  }
  if (flow.ip_protocol != kProtocolUdp) return;
  Waiting waiting;
  if (!may_wait(flow, waiting)) return;  // not told: by count, like those that the ring did not hold
  if (!is_late(time)) state.told += drop.segments;
  waiting.time = time;
  waiting.flow = drop.flow;
  waiting.count = drop.count;
  waiting.segments = drop.segments;
  waiting.has_number = drop.has_number;
  waiting.number = drop.number;
  waiting.payload.assign(drop.payload.begin(), drop.payload.end());
  waiting_.push_back(std::move(waiting));
}

// A flood to ports that no line has must not take the place of a line's drops.
bool DropJoin::may_wait(const DropFlow& flow, Waiting& waiting) {
  if (waiting_.size() + parked_ >= kMaxWaiting) return false;
  waiting.is_followed = !streams_.recognised(flow.destination, flow.destination_port).empty();
  if (waiting.is_followed) return true;
  if (unfollowed_ >= kMaxUnfollowed) return false;
  ++unfollowed_;
  return true;
}

bool DropJoin::join(TimeNs seen_until, DropProbe& probe, bool is_final) {
  streams_.follow(front_->streams_to_join());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    if (waiting_[i].time <= seen_until || is_final) {
      settle(std::move(waiting_[i]), probe.flows()[waiting_[i].flow]);
    } else {
      if (kept != i) waiting_[kept] = std::move(waiting_[i]);
      ++kept;
    }
  }
  waiting_.resize(kept);
  bool wants_socket = false;
  std::size_t still_parked = 0;
  for (std::size_t i = 0; i < parked_flows_.size(); ++i) {
    const std::uint32_t id = parked_flows_[i];
    if (settle_parked(id, probe.flows()[id], seen_until, is_final)) wants_socket = true;
    if (!flows_[id].parked.empty()) parked_flows_[still_parked++] = id;
  }
  parked_flows_.resize(still_parked);
  settle_unnamed(seen_until, probe, is_final);
  return wants_socket;
}

// What its flow waits for, the drop waits for.
void DropJoin::settle(Waiting drop, const DropFlow& flow) {
  FlowState& state = state_of(flow.id);
  const Readiness readiness = state.parked.empty() ? readiness_of(flow, state) : Readiness::wait_for_stream;
  if (readiness == Readiness::not_ours || readiness == Readiness::ready) {
    done_waiting(drop);
    return readiness == Readiness::ready ? join_one(drop, flow, state) : leave(drop, flow, state);
  }
  if (state.parked.empty()) parked_flows_.push_back(flow.id);
  state.parked.push_back(std::move(drop));
  ++parked_;
}

// True: a socket would help.
bool DropJoin::settle_parked(std::uint32_t id, const DropFlow& flow, TimeNs seen_until, bool is_final) {
  FlowState& state = state_of(id);
  const Readiness readiness = readiness_of(flow, state);
  const bool waits = readiness == Readiness::wait_for_stream || readiness == Readiness::wait_for_socket;
  std::size_t settled = 0;
  for (const Waiting& drop : state.parked) {
    const bool is_over = is_final || seen_until - drop.time > kLongestWait;
    if (waits && !is_over) break;
    if (readiness == Readiness::ready || readiness == Readiness::wait_for_socket) {
      join_one(drop, flow, state);
    } else {
      leave(drop, flow, state);
    }
    done_waiting(drop);
    ++settled;
  }
  state.parked.erase(state.parked.begin(), state.parked.begin() + static_cast<std::ptrdiff_t>(settled));
  parked_ -= settled;
  return readiness == Readiness::wait_for_socket && !state.parked.empty();
}

bool DropJoin::matches(const Stream& stream, const DropFlow& flow) const {
  const std::uint32_t input = front_->points().all()[stream.key.point].sources.front().first;
  // In another namespace it is another interface; of a socket's drop the interface may not be known any more.
  const bool is_elsewhere = flow.netns != netns_ || flow.ifindex == 0;
  return inputs_[input].is_tap() && (is_elsewhere || inputs_[input].brings_to(flow.ifindex, stream.key.vlan));
}

// Of a flow of many sources: the stream that its destination stands for, where that is one.
Stream* DropJoin::only_stream_to(const DropFlow& flow) const {
  Stream* only = nullptr;
  for (Stream* stream : streams_.recognised(flow.destination, flow.destination_port)) {
    if (!matches(*stream, flow)) continue;
    if (only != nullptr) return nullptr;
    only = stream;
  }
  return only;
}

Stream* DropJoin::stream_of(const DropFlow& flow, FlowState& state) {
  if (is_of_many_sources(flow)) {
    if (state.streams_looked_at != streams_.recognised_size()) state.stream = only_stream_to(flow);
    state.streams_looked_at = streams_.recognised_size();
    return state.stream;
  }
  if (state.stream != nullptr || state.streams_looked_at == streams_.size()) return state.stream;
  state.streams_looked_at = streams_.size();
  for (Stream* stream : streams_.find(flow.source, flow.destination, flow.destination_port)) {
    if (state.stream == nullptr && matches(*stream, flow)) state.stream = stream;
  }
  return state.stream;
}

const WatchedSocket* DropJoin::socket_of(const DropFlow& flow) const {
  return consumers_->socket_by(flow.socket.cookie, flow.socket.inode);
}

// A drop that names neither an interface nor a namespace is ours where its socket is.
bool DropJoin::is_ours(const DropFlow& flow) const {
  return flow.netns == netns_ || (flow.netns == 0 && socket_of(flow) != nullptr);
}

DropJoin::Readiness DropJoin::readiness_of(const DropFlow& flow, FlowState& state) {
  const Stream* stream = stream_of(flow, state);
  if (stream == nullptr) {
    return flow.netns == netns_ && is_asked_for(flow) ? Readiness::wait_for_stream : Readiness::not_ours;
  }
  if (stream->state == Stream::State::none) return Readiness::not_ours;
  if (stream->state == Stream::State::undecided || stream->lines.empty()) return Readiness::wait_for_stream;
  if (!consumers_->can_list_sockets()) return Readiness::ready;
  const bool names_socket = flow.socket.cookie != 0 || flow.socket.inode != 0;
  if (names_socket && flow.netns == netns_ && socket_of(flow) == nullptr) return Readiness::wait_for_socket;
  const auto is_looked_for = [this](const ChannelLine& known) { return consumers_->has_looked_for(known.line->id); };
  return std::all_of(stream->lines.begin(), stream->lines.end(), is_looked_for) ? Readiness::ready
                                                                                : Readiness::wait_for_socket;
}

std::uint32_t DropJoin::place_of(const DropFlow& flow, FlowState& state) {
  if (state.place) return *state.place;
  DropPlace place;
  place.at = flow.place;
  place.reason = flow.reason;
  place.symbol = flow.symbol;
  place.socket_is_known = flow.socket_source != SocketSource::none;
  if (flow.socket_source == SocketSource::udp_failure) place.step_down = kUdpFailure;
  if (is_of_many_sources(flow)) place.step_down = kManySources;
  if (!is_ours(flow)) place.elsewhere = fmt::format("{} {}", netns_name(flow.netns), flow.interface);
  state.place = places_.id_of(place);
  return *state.place;
}

void DropJoin::join_one(const Waiting& drop, const DropFlow& flow, FlowState& state) {
  std::vector<Units> units;
  units_of(drop, flow, *state.stream, units);
  DroppedUnits::Datagrams dropped;
  dropped.place = place_of(flow, state);
  dropped.time = drop.time;
  dropped.datagrams = drop.segments;
  dropped.truesize = flow.truesize;
  dropped.payload = flow.payload_length;
  if (is_late(drop.time)) {
    note_late(units, dropped, flow);
    std::erase_if(units, [this](const Units& run) { return !has_shown(run); });
    if (units.empty()) return;
    state.told_late += drop.segments;
  } else if (is_of_many_sources(flow)) {
    // Somebody's: the line's only where a socket lost it and the line has shown it.
    const bool names_socket = flow.socket.cookie != 0 || flow.socket.inode != 0;
    std::erase_if(units, [&](const Units& run) { return !names_socket || !has_shown(run); });
  }
  if (units.empty()) unjoined_.of_lines += drop.segments;
  for (const Units& run : units) {
    give(run, dropped, flow);
    dropped.datagrams = 0;  // counted with its first run
  }
  changed_ = changed_ || !units.empty();
}

}  // namespace wirecause
