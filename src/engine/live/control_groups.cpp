// SPDX-License-Identifier: Apache-2.0
#include "engine/live/control_groups.hpp"

#include <cstddef>

namespace wirecause {
namespace {

bool is_control_v4(std::uint32_t group) {
  constexpr std::uint32_t kLinkLocal = 0xe0'00'00;  // 224.0.0, of 24 bits
  constexpr std::uint32_t kFirstPtp = 0xe0'00'01'81;
  constexpr std::uint32_t kLastPtp = 0xe0'00'01'84;
  constexpr std::uint32_t kSsdp = 0xef'ff'ff'fa;
  return group >> 8U == kLinkLocal || (group >= kFirstPtp && group <= kLastPtp) || group == kSsdp;
}

bool is_control_v6(const std::array<std::byte, 16>& group) {
  const auto at = [&group](std::size_t i) { return std::to_integer<unsigned>(group[i]); };
  if (at(0) != 0xffU) return false;
  const unsigned scope = at(1) & 0xfU;
  if (scope <= 2) return true;
  for (std::size_t i = 2; i < 14; ++i) {
    if (at(i) != 0) return false;
  }
  const unsigned last = at(14) << 8U | at(15);
  return last == 0xcU || last == 0x181U;
}

}  // namespace

bool is_control_group(const IpAddress& group) {
  return group.is_v4() ? is_control_v4(group.v4_host_order()) : is_control_v6(group.bytes());
}

}  // namespace wirecause
