// SPDX-License-Identifier: Apache-2.0
#include "tcp/path.hpp"

#include <algorithm>

#include "tcp/connection.hpp"
#include "tcp/root.hpp"

namespace wirecause::tcp {
namespace {

constexpr Offset kFewestInFlight = 4;  // segments: less neither fills a queue nor is answered without delay

// Payload of a full segment. Captured larger ones were cut to it by the sender's adapter.
std::uint32_t segment_of(const Flow& flow, const Flow& peer) {
  constexpr std::uint32_t kUsual = 1'460;
  constexpr std::uint32_t kStamps = 12;
  const std::uint32_t most = (peer.mss > kStamps ? peer.mss : kUsual) - (flow.has_stamps ? kStamps : 0);
  return std::max<std::uint32_t>(1, std::min(flow.largest_segment, most));
}

// How it can be known what the sender had heard.
Heard::By way_of_hearing(const Connection& connection, const Segment& segment, const Flow& peer, DurationNs echo_trip) {
  constexpr DurationNs kStampsTell = milliseconds(4);  // they tick once a millisecond
  const DurationNs base = connection.base_round_trip();
  const DurationNs to_sender = peer.round_trip.least();
  if (base.ns > 0 && to_sender.ns <= base.ns / 8) return Heard::By::at_once;
  const bool is_slow = base.ns == 0 || std::max(base, echo_trip) >= kStampsTell;
  if (segment.options.has_timestamps && is_slow) return Heard::By::echo;
  return to_sender.ns > 0 ? Heard::By::time : Heard::By::at_once;
}

Offset known_to_sender(const Segment& segment, const Flow& flow, const Flow& peer, Path& path) {
  switch (path.heard.by()) {
    case Heard::By::echo:
      return path.heard.known_at(segment.options.echo);
    case Heard::By::time:
      return path.heard.known_at(Heard::key_of(segment.time - peer.round_trip.least()));
    case Heard::By::at_once:
      break;
  }
  return flow.acknowledged;
}

// An acknowledgement of `flow`, whose sender hears it later.
void hear(const Segment& segment, const Note& note, const Flow& flow, const Flow& peer, Path& path) {
  if (flow.sacked > 0 || flow.duplicate_run > 0) path.clean_at = flow.next;
  if (!note.has(Mark::new_ack)) return;
  const bool by_echo = path.heard.by() == Heard::By::echo;
  path.heard.passed(flow.acknowledged, by_echo ? segment.options.stamp : Heard::key_of(segment.time), segment.time);
  // While something is missing, answers wait for it.
  const bool is_late = path.heard.by() != Heard::By::at_once && flow.acknowledged < path.clean_at;
  if (note.round_trip_ns == 0 || is_late || path.rounds.now().is_disturbed || path.congestion.is_reducing()) return;
  const DurationNs to_sender = by_echo ? path.echo_trip : peer.round_trip.least();
  const Offset flight = path.heard.by() == Heard::By::at_once ? note.round_trip_flight : path.flight;
  if (flight < kFewestInFlight * segment_of(flow, peer) || (by_echo && to_sender.ns == 0)) return;
  path.rounds.note_queueing(path.queueing.add(segment.time, DurationNs{note.round_trip_ns} + to_sender, flight));
}

bool reduces(Resend kind) {
  return kind == Resend::fast || kind == Resend::rack || kind == Resend::timeout || kind == Resend::unexplained;
}

void note_loss(const Segment& segment, const Note& note, const Flow& flow, const Flow& peer, Path& path) {
  path.rounds.note_disturbance();
  if (!reduces(*note.resend)) return;
  const bool by_timer = *note.resend == Resend::timeout;
  if (!path.congestion.is_reducing()) {
    const DurationNs queueing = std::max(path.rounds.now().most_queueing, path.last_queueing);
    const bool had_queue = queueing.ns > path.queueing.base().ns / 8;
    path.policing.loss(segment.time, note.begin, segment_of(flow, peer), had_queue);
  }
  if (by_timer) path.policing.forget_last();
  path.congestion.reduced(flow.next, path.rounds.now().flight, false, by_timer);
}

void end_round(const Round& round, const Flow& flow, const Flow& peer, Path& path) {
  constexpr std::int64_t kBitsASecond = 8'000'000;  // of bytes a microsecond
  path.heard.covers(round.length());
  path.last_queueing = round.most_queueing;
  const std::int64_t took_us = std::max(round.length(), path.queueing.base()).ns / 1'000;
  constexpr Offset kMost = Offset{1} << 38U;
  if (!round.is_disturbed && took_us > 0 && round.delivered > 0) {
    const std::int64_t rate = std::min(round.delivered, kMost) * kBitsASecond / took_us;
    path.fastest_round = std::max(path.fastest_round, static_cast<std::uint64_t>(rate));
  }
  Round seen = round;
  seen.is_estimated = path.heard.by() != Heard::By::at_once;
  path.congestion.round(seen, segment_of(flow, peer));
}

// A packet of `flow` with data.
void follow(const Connection& connection, const Segment& segment, const Note& note, const Flow& flow, const Flow& peer,
            Path& path) {
  if (note.echo_trip_ns > 0) path.echo_trip = DurationNs{note.echo_trip_ns};
  const Offset known = std::min(known_to_sender(segment, flow, peer, path), flow.next);
  path.flight = flow.next - known;
  path.largest_flight = std::max(path.largest_flight, path.flight);
  Congestion& congestion = path.congestion;
  // Near the sender, what is missing now is what it knows to be missing.
  const bool is_at_once = path.heard.by() == Heard::By::at_once;
  const bool is_torn = is_at_once ? flow.duplicate_run > 0 || flow.sacked > 0 : known < path.clean_at;
  const bool has_recovered = congestion.is_reducing() && known >= congestion.until() && (is_at_once || !is_torn);
  if (has_recovered) {
    congestion.end_reduction();
    path.rounds.begin(segment.time, known, flow.next);
  } else if (const auto round = path.rounds.sent(segment.time, known, flow.next)) {
    end_round(*round, flow, peer, path);
    path.heard.set(way_of_hearing(connection, segment, peer, path.echo_trip), flow.acknowledged);
  }
  if (note.resend) return note_loss(segment, note, flow, peer, path);
  if (segment.has(kCwr) && !congestion.is_reducing()) {
    congestion.reduced(flow.next, path.rounds.now().flight, true, false);
  }
  if (congestion.is_reducing()) return path.rounds.note_disturbance();
  const bool had_nothing = is_at_once && path.flight <= segment.length && !has_recovered;
  if (had_nothing || segment.length < segment_of(flow, peer)) path.rounds.note_idle();
  if (peer.has_window && flow.next + segment_of(flow, peer) > peer.window_edge) path.rounds.note_full_window();
  if (is_torn) return path.rounds.note_disturbance();
  path.rounds.note_flight(path.flight);
}

}  // namespace

void note_path(Connection& connection, const Segment& segment, std::uint8_t from, const Note& note) {
  Flow& flow = connection.flows[from];
  Flow& peer = connection.flows[1U - from];
  if (peer.path) hear(segment, note, peer, flow, *peer.path);
  const bool sends = segment.length > 0 && (note.has(Mark::new_data) || note.resend);
  if (!sends) return;
  if (!flow.path) {
    if (flow.counts.data_packets < Path::kFewest) return;
    flow.path = std::make_unique<Path>();
    flow.path->queueing.begin(segment.time, connection.base_round_trip());
    flow.path->heard.set(way_of_hearing(connection, segment, peer, flow.path->echo_trip), flow.acknowledged);
  }
  follow(connection, segment, note, flow, peer, *flow.path);
}

namespace {

void add_watched(const Path& path, PathSummary& out) {
  constexpr std::int32_t kFollows = 500;  // per mille
  out.was_watched = true;
  out.queueing = path.queueing.summary();
  out.policing = path.policing.summary(path.fastest_round);
  out.congestion = path.congestion.summary();
  out.fastest_rate = path.fastest_round;
  out.largest_flight = static_cast<std::uint64_t>(path.largest_flight);
  const DurationNs base = out.queueing.base;
  // Round trips of a busy path grow now and then for other reasons. Losses that fit one rate to a tenth, with no queue
  // on the mean, are a policer's all the same.
  constexpr std::uint32_t kFewestIntervals = 8;
  constexpr std::uint32_t kExact = 100;  // per mille; chance losses have 230 and more
  const PolicingSummary& policing = out.policing;
  const bool is_exact = policing.intervals >= kFewestIntervals && policing.spread <= kExact &&
                        path.fastest_round > policing.rate + policing.rate / 4 && 4 * out.queueing.mean.ns < base.ns;
  out.policing.is_policed = policing.is_policed || is_exact;
  const bool queues = out.queueing.follows_flight >= kFollows && out.queueing.mean.ns > base.ns / 8;
  out.is_bottleneck_rate = queues || out.policing.is_policed;
  constexpr std::uint64_t kBitsASecond = 8'000'000'000;  // of bytes a nanosecond
  const std::uint64_t rate = out.policing.is_policed ? out.policing.rate : out.fastest_rate;
  out.bandwidth_delay_bytes =
      static_cast<std::uint64_t>(static_cast<Wide>(rate) * base.ns / static_cast<Wide>(kBitsASecond));
}

}  // namespace

PathSummary path_summary_of(const Flow& flow) {
  PathSummary out;
  if (flow.path) add_watched(*flow.path, out);
  out.ttl = flow.ttls.now();
  out.ttl_before = flow.ttls.before();
  out.ttl_steps = flow.ttls.steps();
  out.odd_ttls = flow.ttls.odd();
  out.size_passed = flow.sizes.delivered();
  out.size_stuck = flow.sizes.stuck();
  out.stuck_resends = flow.sizes.repeated();
  out.told_mtu = flow.sizes.told_mtu();
  out.is_stuck_answered = flow.sizes.is_answered();
  return out;
}

}  // namespace wirecause::tcp
