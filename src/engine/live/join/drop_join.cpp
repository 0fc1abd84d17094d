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
    records_ += drained_.size();
    for (const RawDrop& drop : drained_) take(drop, probe.flows()[drop.flow], clocks.realtime(drop.monotonic_ns));
  }
}

void DropJoin::take(const RawDrop& drop, const DropFlow& flow, TimeNs time) {
  FlowState& state = state_of(drop.flow);
  state.last = time;
  if (state.first == kNoTime) state.first = time;
  if (flow.ip_protocol != kProtocolUdp) return;
  if (waiting_.size() + parked_ >= kMaxWaiting) return;  // not told: by count, like those that the ring did not hold
  state.told += drop.segments;
  Waiting& waiting = waiting_.emplace_back();
  waiting.time = time;
  waiting.flow = drop.flow;
  waiting.count = drop.count;
  waiting.segments = drop.segments;
  waiting.has_number = drop.has_number;
  waiting.number = drop.number;
  waiting.payload.assign(drop.payload.begin(), drop.payload.end());
}

bool DropJoin::join(TimeNs seen_until, const DropProbe& probe, bool is_final) {
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
  return wants_socket;
}

// What its flow waits for, the drop waits for.
void DropJoin::settle(Waiting drop, const DropFlow& flow) {
  FlowState& state = state_of(flow.id);
  const Readiness readiness = state.parked.empty() ? readiness_of(flow, state) : Readiness::wait_for_stream;
  if (readiness == Readiness::not_ours) return;
  if (readiness == Readiness::ready) return join_one(drop, flow, state);
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
    const bool is_late = is_final || seen_until - drop.time > kLongestWait;
    if (waits && !is_late) break;
    if (readiness == Readiness::ready || readiness == Readiness::wait_for_socket) {
      join_one(drop, flow, state);
    } else if (readiness == Readiness::wait_for_stream) {
      unjoined_ += drop.segments;
    }
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
  return inputs_[input].is_tap() && (is_elsewhere || inputs_[input].ifindex == flow.ifindex);
}

Stream* DropJoin::stream_of(const DropFlow& flow, FlowState& state) {
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
  if (stream == nullptr) return flow.netns == netns_ ? Readiness::wait_for_stream : Readiness::not_ours;
  if (stream->state == Stream::State::none) return Readiness::not_ours;
  if (stream->state == Stream::State::undecided || stream->lines.empty()) return Readiness::wait_for_stream;
  if (!consumers_->can_list_sockets()) return Readiness::ready;
  const bool names_socket = flow.socket.cookie != 0 || flow.socket.inode != 0;
  if (names_socket && flow.netns == netns_ && socket_of(flow) == nullptr) return Readiness::wait_for_socket;
  const auto is_looked_for = [this](const ChannelLine& known) { return consumers_->has_looked_for(known.line->id); };
  return std::all_of(stream->lines.begin(), stream->lines.end(), is_looked_for) ? Readiness::ready
                                                                                : Readiness::wait_for_socket;
}

Line* DropJoin::line_of(const Stream& stream, std::uint32_t channel) const {
  for (const ChannelLine& known : stream.lines) {
    if (known.channel == channel) return known.line;
  }
  return nullptr;
}

// Which of several channels the kernel read a number of, it cannot say; the tap has shown it on one of them.
Line* DropJoin::line_that_showed(const Stream& stream, std::uint64_t wire) const {
  if (stream.lines.size() == 1) return stream.lines.front().line;
  Line* found = nullptr;
  for (const ChannelLine& known : stream.lines) {
    const Back::Tracked tracked = back_->tracked(known.line->id);
    if (tracked.feed == nullptr) continue;
    const FeedTracker::Progress shown = tracked.feed->progress(tracked.index);
    const std::uint64_t number = tracked.feed->straight(wire);
    if (number < shown.start || number >= shown.next) continue;
    if (found != nullptr) return nullptr;
    found = known.line;
  }
  return found;
}

std::uint64_t DropJoin::units_a_datagram(LineId line) const {
  const Back::Tracked tracked = back_->tracked(line);
  if (tracked.feed == nullptr) return 1;
  const FeedTracker::Progress progress = tracked.feed->progress(tracked.index);
  return progress.packets == 0 ? 1
                               : std::max<std::uint64_t>(1, (progress.units + progress.packets / 2) / progress.packets);
}

