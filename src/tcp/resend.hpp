// Why bytes were sent again: one kind for each packet that brings old bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wirecause::tcp {

enum class Resend : std::uint8_t {
  syn,
  syn_ack,
  fast,          // three duplicate acknowledgements, or as much selectively acknowledged above it (RFC 5681, RFC 6675)
  rack,          // later data was acknowledged and time enough went by (RFC 8985)
  tail_probe,    // the last segment again, before the timeout (RFC 8985 7)
  timeout,       // the retransmission timer ran out (RFC 6298), and what follows until its flight is acknowledged
  spurious,      // it had arrived: D-SACK, time stamps or an earlier acknowledgement say so
  window_probe,  // of a closed window
  keep_alive,    // of an idle connection
  path_copy,     // the network delivered the packet twice: the sender sent it once
  unexplained,   // what led to it was not captured
};

inline constexpr std::size_t kResends = 11;
using ResendCounts = std::array<std::uint32_t, kResends>;

std::string_view text(Resend kind);  // "tail_probe"

// Kinds that answer a loss, as their sender believed.
constexpr bool answers_loss(Resend kind) {
  return kind != Resend::window_probe && kind != Resend::keep_alive && kind != Resend::path_copy;
}

}  // namespace wirecause::tcp
