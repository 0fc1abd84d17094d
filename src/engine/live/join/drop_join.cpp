// SPDX-License-Identifier: Apache-2.0
#include "engine/live/join/drop_join.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/live/netns.hpp"
#include "evidence/drop_reason.hpp"
#include "packet/ip_protocol.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kUdpFailure =
    "socket from udp:udp_fail_queue_rcv_skb: this kernel's skb:kfree_skb does not carry it (before 6.11)";

bool is_at_socket(Checkpoint at) { return at == Checkpoint::socket || at == Checkpoint::read; }

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
    for (const RawDrop& drop : drained_) {
      ++records_;
      FlowState& state = state_of(drop.flow);
      state.told += drop.segments;
      state.last = clocks.realtime(drop.monotonic_ns);
      if (state.first == kNoTime) state.first = state.last;
      if (probe.flows()[drop.flow].ip_protocol != kProtocolUdp) continue;
      if (waiting_.size() >= kMaxWaiting) {
        ++unjoined_;
        continue;
      }
      Waiting& waiting = waiting_.emplace_back();
      waiting.time = clocks.realtime(drop.monotonic_ns);
      waiting.flow = drop.flow;
      waiting.count = drop.count;
      waiting.segments = drop.segments;
      waiting.has_number = drop.has_number;
      waiting.number = drop.number;
      waiting.payload.assign(drop.payload.begin(), drop.payload.end());
    }
  }
}

bool DropJoin::join(TimeNs seen_until, const DropProbe& probe, bool is_final) {
  bool wants_socket = false;
  std::deque<Waiting> still;
  while (!waiting_.empty()) {
    Waiting drop = std::move(waiting_.front());
    waiting_.pop_front();
    if (drop.time > seen_until && !is_final) {
      still.push_back(std::move(drop));
      continue;
    }
    const bool is_late = is_final || seen_until - drop.time > kLongestWait;
    const Outcome outcome = try_join(drop, probe.flows()[drop.flow], is_late);
    if (outcome == Outcome::joined) changed_ = true;
    const bool waits = outcome == Outcome::wait_for_stream || outcome == Outcome::wait_for_socket;
    wants_socket = wants_socket || outcome == Outcome::wait_for_socket;
    if (waits && !is_late) {
      still.push_back(std::move(drop));
    } else if (waits) {
      ++unjoined_;
    }
  }
  waiting_ = std::move(still);
  return wants_socket;
}

bool DropJoin::matches(const Stream& stream, const DropFlow& flow) const {
  if (stream.key.port != flow.destination_port || !(stream.key.group == flow.destination)) return false;
  if (!(stream.key.source == flow.source)) return false;
  const std::uint32_t input = front_->points().all()[stream.key.point].sources.front().first;
  // In another namespace it is another interface; of a socket's drop the interface may not be known any more.
  const bool is_elsewhere = flow.netns != netns_ || flow.ifindex == 0;
  return inputs_[input].is_tap() && (is_elsewhere || inputs_[input].ifindex == flow.ifindex);
}

Stream* DropJoin::stream_of(const DropFlow& flow, FlowState& state) {
  std::deque<Stream>& all = front_->streams_to_join();
  for (; state.stream == nullptr && state.streams_looked_at < all.size(); ++state.streams_looked_at) {
    if (matches(all[state.streams_looked_at], flow)) state.stream = &all[state.streams_looked_at];
  }
  return state.stream;
}

Line* DropJoin::line_of(Stream& stream, std::uint32_t channel) const {
  for (const ChannelLine& known : stream.lines) {
    if (known.channel == channel) return known.line;
  }
  return nullptr;
}

std::uint64_t DropJoin::units_a_datagram(LineId line) const {
  const Back::Tracked tracked = back_->tracked(line);
  if (tracked.feed == nullptr) return 1;
  const FeedTracker::Progress progress = tracked.feed->progress(tracked.index);
  return progress.packets == 0 ? 1
                               : std::max<std::uint64_t>(1, (progress.units + progress.packets / 2) / progress.packets);
}