void DropJoin::add_numbered(const Waiting& drop, const Stream& stream, std::vector<Units>& out) const {
  const Line* line = line_that_showed(stream, drop.number);
  const Back::Tracked tracked = line == nullptr ? Back::Tracked{} : back_->tracked(line->id);
  if (tracked.feed == nullptr) return;
  const NumberFields fields = number_fields(*stream.choice->framing, stream.choice->config);
  const bool is_mark = fields.mark_counts_from != 0 && drop.count >= fields.mark_counts_from;
  const std::uint64_t first = tracked.feed->straight(drop.number);
  const std::uint64_t a_datagram = is_mark ? 0 : drop.count;
  out.push_back({line->id, first, first + a_datagram * drop.segments, drop.segments, true});
}

// What carries no unit (heartbeats, units that are sent again) is a datagram of its line all the same.
void DropJoin::add_run(const Run& run, const Waiting& drop, const Stream& stream, std::vector<Units>& out) const {
  const Line* line = line_of(stream, run.channel);
  const Back::Tracked tracked = line == nullptr ? Back::Tracked{} : back_->tracked(line->id);
  if (tracked.feed == nullptr) return;
  if (!run.has_number || run.kind != RunKind::data) {
    out.push_back({line->id, 0, 0, drop.segments, true});
    return;
  }
  const std::uint64_t first = tracked.feed->straight(run.first);
  const RunLog* log = run.count_is_minimum ? consumers_->runs_of(line->id) : nullptr;
  const std::optional<std::uint32_t> whole = log == nullptr ? std::nullopt : log->count_of(run.first);
  if (run.count_is_minimum && !whole) {
    out.push_back({line->id, 0, std::max<std::uint64_t>(run.count, units_a_datagram(line->id)) * drop.segments,
                   drop.segments, false});
    return;
  }
  const std::uint64_t count = std::max(run.count, whole.value_or(0));
  out.push_back({line->id, first, first + count * drop.segments, drop.segments, true});
}

// The first bytes of a datagram. How long it was, the kernel says of the first one of its flow only.
bool DropJoin::add_parsed(const Waiting& drop, const DropFlow& flow, const Stream& stream,
                          std::vector<Units>& out) const {
  constexpr std::uint32_t kLongest = 65'535;
  Datagram datagram;
  datagram.payload = {drop.payload.data(), drop.payload.size()};
  const bool is_whole = drop.payload.size() < DropProbe::kPayloadBytes && drop.payload.size() >= flow.payload_length;
  datagram.wire_length = is_whole ? static_cast<std::uint32_t>(drop.payload.size()) : kLongest;
  datagram.time = drop.time;
  datagram.source_port = flow.source_port;
  datagram.destination_port = flow.destination_port;
  datagram.is_multicast = stream.is_multicast;
  FramingState state = stream.framing_state;
  Parsed parsed;
  stream.choice->framing->parse(datagram, 0, stream.choice->config, state, parsed);
  if (parsed.outcome != DecodeOutcome::ok && parsed.outcome != DecodeOutcome::truncated) return false;
  for (const Run& run : parsed.all()) add_run(run, drop, stream, out);
  return parsed.run_count != 0;
}

// By the place that the kernel read, else by the framing over the first bytes, else by count.
void DropJoin::units_of(const Waiting& drop, const DropFlow& flow, Stream& stream, std::vector<Units>& out) const {
  if (drop.has_number) return add_numbered(drop, stream, out);
  if (!drop.payload.empty() && add_parsed(drop, flow, stream, out)) return;
  if (stream.lines.size() != 1) return;
  const LineId line = stream.lines.front().line->id;
  out.push_back({line, 0, units_a_datagram(line) * drop.segments, drop.segments, false});
}

std::uint32_t DropJoin::place_of(const DropFlow& flow, FlowState& state) {
  if (state.place) return *state.place;
  DropPlace place;
  place.at = flow.place;
  place.reason = flow.reason;
  place.symbol = flow.symbol;
  place.socket_is_known = flow.socket_source != SocketSource::none;
  if (flow.socket_source == SocketSource::udp_failure) place.step_down = kUdpFailure;
  if (!is_ours(flow)) place.elsewhere = fmt::format("{} {}", netns_name(flow.netns), flow.interface);
  state.place = places_.id_of(place);
  return *state.place;
}

