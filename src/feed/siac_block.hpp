// The block of SIAC's feeds (CTA and OPRA): what their two framings share. Big-endian.
//
//   version | block size u16 | feed | retransmission | [OPRA: session] | number u32 | messages u8 | s u32 | ns u32 |
//   sum u16
//
// From the number on, fields lie at the same distance from the end of the header in both.
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

// `control` is left to the framing.
template <std::size_t kHeader>
Block block_of(FixedView<kHeader> h) noexcept {
  Block b;
  b.size = h.template be<std::uint16_t, 1>();
  b.feed = static_cast<char>(h.template be<std::uint8_t, 3>());
  b.retransmission = static_cast<char>(h.template be<std::uint8_t, 4>());
  b.number = h.template be<std::uint32_t, kHeader - 15>();
  b.messages = h.template be<std::uint8_t, kHeader - 11>();
  b.seconds = h.template be<std::uint32_t, kHeader - 10>();
  b.nanoseconds = h.template be<std::uint32_t, kHeader - 6>();
  return b;
}

// The types of a framing's control messages, which are one category.
struct ControlTypes {
  char category = 0;
  char start_of_day = 0;
  char reset = 0;
  char line_integrity = 0;
  char end_of_day = 0;
};

// What a message of this category and type is.
constexpr Control control_of(const ControlTypes& types, std::uint8_t category, std::uint8_t type) noexcept {
  if (category != static_cast<std::uint8_t>(types.category)) return Control::none;
  const auto c = static_cast<char>(type);
  if (c == types.line_integrity) return Control::line_integrity;
  if (c == types.start_of_day) return Control::start_of_day;
  if (c == types.reset) return Control::reset;
  return c == types.end_of_day ? Control::end_of_day : Control::none;
}

// A line integrity message as a mark: `at` is where the category stands.
constexpr MarkAt line_integrity_mark(const ControlTypes& types, std::size_t at) noexcept {
  return {static_cast<std::uint8_t>(at), static_cast<std::uint16_t>(static_cast<std::uint8_t>(types.category) << 8U |
                                                                    static_cast<std::uint8_t>(types.line_integrity))};
}

// The low 16 bits of the sum of all bytes of the block but the two of the checksum equal the checksum. False where the
// block is not captured whole.
bool has_good_checksum(const Datagram& d, std::size_t size, std::size_t checksum_at) noexcept;

// The runs of a block of at least one message. `state` holds what makes a second copy of a reset no second reset.
void add_runs(const Block& block, FramingState& state, Parsed& out) noexcept;

}  // namespace wirecause::siac
