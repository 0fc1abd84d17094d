// What to call a packet that decoding did not follow further, for the list of counted unknowns in the report.
//
// Called by engine once a kind, not once a packet. Fragments, and tunnels that run over a UDP port, are no unknowns.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "packet/decode.hpp"

namespace wirecause {

// "ethertype 0x88cc (LLDP)", "ip protocol 47 (GRE)", "LLC 0x42 (STP)", "link type 127 (IEEE 802.11 radiotap)"; without
// the name where there is none. Empty unless the outcome is `unsupported`.
std::string unknown_text(const Decoded& decoded);

}  // namespace wirecause
