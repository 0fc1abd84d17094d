// Puts the records of one episode of TCP onto the timeline and hangs them on it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "evidence/episode.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

class TcpRecords {
 public:
  TcpRecords(Timeline& timeline, Episode& episode) : timeline_(&timeline), episode_(&episode) {}

  void put(std::string_view name, Unit unit, std::uint64_t value, std::string text = {}, FrameRefs frames = {}) {
    put_in(name, unit, value, episode_->first, episode_->last, 0, std::move(text), std::move(frames));
  }
  void put_in(std::string_view name, Unit unit, std::uint64_t value, TimeNs from, TimeNs to, std::uint64_t count,
              std::string text, FrameRefs frames) {
    Record record;
    record.shape = Shape::summary;
    record.name = name;
    record.subject = episode_->subject;
    record.from = from;
    record.to = to;
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    record.value = static_cast<std::int64_t>(std::min(value, kMost));
    record.count = count;
    record.unit = unit;
    record.source = "wire";
    record.text = std::move(text);
    record.frames = std::move(frames);
    if (const auto id = timeline_->add(std::move(record))) episode_->evidence.push_back(*id);
  }

 private:
  Timeline* timeline_;
  Episode* episode_;
};

}  // namespace wirecause
