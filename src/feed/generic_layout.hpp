// The description of a user's own feed: "seq=0/u32be,count=4/u16be,time=8/u64be:ns,channel=16/u8,session=20/u32le".
//
// Field: KEY=OFFSET/TYPE, offset in bytes from the start of the UDP payload, type u8, u16be, u16le, u32be, u32le, u64be
// or u64le. `seq` is required; `time` needs its unit (:ns, :us, :ms or :s, since the Unix epoch); `count` and `channel`
// have at most 32 bits. `zero=unsequenced` says that packets with count 0 carry no next number.
// Called once at start. Errors are Errc::usage, one line, and end with an example.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "feed/framing.hpp"

namespace wirecause {

Result<FramingConfig> parse_generic_layout(std::string_view description);

}  // namespace wirecause
