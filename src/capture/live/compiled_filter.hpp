// A filter in the language of tcpdump, compiled by libpcap to a program for a tap. The only thing that libpcap does here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "capture/live/filter_assembler.hpp"
#include "packet/packet_view.hpp"

namespace wirecause {

// `interface`: its VLAN tags are not in the bytes, so "vlan 100" becomes a question to the kernel, which libpcap knows how to
// put only when it has the interface open: it is opened and closed again, not promiscuous. Without privilege or interface
// "vlan" matches only tags in the bytes. Errors: bad_input (what libpcap says is wrong with the text).
Result<FilterProgram> compile_filter(const std::string& text, const std::string& interface, LinkType link_type,
                                     std::uint32_t snap_length);

}  // namespace wirecause
