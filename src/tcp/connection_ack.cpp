// What a segment says of the other direction: acknowledgements, duplicates of them, round trips, the window.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "tcp/connection.hpp"

namespace wirecause::tcp {
namespace {

void begin_from_acknowledgement(const Segment& segment, Flow& peer) {
  peer.base = segment.acknowledgement;
  peer.has_base = true;
  peer.next = peer.acknowledged = 0;
}

bool is_bare(const Segment& segment) { return segment.length == 0 && (segment.flags & (kSyn | kFin | kRst)) == 0; }

std::uint32_t window_of(const Segment& segment, const Flow& flow) {
  const bool scaled = flow.scale_applies && !segment.has(kSyn);
  return std::uint32_t{segment.window} << (scaled ? flow.scale : 0U);
}

// As Linux does: what was selectively acknowledged, and sent before the head was last repeated, shows that acknowledgements still
// come (tcp_clean_rtx_queue()).
void restart_timer(TimeNs time, DurationNs round_trip, Flow& peer) {
  if (peer.head_resent == kNoTime || time - peer.head_resent < round_trip) peer.timer_start = time;
}

// Selective acknowledgements of the peer's bytes (RFC 2018); the first block may say what came twice (RFC 2883).
void note_selective(const Segment& segment, Offset ack, DurationNs round_trip, Flow& flow, Flow& peer, Note& note) {
  const Offset sacked_before = peer.sacked;
  peer.sacked = 0;
  peer.sacked_segments = 0;
  if (segment.options.sack_count == 0) return;
  peer.has_sacked = true;
  const auto block = [&](std::size_t i) {
    const SackBlock& sack = segment.options.sack[i];
    const Offset begin = offset_near(peer.acknowledged, peer.base, sack.begin);
    return std::pair{begin, offset_near(begin, peer.base, sack.end)};
  };
  const auto [begin, end] = block(0);
  const bool is_below = end <= ack;
  const bool is_inside = segment.options.sack_count > 1 && block(1).first <= begin && end <= block(1).second;
  const bool is_twice = begin < end && (is_below || is_inside);
  if (is_twice) {
    ++flow.unusual().doubly_received;
    note.set(Mark::came_twice);
    const auto kind = peer.recovery ? peer.recovery->came_twice(begin, end) : std::nullopt;
    take_for_spurious(peer, kind);
    if (kind) peer.recovery->undo_if_needless(ack);
    Oddities* const odd = peer.oddities.get();
    if (!kind && odd != nullptr && begin < odd->copy_end && odd->copy_begin < end) {
      ++odd->of(Resend::path_copy);
      odd->copy_begin = odd->copy_end = 0;
    }
  }
  for (std::size_t i = is_twice ? 1 : 0; i < segment.options.sack_count; ++i) {
    const auto [from, to] = block(i);
    if (from <= ack || to <= from || to > peer.next) continue;
    const Offset size = std::max<Offset>(peer.largest_segment, 1);
    peer.sacked += to - from;
    peer.sacked_segments += static_cast<std::uint32_t>((to - from + size - 1) / size);
  }
  if (peer.sacked > sacked_before) restart_timer(segment.time, round_trip, peer);
}

// Since when the sender could know that something is missing, and that it is no matter of order.
void note_signs(const Segment& segment, Flow& peer) {
  const std::uint32_t signs = signs_of(peer);
  if (signs == 0) {
    peer.first_sign = kNoTime;
  } else if (peer.first_sign == kNoTime) {
    peer.first_sign = segment.time;
  }
  if (signs < kSignsOfLoss) {
    peer.third_sign = kNoTime;
  } else if (peer.third_sign == kNoTime) {
    peer.third_sign = segment.time;
    peer.third_stamp = segment.options.stamp;
  }
}

// What an acknowledgement of something new says of bytes that were sent again: they had arrived before.
void note_needless(const Segment& segment, Offset edge, Offset ack, Flow& peer) {
  // The least of a few round trips may be far above the path's.
  constexpr std::uint64_t kMany = 8;
  const DurationNs soonest{peer.round_trip.samples() < kMany ? 0 : peer.round_trip.least().ns * 3 / 4};
  while (const auto kind = peer.recovery->answered(segment, edge, soonest)) {
    take_for_spurious(peer, kind);
    peer.recovery->undo_if_needless(ack);
  }
  take_for_spurious(peer, peer.recovery->went_on(ack));
  peer.recovery->progressed();
}

// An acknowledgement held back: the sample is far above the shortest of its direction.
void note_delay(DurationNs sample, const Flow& peer, Flow& flow) {
  const DurationNs least = peer.round_trip.least();
  const DurationNs held = sample - least;
  if (peer.round_trip.samples() < 2 || sample.ns < 4 * least.ns || held < milliseconds(1)) return;
  ++flow.counts.delayed_acks;
  flow.counts.longest_ack_delay_ns = std::max(flow.counts.longest_ack_delay_ns, held.ns);
}

}  // namespace

void take_for_spurious(Flow& flow, std::optional<Resend> kind) {
  if (!kind || flow.unusual().of(*kind) == 0) return;
  --flow.unusual().of(*kind);
  ++flow.unusual().of(Resend::spurious);
  flow.unusual().needless_fast += *kind == Resend::fast || *kind == Resend::rack ? 1U : 0U;
}

void note_acknowledgement(Connection& connection, const Segment& segment, std::uint8_t from, Note& note) {
  Flow& flow = connection.flows[from];
  Flow& peer = connection.flows[1U - from];
  if (!peer.has_base) begin_from_acknowledgement(segment, peer);
  const Offset ack = offset_near(peer.acknowledged, peer.base, segment.acknowledgement);
  note.ack = ack;
  if (ack > peer.next && peer.oddities && ack == peer.oddities->probed_end) peer.next = ack;
  if (ack > peer.next) {  // the capture missed it, or it does not see that direction
    Oddities& odd = peer.unusual();
    odd.uncaptured += static_cast<std::uint64_t>(ack - peer.next);
    if (odd.unseen_end != peer.next || odd.unseen_begin == odd.unseen_end) odd.unseen_begin = peer.next;
    odd.unseen_end = ack;
    ++odd.acks_of_unseen;
    note.set(Mark::acks_unseen);
    peer.next = ack;
  }
  if (ack > peer.acknowledged) {
    note.set(Mark::new_ack);
    note.newly_acknowledged = ack - peer.acknowledged;
    if (const DurationNs sample = peer.round_trip.acknowledged(ack, segment.time); sample.ns > 0) {
      note.round_trip_ns = sample.ns;
      note.round_trip_flight = peer.round_trip.last_flight();
      note_delay(sample, peer, flow);
    }
    if (peer.recovery) note_needless(segment, peer.acknowledged, ack, peer);
    peer.last_progress = segment.time;
    peer.acknowledged = ack;
    peer.sizes.acknowledged(ack);
    peer.timer_start = segment.time;
    peer.head_resent = kNoTime;
    peer.duplicate_run = 0;
    if (peer.holes) peer.unusual().uncaptured += static_cast<std::uint64_t>(peer.holes->give_up_below(ack));
  } else if (peer.has_ack && ack == peer.acknowledged && is_bare(segment) && segment.window == flow.raw_window &&
             peer.in_flight() > 0 && !note.has(Mark::keep_alive) && !note.has(Mark::window_probe)) {
    ++flow.unusual().duplicate_acks;
    ++peer.duplicate_run;
    note.set(Mark::duplicate_ack);
  }
  peer.has_ack = true;
  peer.sizes.heard();
  note_selective(segment, ack, connection.base_round_trip(), flow, peer, note);
  note_signs(segment, peer);
}

void note_window(Connection& connection, const Segment& segment, std::uint8_t from, Note& note) {
  Flow& flow = connection.flows[from];
  const Flow& peer = connection.flows[1U - from];
  const std::uint32_t window = window_of(segment, flow);
  const bool is_old = segment.has(kAck) && note.ack < peer.acknowledged;
  if (is_old) return;
  const bool updates = flow.has_window && is_bare(segment) && !note.has(Mark::new_ack) &&
                       segment.window != flow.raw_window && !note.has(Mark::keep_alive);
  if (updates) {
    ++flow.counts.window_updates;
    note.set(Mark::window_update);
  }
  flow.has_window = true;
  flow.raw_window = segment.window;
  flow.window = window;
  flow.largest_window = std::max(flow.largest_window, window);
  flow.window_edge = peer.acknowledged + Offset{window};
  if (segment.has(kSyn)) return;
  flow.smallest_window = std::min(flow.smallest_window, window);
  if (window == 0 && !segment.has(kFin)) {
    ++flow.unusual().zero_windows;
    note.set(Mark::zero_window);
    if (flow.zero_since == kNoTime) flow.zero_since = segment.time;
  } else if (window != 0 && flow.zero_since != kNoTime) {
    flow.unusual().zero_time = flow.unusual().zero_time + (segment.time - flow.zero_since);
    flow.zero_since = kNoTime;
  }
}

}  // namespace wirecause::tcp