// By the place that the kernel read, else by the framing over the first bytes, else by count.
void DropJoin::units_of(const Waiting& drop, const DropFlow& flow, Stream& stream, std::vector<Units>& out) const {
  const auto add = [&](Line* line, std::uint64_t wire, std::uint64_t count) {
    const Back::Tracked tracked = line == nullptr ? Back::Tracked{} : back_->tracked(line->id);
    if (tracked.feed == nullptr) return;
    const std::uint64_t first = tracked.feed->straight(wire);
    out.push_back({line->id, first, first + count, true});
  };
  const NumberPlaces places = number_places(*stream.choice->framing, stream.choice->config);
  if (drop.has_number) {
    const bool is_mark = places.mark_counts_from != 0 && drop.count >= places.mark_counts_from;
    const std::uint64_t a_datagram = is_mark ? 0 : drop.count;
    add(stream.lines.front().line, drop.number, a_datagram * drop.segments);
    return;
  }
  if (!drop.payload.empty()) {
    Datagram datagram;
    datagram.payload = {drop.payload.data(), drop.payload.size()};
    datagram.wire_length = flow.payload_length;
    datagram.time = drop.time;
    datagram.source_port = flow.source_port;
    datagram.destination_port = flow.destination_port;
    datagram.is_multicast = stream.is_multicast;
    FramingState state = stream.framing_state;
    Parsed parsed;
    stream.choice->framing->parse(datagram, 0, stream.choice->config, state, parsed);
    if (parsed.outcome == DecodeOutcome::ok || parsed.outcome == DecodeOutcome::truncated) {
      for (const Run& run : parsed.all()) {
        if (run.has_number && run.kind == RunKind::data) add(line_of(stream, run.channel), run.first, run.count);
      }
      if (parsed.run_count != 0 && (!out.empty() || parsed.outcome == DecodeOutcome::ok)) return;
    }
  }
  if (stream.lines.size() != 1) return;
  const LineId line = stream.lines.front().line->id;
  out.push_back({line, 0, units_a_datagram(line) * drop.segments, false});
}

std::uint32_t DropJoin::place_of(const DropFlow& flow, FlowState& state) {
  if (state.place) return *state.place;
  DropPlace place;
  place.at = flow.place;
  place.reason = flow.reason;
  place.symbol = flow.symbol;
  place.socket_is_known = flow.socket_source != SocketSource::none;
  if (flow.socket_source == SocketSource::udp_failure) place.step_down = kUdpFailure;
  if (flow.netns != netns_) place.elsewhere = fmt::format("{} {}", netns_name(flow.netns), flow.interface);
  state.place = places_.id_of(place);
  return *state.place;
}

void DropJoin::put(DroppedUnits& to, const Units& units, const DroppedUnits::Datagrams& dropped, LineId line) {
  const Back::Tracked tracked = back_->tracked(line);
  if (to.is_full()) to.settle([](const DroppedRun&) { return std::uint64_t{0}; });
  if (!units.has_number) {
    to.by_count(dropped, units.end);
    return;
  }
  // What was dropped before the line was first seen here is no part of this run.
  const std::uint64_t from = tracked.feed == nullptr ? 0 : tracked.feed->progress(tracked.index).start;
  const std::uint64_t first = std::max(units.first, from);
  if (first < units.end) {
    to.by_number(dropped, first, units.end);
  } else if (units.first == units.end) {
    to.without_units(dropped);
  }
}

void DropJoin::give_to(Consumer& consumer, const Units& units, const DroppedUnits::Datagrams& dropped) {
  const Back::Tracked tracked = back_->tracked(units.line);
  if (tracked.feed != nullptr) {
    const std::uint64_t epoch = tracked.feed->progress(tracked.index).epoch;
    // Numbers of an earlier epoch mean nothing any more: what is known of them is a sum.
    if (epoch != consumer.epoch) consumer.dropped.settle([](const DroppedRun&) { return std::uint64_t{0}; });
    consumer.epoch = epoch;
  }
  put(consumer.dropped, units, dropped, units.line);
}

