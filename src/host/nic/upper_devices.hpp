// Interfaces that stand on another one and hand its packets on: VLANs and their like (by their own link), bonds, bridges and
// teams (by their master), one above the other. What a socket reads there came in below.
//
// From one dump of RTM_GETLINK. Of a veth the link is its peer, which is another wire, so only kinds that stand on a device
// are followed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace wirecause {

struct LinkRelation {
  std::uint32_t index = 0;
  std::string name;
  std::string kind;                   // "vlan", "bridge", "veth"; empty: hardware
  std::uint32_t master = 0;           // 0: none
  std::uint32_t lower = 0;            // device that it stands on; 0: none, or in another namespace
  std::optional<std::uint16_t> vlan;  // id
};

struct UpperDevice {
  std::uint32_t ifindex = 0;
  std::optional<std::uint16_t> vlan;  // the tag that its packets bear below; nothing: none
};

// Of the body of an RTM_NEWLINK message; nothing: it is cut.
std::optional<LinkRelation> link_relation(std::span<const std::byte> body);

// All that stand on the interface, in order of distance. Of `apart` and of what stands on that alone nothing is said.
std::vector<UpperDevice> uppers_of(std::span<const LinkRelation> links, std::uint32_t ifindex,
                                   const std::set<std::uint32_t>& apart = {});

// Of this network namespace. Errors: permission, io.
Result<std::vector<LinkRelation>> read_link_relations();

}  // namespace wirecause
