// What a segment adds to its own direction: new bytes, bytes seen before, holes opened and filled, probes.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tcp/connection.hpp"

namespace wirecause::tcp {
namespace {

// A byte further than this beyond the receiver's window is no data of this connection, unless several packets agree: another
// window where the scale is known.
constexpr Offset kBeyondWindow = 1 << 20;
constexpr std::uint8_t kAgreeing = 3;

bool is_believed(const Segment& segment, const Flow& peer, Offset begin, Flow& flow) {
  // No window was seen, or nothing of the peer lately: nothing to measure by.
  const bool is_scale_known = flow.has_syn && peer.has_syn;
  const Offset beyond = is_scale_known ? std::max<Offset>(peer.largest_window, 1 << 16) : kBeyondWindow;
  if (!peer.has_window || begin <= std::max(peer.window_edge, flow.next) + beyond) {
    flow.suspects = 0;
    return true;
  }
  Offset& suspect_next = flow.unusual().suspect_next;
  const Offset apart = begin - suspect_next;
  flow.suspects = static_cast<std::uint8_t>(apart >= 0 && apart < kBeyondWindow ? flow.suspects + 1 : 1);
  suspect_next = begin + segment.length;
  if (flow.suspects < kAgreeing) return false;
  flow.suspects = 0;
  return true;
}

// One byte or none, just below what was sent last: it asks for an answer, nothing else (RFC 9293 3.8.4, 3.8.6.1).
bool is_probe(const Segment& segment, const Flow& flow, const Flow& peer, Offset begin, Note& note) {
  if (segment.has(kSyn) || segment.has(kFin) || segment.length > 1) return false;
  const bool is_closed = peer.has_window && peer.window == 0;
  const bool is_below = begin == flow.next - 1 && flow.has_ack;
  if (is_closed && segment.length == 1 && (begin == flow.next || (is_below && flow.acknowledged <= begin))) {
    note.set(Mark::window_probe);
    return true;
  }
  if (!is_below || flow.acknowledged < flow.next) return false;
  note.set(is_closed ? Mark::window_probe : Mark::keep_alive);
  return true;
}

void open_hole(const Segment& segment, Flow& flow, Offset begin, Note& note) {
  if (!flow.holes) flow.holes = std::make_unique<Holes>();
  HoleOpener opener;
  opener.time = segment.time;
  opener.frame = segment.frame;
  opener.stamp = segment.options.stamp;
  opener.has_stamp = segment.options.has_timestamps;
  opener.ip_id = static_cast<std::uint16_t>(segment.ip_id);
  flow.holes->open(flow.next, begin, opener);
  ++flow.unusual().holes;
  note.set(Mark::opens_hole);
}

// Whether the sender had heard of three segments when it sent: its echo says which acknowledgements it had, to a tick of the
// peer's clock; beyond that, those that came by here so lately that no answer can have come yet were not heard.
bool has_heard_three(const Segment& segment, const Flow& flow, const Flow& peer) {
  if (flow.third_sign == kNoTime) return false;
  const Options& options = segment.options;
  if (options.has_timestamps && flow.third_stamp != 0 && is_older_stamp(options.echo, flow.third_stamp)) return false;
  // Beside the sender it had heard what came by. Farther away one sample, that of the handshake, may be far too long.
  const std::int64_t back = peer.round_trip.least().ns;
  if (back <= flow.round_trip.least().ns / 8) return true;
  const DurationNs lag{options.has_timestamps || peer.round_trip.samples() > 1 ? back - back / 16 : back / 4};
  return flow.third_sign <= segment.time - lag;
}

SenderView view_of(const Segment& segment, const Flow& flow, const Flow& peer, const Note& note) {
  SenderView view;
  view.is_old = note.has(Mark::old_stamp);
  view.acknowledged = flow.acknowledged;
  view.next = flow.next;
  // What had come to an end here a moment ago, the sender may not have heard of.
  view.has_sign = flow.first_sign != kNoTime || flow.known.signs > 0;
  view.has_three = has_heard_three(segment, flow, peer) || flow.known.signs >= kSignsOfLoss;
  if (flow.timer_start != kNoTime) view.silence = segment.time - flow.timer_start;
  view.ids = flow.ids;
  view.timeout = flow.timeout(peer.round_trip.least());
  const bool both = flow.round_trip.samples() > 0 && peer.round_trip.samples() > 0;
  if (both) view.round_trip = flow.round_trip.least() + peer.round_trip.least();
  view.permits_sack = peer.sack_permitted || !flow.has_syn;
  view.hears_peer = peer.counts.packets > 0;
  return view;
}

// Bytes of [begin, end) below the highest seen: either seen before, or in a hole; and why they came now.
void note_old(const Segment& segment, const Flow& peer, Offset begin, Offset end, Flow& flow, Note& note) {
  const Hole* const at = flow.holes ? flow.holes->at(begin, end) : nullptr;
  const Hole hole = at != nullptr ? *at : Hole{};
  const Offset filled = flow.holes ? flow.holes->fill(begin, end) : 0;
  const Offset again = end - begin - filled;
  if (filled > 0) {
    note.set(Mark::fills_hole);
    ++flow.unusual().filled;
    flow.unusual().filled_bytes += static_cast<std::uint64_t>(filled);
  } else {
    note.set(Mark::seen_again);
    ++flow.unusual().seen_again;
  }
  flow.unusual().seen_again_bytes += static_cast<std::uint64_t>(again);
  if (!flow.recovery) flow.recovery = std::make_unique<Recovery>();
  Recovery& recovery = *flow.recovery;
  const auto resent =
      recovery.resend(segment, begin, end, view_of(segment, flow, peer, note), filled > 0 ? &hole : nullptr);
  if (!resent) {
    ++flow.unusual().reordered;
    flow.unusual().overtaken += filled > 0 ? 0U : 1U;
    return note.set(Mark::reordered);
  }
  flow.unusual().seen_copies += resent->kind == Resend::path_copy ? 1U : 0U;
  note.resend = resent->kind;
  note.sent_as = resent->sent_as;
  if (begin <= flow.acknowledged && resent->kind != Resend::path_copy)
    flow.timer_start = flow.head_resent = segment.time;
  ++flow.unusual().of(*note.resend);
  flow.sizes.sent_again(segment.length, begin + segment.length, recovery.backoff() > 1);
  if (recovery.take_correction() && flow.unusual().of(Resend::tail_probe) > 0) {
    --flow.unusual().of(Resend::tail_probe);
    ++flow.unusual().of(Resend::timeout);
  }
  flow.unusual().longest_backoff = recovery.longest_backoff();
}

// Captured behind its own acknowledgement: what a mirror of two directions does. Late in the capture, not on the wire.
bool is_captured_late(Flow& flow, Offset begin, Offset end, Note& note) {
  Oddities* const odd = flow.oddities.get();
  if (odd == nullptr || begin >= end || begin < odd->unseen_begin || end > odd->unseen_end) return false;
  const auto bytes = static_cast<std::uint64_t>(end - begin);
  odd->uncaptured -= std::min(odd->uncaptured, bytes);
  ++odd->captured_late;
  odd->unseen_begin = end;
  note.set(Mark::captured_late);
  return true;
}

}  // namespace

void note_data(Connection& connection, const Segment& segment, std::uint8_t from, Note& note) {
  Flow& flow = connection.flows[from];
  const Flow& peer = connection.flows[1U - from];
  const Offset begin = offset_near(flow.next, flow.base, segment.sequence);
  const Offset end = begin + segment.space();
  note.begin = begin;
  note.end = end;
  flow.largest_segment = std::max(flow.largest_segment, segment.length);
  if (!is_believed(segment, peer, begin, flow)) {
    ++flow.unusual().out_of_window;
    return note.set(Mark::out_of_window);
  }
  if (is_probe(segment, flow, peer, begin, note)) {
    const bool is_keep_alive = note.has(Mark::keep_alive);
    ++(is_keep_alive ? flow.unusual().keep_alives : flow.unusual().window_probes);
    ++flow.unusual().of(is_keep_alive ? Resend::keep_alive : Resend::window_probe);
    // Whether the receiver takes the byte, its answer says: until then nothing was sent.
    if (!is_keep_alive && begin == flow.next) flow.unusual().probed_end = end;
    return;
  }
  if (begin > flow.next) open_hole(segment, flow, begin, note);
  const Offset old_end = std::min(end, flow.next);
  if (is_captured_late(flow, begin, end, note)) {
    flow.round_trip.sent_again(begin, end);
  } else if (begin < old_end) {
    note_old(segment, peer, begin, old_end, flow, note);
    flow.round_trip.sent_again(begin, old_end);
  }
  if (end > flow.next) {
    if (segment.space() > 0) {
      note.set(Mark::new_data);
      flow.round_trip.sent(end, segment.time, end - flow.acknowledged);
      flow.sizes.sent(segment.length, end);
    }
    flow.next = end;
  }
  if (begin > flow.next) flow.next = begin;
  if (segment.has(kFin)) {
    flow.has_fin = true;
    flow.fin_end = end;
  }
  if (segment.space() > 0) {
    const bool is_first = flow.timer_start == kNoTime || flow.acknowledged >= begin;
    if (is_first && note.has(Mark::new_data)) flow.timer_start = segment.time;
    flow.last_data = segment.time;
  }
}

}  // namespace wirecause::tcp
