// SPDX-License-Identifier: Apache-2.0
#include "diagnose/points.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

std::optional<StatedDrops> stated_at(const EvidenceView& view, Subject point) {
  const auto counter = view.id("capture.dropped", point);
  if (!counter) return std::nullopt;
  return StatedDrops{as_count(view.record(*counter).value), counter};
}

// Still at every point is still, wherever the line was seen.
std::optional<StatedDrops> still_everywhere(const EvidenceView& view) {
  const std::vector<Subject> all = points(view);
  const bool still = !all.empty() && std::ranges::all_of(all, [&view](Subject point) {
    const auto stated = stated_at(view, point);
    return stated && stated->packets == 0;
  });
  return still ? std::optional(StatedDrops{}) : std::nullopt;
}

}  // namespace

std::vector<Subject> points(const EvidenceView& view) {
  constexpr std::array<std::string_view, 3> kNamesOfPoints{"point.name", "capture.packets", "capture.dropped"};
  std::vector<Subject> found;
  for (const std::string_view name : kNamesOfPoints) {
    for (const EvidenceId id : view.all(name)) {
      const Subject subject = view.record(id).subject;
      if (subject.kind == SubjectKind::point) found.push_back(subject);
    }
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Subject point_of(const EvidenceView& view, Subject line) {
  if (const auto id = view.value("line.point", line); id && *id >= 0) {
    return {SubjectKind::point, static_cast<std::uint32_t>(*id)};
  }
  const std::vector<Subject> all = points(view);
  return all.size() == 1 ? all.front() : Subject{};
}

std::optional<StatedDrops> stated_drops(const EvidenceView& view, Subject point) {
  return point.kind == SubjectKind::point ? stated_at(view, point) : still_everywhere(view);
}

}  // namespace wirecause