// The tap saw what was dropped behind it. A number that it has not shown is forged, or of numbers that have begun again
// since; one from before its first is of before this run.
std::optional<DropJoin::Units> DropJoin::shown_of(const Units& units, const FeedTracker::Progress& shown) const {
  constexpr std::uint64_t kFirstEpoch = 1;
  Units cut = units;
  if (!units.has_number || units.count() == 0) return cut;
  const bool is_of_another_epoch = units.first >= shown.next || (units.end <= shown.start && shown.epoch > kFirstEpoch);
  if (is_of_another_epoch) {
    return Units{units.line, 0, units_a_datagram(units.line) * units.segments, units.segments, false};
  }
  cut.first = std::max(units.first, shown.start);
  cut.end = std::min(units.end, shown.next);
  return cut.first < cut.end ? std::optional(cut) : std::nullopt;
}

namespace {

template <class Units>
std::uint64_t put(DroppedUnits& to, const Units& units, const DroppedUnits::Datagrams& dropped) {
  if (to.is_full()) to.settle();
  if (!units.has_number) {
    to.by_count(dropped, units.count());
    return units.count();
  }
  if (units.count() != 0) return to.by_number(dropped, units.first, units.end);
  to.without_units(dropped);
  return 0;
}

}  // namespace

// Before a socket was known, what it was to get is known only of what was dropped.
void DropJoin::give_to(Consumer& consumer, const Units& units, const DroppedUnits::Datagrams& dropped) {
  const Back::Tracked tracked = back_->tracked(units.line);
  if (tracked.feed == nullptr) return;
  const FeedTracker::Progress shown = tracked.feed->progress(tracked.index);
  // Numbers of an earlier epoch mean nothing any more: what is known of them is a sum.
  if (shown.epoch != consumer.epoch) consumer.dropped.settle();
  consumer.epoch = shown.epoch;
  const auto cut = shown_of(units, shown);
  if (!cut) return;
  const bool came_late = consumer.since.packets != 0;
  if (!cut->has_number || !came_late || consumer.since.epoch != shown.epoch || cut->first >= consumer.since.next) {
    const std::uint64_t added = put(consumer.dropped, *cut, dropped);
    if (!cut->has_number && came_late && dropped.time <= consumer.seen_at) consumer.dropped_before_since += added;
    return;
  }
  Units before = *cut;
  before.end = std::min(cut->end, consumer.since.next);
  consumer.dropped_before_since += put(consumer.dropped, before, dropped);
  if (before.end == cut->end) return;
  Units since = *cut;
  since.first = before.end;
  DroppedUnits::Datagrams same = dropped;
  same.datagrams = 0;
  put(consumer.dropped, since, same);
}

// What the tap did not see may be ahead of what it has shown. The numbers of an earlier epoch stay: holes of then are
// still to be explained.
void DropJoin::give_before_tap(ByEpoch& to, const Units& units, const DroppedUnits::Datagrams& dropped) {
  constexpr std::size_t kMaxEpochs = 8;  // of a line
  const Back::Tracked tracked = back_->tracked(units.line);
  if (tracked.feed == nullptr) return;
  const std::uint64_t epoch = tracked.feed->progress(tracked.index).epoch;
  put(to[{units.line, epoch}], units, dropped);
  const auto oldest = to.lower_bound({units.line, 0});
  const auto beyond = to.upper_bound({units.line, epoch});
  if (static_cast<std::size_t>(std::distance(oldest, beyond)) > kMaxEpochs) to.erase(oldest);
}

