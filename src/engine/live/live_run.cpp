// SPDX-License-Identifier: Apache-2.0
#include "engine/live/live_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

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
                 {equipment.sockets.get(), equipment.memberships.get(), equipment.readers.get(), "/proc", "/sys"}),
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
    if (drops <= counted_drops_[i]) continue;
    join_.by_counter(i, drops - counted_drops_[i], now, "",
                     "no drop probe: by the socket's own counter, the reason by those of the host");
    counted_drops_[i] = drops;
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
    for (std::size_t i = 0; i < equipment_->packets->inputs(); ++i) equipment_->packets->source(i).refresh_statistics();
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

AnalysisResult LiveRun::diagnosed(TimeNs now, std::vector<Episode>* episodes) {
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

// What this run gave up, because a bound was reached or it was not allowed to look.
void LiveRun::add_own_limits(LiveSummary& live) const {
  const auto add = [&live](const char* what, std::uint64_t count, const char* reason, const char* remedy,
                           const char* claim, bool hides_loss = false) {
    if (count != 0) live.gaps.push_back({what, fmt::format("{} {}", count, reason), remedy, claim, hides_loss});
  };
  add("owners of sockets", consumers_.unreadable_processes(), "processes whose descriptors may not be read",
      "run as root or with CAP_SYS_PTRACE", "a consumer without a name may belong to one of them");
  add("consumers", consumers_.left_out(), "sockets or readers beyond the bound", "watch fewer interfaces at once",
      "their sums are not kept", true);
  const DropJoin::Unjoined unjoined = join_.unjoined();
  add("drops of followed lines", unjoined.of_lines, "drops for their groups and ports that could be given to no reader",
      "look for a flood to the same group and port, for readers that came and went, and watch again",
      "which reader they were for, or whether they were of the line, is not known", true);
  add("drops one by one", unjoined.others, "drops that could not be joined with a line", "",
      "they are counted by reason, for no consumer");
  // Some were no drops: the program is also called for what did its work.
  add("drops one by one", equipment_->drops ? equipment_->drops->missed() : 0,
      "frees of packets that came while the program that looks at them ran on the same CPU: not seen", "watch again",
      "a drop among them is in the kernel's own counters only");
  if (const auto ports = consumers_.late_ports(); !ports.empty() && options_->filter.empty()) {
    live.gaps.push_back(
        {"unicast to new ports",
         fmt::format("bound since the start, so the tap does not ask for them: port {}", fmt::join(ports, ", ")),
         "start watch again", "a feed that is sent to them alone is not seen", true});
  }
  add("readers' CPUs", consumers_.own_turns(), "times that a reader waited while this tool had its CPU",
      "--cpu N with a CPU that no reader uses", "what it waited then is this tool's doing");
  add("events of the host", equipment_->book->forgotten(), "events or states beyond the bound", "",
      "the oldest are forgotten");
  add("times", clock_steps_, "steps of the realtime clock", "chronyc tracking",
      "stamps on either side of a step are not in step");
}

LiveSummary LiveRun::summary(TimeNs now) const {
  LiveSummary live;
  for (std::size_t i = 0; i < equipment_->packets->inputs(); ++i) {
    const LiveSource& source = equipment_->packets->source(i);
    const InterfaceFacts& facts = source.facts().interfaces.front();
    LiveInterface interface;
    interface.name = equipment_->inputs[i].interface;
    interface.stamps = text(source.stamp_source());
    interface.is_join = !equipment_->inputs[i].is_tap();
    interface.packets = facts.packets;
    interface.dropped = facts.dropped.value_or(0);
    live.interfaces.push_back(std::move(interface));
  }
  live.started = started_;
  live.ended = now;
  live.gaps = equipment_->gaps;
  live.gaps.insert(live.gaps.end(), equipment_->sampler->gaps().begin(), equipment_->sampler->gaps().end());
  if (std::string reason = governor_.reason(); !reason.empty()) {
    live.gaps.push_back({"reads of followed sockets", std::move(reason), "watch fewer feeds at once",
                         "what was read is not known", false});
  }
  add_own_limits(live);
  live.drop_records = join_.records();
  if (equipment_->drops) {
    live.drop_records_lost = equipment_->drops->lost_records();
    for (const auto& [reason, count] : equipment_->drops->unlisted()) live.unlisted_drops += count;
  }
  live.slowed = equipment_->sampler->slowed();
  live.capabilities_kept = equipment_->capabilities_kept;
  return live;
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
