// SPDX-License-Identifier: Apache-2.0
#include "report/live_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "report/consumer_text.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kNamed = 3;  // of a list within a sentence

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kNamed; ++i) out += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kNamed) out += fmt::format(" and {} more", number_text(names.size() - kNamed));
  return out;
}

LimitSeen limit_of(Limit limit, const std::vector<std::string>& names) { return {limit, names.size(), joined(names)}; }

// What is missing and costs nothing stands with the details only.
LimitSeen gaps(Limit limit, const LiveSummary& live, bool hides_loss) {
  std::vector<std::string> names;
  for (const EvidenceGap& gap : live.gaps) {
    if (gap.hides_loss != hides_loss || (gap.claim.empty() && !hides_loss)) continue;
    names.push_back(gap.reason.empty() ? gap.what : fmt::format("{} ({})", gap.what, gap.reason));
  }
  return limit_of(limit, names);
}

std::string unread_name(const ConsumerSummary& consumer) {
  const std::string& why = consumer.read_unknown;
  return consumer_name(consumer) + (why.empty() ? "" : fmt::format(" ({})", why));
}

template <class F>
LimitSeen consumers(Limit limit, const Analysis& analysis, F&& holds,
                    std::string (*name)(const ConsumerSummary&) = consumer_name) {
  std::vector<std::string> names;
  for (const ConsumerSummary& consumer : analysis.consumers) {
    if (holds(consumer)) names.push_back(name(consumer));
  }
  return limit_of(limit, names);
}

std::uint64_t dropped_by(const LiveSummary& live, bool is_join) {
  std::uint64_t sum = 0;
  for (const LiveInterface& interface : live.interfaces) sum += interface.is_join == is_join ? interface.dropped : 0;
  return sum;
}

// What this tool's own socket lost is told as such.
bool has_unnamed_drops(const Analysis& analysis, const ConsumerSummary& consumer) {
  if (consumer.kind == ConsumerKind::this_tool || dropped_units(consumer) == 0) return false;
  const Subject subject{SubjectKind::consumer, consumer.id};
  return std::ranges::find(analysis.diagnosis.findings, subject, &Finding::subject) ==
         analysis.diagnosis.findings.end();
}

bool is_seen_socket(const ConsumerSummary& consumer) { return consumer.seen && !consumer.absent; }

}  // namespace

std::uint64_t tap_dropped(const LiveSummary& live) { return dropped_by(live, false); }

std::uint64_t own_socket_dropped(const LiveSummary& live) { return dropped_by(live, true); }

LimitSeen live_limit(Limit limit, const Analysis& analysis) {
  if (!analysis.live) return {limit};
  const LiveSummary& live = *analysis.live;
  switch (limit) {
    case Limit::own_socket_dropped:
      return {limit, own_socket_dropped(live)};
    case Limit::loss_unobserved:
      return gaps(limit, live, true);
    case Limit::consumers_unseen:
      return consumers(limit, analysis, [](const ConsumerSummary& c) { return !c.seen; });
    case Limit::drops_unlisted:
      return {limit, live.unlisted_drops};
    case Limit::units_unexplained:
      return consumers(limit, analysis, [](const ConsumerSummary& c) { return !sum_meets(c); });
    case Limit::drops_unnamed:
      return consumers(limit, analysis, [&](const ConsumerSummary& c) { return has_unnamed_drops(analysis, c); });
    case Limit::drop_records_lost:
      return {limit, live.drop_records_lost};
    case Limit::evidence_missing:
      return gaps(limit, live, false);
    case Limit::reads_unknown:
      return consumers(
          limit, analysis, [](const ConsumerSummary& c) { return is_seen_socket(c) && !c.read; }, unread_name);
    case Limit::owners_unknown:
      return consumers(limit, analysis,
                       [](const ConsumerSummary& c) { return c.kind == ConsumerKind::udp_socket && c.owner.empty(); });
    case Limit::collectors_slowed:
      return limit_of(limit, live.slowed);
    default:
      return {limit};
  }
}

}  // namespace wirecause
