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

#include "base/time.hpp"
#include "tcp/holes.hpp"
#include "tcp/resend.hpp"
#include "tcp/segment.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

// What the flow's sender could know when the packet went out.
struct SenderView {
  Offset acknowledged = 0;
  Offset next = 0;                 // behind the highest byte sent
  std::uint32_t duplicates = 0;    // duplicate acknowledgements since the last new one
  Offset sacked = 0;               // bytes selectively acknowledged above `acknowledged`
  std::uint32_t segment_size = 0;  // largest segment seen
  DurationNs silence{0};           // since its last data and the last new acknowledgement
  DurationNs timeout{0};           // its retransmission timeout, as its round trips make it
  DurationNs round_trip{0};        // the path's shortest; 0: not known
  bool permits_sack = false;
  bool hears_peer = true;  // acknowledgements are captured
};

class Recovery {
 public:
  // Why [begin, end) went out again. `hole`: the gap that it fills, if it fills one; nothing: it is no retransmission but
  // came late (reordered).
  std::optional<Resend> resend(const Segment& segment, Offset begin, Offset end, const SenderView& view,
                               const Hole* hole);

  // Called with the offsets of the selective blocks of an acknowledgement: true where the first of them says that
  // [begin, end) came twice (D-SACK, RFC 2883). Then the newest resend of it was spurious: its kind before, to be
  // counted anew.
  std::optional<Resend> came_twice(Offset begin, Offset end);
  // The time stamp that `edge` was acknowledged with is older than that of the resend (Eifel, RFC 3522): likewise.
  std::optional<Resend> echoed(Offset edge, std::uint32_t echo);

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

 private:
  struct Sent {
    Offset begin = 0;
    Offset end = 0;
    TimeNs time = kNoTime;
    std::uint32_t stamp = 0;
    bool has_stamp = false;
    bool is_settled = true;  // no verdict can come any more, or one did
    Resend kind = Resend::unexplained;
  };
  static constexpr std::size_t kKept = 16;

  static bool came_late(const Segment& segment, const SenderView& view, const Hole& hole);
  Resend kind_of(const Segment& segment, Offset begin, Offset end, const SenderView& view);
  Resend by_timer(TimeNs time, Offset begin, Offset end, const SenderView& view);
  void enter(Resend kind, Offset until);

  std::array<Sent, kKept> sent_{};
  std::uint8_t next_ = 0;
  std::optional<Resend> kind_;
  Offset until_ = 0;  // recovery lasts until this is acknowledged
  std::uint32_t backoff_ = 0;
  std::uint32_t longest_backoff_ = 0;
  TimeNs last_time_ = kNoTime;  // of the last resend by the timer
  DurationNs last_silence_{0};  // that led to it
  Offset last_begin_ = 0;
  bool last_was_lone_probe_ = false;  // a probe of the only segment outstanding: it may have been the timer
  bool correction_ = false;
};

}  // namespace wirecause::tcp
