// What was measured around an episode of drops: the socket and its reader.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/live/host_evidence.hpp"
#include "engine/live/live_records.hpp"
#include "engine/live/measured_figures.hpp"
#include "evidence/drop_reason.hpp"

namespace wirecause {
Record HostEvidence::measured(const Episode& episode, std::string_view name, Subject subject, Unit unit,
                              std::int64_t value) const {
  Record record;
  record.shape = Shape::summary;
  record.name = name;
  record.subject = subject;
  record.from = widened(episode.first);
  record.to = std::min(episode.last + kMargin, run_.now);
  record.unit = unit;
  record.value = value;
  record.source = "live";
  return record;
}

void HostEvidence::attach(Episode& episode, Timeline& timeline, Record record) const {
  if (const auto id = timeline.add(std::move(record))) episode.evidence.push_back(*id);
}

void HostEvidence::add_measures(Episode& episode, Timeline& timeline, std::uint32_t id, std::size_t index) {
  const Consumer& consumer = run_.consumers->consumer(id);
  const WatchedSocket& socket = run_.consumers->sockets()[consumer.socket];
  const DropEpisode& dropped = consumer.dropped.episodes()[index];
  const auto add = [&](MeasuredFigure figure) {
    Record record = measured(episode, figure.name, episode.subject, figure.unit, as_value(figure.value));
    record.source = figure.source;
    record.text = std::move(figure.text);
    if (figure.from != kNoTime) record.from = figure.from;
    if (figure.to != kNoTime) record.to = figure.to;
    attach(episode, timeline, std::move(record));
  };
  const std::uint64_t drops = socket.now.drops - std::min(socket.now.drops, socket.drops_before);
  add({"socket.drops", Unit::packets, drops, "sock_diag SK_MEMINFO"});
  constexpr std::string_view kDrops = "skb:kfree_skb";
  if (dropped.truesize != 0) add({"drop.truesize", Unit::bytes, dropped.truesize, kDrops});
  if (dropped.payload != 0) add({"drop.payload", Unit::bytes, dropped.payload, kDrops});
  if (run_.probe != nullptr) add({"drop.records_lost", Unit::packets, run_.probe->lost_records(), kDrops});
  const bool was_full = episode.drop->reason == drop_reason::kSocketRcvbuff;
  const MeasuredSocket of{socket.now.buffer_bytes, was_full, socket.limit};
  for (MeasuredFigure& figure : figures_of(measure_of(episode, id, index), of)) add(std::move(figure));
}

// Kept once the episode is over: the samples that it was made from are overwritten later.
EpisodeMeasure HostEvidence::measure_of(const Episode& episode, std::uint32_t id, std::size_t index) {
  const auto kept = run_.measures->find({id, index});
  if (kept != run_.measures->end()) return kept->second;
  const Consumer& consumer = run_.consumers->consumer(id);
  const WatchedSocket& socket = run_.consumers->sockets()[consumer.socket];
  const EpisodeMeasure measure =
      measure_episode(consumer.dropped.episodes()[index], socket.trail, run_.consumers->bins_of(socket));
  const bool is_over = run_.now - episode.last > kMargin + milliseconds(100);
  if (is_over) run_.measures->try_emplace({id, index}, measure);
  return measure;
}

}  // namespace wirecause
