// What the sender of one direction had heard of its receiver when it sent a packet: acknowledgements go past the capture
// point before (or, near the sender, just when) they arrive.
//
// Time stamps say it exactly: the packet echoes that of the last acknowledgement that had arrived. Without them, an
// acknowledgement is known half a round trip (capture point -> sender -> capture point) after it went past. Near the
// sender everything is known at once.
//
// There are two bounded lists of acknowledgements under way. This one answers one question for path.hpp (flight, rounds): up to
// where was it acknowledged, as the sender of this packet knew? A number each, spread over the round trip, in directions with
// many packets alone. What let a sender send, and when, needs whole acknowledgements in each direction: known.hpp, by reports.hpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "base/time.hpp"
#include "tcp/sequence.hpp"

namespace wirecause::tcp {

class Heard {
 public:
  enum class By : std::uint8_t { at_once, echo, time };

  By by() const { return by_; }
  void set(By by, Offset acknowledged) noexcept {
    if (by == by_) return;
    by_ = by;
    first_ = count_ = 0;
    known_ = acknowledged;
  }

  // `ack` went past; `key`: its time stamp, or key_of() the time. At most kMost are under way at once: those that come too
  // soon behind another are left out, so that the whole way is covered.
  void passed(Offset ack, std::uint32_t key, TimeNs now) noexcept;
  // What was known to the sender of a packet that has this key: the echo, or key_of() the time less the half round trip.
  Offset known_at(std::uint32_t key) noexcept;
  // A round trip took so long.
  void covers(DurationNs round) noexcept { step_ = DurationNs{round.ns / kSteps}; }

  // Behind what is asked for at every packet.
  const void* first_lines() const { return &passed_; }

  static std::uint32_t key_of(TimeNs time) noexcept {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(time.ns) >> 10U);
  }

 private:
  void make_room() noexcept;

  static constexpr std::uint8_t kMost = 32;
  static constexpr std::int64_t kSteps = 24;
  struct Passed {
    std::uint32_t key = 0;
    std::uint32_t ack = 0;  // low bits
  };

  By by_ = By::at_once;
  std::uint8_t first_ = 0;
  std::uint8_t count_ = 0;
  Offset known_ = 0;
  TimeNs last_ = kNoTime;
  DurationNs step_{0};
  std::array<Passed, kMost> passed_{};
};

}  // namespace wirecause::tcp
