// The blocks of a pcapng file: type, length, body, length again; and the options at the end of a body.
//
//   0 type (u32)   4 total length (u32)   8 body, padded to 4 bytes   [total length - 4] total length again (u32)
//
// draft-ietf-opsawg-pcapng section 3.1. Byte order is that of the section header block before it. Nothing here knows
// what a block means (pcapng_source.cpp).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace wirecause {

enum class BlockType : std::uint32_t {
  interface_description = 1,
  packet = 2,  // obsolete
  simple_packet = 3,
  name_resolution = 4,
  interface_statistics = 5,
  enhanced_packet = 6,
  journal_entry = 9,  // systemd
  secrets = 10,
  sysdig_event = 0x204,
  sysdig_event_v2 = 0x216,
  sysdig_event_v2_large = 0x221,
  custom = 0xbad,
  custom_do_not_copy = 0x4000'0bad,
  section_header = 0x0a0d'0d0a,  // a palindrome: the same in both byte orders
};

inline constexpr std::size_t kMinBlockBytes = 12;
inline constexpr std::uint32_t kMaxBlockBytes = 16 * 1024 * 1024;  // as Wireshark: bounds the window of a stream

enum class BlockState : std::uint8_t {
  whole,
  short_of_bytes,  // `needed` bytes would tell more
  wrong_magic,     // a section header whose byte-order magic is neither
  wrong_length,    // below the minimum or over the maximum
  wrong_trailer,   // the two lengths contradict each other
};

struct Block {
  BlockState state = BlockState::short_of_bytes;
  BlockType type{};
  std::endian order = std::endian::little;  // of this block: a section header sets its own
  std::uint32_t length = 0;                 // rounded up to 4 bytes, as some writers forgot to
  std::uint32_t trailer_length = 0;         // the second length, for the message
  std::size_t needed = kMinBlockBytes;
  Bytes body;
};

// The block at the start of `bytes`; `order` is that of the current section.
Block block_at(Bytes bytes, std::endian order) noexcept;

// The options of a block one after another; ends at opt_endofopt, at the end of the bytes, and where one overruns them.
class OptionReader {
 public:
  struct Option {
    std::uint16_t code = 0;
    Bytes value;
  };

  OptionReader(Bytes options, std::endian order) noexcept : reader_(options), order_(order) {}

  std::optional<Option> next() noexcept;

 private:
  ByteReader reader_;
  std::endian order_;
};

inline constexpr std::uint16_t kOptionComment = 1;  // in every kind of block

constexpr std::size_t padded(std::size_t bytes) noexcept { return (bytes + 3) & ~std::size_t{3}; }

}  // namespace wirecause
