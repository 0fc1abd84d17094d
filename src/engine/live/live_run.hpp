// One live run: the loop over packets, samples and drops, and the diagnosis that is made while it goes on.
//
// One thread. Packets go through the same front and trackers as those of a file; what is found is what the report would
// say if the run ended now: the trackers are copied, settled, joined with the host's evidence and diagnosed. That is done
// when something changed, at most twice a second, and never for more than a fiftieth of the time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "diagnose/telling.hpp"
#include "engine/back.hpp"
#include "engine/front.hpp"
#include "engine/live/clocks.hpp"
#include "engine/live/early_log.hpp"
#include "engine/live/equipment.hpp"
#include "engine/live/host_evidence.hpp"
#include "engine/live/reader_governor.hpp"
#include "engine/live/schedules.hpp"
#include "engine/live/watch.hpp"

namespace wirecause {

class LiveRun {
 public:
  LiveRun(const WatchOptions& options, Equipment& equipment, const WatchCallbacks& callbacks);

  // Until the run shall end; then the report.
  AnalysisResult run(int stop);

 private:
  static constexpr std::int64_t kQuietAfter = 1'000'000'000;  // without a packet: everything is asked less often

  void begin();
  void wait(int stop);
  bool is_quiet(std::int64_t monotonic) const { return monotonic - packets_at_ >= kQuietAfter; }
  bool is_over() const;
  void take_packets(TimeNs now);
  void do_what_is_due(TimeNs now, std::int64_t monotonic);
  void take_drops(TimeNs now);
  void count_without_probe(TimeNs now);
  void discover(TimeNs now, bool is_start);
  void judge(TimeNs now);
  std::uint64_t missing_units() const;
  std::uint64_t socket_drops() const;
  void sample_at_end();
  void discover_at_end();
  AnalysisResult end();
  // Its numbers stand at no fixed place, where a program in the kernel could read them.
  bool is_told_by_order(LineId line) const;
  void refresh_tap_statistics();
  AnalysisResult diagnosed(TimeNs now, std::vector<Episode>* episodes);
  void tell(const AnalysisResult& result, const std::vector<Episode>& episodes);
  LiveSummary summary(TimeNs now) const;
  void add_own_limits(LiveSummary& live) const;

  const WatchOptions* options_;
  Equipment* equipment_;
  const WatchCallbacks* callbacks_;
  AnalysisOptions analysis_;
  Back back_;
  Front front_;
  ConsumerBook consumers_;
  DropJoin join_;
  EarlyLog early_;
  ReaderGovernor governor_;
  FindingTeller teller_;
  ClockPair clocks_;
  MeasureBook measures_;
  std::vector<PacketView> views_;
  std::vector<std::uint64_t> counted_drops_;  // by socket, without a probe

  TimeNs started_ = kNoTime;
  std::int64_t begun_at_ = 0;  // CLOCK_MONOTONIC
  std::int64_t packets_at_ = 0;
  std::int64_t sample_due_ = 0;
  std::int64_t second_due_ = 0;
  JudgeSchedule judge_;
  DiscoverySchedule discovery_;
  bool was_sampled_ = false;  // counters of every pace but the slow one, since the last diagnosis
  std::uint64_t judged_missing_ = 0;
  std::uint64_t governed_drops_ = 0;
  std::uint64_t clock_steps_ = 0;
  std::optional<DropJoin::SocketEvents> events_before_sample_;  // at the end
  std::optional<DropJoin::SocketEvents> events_after_sample_;
  bool is_stopped_ = false;
  bool has_finding_ = false;
  std::size_t known_lines_ = 0;
  // What was told: (symptom, subject, begin). Bounded: beyond it symptoms are told in the report only.
  std::set<std::tuple<Symptom, Subject, std::int64_t>> told_;
};

}  // namespace wirecause
