// Shares and texts of the records that TapQuality publishes: what a number cannot say. Control path only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tap/point.hpp"

namespace wirecause {

constexpr std::int64_t per_million(std::uint64_t part, std::uint64_t whole) noexcept {
  return whole == 0 ? 0 : static_cast<std::int64_t>(part * 1'000'000 / whole);
}

struct RepeatedShare {
  std::uint64_t originals = 0;  // of all directions
  std::int64_t per_million = 0;
  std::string text;  // by direction, where one is known
};

// Only one direction may be doubled (a mirror port that copies both sides of a link), so the highest share counts, of
// directions with at least 16 packets.
RepeatedShare repeated_share(std::span<const CopyCounts> by_direction);

// "TTL 64 -> 63, source MAC differs", "at another point"; and of how many that is true, unless of all.
std::string second_sight_text(const PointQuality& quality);

// "10.0.0.1 (500 of 500), ..." of the first four; empty where there are none.
std::string hosts_text(const std::vector<SourceChecksums::Host>& hosts);

// Wireshark: "frame.number in {1, 5}".
std::string frame_filter(std::span<const std::uint64_t> frames);

}  // namespace wirecause
