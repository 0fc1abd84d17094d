// Gives the time of both directions to what each waited for (account.hpp). Called for every packet, behind all others.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "tcp/connection.hpp"

namespace wirecause::tcp {
namespace {

constexpr DurationNs kQuickest = microseconds(20);  // no host answers an acknowledgement sooner in a capture

// How soon behind an acknowledgement that its sender had heard a packet goes past that it let out: the way to a sender that is
// near, and a part of the round trip for one that is busy.
DurationNs reaction(const Flow& peer, DurationNs base) {
  return std::max({kQuickest, base.ns == 0 ? DurationNs{2 * peer.round_trip.least().ns} : DurationNs{base.ns / 4}});
}

Wait wait_of(Resend kind) {
  switch (kind) {
    case Resend::syn:
    case Resend::syn_ack:
      return Wait::handshake;
    case Resend::timeout:
      return Wait::recovery_timeout;
    case Resend::tail_probe:
      return Wait::recovery_probe;
    case Resend::window_probe:
      return Wait::receiver_window;
    default:
      return Wait::recovery_fast;
  }
}

class Settlement {
 public:
  Settlement(Connection& connection, const Segment& segment, std::uint8_t sender, std::uint64_t frame_before)
      : connection_(connection),
        flow_(connection.flows[sender]),
        known_(connection.flows[sender].known),
        peer_(connection.flows[1U - sender]),
        segment_(segment),
        sender_(sender),
        frame_before_(frame_before) {}

  void until(TimeNs to, Wait wait) {
    const TimeNs from = flow_.account.mark();
    const DurationNs spent = flow_.account.settle(to, wait);
    if (!is_stall(wait)) [[likely]]
      return;
    const DurationNs least{std::max<std::int64_t>(milliseconds(1).ns, 2 * connection_.base_round_trip().ns)};
    if (spent < least) return;
    if (!connection_.stalls) connection_.stalls = std::make_unique<Stalls>();
    connection_.stalls->add({from, to, wait, sender_, frame_before_, segment_.frame});
  }

  // The sender sent something new.
  void for_new_data(const FlightBefore& before) {
    const TimeNs now = segment_.time;
    // A probe of the tail makes no difference to a sender that has no room.
    const bool is_probe = flow_.recovery && flow_.recovery->kind() == Resend::tail_probe;
    const bool recovers = flow_.recovery && !(is_probe && known_.blocked_since != kNoTime);
    if (recovers && flow_.recovery->is_recovering(known_.acknowledged)) {
      return until(now, wait_of(*flow_.recovery->kind()));
    }
    if (recovers && known_.recovered > flow_.account.mark()) {
      until(std::min(known_.recovered + way_left(), now), wait_of(*flow_.recovery->kind()));
    }
    // A FIN alone: there was nothing that would have needed room.
    const bool is_end = segment_.length == 0 && segment_.has(kFin);
    if (is_end) known_.blocked_since = known_.unblocked = kNoTime;
    if (known_.blocked_since != kNoTime) for_window(now);
    if (before.next <= known_.acknowledged) return for_new_flight(before);
    const DurationNs since_ack = now - known_.last_progress;
    const bool is_clocked =
        known_.last_progress > flow_.account.mark() && since_ack <= reaction(peer_, connection_.base_round_trip());
    const DurationNs gap = now - flow_.account.mark();
    const bool is_quick = gap <= std::max(kQuickest, DurationNs{connection_.base_round_trip().ns / 4});
    if (is_quick) return until(now, Wait::network);
    // Where packets go slower than they could, what is here spaced by a queue was there let out by acknowledgements.
    if (is_clocked || known_.is_way_slow) return for_acknowledged(before, Wait::congestion_window);
    if (flow_.last_was_short) return until(now, Wait::sender_idle);
    // Nobody spaces packets by more than a round trip: it waited for an acknowledgement that was late, or never came, and what
    // it sent is a probe of the tail (RFC 8985 7.3).
    const DurationNs base = connection_.base_round_trip();
    until(now, base.ns > 0 && gap > base ? Wait::congestion_window : Wait::pacing);
  }

  // It sent something again. A probe of the tail while the window has no room: with room it would have sent new data instead.
  void for_repetition(Resend kind) {
    const bool waits_for_room =
        kind == Resend::tail_probe && known_.blocked_since != kNoTime && known_.unblocked == kNoTime;
    if (waits_for_room) until(known_.blocked_since, Wait::network);
    until(segment_.time, waits_for_room ? window_class() : wait_of(kind));
  }

  // It waited for an acknowledgement: the round trip itself, what came on top of it, then the rest.
  void for_acknowledged(const FlightBefore& before, Wait wait) {
    const TimeNs now = segment_.time;
    const DurationNs base = connection_.base_round_trip();
    const DurationNs waited = now - flow_.account.mark();
    constexpr std::uint64_t kFlight = 4;  // segments: less make no queue of their own
    const bool may_queue = base.ns > 0 && before.flight >= Offset{kFlight} * flow_.largest_segment;
    const DurationNs queueing = may_queue && waited > base ? waited - base : DurationNs{0};
    if (wait == Wait::congestion_window) {
      flow_.plateau.waited(before.flight, flow_.largest_segment, now, waited - queueing, queueing);
    }
    until(now - queueing, wait);
    until(now, Wait::queueing);
  }

