// SPDX-License-Identifier: Apache-2.0
#include "diagnose/live_loss.hpp"

#include <algorithm>
#include <array>

#include "diagnose/sums.hpp"
#include "evidence/drop_reason.hpp"
#include "evidence/path.hpp"

namespace wirecause {
namespace {

std::vector<PlacedDrops> placed(const EvidenceView& view, const Episode& episode, std::string_view name) {
  std::vector<PlacedDrops> found;
  for (const EvidenceId id : episode.evidence) {
    const Record& record = view.record(id);
    if (record.name != name || record.subject.kind != SubjectKind::line) continue;
    found.push_back({record.subject, as_count(record.value), record.count, record.source, record.text, id});
  }
  return found;
}

std::uint64_t lost_of(const std::vector<PlacedDrops>& drops) {
  std::uint64_t lost = 0;
  for (const PlacedDrops& drop : drops) lost = std::max(lost, drop.lost);
  return lost;
}

}  // namespace

bool is_live(const EvidenceView& view, Subject point) { return view.value("point.live", point).value_or(0) == 1; }

bool is_live_run(const EvidenceView& view) { return !view.all("point.live").empty(); }

std::uint64_t PlacedDrops::units() const { return capped_sum(alone, lost); }
std::uint64_t PlacedSum::units() const { return capped_sum(alone, lost); }

std::vector<PlacedDrops> dropped_before_tap(const EvidenceView& view, const Episode& episode) {
  std::vector<PlacedDrops> drops = placed(view, episode, "drop.before_tap");
  for (PlacedDrops& drop : drops) {
    drop.is_by_count = view.of_episode(episode, "drop.before_tap_by_count", drop.line).has_value();
  }
  return drops;
}

std::vector<PlacedDrops> dropped_elsewhere(const EvidenceView& view, const Episode& episode) {
  return placed(view, episode, "drop.other_namespace");
}

PlacedSum sum_of(const std::vector<PlacedDrops>& drops, Subject line) {
  PlacedSum sum;
  for (const PlacedDrops& drop : drops) {
    if (drop.line != line) continue;
    if (sum.records.empty()) sum.reason = drop.reason;
    sum.alone = capped_sum(sum.alone, drop.alone);
    sum.lost = capped_sum(sum.lost, drop.lost);
    sum.records.push_back(drop.record);
  }
  return sum;
}

bool is_backlog_drop(const PlacedDrops& drops) {
  constexpr std::string_view kFunction = "enqueue_to_backlog";  // before the kernel had words for it
  if (drops.reason.starts_with(drop_reason::kCpuBacklog)) return true;
  return drops.place == text(Checkpoint::backlog) && drops.reason.find(kFunction) != std::string_view::npos;
}

bool is_bpf_reason(std::string_view reason) {
  constexpr std::array<std::string_view, 4> kReasons{drop_reason::kXdp, drop_reason::kTcIngress, drop_reason::kTcEgress,
                                                     drop_reason::kBpfCgroup};
  return std::ranges::any_of(kReasons, [reason](std::string_view begins) { return reason.starts_with(begins); });
}

bool is_bpf_drop(const PlacedDrops& drops) {
  return drops.place == text(Checkpoint::xdp) || is_bpf_reason(drops.reason);
}

std::uint64_t units_of(const std::vector<PlacedDrops>& drops) {
  std::uint64_t alone = 0;
  for (const PlacedDrops& drop : drops) alone = capped_sum(alone, drop.alone);
  return capped_sum(alone, lost_of(drops));
}

Judgement explains_placed(const Episode& episode, const std::vector<PlacedDrops>& drops) {
  const std::uint64_t lost = std::min(lost_of(drops), episode.lost);
  const bool is_by_count = std::ranges::any_of(drops, &PlacedDrops::is_by_count);
  Judgement j = named(episode.subject, Place::on_this_host, lost > 0 ? Severity::critical : Severity::warning,
                      is_by_count ? Strength::by_count : Strength::by_number);
  if (lost > 0) j.claims.push_back({episode.subject, lost});
  for (const PlacedDrops& drop : drops) {
    if (drop.alone > 0) j.claims.push_back({drop.line, drop.alone});
    j.recovered = capped_sum(j.recovered, drop.alone);
    j.evidence.push_back(drop.record);
  }
  return j;
}

bool drops_are_reported(const EvidenceView& view, const Episode& episode) {
  const bool reports = view.value("drop.probe", kHost).value_or(0) == 1;
  return reports && view.episode_value(episode, "drop.records_lost").value_or(0) <= 0;
}

Adapter adapter_of(const EvidenceView& view, const Episode& episode, Subject point) {
  Adapter adapter;
  const auto read = [&](std::optional<EvidenceId> id) -> std::optional<std::uint64_t> {
    if (!id) return std::nullopt;
    adapter.records.push_back(*id);
    return as_count(view.record(*id).value);
  };
  // The engine says it of the point, the collector of the interface.
  auto stated = view.id("nic.counters_complete", point);
  if (!stated) stated = view.id("nic.counters_complete", interface_of(view, point).subject);
  const auto complete = read(stated);
  const auto drops = read(view.of_episode(episode, "nic.drops", point));
  const auto pauses = read(view.of_episode(episode, "nic.pause_sent", point));
  adapter.queues_are_known =
      drops_are_reported(view, episode) || growth_of(view, episode, "softnet_stat.dropped").has_value();
  adapter.drops = drops.value_or(0);
  adapter.pauses = pauses.value_or(0);
  if (adapter.drops > 0) {
    adapter.state = AdapterState::dropped;
  } else if (adapter.pauses > 0) {
    adapter.state = AdapterState::paused;
  } else if (complete.value_or(0) == 1 && drops) {
    adapter.state = AdapterState::still;
  }
  return adapter;
}

std::optional<XdpProgram> xdp_program(const EvidenceView& view, const Episode& episode, Subject line) {
  const Interface on = interface_of(view, line);
  if (on.subject.kind != SubjectKind::interface) return std::nullopt;
  const auto id = held_during(view, episode, "interface.xdp", on.subject);
  if (!id || (view.record(*id).value <= 0 && view.record(*id).text.empty())) return std::nullopt;
  XdpProgram program{*id, view.record(*id).text, {}};
  if (const auto counted = view.of_episode(episode, "nic.rx_xdp_drops", on.subject)) {
    program.dropped = proved_growth(view, {*counted});
    if (program.dropped && program.dropped->packets == 0) return std::nullopt;
  }
  return program;
}

}  // namespace wirecause
