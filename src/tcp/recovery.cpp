// SPDX-License-Identifier: Apache-2.0
#include "tcp/recovery.hpp"

#include <algorithm>

namespace wirecause::tcp {
namespace {

constexpr std::uint32_t kDuplicates = 3;  // RFC 5681

// IP ids of one sender grow by little from packet to packet where they say anything about order.
std::optional<bool> is_older_id(std::uint16_t id, std::uint16_t than) {
  constexpr int kNear = 1'000;
  if (id == 0 || than == 0) return std::nullopt;
  const int apart = static_cast<std::int16_t>(static_cast<std::uint16_t>(id - than));
  if (apart == 0 || apart > kNear || apart < -kNear) return std::nullopt;
  return apart < 0;
}

}  // namespace

// A packet that fills a gap: the original, overtaken on the way, or a repetition of one that was lost before this point.
bool Recovery::came_late(const Segment& segment, const SenderView& view, const Hole& hole) {
  if (hole.opener.has_stamp && segment.options.has_timestamps && segment.options.stamp != hole.opener.stamp) {
    return is_older_stamp(segment.options.stamp, hole.opener.stamp);
  }
  if (const auto older = is_older_id(static_cast<std::uint16_t>(segment.ip_id), hole.opener.ip_id)) return *older;
  // Nobody can answer a gap sooner than a round trip after it opened, nor without hearing of it.
  const DurationNs age = segment.time - hole.opener.time;
  if (view.round_trip.ns > 0) return age.ns < view.round_trip.ns - view.round_trip.ns / 8;
  return view.hears_peer && view.duplicates == 0 && view.sacked == 0 && age < view.timeout;
}

// As the sender does: what is sent while it recovers does not make the recovery longer, a timer that runs out does.
void Recovery::enter(Resend kind, Offset until) {
  kind_ = kind;
  until_ = until;
}

// Nothing was heard that would have led to it: the probe of the tail, or the timer.
Resend Recovery::by_timer(TimeNs time, Offset begin, Offset end, const SenderView& view) {
  const bool is_tail = end >= view.next;
  const bool is_lone = begin <= view.acknowledged && is_tail;
  const bool is_again =
      last_time_ != kNoTime && begin <= last_begin_ && backoff_ + (last_was_lone_probe_ ? 1U : 0U) > 0;
  // Seven eighths: stamps are taken on the way, not at the sender.
  const bool is_due = view.silence.ns >= view.timeout.ns - view.timeout.ns / 8;
  Resend kind = Resend::timeout;
  if (is_again) {
    // The timer doubles; a probe leaves it as it was.
    const std::int64_t waited = (time - last_time_).ns;
    correction_ = last_was_lone_probe_ && 10 * waited >= 16 * last_silence_.ns;
    if (correction_) ++backoff_;
  } else if (is_tail && view.permits_sack && (!is_due || is_lone)) {
    kind = Resend::tail_probe;
  }
  last_was_lone_probe_ = kind == Resend::tail_probe && is_lone && is_due;
  last_time_ = time;
  last_silence_ = view.silence;
  last_begin_ = begin;
  return kind;
}

Resend Recovery::kind_of(const Segment& segment, Offset begin, Offset end, const SenderView& view) {
  if (segment.has(kSyn)) return segment.has(kAck) ? Resend::syn_ack : Resend::syn;
  if (end <= view.acknowledged) return Resend::spurious;  // it was acknowledged before it went out again
  const bool is_due = view.silence.ns >= view.timeout.ns - view.timeout.ns / 8;
  if (is_recovering(view.acknowledged) && !is_due) return *kind_;
  if (!view.hears_peer && !is_due) return Resend::unexplained;
  if (!is_due) {
    if (view.duplicates >= kDuplicates) return Resend::fast;
    if (view.sacked > Offset{kDuplicates - 1} * view.segment_size) return Resend::fast;
    if (view.sacked > 0 || view.duplicates > 0) return Resend::rack;
  }
  return by_timer(segment.time, begin, end, view);
}

std::optional<Resend> Recovery::resend(const Segment& segment, Offset begin, Offset end, const SenderView& view,
                                       const Hole* hole) {
  if (hole != nullptr && !segment.has(kSyn) && came_late(segment, view, *hole)) return std::nullopt;
  const bool was_recovering = is_recovering(view.acknowledged);
  const Resend kind = kind_of(segment, begin, end, view);
  const bool ran_out = kind == Resend::timeout && (!was_recovering || begin <= view.acknowledged) &&
                       view.silence.ns >= view.timeout.ns / 2;
  if (ran_out) {
    ++backoff_;
    longest_backoff_ = std::max(longest_backoff_, backoff_);
  }
  const bool goes_on = was_recovering && kind == *kind_ && !ran_out;
  if (!goes_on && kind != Resend::spurious && kind != Resend::unexplained) enter(kind, view.next);
  sent_[next_] = {begin, end, segment.time, segment.options.stamp, segment.options.has_timestamps, false, kind};
  next_ = static_cast<std::uint8_t>((next_ + 1U) % kKept);
  return kind;
}

std::optional<Resend> Recovery::came_twice(Offset begin, Offset end) {
  for (std::size_t back = 1; back <= kKept; ++back) {
    Sent& sent = sent_[(next_ + kKept - back) % kKept];
    if (sent.is_settled || sent.begin >= end || begin >= sent.end) continue;
    sent.is_settled = true;
    if (sent.kind == Resend::spurious) return std::nullopt;
    return sent.kind;
  }
  return std::nullopt;
}

std::optional<Resend> Recovery::echoed(Offset edge, std::uint32_t echo) {
  for (std::size_t back = kKept; back >= 1; --back) {
    Sent& sent = sent_[(next_ + kKept - back) % kKept];
    if (sent.is_settled || sent.end > edge) continue;
    sent.is_settled = true;
    if (sent.kind == Resend::spurious || !sent.has_stamp || sent.stamp == echo) continue;
    if (is_older_stamp(echo, sent.stamp)) return sent.kind;
  }
  return std::nullopt;
}

}  // namespace wirecause::tcp
