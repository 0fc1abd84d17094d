// What counters of the host showed around an episode: those that a cause reads, the link and the adapter.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/live/host_evidence.hpp"
#include "engine/live/live_records.hpp"

namespace wirecause {
namespace {

// Of the timeline: growths of counters are left out beyond, so that later symptoms find room for what is measured.
constexpr std::uint32_t kCpusShown = 8;
constexpr std::size_t kRoomForGrowths = Timeline::kMaxRecords / 2;

// Levels rise and fall: the highest reading tells, not the growth.
constexpr std::array<std::string_view, 1> kLevels{"net.netfilter.nf_conntrack_count"};

bool is_level(std::string_view name) { return std::find(kLevels.begin(), kLevels.end(), name) != kLevels.end(); }

}  // namespace

// Once all symptoms are known: what lies between two of them is neither's alone.
void HostEvidence::add_counters(std::vector<Episode>& episodes, Timeline& timeline) {
  const RivalWindows rivals(episodes);
  for (std::size_t i = 0; i < episodes.size(); ++i) {
    Episode& episode = episodes[i];
    const RivalWindows::Window window = rivals.of(i);
    const bool is_of_lines = episode.symptom == Symptom::loss || episode.symptom == Symptom::silence;
    if (!is_of_lines && episode.symptom != Symptom::drop && episode.symptom != Symptom::absence) continue;
    for (const std::uint32_t input : inputs_of(episode)) {
      add_growths(episode, timeline, (*run_.inputs)[input].subject, window);
      if (episode.symptom == Symptom::drop) continue;
      const auto point = point_of(input);
      const Subject interface { SubjectKind::interface, (*run_.inputs)[input].subject };
      add_link_downs(episode, timeline, input, point ? Subject{SubjectKind::point, *point} : interface);
      if (is_of_lines && point) add_point_counters(episode, timeline, *point, window);
    }
  }
}

// The taps that saw its lines, or would have seen them.
std::set<std::uint32_t> HostEvidence::inputs_of(const Episode& episode) const {
  std::set<std::uint32_t> inputs;
  const auto& lines = run_.front->lines().all();
  const auto add = [&](LineId line) {
    if (line < lines.size()) inputs.insert(input_of(*run_.front, lines[line]));
  };
  if (episode.subject.kind == SubjectKind::consumer) {
    const std::uint32_t id = episode.subject.id;
    const std::size_t known = run_.consumers->consumers().size();
    if (id < known) {
      add(run_.consumers->consumer(id).line);
    } else if (id - known < absences_.size()) {
      for (std::uint32_t i = 0; i < run_.inputs->size(); ++i) {
        const std::uint32_t awaited_on = absences_[id - known].ifindex;
        if (awaited_on != 0 && (*run_.inputs)[i].ifindex == awaited_on) inputs.insert(i);
      }
    }
  } else if (const auto stranger = stranger_inputs_.find(episode.subject); stranger != stranger_inputs_.end()) {
    inputs.insert(stranger->second);
  } else if (episode.subject.kind == SubjectKind::line) {
    add(episode.subject.id);
  } else {
    for (const EpisodeLine& line : episode.lines) add(line.line.id);
  }
  return inputs;
}

// Nothing: not one packet came on it.
std::optional<std::uint32_t> HostEvidence::point_of(std::uint32_t input) const {
  const auto& points = run_.front->points().all();
  for (std::uint32_t i = 0; i < points.size(); ++i) {
    if (points[i].sources.front().first == input) return i;
  }
  return std::nullopt;
}

// Unknown until the counter was read after the episode: what it does not show yet is no proof that it stood still. An
// absence lasts until now, and no reading is newer than that: one of the last two seconds will do.
std::optional<HostEvidence::Grown> HostEvidence::growth_of(std::string_view name, Subject subject,
                                                           const RivalWindows::Window& window,
                                                           const Episode& episode) const {
  const SampleHistory& history = run_.host->history();
  const auto last = history.last(name, subject);
  const bool is_lasting = episode.symptom == Symptom::absence;
  const TimeNs read_by = is_lasting ? episode.last - seconds(2) : episode.last;
  if (!last || last->time < read_by) return std::nullopt;
  const TimeNs from = std::max(window.from, run_.started);
  const auto whole = history.increase(name, subject, from, std::min(window.to, run_.now));
  if (!whole) return std::nullopt;
  Grown grown{*whole, 0};
  if (*whole == 0) return grown;
  for (const auto& [begin, end] : window.contested) {
    const auto part = history.increase(name, subject, std::max(begin, from), std::min(end, run_.now));
    grown.contested += part.value_or(0);
  }
  grown.contested = std::min(grown.contested, grown.whole);
  return grown;
}

// The highest reading of the window, at its time.
void HostEvidence::add_level(Episode& episode, Timeline& timeline, std::string_view name, Subject subject) {
  constexpr std::size_t kMost = 4'096;  // readings: one a second
  const SampleHistory& history = run_.host->history();
  const TimeNs from = widened(episode.first);
  std::optional<SampleHistory::Reading> highest;
  if (const auto before = history.value_at(name, subject, from)) highest = {from, *before};
  for (const SampleHistory::Reading& reading :
       history.changes(name, subject, from, std::min(episode.last + kMargin, run_.now), kMost)) {
    if (!highest || reading.value > highest->value) highest = reading;
  }
  if (!highest) return;
  Record record = measured(episode, name, subject, Unit::none, highest->value);
  record.shape = Shape::sample;
  record.from = record.to = highest->time;
  attach(episode, timeline, std::move(record));
}

bool HostEvidence::is_readers_cpu(std::uint32_t cpu) const {
  for (const WatchedSocket& socket : run_.consumers->sockets()) {
    if (socket.trail.size() == 0) continue;
    const auto& thread = socket.trail.at(socket.trail.size() - 1).thread;
    if (thread && thread->cpu == static_cast<std::int32_t>(cpu)) return true;
  }
  return false;
}

// Of every counter that a cause reads: of the host, of this interface, and of the CPUs.
void HostEvidence::add_growths(Episode& episode, Timeline& timeline, std::uint32_t interface,
                               const RivalWindows::Window& window) {
  if (timeline.records().size() > kRoomForGrowths) return;
  for (const std::string_view name : run_.host->history().names()) {
    if (!needed_.contains(name)) continue;
    const std::size_t attached = episode.evidence.size();
    const auto is_whole = [&](const Subject& subject) { return subject.kind != SubjectKind::cpu; };
    for (const Subject subject : run_.host->history().subjects(name)) {
      if (subject.kind == SubjectKind::interface && subject.id != interface) continue;
      if (is_level(name)) {
        add_level(episode, timeline, name, subject);
        continue;
      }
      const auto growth = growth_of(name, subject, window, episode);
      if (!growth) continue;
      // Of many CPUs those that did not move are left out, but for the readers' own and one that stands for all.
      const bool is_shown = is_whole(subject) || growth->whole != 0 || subject.id < kCpusShown ||
                            is_readers_cpu(subject.id) || episode.evidence.size() == attached;
      if (!is_shown) continue;
      Record record = measured(episode, name, subject, Unit::none, growth->whole);
      record.from = std::max(window.from, run_.started);
      record.count = static_cast<std::uint64_t>(growth->contested);
      attach(episode, timeline, std::move(record));
    }
  }
}

void HostEvidence::add_link_downs(Episode& episode, Timeline& timeline, std::uint32_t input, Subject point) {
  const Subject interface { SubjectKind::interface, (*run_.inputs)[input].subject };
  const TimeNs from = widened(episode.first);
  const TimeNs to = std::min(episode.last + kMargin, run_.now);
  TimeNs down = kNoTime;
  const auto add = [&](TimeNs until) {
    if (down == kNoTime || until < from || down > to) return;
    Record record = measured(episode, "link.down", point, Unit::nanoseconds, (until - down).ns);
    record.from = down;
    record.to = until;
    record.text = (*run_.inputs)[input].interface;
    attach(episode, timeline, std::move(record));
  };
  for (const Record& event : run_.host->events()) {
    if (event.name != "link.carrier" || event.subject != interface) continue;
    if (event.value == 0 && down == kNoTime) down = event.from;
    if (event.value == 0) continue;
    add(event.from);
    down = kNoTime;
  }
  add(run_.now);
}

// What the adapter and its driver lost or held back meanwhile, as far as anybody counts it.
void HostEvidence::add_point_counters(Episode& episode, Timeline& timeline, std::uint32_t point,
                                      const RivalWindows::Window& window) {
  constexpr std::string_view kDrops[] = {"rx_missed_errors", "rx_fifo_errors",  "rx_over_errors",
                                         "rx_crc_errors",    "rx_frame_errors", "rx_length_errors"};
  const std::uint32_t input = run_.front->points().all()[point].sources.front().first;
  const Subject interface { SubjectKind::interface, (*run_.inputs)[input].subject };
  const bool knows_driver = run_.host->history().last("nic.lost", interface).has_value();
  std::optional<std::int64_t> drops;
  std::optional<std::int64_t> pauses;
  std::string moved;
  for (const std::string_view name : run_.host->history().names()) {
    const bool is_pause = name == "nic.tx_pause";
    // Each frame once, for drivers that are known; else what every driver may count.
    const bool is_drop =
        knows_driver ? name == "nic.lost" : std::find(std::begin(kDrops), std::end(kDrops), name) != std::end(kDrops);
    if (!is_drop && !is_pause) continue;
    const auto growth = growth_of(name, interface, window, episode);
    if (!growth) continue;
    (is_pause ? pauses : drops) = (is_pause ? pauses : drops).value_or(0) + growth->whole;
    if (growth->whole != 0) moved += fmt::format("{}{} +{}", moved.empty() ? "" : ", ", name, growth->whole);
  }
  const Subject subject{SubjectKind::point, point};
  if (drops) {
    Record record = measured(episode, "nic.drops", subject, Unit::packets, *drops);
    record.text = moved;
    attach(episode, timeline, std::move(record));
  }
  if (pauses) attach(episode, timeline, measured(episode, "nic.pause_sent", subject, Unit::frames, *pauses));
}

}  // namespace wirecause
