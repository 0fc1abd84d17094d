// SPDX-License-Identifier: Apache-2.0
#include "diagnose/netfilter_case.hpp"

#include <algorithm>
#include <utility>

#include "diagnose/drop_case.hpp"
#include "diagnose/sums.hpp"
#include "evidence/drop_reason.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kRuleSymbol = "nft_do_chain";
// A table is sampled once a second and its garbage collected meanwhile: nine tenths are taken for full.
constexpr std::uint64_t kFullPercent = 90;

// The most entries that any reading saw around the episode. Its growth, which bears the same name, is no level.
std::optional<std::uint64_t> most_entries(const EvidenceView& view, const Episode& episode, NetfilterCase& found) {
  std::optional<EvidenceId> most;
  for (const EvidenceId id : view.all("net.netfilter.nf_conntrack_count")) {
    const Record& record = view.record(id);
    const bool is_near =
        record.from <= episode.last + seconds(1) && (record.to == kNoTime || record.to >= episode.first - seconds(1));
    if (record.shape == Shape::summary || !is_near) continue;
    if (!most || record.value > view.record(*most).value) most = id;
  }
  if (!most) return std::nullopt;
  found.evidence.push_back(*most);
  return as_count(view.record(*most).value);
}

bool has_room(const NetfilterCase& found, const std::optional<Growth>& thrown_out) {
  if (thrown_out && thrown_out->packets > 0) return false;
  if (!found.most || !found.limit) return false;
  return capped_product(*found.most, 100) < capped_product(*found.limit, kFullPercent);
}

}  // namespace

std::optional<BusiestRule> busiest_rule(const EvidenceView& view, TimeNs from, TimeNs to) {
  std::vector<BusiestRule> rules;  // in order of their first reading, which decides between equals
  for (const EvidenceId id : view.in_window("netfilter.rule_packets", from, to)) {
    const Record& record = view.record(id);
    auto known = std::ranges::find(rules, record.text, &BusiestRule::text);
    if (known == rules.end()) known = rules.insert(rules.end(), BusiestRule{record.text, 0, {}});
    known->packets = capped_sum(known->packets, as_count(record.value));
    known->records.push_back(id);
  }
  const auto most = std::ranges::max_element(rules, {}, &BusiestRule::packets);
  return most == rules.end() ? std::nullopt : std::optional(std::move(*most));
}

bool is_netfilter_drop(const Episode& episode) { return is_drop_by(episode, drop_reason::kNetfilterDrop); }

NetfilterCase netfilter_case(const EvidenceView& view, const Episode& episode) {
  NetfilterCase found;
  found.dropped = growth_of(view, episode, "nf_conntrack.drop");
  const auto thrown_out = growth_of(view, episode, "nf_conntrack.early_drop");
  for (const auto& growth : {found.dropped, thrown_out}) {
    if (growth) found.evidence.insert(found.evidence.end(), growth->records.begin(), growth->records.end());
  }
  found.most = most_entries(view, episode, found);
  if (const auto limit = held_during(view, episode, "net.netfilter.nf_conntrack_max", kHost)) {
    found.evidence.push_back(*limit);
    found.limit = as_count(view.record(*limit).value);
  }
  found.rule = busiest_rule(view, episode.first, episode.last);
  if (found.rule) found.evidence.insert(found.evidence.end(), found.rule->records.begin(), found.rule->records.end());
  const bool counted_all = found.rule && found.rule->packets >= episode.drop->datagrams;
  if (episode.drop->symbol == kRuleSymbol || counted_all) {
    found.tracking = Tracking::is_rule;
  } else if (!found.dropped) {
    found.tracking = Tracking::unknown;
  } else if (found.dropped->packets == 0) {
    found.tracking = Tracking::still;
  } else {
    found.tracking = has_room(found, thrown_out) ? Tracking::has_room : Tracking::full;
  }
  return found;
}

}  // namespace wirecause
