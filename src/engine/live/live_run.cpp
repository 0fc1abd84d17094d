// SPDX-License-Identifier: Apache-2.0
#include "engine/live/live_run.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "host/netns.hpp"

namespace wirecause {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSampleEvery = 10 * kMillisecond;
constexpr std::int64_t kSampleQuiet = 100 * kMillisecond;
constexpr std::int64_t kSecond = 1'000 * kMillisecond;
constexpr std::size_t kViews = 128;
constexpr int kRoundsAtOnce = 512;  // batches of views before samples are due again
constexpr std::size_t kMostTold = 65'536;

}  // namespace

LiveRun::LiveRun(const WatchOptions& options, Equipment& equipment, const WatchCallbacks& callbacks)
    : options_(&options),
      equipment_(&equipment),
      callbacks_(&callbacks),
      analysis_(options.analysis),
      back_(analysis_.feed),
      front_(analysis_, *equipment.packets, 1,
             [this](std::uint32_t, Batch& batch) {
               for (const Descriptor& run : batch.runs()) {
                 early_.add(run, [this](LineId line) { return is_told_by_order(line); });
                 consumers_.note(run);
               }
               back_.apply(batch);
             }),
      consumers_(front_, back_, equipment.inputs,
                 {equipment.sockets.get(), equipment.memberships.get(), equipment.readers.get(),
                  equipment.processes.get(), "/proc", "/sys", is_initial_pid_namespace()}),
      join_(front_, back_, consumers_, equipment.inputs, equipment.netns),
      views_(kViews) {}

void LiveRun::discover(TimeNs now, bool is_start) {
  const std::int64_t begun = monotonic_now();
  if (equipment_->drops) equipment_->drops->refresh_counts();
  std::optional<DropJoin::SocketEvents> events;
  consumers_.discover(now, is_start, [&](const UdpSocket& socket) {
    if (!equipment_->drops) return std::uint64_t{0};
    if (!events) events.emplace(*equipment_->drops);
    return events->of(socket);
  });
  discovery_.done(begun, monotonic_now());
}

void LiveRun::begin() {
  clocks_.read();
  started_ = realtime_now();
  begun_at_ = monotonic_now();
  equipment_->sampler->sample_all(started_, begun_at_);
  if (equipment_->drops) join_.take(*equipment_->drops, clocks_);
  discover(started_, true);
  equipment_->book->history().set_baseline(started_, realtime_now());
  second_due_ = begun_at_ + kSecond;
  judge_.begin(begun_at_);
  if (callbacks_->started) callbacks_->started(summary(started_));
}

void LiveRun::wait(int stop) {
  std::vector<pollfd> waits;
  if (stop >= 0) waits.push_back({stop, POLLIN, 0});
  for (std::size_t i = 0; i < equipment_->packets->inputs(); ++i) {
    // A source that has ended would wake us for ever.
    if (!equipment_->packets->has_ended(i)) waits.push_back({equipment_->packets->source(i).descriptor(), POLLIN, 0});
  }
  const std::vector<int> events = equipment_->sampler->event_descriptors();
  for (const int descriptor : events) waits.push_back({descriptor, POLLIN, 0});
  constexpr int kLongest = 10;  // ms
  constexpr int kLongestQuiet = 50;
  poll(waits.data(), waits.size(), is_quiet(monotonic_now()) ? kLongestQuiet : kLongest);
  if (stop >= 0 && waits.front().revents != 0) is_stopped_ = true;
  const auto has_event = [](const pollfd& wait) { return wait.revents != 0; };
  if (std::any_of(waits.end() - static_cast<std::ptrdiff_t>(events.size()), waits.end(), has_event)) {
    equipment_->sampler->sample_events(realtime_now());
  }
}

bool LiveRun::is_over() const {
  if (is_stopped_ || (options_->until_finding && has_finding_)) return true;
  return options_->duration && monotonic_now() - begun_at_ >= options_->duration->ns;
}

void LiveRun::take_packets(TimeNs now) {
  const std::uint64_t before = front_.packets();
  for (int round = 0; round < kRoundsAtOnce; ++round) {
    const std::size_t count = equipment_->packets->next_batch(views_, now);
    if (count == 0) break;
    front_.packets(std::span(views_).first(count));
  }
  front_.flush();
  if (front_.packets() != before) packets_at_ = monotonic_now();
}

void LiveRun::take_drops(TimeNs now) {
  if (!equipment_->drops) return;
  join_.take(*equipment_->drops, clocks_);
  if (join_.join(equipment_->packets->watermark(now), *equipment_->drops, false)) discovery_.ask();
}

