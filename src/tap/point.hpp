// What is counted at one observation point. Filled by TapQuality::packet(), read by its publish().
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "tap/delay_sample.hpp"
#include "tap/sightings.hpp"
#include "tap/source_checksums.hpp"
#include "tap/tally.hpp"

namespace wirecause {

// Packets of one direction that could come twice, and those that did. "Originals" are packets without their copies.
struct CopyCounts {
  std::uint64_t could_repeat = 0;
  std::uint64_t copies = 0;                // later sights at this point, of either kind
  std::uint64_t originals_repeated = 0;    // originals with at least one repetition
  std::uint64_t originals_seen_again = 0;  // originals with a second sight, at this point or before at another one

  std::uint64_t originals() const noexcept { return could_repeat - copies; }
};

// Tallies for what may be a finding; plain counts for what was looked at, because every packet passes them.
struct PointQuality {
  std::uint64_t packets = 0;
  TimeNs first = kNoTime;  // lowest and highest stamp
  TimeNs last = kNoTime;
  std::uint64_t stamped = 0;
  std::uint64_t ip_packets = 0;
  std::uint64_t ip_checked = 0;
  std::uint64_t checked = 0;  // UDP and TCP

  Tally truncated;
  Tally truncated_headers;
  Tally backward_stamps;
  DurationNs backward_largest{0};
  TimeNs previous = kNoTime;  // stamp of the packet before
  Tally ip_bad;
  Tally bad;  // UDP and TCP
  SourceChecksums sources;
  Tally oversize;

  std::array<CopyCounts, 3> copies;  // by Direction
  Tally repeated;
  DelaySample repeated_delay;
  Tally second_sight;
  DelaySample second_sight_delay;
  Sight first_second_sight;    // the example that the text shows
  std::uint8_t ttl_after = 0;  // of it
  std::uint16_t vlan_after = kNoVlan;
  std::uint64_t alike = 0;      // second sights that differ in the same
  std::uint64_t elsewhere = 0;  // second sights of what was first seen at another point
};

}  // namespace wirecause
