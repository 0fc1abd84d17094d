// SPDX-License-Identifier: Apache-2.0
#include "tap/wording.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 3> kDirections{"no direction", "in", "out"};  // by Direction
constexpr std::uint64_t kEnoughPackets = 16;                                         // a share of fewer is chance

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string vlan_text(std::uint16_t vlan) { return vlan == kNoVlan ? "none" : fmt::format("{}", vlan); }

}  // namespace

RepeatedShare repeated_share(std::span<const CopyCounts> by_direction) {
  RepeatedShare share;
  std::uint64_t repeated = 0;
  std::int64_t highest = 0;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < by_direction.size(); ++i) {
    const CopyCounts& counts = by_direction[i];
    const std::uint64_t originals = counts.originals();
    if (originals == 0) continue;
    share.originals += originals;
    repeated += counts.originals_repeated;
    if (originals >= kEnoughPackets) highest = std::max(highest, per_million(counts.originals_repeated, originals));
    parts.push_back(fmt::format("{}: {} of {}", kDirections[i], counts.originals_repeated, originals));
  }
  share.per_million = std::max(highest, per_million(repeated, share.originals));
  if (parts.size() > 1) share.text = joined(parts, ", ");
  return share;
}

std::string second_sight_text(const PointQuality& quality) {
  if (quality.second_sight.count() == 0) return {};
  const Sight& example = quality.first_second_sight;
  const Differences& differs = example.differences;
  std::vector<std::string> parts;
  if (differs.point) parts.emplace_back("at another point");
  if (differs.direction) parts.emplace_back("direction differs");
  if (differs.ttl) parts.push_back(fmt::format("TTL {} -> {}", example.ttl_before, quality.ttl_after));
  if (differs.vlan && example.vlan_before != quality.vlan_after) {
    parts.push_back(fmt::format("VLAN {} -> {}", vlan_text(example.vlan_before), vlan_text(quality.vlan_after)));
  } else if (differs.vlan) {
    parts.emplace_back("inner VLAN differs");
  }
  if (differs.source_mac) parts.emplace_back("source MAC differs");
  if (differs.destination_mac) parts.emplace_back("destination MAC differs");
  std::string text = joined(parts, ", ");
  if (quality.alike == quality.second_sight.count()) return text;
  return text + fmt::format(" ({} of {})", quality.alike, quality.second_sight.count());
}

std::string hosts_text(const std::vector<SourceChecksums::Host>& hosts) {
  constexpr std::size_t kListed = 4;
  std::vector<std::string> parts;
  for (const auto& host : hosts) {
    if (parts.size() == kListed) {
      parts.push_back(fmt::format("{} more", hosts.size() - kListed));
      break;
    }
    parts.push_back(fmt::format("{} ({} of {})", host.address.text(), host.bad, host.checked));
  }
  return joined(parts, ", ");
}

std::string frame_filter(std::span<const std::uint64_t> frames) {
  return fmt::format("frame.number in {{{}}}", fmt::join(frames, ", "));
}

}  // namespace wirecause
