// The options of a TCP header (RFC 9293 3.1, IANA tcp-parameters). What is only recognised has a mark and no value.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"

namespace wirecause::tcp {

struct SackBlock {
  std::uint32_t begin = 0;  // wire numbers: [begin, end)
  std::uint32_t end = 0;
};

struct Options {
  enum Mark : std::uint8_t {
    kFastOpen = 1,        // RFC 7413
    kMultipath = 2,       // RFC 8684
    kMd5 = 4,             // RFC 2385
    kAuthentication = 8,  // TCP-AO, RFC 5925
    kAccurateEcn = 16,    // RFC 9768
    kMalformed = 32,      // a length that cannot be: what follows was not read
  };

  bool has_mss = false;
  bool has_window_scale = false;
  bool sack_permitted = false;
  bool has_timestamps = false;
  std::uint8_t window_scale = 0;  // at most 14 (RFC 7323 2.3)
  std::uint8_t marks = 0;
  std::uint8_t sack_count = 0;
  std::uint16_t mss = 0;
  std::uint32_t stamp = 0;  // TSval
  std::uint32_t echo = 0;   // TSecr
  std::array<SackBlock, 4> sack{};
};

// `bytes`: the options of a header, all of them. Reads each option once; never more than 40 bytes.
Options read_options(Bytes bytes) noexcept;
// The same in place: every field is written, of `sack` as many as there are.
void read_options(Bytes bytes, Options& out) noexcept;

}  // namespace wirecause::tcp
