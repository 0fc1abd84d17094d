// The block of SIAC's feeds (CTA and OPRA): what their two framings share. Big-endian.
//
//   version | block size u16 | feed | retransmission | [OPRA: session] | number u32 | messages u8 | s u32 | ns u32 |
//   sum u16
//
// The number is that of the first message. Control messages change what it means:
//   line integrity   the number of the LAST message sent; consumes nothing although the block counts one message
//   start of day     number 0: numbering begins at 1 (any other number: an ordinary message)
//   reset            the new value of the counter; the next message has a higher one
//   end of day       an ordinary message, and nothing follows
// After 2^32-1 comes 1. A block marked 'V' is sent again on request and carries its old numbers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "feed/framing.hpp"

namespace wirecause::siac {

inline constexpr NumberSpace kNumbers{1, 0xffff'ffff};

enum class Control : std::uint8_t { none, line_integrity, start_of_day, reset, end_of_day };

struct Block {
  std::uint16_t size = 0;
  char feed = 0;
  char retransmission = 0;
  std::uint32_t number = 0;
  std::uint8_t messages = 0;
  std::uint32_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  Control control = Control::none;  // of the first message; `none` where it is data or not captured
};

// The low 16 bits of the sum of all bytes of the block but the two of the checksum equal the checksum. False where the
// block is not captured whole.
bool has_good_checksum(const Datagram& d, std::size_t size, std::size_t checksum_at) noexcept;

// The runs of a block of at least one message. `state` holds what makes a second copy of a reset no second reset.
void add_runs(const Block& block, FramingState& state, Parsed& out) noexcept;

}  // namespace wirecause::siac
