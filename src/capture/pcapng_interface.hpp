// Interface description and interface statistics blocks of a pcapng section (draft-ietf-opsawg-pcapng 4.2 and 4.6).
//
// Who calls it: pcapng_source.cpp. Text is kept up to kMaxNameBytes a field, so that a file of many interfaces cannot
// fill memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "capture/source.hpp"
#include "capture/tick_clock.hpp"

namespace wirecause {

inline constexpr std::size_t kMaxNameBytes = 256;

// At most `limit` bytes, up to a terminator if some writer counted one.
std::string bounded_text(Bytes value, std::size_t limit);

// What a packet of the interface needs at once, beside the facts for the report.
struct PcapngInterface {
  InterfaceFacts facts;
  TickClock clock;
};

// Nothing when the body is too short to be one. Comments among the options are not read here.
std::optional<PcapngInterface> read_interface(Bytes body, std::endian order, std::uint32_t section);

// The interface that an interface statistics block speaks of, and what it says of it; later values replace earlier
// ones.
std::optional<std::uint32_t> statistics_interface(Bytes body, std::endian order);
void read_statistics(Bytes body, std::endian order, InterfaceFacts& facts);

// Where the options of the two blocks begin.
inline constexpr std::size_t kInterfaceFixedBytes = 8;
inline constexpr std::size_t kStatisticsFixedBytes = 12;

}  // namespace wirecause
