// SPDX-License-Identifier: Apache-2.0
#include "generate/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wirecause::generate {
namespace {

bool overlaps(const std::vector<Pattern::Range>& ranges, std::uint64_t first, std::uint64_t last) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Pattern::Range& range) { return first <= range.last && range.first <= last; });
}

std::string range_list(const std::vector<Pattern::Range>& ranges, std::string_view unit) {
  std::string text;
  for (const Pattern::Range& range : ranges) {
    if (!text.empty()) text += ", ";
    text += range.first == range.last ? fmt::format("{}{}", range.first, unit)
                                      : fmt::format("{}-{}{}", range.first, range.last, unit);
  }
  return text;
}

}  // namespace

std::string describe(const Pattern& pattern) {
  switch (pattern.kind) {
    case Pattern::Kind::none:
      return "no packets";
    case Pattern::Kind::numbers:
      return fmt::format("the packets with numbers {} of session {}", range_list(pattern.ranges, ""), pattern.session);
    case Pattern::Kind::packets:
      return fmt::format("data packets {}", range_list(pattern.ranges, ""));
    case Pattern::Kind::time:
      return fmt::format("everything sent at {} after the start", range_list(pattern.ranges, " ns"));
    case Pattern::Kind::every:
      return fmt::format("every {}th data packet", pattern.count);
    case Pattern::Kind::random:
      return fmt::format("data packets at random with probability {}", pattern.probability);
    case Pattern::Kind::burst:
      return fmt::format("bursts of {} data packets, begun with probability {}", pattern.count, pattern.probability);
    case Pattern::Kind::last:
      return fmt::format("the last {} data packets", pattern.count);
  }
  return {};
}

bool PatternWalk::hits(const Published& published, std::uint64_t packets_in_all) {
  if (published.kind != PublishedKind::data && !takes_heartbeats_) return false;
  if (pattern_.kind == Pattern::Kind::time) {
    const auto at = static_cast<std::uint64_t>(published.since_start.ns);
    return overlaps(pattern_.ranges, at, at);
  }
  // A heartbeat stands at the position of the data packet that follows it.
  if (published.kind != PublishedKind::data && pattern_.kind != Pattern::Kind::packets) return false;
  const bool hit = hits_data(published, packets_in_all);
  return hit && (pattern_.is_exact() || !published.in_margin);
}

bool PatternWalk::hits_data(const Published& published, std::uint64_t packets_in_all) {
  const std::uint64_t position = published.index + 1;
  const OutgoingPacket& packet = published.packet;
  switch (pattern_.kind) {
    case Pattern::Kind::numbers:
      return published.epoch + 1 == pattern_.session &&
             overlaps(pattern_.ranges, packet.first, packet.first + packet.units - 1);
    case Pattern::Kind::packets:
      return overlaps(pattern_.ranges, position, position);
    case Pattern::Kind::every:
      return position % pattern_.count == 0;
    case Pattern::Kind::random:
      return chance_.hits(published.index, threshold_);
    case Pattern::Kind::burst:
      if (burst_left_ == 0 && chance_.hits(published.index, threshold_)) burst_left_ = pattern_.count;
      if (burst_left_ == 0) return false;
      --burst_left_;
      return true;
    case Pattern::Kind::last:
      return position + pattern_.count > packets_in_all;
    case Pattern::Kind::none:
    case Pattern::Kind::time:
      break;
  }
  return false;
}

}  // namespace wirecause::generate
