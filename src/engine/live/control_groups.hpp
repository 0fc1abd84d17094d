// Groups of the network's own protocols, which are silent for as long as nobody asks: that none of their packets came is no
// symptom.
//
//   224.0.0.0/24, ff01::/16, ff02::/16   link-local and interface-local scope, never routed (RFC 5771 section 4, RFC 4291 2.7)
//   224.0.1.129 to .132, ff0x::181        PTP over UDP (IEEE 1588-2019 annex C and D)
//   239.255.255.250, ff0x::c              SSDP
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/address.hpp"

namespace wirecause {

bool is_control_group(const IpAddress& group);

}  // namespace wirecause