// To the socket that the event names; else to everybody who waits for the line; of a line that nobody waits for, to itself.
void DropJoin::give(const Units& units, const DroppedUnits::Datagrams& dropped, const DropFlow& flow) {
  if (!is_ours(flow)) {
    // What a socket of another namespace loses is its own affair.
    if (flow.netns != 0 && !is_at_socket(flow.place)) give_before_tap(elsewhere_, units, dropped);
    return;
  }
  at_[{units.line, flow.place}] += dropped.datagrams;
  if (is_before_tap(flow.place)) return give_before_tap(before_tap_, units, dropped);
  const bool names_socket = flow.socket.cookie != 0 || flow.socket.inode != 0;
  if (const WatchedSocket* socket = socket_of(flow); socket != nullptr || names_socket) {
    // Of a socket that nobody knows, or that is no reader of the line as far as anybody can tell: not the others' loss.
    const auto id = socket == nullptr ? std::nullopt : consumers_->of(*socket, units.line);
    if (id) return give_to(consumers_->consumer(*id), units, dropped);
    unjoined_ += dropped.datagrams;
    return;
  }
  const std::vector<std::uint32_t> readers = consumers_->present_readers(units.line);
  for (const std::uint32_t id : readers) give_to(consumers_->consumer(id), units, dropped);
  if (!readers.empty()) return;
  const Back::Tracked tracked = back_->tracked(units.line);
  if (tracked.feed == nullptr) return;
  const FeedTracker::Progress shown = tracked.feed->progress(tracked.index);
  DroppedUnits& unread = unread_[units.line];
  if (std::exchange(unread_epochs_[units.line], shown.epoch) != shown.epoch) unread.settle();
  if (const auto cut = shown_of(units, shown)) put(unread, *cut, dropped);
}

void DropJoin::join_one(const Waiting& drop, const DropFlow& flow, FlowState& state) {
  std::vector<Units> units;
  units_of(drop, flow, *state.stream, units);
  if (units.empty()) unjoined_ += drop.segments;
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
  changed_ = changed_ || !units.empty();
}

// The counts first, then what the ring holds: a drop that is counted and not told by now never will be.
void DropJoin::add_untold(DropProbe& probe, const ClockPair& clocks, TimeNs now) {
  if (probe.flows().empty()) return;
  probe.refresh_counts();
  take(probe, clocks);
  streams_.follow(front_->streams_to_join());
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
    Units units;
    units.line = stream->lines.front().line->id;
    units.end = units_a_datagram(units.line) * missing;
    give(units, dropped, flow);
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
  constexpr std::size_t kMost = 8;  // a scan of ports is one symptom, not thousands
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

void DropJoin::follow_lines(DropProbe* drops, ReaderProbe* readers, EarlyLog& early) {
  std::deque<Stream>& all = front_->streams_to_join();
  for (Stream& stream : all) {
    if (stream.is_followed || stream.state != Stream::State::recognised || stream.lines.size() != 1) continue;
    stream.is_followed = true;
    const NumberFields fields = number_fields(*stream.choice->framing, stream.choice->config);
    if (fields.number.width == 0) {
      early.keep_on(stream.lines.front().line->id);
      continue;
    }
    NumberField wanted;
    wanted.destination = stream.key.group;
    wanted.port = stream.key.port;
    wanted.number_offset = static_cast<std::uint8_t>(std::min<std::uint32_t>(fields.number.offset, 255));
    wanted.number_width = fields.number.width;
    wanted.number_big_endian = fields.number.big_endian;
    wanted.count_offset = static_cast<std::uint8_t>(std::min<std::uint32_t>(fields.count.offset, 255));
    wanted.count_width = fields.count.width;
    wanted.count_big_endian = fields.count.big_endian;
    wanted.mark_counts_from = fields.mark_counts_from;
    // What cannot be followed is told by its first bytes, and by count.
    if (fields.number.offset > 255 || fields.count.offset > 255) continue;
    if (drops != nullptr) (void)drops->follow(wanted);
    if (readers != nullptr) (void)readers->follow_numbers(wanted);
  }
}

DropJoin::SocketEvents::SocketEvents(const DropProbe& probe) {
  for (const DropFlow& flow : probe.flows()) {
    if (flow.socket.cookie != 0) {
      by_cookie_[flow.socket.cookie] += flow.datagrams;
    } else if (flow.socket.inode != 0) {
      by_inode_[flow.socket.inode] += flow.datagrams;
    }
  }
}

std::uint64_t DropJoin::SocketEvents::of(const UdpSocket& socket) const {
  const auto cookie = by_cookie_.find(socket.cookie);
  const auto inode = by_inode_.find(socket.inode);
  return (cookie == by_cookie_.end() ? 0 : cookie->second) + (inode == by_inode_.end() ? 0 : inode->second);
}

}  // namespace wirecause
