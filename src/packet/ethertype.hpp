// EtherTypes that decoding itself follows (IEEE registry); the names of the others are in unknown.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wirecause {

inline constexpr std::uint16_t kEthertypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEthertypeIpv6 = 0x86dd;
inline constexpr std::uint16_t kEthertypeVlan = 0x8100;         // 802.1Q
inline constexpr std::uint16_t kEthertypeServiceVlan = 0x88a8;  // 802.1ad
inline constexpr std::uint16_t kEthertypeQinQ = 0x9100;         // before 802.1ad, still in use
inline constexpr std::uint16_t kEthertypeMpls = 0x8847;
inline constexpr std::uint16_t kEthertypeMplsMulticast = 0x8848;
inline constexpr std::uint16_t kEthertypePppoe = 0x8864;  // session
inline constexpr std::uint16_t kFirstEthertype = 0x0600;  // below: an 802.3 length (or, cooked, a Linux number)
inline constexpr std::uint16_t kLargest8023Length = 1500;

}  // namespace wirecause
