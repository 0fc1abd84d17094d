// Where the time of one direction went: every instant from the connection's first packet to its last belongs to exactly one
// class, and the classes add up to the whole.
//
// The account is settled when the sender sends: what ended the wait says what it waited for. An acknowledgement that lets
// new data out: a window; silence ended by new data alone: the application; a repetition: recovery.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/time.hpp"

namespace wirecause::tcp {

enum class Wait : std::uint8_t {
  handshake,          // SYN to the acknowledgement of the SYN-ACK
  sender_idle,        // everything was acknowledged, and the application had nothing to send
  write_pattern,      // a small write held back until the peer's delayed acknowledgement (Nagle)
  receiver_window,    // the receiver let its window shrink: its application reads slowly
  receiver_buffer,    // the window stood full and constant: a small buffer, or no scaling
  congestion_window,  // an acknowledgement was needed although the receiver had room
  recovery_fast,      // bytes missing, repeated on duplicate or selective acknowledgements
  recovery_timeout,   // ... when the timer ran out
  recovery_probe,     // ... by a probe of the tail
  pacing,             // data was there, windows were open: the sender spaced it, or its send buffer was empty
  network,            // under way: at most the base round trip, and at the path's rate
  queueing,           // a full flight's acknowledgement came later than the base round trip
  closing,            // behind the sender's FIN, or a reset
};

inline constexpr std::size_t kWaits = 13;
std::string_view text(Wait wait);  // "receiver_window"

// The sender could have gone on but for this.
constexpr bool is_stall(Wait wait) {
  return wait == Wait::write_pattern || wait == Wait::receiver_window || wait == Wait::receiver_buffer ||
         wait == Wait::recovery_fast || wait == Wait::recovery_timeout || wait == Wait::recovery_probe;
}

class Account {
 public:
  void begin(TimeNs first) { mark_ = first; }
  // [mark, to) was spent on `wait`; nothing where `to` is not later. Returns how long that was.
  DurationNs settle(TimeNs to, Wait wait) {
    if (to <= mark_) return {};
    const DurationNs spent = to - mark_;
    sums_[static_cast<std::size_t>(wait)] = sums_[static_cast<std::size_t>(wait)] + spent;
    mark_ = to;
    return spent;
  }
  // It turned out that so long was spent on something else.
  void move(Wait from, Wait to, DurationNs part) {
    DurationNs& source = sums_[static_cast<std::size_t>(from)];
    DurationNs& target = sums_[static_cast<std::size_t>(to)];
    const DurationNs moved = std::min(part, source);
    source = source - moved;
    target = target + moved;
  }
  TimeNs mark() const { return mark_; }
  const std::array<DurationNs, kWaits>& sums() const { return sums_; }

 private:
  TimeNs mark_ = kNoTime;
  std::array<DurationNs, kWaits> sums_{};
};

}  // namespace wirecause::tcp
