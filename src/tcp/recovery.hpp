// Loss recovery of one direction: what its sender knew when it sent bytes again, and what was heard of them afterwards.
//
// Told apart by evidence, never by a fixed time: selective and duplicate acknowledgements, time stamps, IP ids, the
// sender's own retransmission timeout as its round trips make it. resend() is called for a packet with old bytes,
// acknowledged() for every acknowledgement of the direction.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/time.hpp"
#include "tcp/holes.hpp"
#include "tcp/ip_ids.hpp"
#include "tcp/resend.hpp"
#include "tcp/segment.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

// What the flow's sender could know when the packet went out.
struct SenderView {
  Offset acknowledged = 0;
  Offset next = 0;           // behind the highest byte sent
  bool has_sign = false;     // data above `acknowledged` had arrived: selective or duplicate acknowledgements
  bool has_three = false;    // ... three segments of it (RFC 6675), three duplicates (RFC 5681)
  DurationNs silence{0};     // since its retransmission timer was set anew
  DurationNs timeout{0};     // its retransmission timeout, as its round trips make it
  DurationNs round_trip{0};  // the path's shortest; 0: not known
  IpIds ids;                 // of its packets so far
  bool is_old = false;       // this one's time stamp is older than the newest
  bool permits_sack = false;
  bool hears_peer = true;  // acknowledgements are captured
};

// Why a packet went out again, and as what its sender sent it where it turned out to be needless.
struct Resent {
  Resend kind = Resend::unexplained;
  Resend sent_as = Resend::unexplained;
};

class Recovery {
 public:
  // Why [begin, end) went out again. `hole`: the gap that it fills, if it fills one; nothing: it is no retransmission but
  // came late (reordered): before the gap was seen, or before what was sent again in its place.
  std::optional<Resent> resend(const Segment& segment, Offset begin, Offset end, const SenderView& view,
                               const Hole* hole);

  // The timer had run out, and all below `until` was lost before it came here: what follows of it is the timer's.
  void ran_out_before(Offset until, TimeNs time) {
    enter(Resend::timeout, until, time);
    resent_end_ = until;
  }

  // What was heard since says that a resend was needless: it then counts as spurious, no longer as what is returned.
  //
  // A selective acknowledgement of [begin, end) that came twice (D-SACK, RFC 2883): the newest resend of it.
  std::optional<Resend> came_twice(Offset begin, Offset end);
  // An acknowledgement moved on from `edge`: the segment there is the one that it answers. Its echo is older than the resend's
  // time stamp (Eifel, RFC 3522), or it came sooner than any answer to the resend could: within `soonest`. Of several resends the
  // newest; asked again, the one before.
  std::optional<Resend> answered(const Segment& acknowledgement, Offset edge, DurationNs soonest);
  // The timer ran out, and then acknowledgements went on, one by one, over bytes that were not sent again (F-RTO, RFC 5682).
  std::optional<Resend> went_on(Offset acknowledged);
  // The sender heard of it: where that is beyond what the timer sent again, and not only by what had been acknowledged
  // selectively (`sacked` bytes), it takes its timer for needless, rightly or not, and is done.
  void heard(Offset acknowledged, Offset sacked);

  // Everything that was sent again in this recovery was needless: the sender undoes it (tcp_try_undo_dsack(), tcp_packet_delayed()).
  void undo_if_needless(Offset acknowledged);

  bool is_recovering(Offset acknowledged) const { return kind_ && acknowledged < until_; }
  std::optional<Resend> kind() const { return kind_; }
  std::uint32_t backoff() const { return backoff_; }  // timeouts in a row
  std::uint32_t longest_backoff() const { return longest_backoff_; }
  // The last resend was taken for a probe and its successor's timing says that it was the timer after all.
  bool take_correction() {
    const bool was = correction_;
    correction_ = false;
    return was;
  }
  void progressed() { backoff_ = 0; }

  // Packets that were judged before and count as something else now; each is told once.
  struct Amended {
    std::uint64_t frame = 0;
    Resend kind = Resend::unexplained;
  };
  std::span<const Amended> take_amended() {
    const std::size_t count = amended_count_;
    amended_count_ = 0;
    return std::span(amended_).first(count);
  }

 private:
  struct Sent {
    Offset begin = 0;
    Offset end = 0;
    TimeNs time = kNoTime;
    std::uint64_t frame = 0;
    std::uint16_t ip_id = 0;
    std::uint32_t stamp = 0;
    bool has_stamp = false;
    bool is_settled = true;  // it was needless, and that is counted
    bool is_doubled = true;  // a D-SACK told of it
    Resend kind = Resend::unexplained;
  };
  static constexpr std::size_t kKept = 32;

  static bool came_late(const Segment& segment, const SenderView& view, const Hole& hole);
  bool is_overtaken(const Segment& segment, Offset begin, Offset end, const SenderView& view) const;
  bool was_resent(Offset begin, Offset end) const;
  Resend reason(const Segment& segment, Offset begin, Offset end, const SenderView& view);
  Resend by_timer(TimeNs time, Offset begin, Offset end, const SenderView& view);
  void enter(Resend kind, Offset until, TimeNs time);
  void keep(const Segment& segment, Offset begin, Offset end, Resend kind);
  Sent& back(std::size_t count) { return sent_[(next_ + kKept - count) % kKept]; }
  std::optional<Resend> settle(Sent& sent);
  void amend(std::uint64_t frame, Resend kind);

  std::array<Sent, kKept> sent_{};
  Offset furthest_ = 0;  // the end of all that was sent again
  std::uint8_t next_ = 0;
  std::optional<Resend> kind_;
  TimeNs entered_ = kNoTime;             // its first resend
  Offset until_ = 0;                     // recovery lasts until this is acknowledged
  Offset resent_end_ = 0;                // of what was sent again since the timer ran out
  bool detects_needless_ = false;        // ... and of the timer's ones an acknowledgement beyond them ends it (F-RTO)
  bool is_partly_acknowledged_ = false;  // ... and of that something, and nothing beyond, was acknowledged
  std::uint32_t backoff_ = 0;
  std::uint32_t longest_backoff_ = 0;
  TimeNs last_time_ = kNoTime;  // of the last resend by the timer
  DurationNs last_silence_{0};  // that led to it
  Offset last_begin_ = 0;
  Offset probed_until_ = 0;  // highest byte sent when the last probe went out; 0: it is known to have been needless
  bool last_was_lone_probe_ = false;  // a probe of the only segment outstanding: it may have been the timer
  bool correction_ = false;
  std::array<Amended, 8> amended_{};
  std::size_t amended_count_ = 0;
};

}  // namespace wirecause::tcp
