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
#include <memory>
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

// Allocates once, for the first wait that a connection in good health does not have.
class Account {
 public:
  Account() = default;
  Account(const Account& other)
      : mark_(other.mark_),
        usual_(other.usual_),
        apart_(other.apart_ ? std::make_unique<std::array<DurationNs, kWaits>>(*other.apart_) : nullptr) {}
  Account(Account&&) noexcept = default;
  Account& operator=(const Account&) = delete;
  Account& operator=(Account&&) noexcept = default;
  ~Account() = default;

  void begin(TimeNs first) { mark_ = first; }
  // [mark, to) was spent on `wait`; nothing where `to` is not later. Returns how long that was.
  DurationNs settle(TimeNs to, Wait wait) {
    if (to <= mark_) return {};
    const DurationNs spent = to - mark_;
    DurationNs& sum = of(wait);
    sum = sum + spent;
    mark_ = to;
    return spent;
  }
  // It turned out that so long was spent on something else.
  void move(Wait from, Wait to, DurationNs part) {
    DurationNs& source = of(from);
    DurationNs& target = of(to);
    const DurationNs moved = std::min(part, source);
    source = source - moved;
    target = target + moved;
  }
  TimeNs mark() const { return mark_; }
  // By Wait.
  std::array<DurationNs, kWaits> sums() const;

 private:
  // Those of every connection, in this order; the others lie apart.
  static constexpr std::array kUsual{Wait::handshake, Wait::sender_idle, Wait::congestion_window, Wait::network,
                                     Wait::closing};
  static constexpr std::uint8_t kApart = 0xff;
  using Places = std::array<std::uint8_t, kWaits>;
  static constexpr Places kPlaces = [] {
    Places places{};
    places.fill(kApart);
    for (std::size_t i = 0; i < kUsual.size(); ++i)
      places[static_cast<std::size_t>(kUsual[i])] = static_cast<std::uint8_t>(i);
    return places;
  }();

  DurationNs& of(Wait wait) {
    const auto at = static_cast<std::size_t>(wait);
    if (kPlaces[at] != kApart) [[likely]]
      return usual_[kPlaces[at]];
    if (!apart_) [[unlikely]]
      apart_ = std::make_unique<std::array<DurationNs, kWaits>>();
    return (*apart_)[at];
  }

  TimeNs mark_ = kNoTime;
  std::array<DurationNs, kUsual.size()> usual_{};
  std::unique_ptr<std::array<DurationNs, kWaits>> apart_;  // by Wait
};

}  // namespace wirecause::tcp