// To the socket that the event names; else to everybody who waits for the line; of a line that nobody waits for, to itself.
void DropJoin::give(const Units& units, const DroppedUnits::Datagrams& dropped, const DropFlow& flow) {
  if (flow.netns == netns_) at_[{units.line, flow.place}] += dropped.datagrams;
  if (flow.netns != netns_) {
    // What a socket of another namespace loses is its own affair.
    if (!is_at_socket(flow.place)) put(elsewhere_[units.line], units, dropped, units.line);
    return;
  }
  if (is_before_tap(flow.place)) return put(before_tap_[units.line], units, dropped, units.line);
  const WatchedSocket* socket = consumers_->socket_by(flow.socket.cookie, flow.socket.inode);
  if (socket != nullptr) {
    if (const auto id = consumers_->of(*socket, units.line)) give_to(consumers_->consumer(*id), units, dropped);
    return;
  }
  const std::vector<std::uint32_t> readers = consumers_->of_line(units.line);
  for (const std::uint32_t id : readers) give_to(consumers_->consumer(id), units, dropped);
  if (readers.empty()) put(unread_[units.line], units, dropped, units.line);
}

DropJoin::Outcome DropJoin::try_join(const Waiting& drop, const DropFlow& flow, bool is_late) {
  FlowState& state = state_of(flow.id);
  Stream* stream = stream_of(flow, state);
  if (stream == nullptr) return flow.netns == netns_ ? Outcome::wait_for_stream : Outcome::not_ours;
  if (stream->state == Stream::State::none) return Outcome::not_ours;
  if (stream->state == Stream::State::undecided || stream->lines.empty()) return Outcome::wait_for_stream;
  const bool names_socket = flow.socket.cookie != 0 || flow.socket.inode != 0;
  if (names_socket && flow.netns == netns_ && !is_late &&
      consumers_->socket_by(flow.socket.cookie, flow.socket.inode) == nullptr) {
    return Outcome::wait_for_socket;
  }
  std::vector<Units> units;
  units_of(drop, flow, *stream, units);
  for (const Units& run : units) {
    if (!consumers_->has_looked_for(run.line) && !is_late) return Outcome::wait_for_socket;
  }
  DroppedUnits::Datagrams dropped;
  dropped.place = place_of(flow, state);
  dropped.time = drop.time;
  dropped.datagrams = drop.segments;
  dropped.truesize = flow.truesize;
  dropped.payload = flow.payload_length;
  for (const Units& run : units) {
    give(run, dropped, flow);
    dropped.datagrams = 0;  // counted with its first run
  }
  return Outcome::joined;
}

// The counts first, then what the ring holds: a drop that is counted and not told by now never will be.
void DropJoin::add_untold(DropProbe& probe, const ClockPair& clocks, TimeNs now) {
  if (probe.flows().empty()) return;
  probe.refresh_counts();
  take(probe, clocks);
  for (const DropFlow& flow : probe.flows()) {
    FlowState& state = state_of(flow.id);
    if (flow.ip_protocol != kProtocolUdp || flow.datagrams <= state.told + state.untold) continue;
    const std::uint64_t missing = flow.datagrams - state.told - state.untold;
    Stream* stream = stream_of(flow, state);
    if (stream == nullptr || stream->state != Stream::State::recognised || stream->lines.size() != 1) continue;
    state.untold += missing;
    DroppedUnits::Datagrams dropped;
    dropped.place = place_of(flow, state);
    dropped.time = now;
    dropped.datagrams = missing;
    dropped.truesize = flow.truesize;
    dropped.payload = flow.payload_length;
    const LineId line = stream->lines.front().line->id;
    give({line, 0, units_a_datagram(line) * missing, false}, dropped, flow);
    changed_ = true;
  }
}

