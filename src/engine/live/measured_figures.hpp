// The measure of an episode of drops as figures for the timeline: each with its name, its unit and where it was read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/live/consumer_book.hpp"
#include "engine/live/episode_measure.hpp"
#include "evidence/record.hpp"

namespace wirecause {

struct MeasuredFigure {
  std::string_view name;  // as engine/live/publish.cpp declares it
  Unit unit = Unit::none;
  std::uint64_t value = 0;
  std::string_view source;  // static text, in the kernel's own spelling
  std::string text = {};
  TimeNs from = kNoTime;  // kNoTime: the episode's
  TimeNs to = kNoTime;
};
using MeasuredFigures = std::vector<MeasuredFigure>;

// The socket that dropped.
struct MeasuredSocket {
  std::uint32_t buffer_bytes = 0;
  bool was_full = false;             // the kernel's word for the drops
  std::optional<CgroupLimit> limit;  // of its reader's cgroup
};

// Nothing where there is no sample of the socket.
MeasuredFigures figures_of(const EpisodeMeasure& measure, const MeasuredSocket& socket);

}  // namespace wirecause
