// SPDX-License-Identifier: Apache-2.0
#include "tcp/recovery.hpp"

#include <algorithm>

namespace wirecause::tcp {

// A packet that fills a gap: the original, overtaken on the way, or a repetition of one that was lost before this point.
bool Recovery::came_late(const Segment& segment, const SenderView& view, const Hole& hole) {
  if (hole.opener.has_stamp && segment.options.has_timestamps && segment.options.stamp != hole.opener.stamp) {
    return is_older_stamp(segment.options.stamp, hole.opener.stamp);
  }
  if (const auto older = view.ids.is_older(static_cast<std::uint16_t>(segment.ip_id), hole.opener.ip_id)) return *older;
  // Nobody can answer a gap sooner than a round trip after it opened, nor without hearing of it.
  const DurationNs age = segment.time - hole.opener.time;
  if (view.round_trip.ns > 0) return age.ns < view.round_trip.ns - view.round_trip.ns / 8;
  return view.hears_peer && !view.has_sign && age < view.timeout;
}

// Bytes that were sent again already, in a packet that was sent before that. Where so many were sent again that they are not
// remembered, the stamps say it: what is sent again carries the newest.
bool Recovery::is_overtaken(const Segment& segment, Offset begin, Offset end, const SenderView& view) const {
  if (view.is_old && end <= view.acknowledged) return true;
  for (const Sent& sent : sent_) {
    if (sent.time == kNoTime || sent.begin >= end || begin >= sent.end) continue;
    const bool both = sent.has_stamp && segment.options.has_timestamps && sent.stamp != segment.options.stamp;
    if (both ? is_older_stamp(segment.options.stamp, sent.stamp)
             : view.ids.is_older(static_cast<std::uint16_t>(segment.ip_id), sent.ip_id).value_or(false))
      return true;
  }
  return false;
}

// As the sender does: what is sent while it recovers does not make the recovery longer, a timer that runs out does.
void Recovery::enter(Resend kind, Offset until, TimeNs time) {
  kind_ = kind;
  entered_ = time;
  until_ = until;
  is_partly_acknowledged_ = false;
}

// Nothing was heard that would have led to it: the probe of the tail, or the timer. A probe takes the last segment, the timer
// the first; of a lone segment the probe comes first, when the timer would (RFC 8985 7.2 with Linux's 200 ms). There is no probe
// while the sender recovers, nor until more was acknowledged than what was sent when the last probe went out (tlp_high_seq,
// tcp_process_tlp_ack()).
Resend Recovery::by_timer(TimeNs time, Offset begin, Offset end, const SenderView& view) {
  const bool is_tail = end >= view.next;
  const bool is_lone = begin <= view.acknowledged && is_tail;
  const bool recovers = is_recovering(view.acknowledged) && *kind_ != Resend::tail_probe;
  const bool is_again =
      last_time_ != kNoTime && begin <= last_begin_ && backoff_ + (last_was_lone_probe_ ? 1U : 0U) > 0;
  const bool is_probing = probed_until_ != 0 && view.acknowledged <= probed_until_;
  // What was sent before was lost before this point.
  const bool is_doubled = 10 * view.silence.ns >= 16 * view.timeout.ns;
  Resend kind = Resend::timeout;
  if (is_again) {
    // The timer doubles; a probe leaves it as it was.
    const std::int64_t waited = (time - last_time_).ns;
    correction_ = last_was_lone_probe_ && 10 * waited >= 16 * last_silence_.ns;
    if (correction_) {
      ++backoff_;
      back(1).kind = Resend::timeout;
      amend(back(1).frame, Resend::timeout);
    }
  } else if (is_tail && view.permits_sack && !recovers && !is_probing && !(is_lone && is_doubled)) {
    kind = Resend::tail_probe;
    probed_until_ = view.next;
  }
  last_was_lone_probe_ = kind == Resend::tail_probe && is_lone;
  last_time_ = time;
  last_silence_ = view.silence;
  last_begin_ = begin;
  return kind;
}

// Since the timer ran out.
bool Recovery::was_resent(Offset begin, Offset end) const {
  return std::ranges::any_of(sent_, [&](const Sent& sent) {
    return sent.time != kNoTime && sent.time >= last_time_ && sent.kind == Resend::timeout && sent.begin < end &&
           begin < sent.end;
  });
}

Resend Recovery::reason(const Segment& segment, Offset begin, Offset end, const SenderView& view) {
  // Seven eighths: stamps are taken on the way, not at the sender.
  const bool is_due = view.silence.ns >= view.timeout.ns - view.timeout.ns / 8;
  const bool recovers = is_recovering(view.acknowledged) && *kind_ != Resend::tail_probe;
  // What was sent again by the timer and was lost again is found as any loss is where there are selective acknowledgements (RACK),
  // before the timer runs out once more.
  const bool is_lost_again =
      recovers && !is_due && *kind_ == Resend::timeout && view.permits_sack && view.has_sign && was_resent(begin, end);
  if (is_lost_again) return view.has_three ? Resend::fast : Resend::rack;
  if (recovers && !is_due) return *kind_;
  if (!view.hears_peer && !is_due) return Resend::unexplained;
  if (!is_due && view.has_three) return Resend::fast;
  if (!is_due && view.has_sign) return Resend::rack;
  return by_timer(segment.time, begin, end, view);
}

std::optional<Resent> Recovery::resend(const Segment& segment, Offset begin, Offset end, const SenderView& view,
                                       const Hole* hole) {
  if (segment.has(kSyn)) {
    const Resend kind = segment.has(kAck) ? Resend::syn_ack : Resend::syn;
    keep(segment, begin, end, kind);
    return Resent{kind, kind};
  }
  if (hole != nullptr && came_late(segment, view, *hole)) return std::nullopt;
  if (hole == nullptr && is_overtaken(segment, begin, end, view)) return std::nullopt;
  const bool has_reason = view.has_sign || is_recovering(view.acknowledged);
  if (hole == nullptr && !has_reason && view.ids.is_no_newer(static_cast<std::uint16_t>(segment.ip_id)))
    return Resent{Resend::path_copy, Resend::path_copy};
  const bool was_recovering = is_recovering(view.acknowledged);
  const Resend kind = reason(segment, begin, end, view);
  const bool ran_out = kind == Resend::timeout && (!was_recovering || begin <= view.acknowledged) &&
                       view.silence.ns >= view.timeout.ns / 2;
  if (ran_out) {
    ++backoff_;
    longest_backoff_ = std::max(longest_backoff_, backoff_);
  }
  // It was acknowledged before it went out again, or while it was on its way to this point.
  const bool is_needless = end <= view.acknowledged;
  const bool goes_on = was_recovering && kind == *kind_ && !ran_out;
  if (!goes_on && (!is_needless || kind == Resend::timeout) && kind != Resend::unexplained) {
    // Of a timer that ran out in a recovery Linux asks that not (tcp_enter_loss()), but of the next one.
    detects_needless_ = view.permits_sack && (!(was_recovering && *kind_ != Resend::tail_probe) || backoff_ > 1);
    enter(kind, view.next, segment.time);
    resent_end_ = end;
  }
  resent_end_ = std::max(resent_end_, end);
  keep(segment, begin, end, kind);
  if (!is_needless) return Resent{kind, kind};
  back(1).is_settled = true;
  return Resent{Resend::spurious, kind};
}

void Recovery::keep(const Segment& segment, Offset begin, Offset end, Resend kind) {
  const Options& options = segment.options;
  sent_[next_] = {begin,
                  end,
                  segment.time,
                  segment.frame,
                  static_cast<std::uint16_t>(segment.ip_id),
                  options.stamp,
                  options.has_timestamps,
                  false,
                  false,
                  kind};
  furthest_ = std::max(furthest_, end);
  next_ = static_cast<std::uint8_t>((next_ + 1U) % kKept);
}

std::optional<Resend> Recovery::settle(Sent& sent) {
  sent.is_settled = true;
  amend(sent.frame, Resend::spurious);
  return sent.kind;
}

void Recovery::amend(std::uint64_t frame, Resend kind) {
  if (amended_count_ < amended_.size()) amended_[amended_count_++] = {frame, kind};
}

void Recovery::undo_if_needless(Offset acknowledged) {
  const bool recovers = is_recovering(acknowledged) && *kind_ != Resend::tail_probe;
  const bool is_needless = recovers && std::ranges::none_of(sent_, [&](const Sent& sent) {
                             return sent.time != kNoTime && sent.time >= entered_ && !sent.is_settled;
                           });
  if (is_needless) until_ = acknowledged;
}

std::optional<Resend> Recovery::came_twice(Offset begin, Offset end) {
  for (std::size_t count = 1; count <= kKept; ++count) {
    Sent& sent = back(count);
    if (sent.is_doubled || sent.begin >= end || begin >= sent.end) continue;
    sent.is_doubled = true;
    if (sent.kind == Resend::tail_probe) probed_until_ = 0;
    return sent.is_settled ? std::nullopt : settle(sent);
  }
  return std::nullopt;
}

std::optional<Resend> Recovery::answered(const Segment& acknowledgement, Offset edge, DurationNs soonest) {
  if (edge >= furthest_) [[likely]]
    return std::nullopt;
  for (std::size_t count = 1; count <= kKept; ++count) {
    Sent& sent = back(count);
    if (sent.is_settled || sent.begin > edge || sent.end <= edge) continue;
    const Options& options = acknowledgement.options;
    const bool is_older = sent.has_stamp && options.has_timestamps ? is_older_stamp(options.echo, sent.stamp)
                                                                   : acknowledgement.time - sent.time < soonest;
    return is_older ? settle(sent) : std::nullopt;
  }
  return std::nullopt;
}

void Recovery::heard(Offset acknowledged, Offset sacked) {
  const bool is_done = kind_ == Resend::timeout && detects_needless_ && acknowledged - resent_end_ > sacked;
  if (is_done) until_ = std::min(until_, acknowledged);
}

std::optional<Resend> Recovery::went_on(Offset acknowledged) {
  if (kind_ != Resend::timeout || resent_end_ >= until_) return std::nullopt;
  if (acknowledged <= resent_end_) {
    is_partly_acknowledged_ = true;
    return std::nullopt;
  }
  if (!is_partly_acknowledged_) return std::nullopt;
  is_partly_acknowledged_ = false;
  for (std::size_t count = 1; count <= kKept; ++count) {
    Sent& sent = back(count);
    if (!sent.is_settled && sent.kind == Resend::timeout && sent.end <= resent_end_) return settle(sent);
  }
  return std::nullopt;
}

}  // namespace wirecause::tcp