// A socket's counter moved: why, a cause concludes from the counters of the host in that window.
void LiveRun::count_without_probe(TimeNs now) {
  if (equipment_->drops) return;
  counted_drops_.resize(consumers_.sockets().size());
  for (std::size_t i = 0; i < counted_drops_.size(); ++i) {
    const WatchedSocket& socket = consumers_.sockets()[i];
    const std::uint64_t drops = socket.now.drops - std::min(socket.now.drops, socket.drops_before);
    const std::uint64_t more = drops - std::min(drops, counted_drops_[i]);
    if (join_.by_counter(i, more, now)) counted_drops_[i] = drops;
  }
}

void LiveRun::do_what_is_due(TimeNs now, std::int64_t monotonic) {
  const bool quiet = is_quiet(monotonic);
  equipment_->sampler->sample(now, monotonic, quiet);
  if (monotonic >= sample_due_) {
    sample_due_ = monotonic + (quiet ? kSampleQuiet : kSampleEvery);
    consumers_.sample(now, clocks_.realtime(0).ns);
    take_drops(now);
    count_without_probe(now);
  }
  if (front_.lines().size() != known_lines_) discovery_.ask();
  known_lines_ = front_.lines().size();
  if (discovery_.is_due(monotonic)) {
    discover(now, false);
    join_.follow_lines(equipment_->drops.get(), equipment_->readers.get());
  }
  if (equipment_->readers) {
    // A drop is looked for at once, the rate of reads once a second.
    const std::uint64_t drops = socket_drops();
    const bool moved = drops != governed_drops_;
    governed_drops_ = drops;
    if (moved || monotonic >= second_due_) governor_.attach_or_detach(*equipment_->readers, consumers_, moved);
  }
  if (monotonic >= second_due_) {
    second_due_ = monotonic + kSecond;
    was_sampled_ = true;
    // Slewing moves the clock by at most half a millisecond a second (adjtimex(2)); more is a step.
    constexpr std::int64_t kStep = kMillisecond;
    if (std::abs(clocks_.read().ns) > kStep) ++clock_steps_;
    refresh_tap_statistics();
    if (equipment_->drops) join_.add_untold(*equipment_->drops, clocks_, now);
  }
}

std::uint64_t LiveRun::missing_units() const {
  std::uint64_t missing = 0;
  for (const Line& line : front_.lines().all()) {
    const Back::Tracked tracked = back_.tracked(line.id);
    if (tracked.feed == nullptr) continue;
    const FeedTracker::Progress progress = tracked.feed->progress(tracked.index);
    missing += progress.expected - std::min(progress.expected, progress.units) + progress.epoch;
  }
  return missing;
}

std::uint64_t LiveRun::socket_drops() const {
  std::uint64_t drops = 0;
  for (const WatchedSocket& socket : consumers_.sockets()) {
    if (!socket.consumers.empty()) drops += socket.now.drops - std::min(socket.now.drops, socket.drops_before);
  }
  return drops;
}

void LiveRun::judge(TimeNs now) {
  const std::int64_t begun = monotonic_now();
  // What a counter does not show yet would be taken for stillness: a verdict waits for the second's readings.
  if (!judge_.may(begun) || !was_sampled_) return;
  was_sampled_ = false;
  const std::uint64_t missing = missing_units();
  const bool is_due = missing != judged_missing_ || join_.changed_since_asked() || judge_.must(begun);
  if (!is_due) return;
  judged_missing_ = missing;
  std::vector<Episode> episodes;
  const AnalysisResult result = diagnosed(now, &episodes);
  tell(result, episodes);
  judge_.done(begun, monotonic_now());
}

bool LiveRun::is_told_by_order(LineId line) const {
  const Candidate* choice = front_.lines().at(line).choice;
  return choice == nullptr || number_fields(*choice->framing, choice->config).number.width == 0;
}

void LiveRun::refresh_tap_statistics() {
  for (std::size_t i = 0; i < equipment_->packets->inputs(); ++i) equipment_->packets->source(i).refresh_statistics();
}

AnalysisResult LiveRun::diagnosed(TimeNs now, std::vector<Episode>* episodes) {
  refresh_tap_statistics();  // whether the tap lost what seems to be lost is asked now, not as of the last second
  HostEvidence::Run run;
  run.front = &front_;
  run.back = &back_;
  run.consumers = &consumers_;
  run.join = &join_;
  run.early = &early_;
  run.host = equipment_->book.get();
  run.inputs = &equipment_->inputs;
  run.probe = equipment_->drops.get();
  run.measures = &measures_;
  run.reads_were_missed = governor_.has_missed();
  run.started = started_;
  run.now = now;
  HostEvidence host(run);
  Back settled(back_);
  const TimeNs end = std::max(front_.last_time(), equipment_->packets->watermark(now));
  settled.finish(end);
  Assembly assembly(*equipment_->packets, front_, analysis_, &host);
  assembly.add(settled);
  AnalysisResult result = assembly.result();
  result.live = summary(now);
  result.observer.suppressed += join_.merged();
  if (episodes != nullptr) *episodes = assembly.episodes();
  return result;
}