void DropJoin::by_counter(std::size_t socket, std::uint64_t datagrams, TimeNs now, const std::string& reason,
                          const std::string& step_down) {
  const WatchedSocket& watched = consumers_->sockets()[socket];
  // Which of several lines a counter moved for, nobody knows.
  if (watched.consumers.size() != 1) return;
  Consumer& consumer = consumers_->consumer(watched.consumers.front());
  DropPlace place;
  place.at = Checkpoint::socket;
  place.reason = reason;
  place.socket_is_known = true;
  place.step_down = step_down;
  DroppedUnits::Datagrams dropped;
  dropped.place = places_.id_of(place);
  dropped.time = now;
  dropped.datagrams = datagrams;
  consumer.dropped.by_count(dropped, units_a_datagram(consumer.line) * datagrams);
  changed_ = true;
}

std::vector<Stranger> DropJoin::strangers(const DropProbe& probe) {
  constexpr std::size_t kMost = 64;
  std::vector<Stranger> found;
  for (const DropFlow& flow : probe.flows()) {
    const bool is_one = flow.ip_protocol == kProtocolUdp && flow.netns == netns_ &&
                        flow.reason == drop_reason::kNoSocket && !flow.destination.is_multicast();
    if (!is_one || state_of(flow.id).first == kNoTime || stream_of(flow, state_of(flow.id)) != nullptr) continue;
    const std::uint32_t place = place_of(flow, state_of(flow.id));
    const FlowState& state = state_of(flow.id);
    const auto known = std::find_if(found.begin(), found.end(), [&](const Stranger& stranger) {
      return stranger.destination == flow.destination && stranger.port == flow.destination_port;
    });
    const bool is_new = known == found.end();
    if (is_new && found.size() >= kMost) continue;
    Stranger& stranger = is_new ? found.emplace_back() : *known;
    if (is_new) {
      stranger = {flow.source, flow.destination, flow.destination_port, flow.ifindex, {}};
      stranger.dropped.place = place;
      stranger.dropped.first = state.first;
      stranger.dropped.last = state.last;
    }
    stranger.dropped.first = std::min(stranger.dropped.first, state.first);
    stranger.dropped.last = std::max(stranger.dropped.last, state.last);
    stranger.dropped.datagrams += flow.datagrams;
    stranger.dropped.by_count += flow.datagrams;
  }
  return found;
}

void DropJoin::follow_lines(DropProbe* drops, ReaderProbe* readers) {
  std::deque<Stream>& all = front_->streams_to_join();
  for (Stream& stream : all) {
    if (stream.is_followed || stream.state != Stream::State::recognised || stream.lines.size() != 1) continue;
    stream.is_followed = true;
    const NumberPlaces places = number_places(*stream.choice->framing, stream.choice->config);
    if (places.number.width == 0) continue;
    NumberPlace place;
    place.destination = stream.key.group;
    place.port = stream.key.port;
    place.number_offset = static_cast<std::uint8_t>(std::min<std::uint32_t>(places.number.offset, 255));
    place.number_width = places.number.width;
    place.number_big_endian = places.number.big_endian;
    place.count_offset = static_cast<std::uint8_t>(std::min<std::uint32_t>(places.count.offset, 255));
    place.count_width = places.count.width;
    place.count_big_endian = places.count.big_endian;
    place.mark_counts_from = places.mark_counts_from;
    // What cannot be followed is told by its first bytes, and by count.
    if (places.number.offset > 255 || places.count.offset > 255) continue;
    if (drops != nullptr) (void)drops->follow(place);
    if (readers != nullptr) (void)readers->follow_numbers(place);
  }
}

std::uint64_t DropJoin::events_of(const DropProbe& probe, const UdpSocket& socket) const {
  std::uint64_t events = 0;
  for (const DropFlow& flow : probe.flows()) {
    const bool is_it = (socket.cookie != 0 && flow.socket.cookie == socket.cookie) ||
                       (socket.inode != 0 && flow.socket.inode == socket.inode);
    if (is_it) events += flow.datagrams;
  }
  return events;
}

}  // namespace wirecause
