// Lost packets of one direction as several causes of TCP see them: how many, where, and whether anybody still answers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "diagnose/tcp_case.hpp"

namespace wirecause {

// What timers sent without an answer until the end: less may have been under way when the capture ended.
inline constexpr std::uint64_t kTriesThatTell = 3;

constexpr bool is_unanswered(std::uint64_t tries) { return tries >= kTriesThatTell; }

// "; 3 were lost before they came here, 1 behind it", as a template with {before} and {behind}.
inline std::string where_lost(const TcpCase& tcp) {
  const std::uint64_t before = tcp.told("tcp.lost_before");
  const std::uint64_t behind = tcp.told("tcp.lost_behind");
  if (before > 0 && behind > 0) return "; {before} were lost before this point, {behind} behind it";
  if (before > 0) return "; {before} were lost before this point";
  if (behind > 0) return "; {behind} were lost behind this point";
  return {};
}

inline void add_where_lost(const TcpCase& tcp, Reason& reason) {
  reason.figures.push_back({"before", tcp.told("tcp.lost_before")});
  reason.figures.push_back({"behind", tcp.told("tcp.lost_behind")});
}

}  // namespace wirecause
