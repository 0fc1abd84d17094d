// What the relay does to the bytes of a frame, and the ICMP that it answers with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "frame.hpp"
#include "rule.hpp"

namespace lab {

// Each says whether the frame was changed.
bool flip_bit(Bytes& frame, const Layout& at, const Rule& rule);       // false: the payload is shorter
bool rewrite_ttl(Bytes& frame, const Layout& at, const Rule& rule);    // TTL or hop limit
bool strip_options(Bytes& frame, const Layout& at, const Rule& rule);  // of TCP SYN: to no-operation, the length stays

// RFC 792 "fragmentation needed" (RFC 1191), RFC 4443 "packet too big": back to where the frame came from.
Bytes too_big_reply(const Bytes& frame, const Layout& at, std::uint32_t mtu);

}  // namespace lab