void LiveRun::tell(const AnalysisResult& result, const std::vector<Episode>& episodes) {
  const auto is_spoken = [](Symptom symptom) {
    return symptom != Symptom::observation && symptom != Symptom::disorder && symptom != Symptom::duplication;
  };
  for (const Episode& episode : episodes) {
    if (!is_spoken(episode.symptom) || told_.size() >= kMostTold) continue;
    if (!told_.emplace(episode.symptom, episode.subject, episode.first.ns).second) continue;
    LiveSymptom symptom;
    symptom.time = episode.first;
    symptom.kind = episode.symptom;
    symptom.units = episode.lost + episode.recovered;
    symptom.text = episode.text;
    if (episode.drop) {
      const std::string& reason = episode.drop->reason;
      symptom.text = fmt::format("{} at the {}", reason.empty() ? "by counter" : reason, text(episode.drop->place));
    }
    symptom.subject_name =
        result.subject_names.contains(episode.subject) ? result.subject_names.at(episode.subject) : "";
    if (callbacks_->symptom) callbacks_->symptom(symptom);
  }
  for (const Finding& finding : result.diagnosis.findings) {
    if (teller_.tell(finding) && callbacks_->finding) callbacks_->finding(finding);
    if (options_->until_finding && finding.severity >= *options_->until_finding) has_finding_ = true;
  }
}

// Counters and reads of the followed sockets, as of now; drops go on meanwhile.
void LiveRun::sample_at_end() {
  const auto events = [this] {
    equipment_->drops->refresh_counts();
    return DropJoin::SocketEvents(*equipment_->drops);
  };
  const bool has_probe = equipment_->drops != nullptr;
  if (has_probe) events_before_sample_ = events();
  consumers_.sample(realtime_now(), clocks_.realtime(0).ns);
  if (has_probe) events_after_sample_ = events();
}

// What was read then holds: discovery only adds.
void LiveRun::discover_at_end() {
  std::vector<UdpSocket> read;
  for (const WatchedSocket& socket : consumers_.sockets()) read.push_back(socket.now);
  discover(realtime_now(), false);
  for (std::size_t i = 0; i < read.size(); ++i) consumers_.sockets()[i].now = read[i];
}

// What was stamped up to now, and no more: sockets and readers are read once that is in their hands, then the taps are
// emptied up to it. Of the drops that go on meanwhile only those are of this run whose numbers the taps have shown.
AnalysisResult LiveRun::end() {
  constexpr std::int64_t kInHand = 2 * kMillisecond;
  constexpr std::int64_t kLongestDrain = 200 * kMillisecond;
  if (front_.lines().size() != known_lines_) discover(realtime_now(), false);
  if (equipment_->drops) {
    equipment_->drops->refresh_counts();
  } else {
    consumers_.sample(realtime_now(), clocks_.realtime(0).ns);
    count_without_probe(realtime_now());
  }
  const TimeNs cut = realtime_now();
  if (equipment_->drops) join_.end_at(cut, *equipment_->drops);
  const std::int64_t begun = monotonic_now();
  while (monotonic_now() - begun < kInHand) take_packets(std::min(realtime_now(), cut));
  front_.end_at(cut);
  sample_at_end();
  TimeNs now;
  do {
    wait(-1);
    now = realtime_now();
    take_packets(now);
  } while (equipment_->packets->watermark(now) < cut && monotonic_now() - begun < kLongestDrain);
  equipment_->sampler->sample_all(realtime_now(), monotonic_now());
  for (std::size_t i = 0; i < equipment_->packets->inputs(); ++i) equipment_->packets->source(i).refresh_statistics();
  discover_at_end();
  if (equipment_->drops) {
    join_.take(*equipment_->drops, clocks_);
    join_.join(cut, *equipment_->drops, true);
    join_.add_untold(*equipment_->drops, clocks_, cut);
    join_.join(cut, *equipment_->drops, true);
    join_.take_back_counters(*events_before_sample_, *events_after_sample_, *equipment_->drops);
  }
  std::vector<Episode> episodes;
  AnalysisResult result = diagnosed(realtime_now(), &episodes);
  tell(result, episodes);
  return result;
}

AnalysisResult LiveRun::run(int stop) {
  begin();
  while (!is_over()) {
    wait(stop);
    const TimeNs now = realtime_now();
    take_packets(now);
    do_what_is_due(now, monotonic_now());
    judge(now);
  }
  return end();
}

}  // namespace wirecause
