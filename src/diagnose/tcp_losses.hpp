// Lost packets of one direction as several causes of TCP see them: how many, where, and which loss has a name of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "diagnose/tcp_case.hpp"

namespace wirecause {

// What timers sent without an answer until the end: less may have been under way when the capture ended.
inline constexpr std::uint64_t kTriesThatTell = 3;

constexpr bool is_unanswered(std::uint64_t tries) { return tries >= kTriesThatTell; }

// Payload that every way carries: hosts must take datagrams of 576 bytes (RFC 1122 3.3.3, RFC 9293 3.7.1), and links of less are
// not met any more. Where no more than this is stuck, size is not the matter.
inline constexpr std::uint64_t kAlwaysPasses = 536;

// Losses that a cause of its own bears, so that no general one speaks of them. Nothing: it was not looked for.
struct SpecialLoss {
  bool is_incast = false;     // many senders to one receiver stood still together
  bool is_policed = false;    // losses fit one rate, and nothing queued before them
  bool is_blackhole = false;  // a size got through to nobody, however often it was repeated
  bool is_unserved = false;   // the server took nothing from the beginning, lost or not
};

inline std::optional<SpecialLoss> special_loss(const TcpCase& tcp) {
  const auto flows = tcp.count("tcp.incast_flows");
  const auto policed = tcp.count("tcp.policed");
  const auto stuck = tcp.count("tcp.size_stuck");
  const auto resends = tcp.count("tcp.stuck_resends");
  const auto passed = tcp.count("tcp.size_passed");
  const auto unserved = tcp.count("tcp.unserved");
  const auto answered = tcp.count("tcp.stuck_answered");
  const auto told_mtu = tcp.count("tcp.told_mtu");
  const auto tries = tcp.count("tcp.tries");
  if (!flows || !policed || !stuck || !resends || !passed || !unserved || !answered || !told_mtu || !tries)
    return std::nullopt;
  // Where nothing passed at all, size is not the matter. Where the receiver was not heard meanwhile it may be gone; where it never
  // will be, tcp_half_open says so, too.
  const bool passes = *answered > 0 || *told_mtu > 0 || is_unanswered(*tries);
  const bool is_blackhole = *stuck > kAlwaysPasses && *passed > 0 && *resends >= kTriesThatTell && passes;
  return SpecialLoss{*flows > 0, *policed > 0, is_blackhole, *unserved > 0};
}

// What never came past was lost before this point; size may be the matter where no larger segment came.
constexpr std::uint64_t kNearlyFull = 1'200;

// "; of all that it sent again 3 were lost before this point and 1 behind it", as a template with {before} and {behind}.
inline std::string where_lost(const TcpCase& tcp) {
  const std::uint64_t before = tcp.told("tcp.lost_before");
  const std::uint64_t behind = tcp.told("tcp.lost_behind");
  if (before > 0 && behind > 0) {
    return "; of all that it sent again {before} were lost before this point and {behind} behind it";
  }
  if (before > 0) return "; what it sent again was lost before this point";
  if (behind > 0) return "; what it sent again was lost behind this point";
  return {};
}

inline void add_where_lost(const TcpCase& tcp, Reason& reason) {
  reason.figures.push_back({"before", tcp.told("tcp.lost_before")});
  reason.figures.push_back({"behind", tcp.told("tcp.lost_behind")});
}

}  // namespace wirecause