 private:
  // Closed, or too small for a segment: it shrank, or it never was larger. Until the sender has heard that there is room, and
  // its packet has come by here; a sender that lets room pass waits for more of it, and the next acknowledgement ends that.
  void for_window(TimeNs now) {
    until(known_.blocked_since, Wait::network);
    const DurationNs soon = reaction(peer_, connection_.base_round_trip());
    TimeNs heard = known_.unblocked == kNoTime ? now : known_.unblocked + way_left();
    const bool is_clocked = now - known_.last_progress <= soon;
    if (is_clocked && !known_.is_wide) heard = std::max(heard, known_.last_progress + way_left());
    // The way to a sender that is far is not always the shortest.
    if (way_left().ns == 0 && now - heard <= soon) heard = now;
    until(std::min(heard, now), window_class());
    if (window_class() == Wait::receiver_buffer)
      known_.full_window = std::max(known_.full_window, known_.blocked_window);
    known_.blocked_since = known_.unblocked = kNoTime;
  }

  Wait window_class() const {
    const bool has_shrunk = known_.blocked_window < known_.usual_window - known_.usual_window / 4;
    return has_shrunk ? Wait::receiver_window : Wait::receiver_buffer;
  }

  // Everything before was acknowledged.
  void for_new_flight(const FlightBefore& before) {
    const TimeNs now = segment_.time;
    const DurationNs since_ack = now - known_.last_progress;
    const DurationNs held = known_.last_progress - flow_.last_sent_before;
    // A busy sender is slower. What is sent so soon by chance is sent so seldom.
    const DurationNs soon = std::max(reaction(peer_, connection_.base_round_trip()), DurationNs{held.ns / 64});
    const bool is_answer =
        known_.last_progress > flow_.account.mark() && known_.last_progress_bare && since_ack <= soon;
    if (!is_answer) {
      until(std::max(known_.last_progress, flow_.account.mark()), Wait::network);
      note_silence(flow_.account.mark());
      return until(now, Wait::sender_idle);
    }
    const DurationNs base = connection_.base_round_trip();
    const DurationNs late = held - flow_.round_trip.least() - connection_.way_to_sender(sender_);
    const bool was_asked = peer_.last_data != kNoTime && peer_.last_data > flow_.last_sent_before;
    const bool was_held = flow_.last_was_short && !flow_.is_nagle_off && !was_asked && base.ns > 0 &&
                          late.ns > 4 * base.ns && late > milliseconds(5);
    if (was_held) return until(now, Wait::write_pattern);
    for_acknowledged(before, before.flight > Offset{flow_.largest_segment} ? Wait::congestion_window : Wait::network);
  }

  // As long as the timer would have waited (resumption.hpp).
  void note_silence(TimeNs since) {
    const DurationNs timeout = flow_.timeout(peer_.round_trip.least());
    const bool is_long = flow_.round_trip.samples() > 0 && (segment_.time - since).ns >= timeout.ns - timeout.ns / 8;
    if (!is_long) return flow_.resumption.reset();
    flow_.resumption = std::make_unique<Resumption>();
    *flow_.resumption = {since, segment_.time, flow_.next, frame_before_, segment_.frame};
  }

  // To a sender that is near: where it is not, what it knows is what it had heard.
  DurationNs way_left() const {
    return connection_.way_to_sender(sender_).ns > 0 ? DurationNs{0} : peer_.round_trip.least();
  }

  Connection& connection_;
  Flow& flow_;
  Known& known_;
  const Flow& peer_;
  const Segment& segment_;
  std::uint8_t sender_;
  std::uint64_t frame_before_;
};

// What a segment of this direction can carry: the receiver's MSS less our options, or what was seen.
bool is_short(const Segment& segment, const Flow& flow, const Flow& peer) {
  constexpr std::uint32_t kOptions = 40;
  const std::uint32_t full = peer.mss > kOptions ? peer.mss - kOptions : 0;
  return segment.length < std::max(flow.largest_segment, full);
}

bool is_done(const Connection& connection, const Flow& flow) {
  return connection.reset != kNoTime || flow.is_fin_sent_before;
}

}  // namespace

void note_time(Connection& connection, const Segment& segment, std::uint8_t from, const Note& note,
               const FlightBefore& before) {
  Flow& flow = connection.flows[from];
  for (Flow& either : connection.flows) {
    if (either.account.mark() == kNoTime) either.account.begin(segment.time);
  }
  if (!connection.was_open) {
    for (std::uint8_t i = 0; i < 2; ++i) {
      Settlement(connection, segment, i, before.frame).until(segment.time, Wait::handshake);
    }
    connection.was_open = connection.is_established();
  }
  const bool repeats = note.resend && *note.resend != Resend::path_copy;
  const bool sends = note.has(Mark::new_data) || repeats || segment.has(kRst);
  if (sends) {
    note_lost_flight(connection, from, note);
    Settlement settlement(connection, segment, from, before.frame);
    if (before.was_over || is_done(connection, flow)) {
      settlement.until(segment.time, before.was_over || flow.is_fin_sent_before ? Wait::closing : Wait::sender_idle);
    } else if (repeats) {
      settlement.for_repetition(note.sent_as);
    } else {
      settlement.for_new_data(before);
    }
    flow.is_fin_sent_before = flow.is_fin_sent_before || segment.has(kFin);
    flow.last_was_short = is_short(segment, flow, connection.flows[1U - from]);
    if (flow.last_was_short && note.has(Mark::new_data) && !segment.has(kFin)) {
      const auto waits = static_cast<std::int32_t>(flow.short_end - static_cast<std::uint32_t>(flow.acknowledged));
      flow.is_nagle_off = flow.is_nagle_off || (waits > 0 && flow.has_ack);
      flow.short_end = static_cast<std::uint32_t>(note.end);
    }
    if (repeats) flow.plateau.lost();
    flow.last_sent_before = segment.time;
    flow.flight = flow.next - flow.known.acknowledged;
    note_room(connection, segment.time, from);
  }
}

}  // namespace wirecause::tcp
