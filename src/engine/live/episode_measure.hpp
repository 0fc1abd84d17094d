// What was measured around one episode of drops at a socket: its queue, what arrived, what was read, and what kept the
// reader. Pure: a trail, the arrivals and the episode in, figures out. Absent is unknown, never 0 (DESIGN D11).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/live/arrival_bins.hpp"
#include "engine/live/join/dropped_units.hpp"
#include "engine/live/socket_trail.hpp"

namespace wirecause {

// From the last sample that saw the queue nearly empty to the first read after the last drop; counters grew meanwhile.
struct FallingBehind {
  TimeNs from;
  TimeNs to;
  std::uint64_t arrived = 0;
  std::optional<std::uint64_t> reads;
  std::optional<std::uint64_t> on_cpu_ns;
  std::optional<std::uint64_t> run_delay_ns;
  std::optional<std::uint64_t> throttled_us;
};

struct EpisodeMeasure {
  TimeNs from = kNoTime;  // the episode, widened by kMargin, as far as it was sampled
  TimeNs to = kNoTime;
  std::uint64_t samples = 0;
  std::uint64_t full_samples = 0;  // queue over half full
  std::uint32_t queue_peak = 0;
  std::optional<std::uint32_t> queue_before;
  std::optional<std::uint32_t> queue_after;
  std::optional<std::uint64_t> arrival_rate;  // datagrams a second
  ArrivalBins::Stretch burst;
  std::optional<std::uint64_t> reads;
  std::optional<std::uint64_t> read_rate;  // datagrams a second while the queue was not empty
  std::optional<FallingBehind> behind;
  std::optional<ReadGap> gap;            // the longest that touches the drops and what filled the queue
  std::optional<ReaderAbsence> absence;  // likewise
};

inline constexpr DurationNs kMargin = seconds(1);  // on either side of an episode

// `bins`: of the lines that the socket reads.
EpisodeMeasure measure_episode(const DropEpisode& episode, const SocketTrail& trail,
                               const std::vector<const ArrivalBins*>& bins);

}  // namespace wirecause
