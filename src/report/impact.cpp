// SPDX-License-Identifier: Apache-2.0
#include "report/impact.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/words.hpp"

namespace wirecause {
namespace {

bool all_number_the_same(const std::vector<FeedSummary>& feeds) {
  const auto same = [&](const FeedSummary& feed) { return feed.unit == feeds.front().unit; };
  return !feeds.empty() && std::all_of(feeds.begin(), feeds.end(), same);
}

std::string share_text(const Finding& finding, std::string_view noun) {
  if (finding.expected == 0) return count_text(finding.share, noun);
  return fmt::format("{} of {} ({})", number_text(finding.share), count_text(finding.expected, noun),
                     percent_text(finding.share, finding.expected));
}

constexpr std::size_t kHourMinute = 6;  // "09:30:"

// "09:30:00.118–00.431": hour and minute once where they are the same.
std::string span_text(const Finding& finding) {
  if (finding.first == kNoTime) return {};
  if (finding.last == kNoTime || finding.last == finding.first) return " at " + short_clock_text(finding.first);
  const std::string first = short_clock_text(finding.first);
  const std::string last = short_clock_text(finding.last);
  const bool same_minute =
      date_text(finding.first) == date_text(finding.last) && first.starts_with(last.substr(0, kHourMinute));
  return fmt::format(" {}–{}", first, same_minute ? last.substr(kHourMinute) : last);
}

// Of connections: their time.
std::string time_text(const Finding& finding) {
  const auto time = [](std::uint64_t ns) { return duration_text({static_cast<std::int64_t>(ns)}); };
  std::string text = time(finding.lost_ns);
  if (finding.life_ns > 0) {
    text += fmt::format(" of {} ({})", time(finding.life_ns), percent_text(finding.lost_ns, finding.life_ns));
  }
  return fmt::format("{} of {}{}", text, count_text(finding.connections, "connection"), span_text(finding));
}

std::string outcome_text(const Finding& finding) {
  if (finding.lost == 0) return finding.recovered == finding.share ? "all recovered" : "none lost for good";
  if (finding.recovered == 0) return number_text(finding.lost) + " lost for good";
  return fmt::format("{} recovered, {} lost for good", number_text(finding.recovered), number_text(finding.lost));
}

}  // namespace

std::string_view unit_noun(const Analysis& analysis, const Finding& finding) {
  const FeedSummary* named = nullptr;
  for (const FeedSummary& feed : analysis.feeds) {
    const bool is_named = !feed.name.empty() && finding.subject_name.find(feed.name) != std::string::npos;
    if (is_named && (named == nullptr || feed.name.size() > named->name.size())) named = &feed;
  }
  if (named != nullptr) return text(named->unit);
  return all_number_the_same(analysis.feeds) ? text(analysis.feeds.front().unit) : "unit";
}

bool is_loss(const Finding& finding) {
  return finding.lost_ns > 0 || finding.holes > 0 || finding.lost > 0 || finding.recovered > 0 || finding.checkpoint;
}

std::string impact_text(const Finding& finding, std::string_view noun) {
  if (finding.lost_ns > 0) return time_text(finding);
  if (finding.share == 0) return {};
  if (!is_loss(finding)) return fmt::format("{}{}; none lost", share_text(finding, noun), span_text(finding));
  const std::string holes = finding.holes == 0 ? std::string() : " in " + count_text(finding.holes, "hole");
  return fmt::format("{}{}{}; {}", share_text(finding, noun), holes, span_text(finding), outcome_text(finding));
}

std::string when_text(const Finding& finding) {
  if (finding.ongoing && finding.first != kNoTime) return "ongoing since " + short_clock_text(finding.first);
  if (finding.ongoing) return "ongoing";
  if (finding.last != kNoTime) return "over since " + short_clock_text(finding.last);
  return {};
}

}  // namespace wirecause
