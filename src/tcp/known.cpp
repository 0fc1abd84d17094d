// SPDX-License-Identifier: Apache-2.0
#include "tcp/known.hpp"

#include <algorithm>

#include "tcp/connection.hpp"

namespace wirecause::tcp {
namespace {

std::uint64_t full_segment(const Flow& flow, const Flow& peer) {
  constexpr std::uint32_t kUsual = 1'460;
  return std::min<std::uint64_t>(flow.largest_segment, peer.mss != 0 ? peer.mss : kUsual);
}

// What a sender waits to have room for: two segments, for which Linux waits (tcp_tso_should_defer()); in the first flight, which
// ends with the initial congestion window, one. One whose adapter cuts segments is captured with larger ones, and waits for one
// of those, but not for more than a third of the window (tcp_tso_win_divisor).
Offset least_room(const Flow& flow, const Flow& peer) {
  constexpr std::uint64_t kPart = 3;
  const std::uint64_t segments = flow.known.acknowledged > 1 ? 2 : 1;
  const std::uint64_t enough = std::max(segments * full_segment(flow, peer), flow.known.window / kPart);
  return static_cast<Offset>(std::max<std::uint64_t>(1, std::min(segments * flow.largest_segment, enough)));
}

// Nobody waits for more room than this: three segments, as Linux does without a divisor of the window, or a third of the window,
// as it does with one (tcp_tso_should_defer()), whichever is less.
Offset most_deferred(const Flow& flow, const Flow& peer) {
  constexpr std::uint64_t kMost = 3;
  constexpr std::uint64_t kPart = 3;
  return static_cast<Offset>(std::min(kMost * full_segment(flow, peer), flow.known.window / kPart));
}

// Whether the sender has no room for what it would send.
void note_block(TimeNs time, Flow& flow, const Flow& peer) {
  Known& known = flow.known;
  if (!known.has_window || !flow.has_base) return;
  const Offset room = known.window_edge - flow.next;
  const Offset most_needed = std::max<Offset>(1, 2 * Offset{flow.largest_segment});  // least_room() is not more
  if (room >= most_needed && known.blocked_since == kNoTime) [[likely]]
    return;
  // The initial congestion window (RFC 6928) is asked before the receiver's.
  constexpr Offset kInitial = 10;
  const Offset flight = flow.next - known.acknowledged;
  if (known.acknowledged <= 1 && flight >= kInitial * flow.largest_segment && flow.largest_segment > 0) return;
  // Of a handshake that was not captured nobody knows the scale: then only a closed window is what it says.
  const bool is_scale_known = flow.has_syn && peer.has_syn;
  const bool is_blocked = room < least_room(flow, peer) && (known.window == 0 || (is_scale_known && flight > 0));
  if (is_blocked) {
    if (known.blocked_since == kNoTime) {
      known.blocked_since = time;
      known.blocked_window = known.window;
      known.usual_window = known.largest_window;
    }
    known.unblocked = kNoTime;
    known.blocked_window = std::min(known.blocked_window, known.window);
    known.is_wide = false;
  } else if (known.blocked_since != kNoTime && !known.is_wide) {
    if (known.unblocked == kNoTime) known.unblocked = time;
    known.is_wide = room > most_deferred(flow, peer);
    if (known.is_wide) known.unblocked = time;
  }
}

// Inlined, so that a report is never written to memory: its flags, read back together, would wait for the stores.
[[gnu::always_inline]] inline void take(const Report& report, Flow& flow) {
  Known& known = flow.known;
  if (flow.recovery) {
    const bool was_recovering = flow.recovery->is_recovering(known.acknowledged);
    if (report.is_progress) flow.recovery->heard(report.acknowledged, flow.sacked);
    if (was_recovering && !flow.recovery->is_recovering(report.acknowledged)) known.recovered = report.time;
  }
  known.acknowledged = std::max(known.acknowledged, report.acknowledged);
  known.signs = report.signs;
  if (!report.is_progress) return;
  known.last_progress = report.time;
  known.last_progress_bare = report.is_bare;
}

[[gnu::always_inline]] inline void take_window(const Report& report, Flow& flow, const Flow& peer) {
  Known& known = flow.known;
  known.window = report.window;
  known.window_edge = report.acknowledged + Offset{report.window};
  known.largest_window = std::max(known.largest_window, report.window);
  known.has_window = true;
  note_block(report.time, flow, peer);
}

void hear(const Answer& answer, DurationNs way, Flow& flow, const Flow& peer) {
  Reports& under_way = flow.known.under_way;
  while (const auto report = under_way.heard(answer, way)) take(*report, flow);
  while (const auto report = under_way.sure(answer, way)) take_window(*report, flow, peer);
}

// Its sender has heard the same, or will: most packets with data acknowledge what the one before did.
bool is_known(const Report& report, const Known& known) {
  if (!known.under_way.empty()) return known.under_way.repeats_newest(report);
  return !report.is_progress && known.has_window && known.acknowledged == report.acknowledged &&
         known.window == report.window && known.signs == report.signs;
}

}  // namespace

std::uint8_t signs_of(const Flow& flow) {
  // Where there are blocks, they say it: a duplicate without is no sign of anything new.
  return static_cast<std::uint8_t>(std::min(kSignsOfLoss, flow.has_sacked ? flow.sacked_segments : flow.duplicate_run));
}

void note_report(Connection& connection, const Segment& segment, std::uint8_t from, const Note& note) {
  const Flow& receiver = connection.flows[from];
  Flow& flow = connection.flows[1U - from];
  if (!receiver.has_window || (segment.has(kAck) && note.ack < flow.acknowledged)) return;
  Report report;
  report.time = segment.time;
  report.acknowledged = flow.acknowledged;
  report.window = receiver.window;
  report.stamp = segment.options.stamp;
  report.has_stamp = segment.options.has_timestamps;
  report.signs = signs_of(flow);
  report.is_progress = note.has(Mark::new_ack);
  report.is_bare = segment.length == 0;
  const DurationNs way = connection.way_to_sender(static_cast<std::uint8_t>(1U - from));
  if (way.ns > 0) {
    if (!is_known(report, flow.known)) flow.known.under_way.passed(report);
    return;
  }
  if (!flow.known.under_way.empty()) hear({segment.time, {}, {}, 0, false}, way, flow, receiver);
  take(report, flow);
  take_window(report, flow, receiver);
}

void note_heard(Connection& connection, const Segment& segment, std::uint8_t from) {
  Flow& flow = connection.flows[from];
  Known& known = flow.known;
  known.is_way_slow = false;
  if (known.under_way.empty()) return;
  const Flow& receiver = connection.flows[1U - from];
  const DurationNs way = connection.way_to_sender(from);
  const bool has_echo = segment.options.has_timestamps && segment.has(kAck);
  // The echoes of a connection bound the way often. One sample, that of the handshake, may be far too long.
  const bool is_bounded = has_echo || receiver.round_trip.samples() > 1;
  const DurationNs soonest{is_bounded ? way.ns - way.ns / 16 : way.ns / 4};
  // A sender that is busy; where the whole way takes less, it is not.
  const DurationNs slack = std::min(microseconds(100), way);
  const DurationNs latest = way + DurationNs{way.ns / 16} + slack;
  const Answer answer{segment.time, soonest, latest, segment.options.echo, has_echo};
  const TimeNs last_progress = known.last_progress;
  hear(answer, way, flow, receiver);
  const bool is_late = known.last_progress != last_progress && segment.time - known.last_progress > latest - way;
  known.is_way_slow = is_late || known.under_way.is_overdue(answer);
  // Whoever goes beyond the window that it had has heard of one that is as large; a probe asks for more.
  const Offset end = offset_near(flow.next, flow.base, segment.sequence) + segment.length;
  const bool is_ahead = segment.length > 1 && end > known.window_edge && !known.under_way.empty();
  if (is_ahead) known.window_edge = end;
}

void note_room(Connection& connection, TimeNs time, std::uint8_t sender) {
  note_block(time, connection.flows[sender], connection.flows[1U - sender]);
}

}  // namespace wirecause::tcp
