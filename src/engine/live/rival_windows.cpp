// SPDX-License-Identifier: Apache-2.0
#include "engine/live/rival_windows.hpp"

#include <algorithm>

#include "base/intervals.hpp"

namespace wirecause {
namespace {

// A drop that has a place and no reason of the kernel's is concluded, from no counter.
bool is_claimant(const Episode& episode) {
  if (episode.symptom == Symptom::loss) return true;
  return episode.symptom == Symptom::drop && episode.drop &&
         (!episode.drop->reason.empty() || episode.drop->symbol.empty());
}

bool are_at_once(const Episode& a, const Episode& b) { return a.first <= b.last && b.first <= a.last; }

}  // namespace

RivalWindows::RivalWindows(std::span<const Episode> episodes) : episodes_(episodes) {
  for (std::size_t i = 0; i < episodes.size(); ++i) {
    if (is_claimant(episodes[i])) spans_.push_back({episodes[i].first, episodes[i].last, i});
  }
  std::stable_sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) { return a.first < b.first; });
  TimeNs latest = kNoTime;
  for (const Span& span : spans_) {
    latest = latest == kNoTime ? span.last : std::max(latest, span.last);
    latest_so_far_.push_back(latest);
  }
}

bool RivalWindows::are_rivals(const Episode& a, const Episode& b) const {
  if (a.symptom != b.symptom) return false;
  if (a.symptom == Symptom::loss) return !are_at_once(a, b) || a.subject != b.subject;
  if (a.drop->reason.empty() || b.drop->reason.empty()) return true;
  return a.drop->reason == b.drop->reason && !are_at_once(a, b);
}

RivalWindows::Window RivalWindows::of(std::size_t episode) const {
  const Episode& own = episodes_[episode];
  Window window{own.first - kLag, own.last + kLag, {}};
  if (!is_claimant(own)) return window;
  const auto beyond =
      std::partition_point(spans_.begin(), spans_.end(), [&](const Span& span) { return span.first < window.to; });
  for (auto at = beyond; at != spans_.begin();) {
    --at;
    // Nothing before this one reaches into the window.
    if (latest_so_far_[static_cast<std::size_t>(at - spans_.begin())] + kLag <= own.first - kLag) break;
    const Episode& other = episodes_[at->episode];
    if (at->episode == episode || other.last + kLag <= own.first - kLag || !are_rivals(own, other)) continue;
    // A reading from before the symptom does not show it.
    if (other.first < own.first) window.from = own.first;
    const TimeNs from = std::max(own.first, other.first);
    const TimeNs to = std::min(own.last, other.last) + kLag;
    if (from < to) window.contested.emplace_back(from, to);
    constexpr std::size_t kMany = 256;
    if (window.contested.size() >= kMany) make_disjoint(window.contested);
    const bool is_all = window.contested.size() == 1 && window.contested.front().first <= own.first &&
                        window.contested.front().second >= window.to;
    if (is_all && window.from == own.first) break;
  }
  make_disjoint(window.contested);
  return window;
}

}  // namespace wirecause
