// What the first bytes of a file say it is: a capture, compressed data, or something else that is named for the user.
//
// Who calls it: open.cpp. Names never decide; a file called .pcap that holds gzip is read as gzip.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"

namespace wirecause {

enum class FormatMark : std::uint8_t { pcap, pcapng, gzip, zstd, other };

FormatMark format_mark(Bytes start);

// "starts with 50 4b 03 04 (a zip archive)", for bytes that are no capture. Never more than one line.
std::string describe_start(Bytes start);

}  // namespace wirecause
