// The host's side of an assembly: facts of consumers and interfaces, episodes of drops with what was measured around
// them, and the sums of the consumers. Made anew for every diagnosis of a live run; what was measured is kept.
//
// host_facts.cpp publishes; host_drops.cpp and host_absences.cpp make symptoms, host_losses.cpp adds to those of the wire,
// host_measures.cpp and host_growths.cpp say what was measured around each; host_sums.cpp adds up.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/assembly.hpp"
#include "engine/live/early_log.hpp"
#include "engine/live/episode_measure.hpp"
#include "engine/live/host_book.hpp"
#include "engine/live/join/drop_join.hpp"
#include "engine/live/rival_windows.hpp"

namespace wirecause {

// Measures of episodes that are over are taken once: later the trail has forgotten them.
using MeasureBook = std::map<std::pair<std::uint32_t, std::size_t>, EpisodeMeasure>;

class HostEvidence final : public HostSide {
 public:
  struct Run {
    Front* front = nullptr;
    Back* back = nullptr;  // as the run goes on, not the settled copy
    ConsumerBook* consumers = nullptr;
    DropJoin* join = nullptr;
    const EarlyLog* early = nullptr;
    const HostBook* host = nullptr;
    const std::vector<LiveInput>* inputs = nullptr;
    DropProbe* probe = nullptr;  // may be absent
    MeasureBook* measures = nullptr;
    bool reads_were_missed = false;
    TimeNs started;
    TimeNs now;
  };

  explicit HostEvidence(const Run& run);

  void publish(Timeline& timeline, std::span<const AssembledFeed> feeds) override;
  void add_to_loss(Episode& episode, std::span<const RunHole> holes, Timeline& timeline) override;
  void add_episodes(std::vector<Episode>& episodes, Timeline& timeline) override;
  void summarise(AnalysisResult& result) override;

 private:
  struct Place {  // of a line in the report
    const AssembledFeed* feed = nullptr;
    std::size_t position = 0;
  };
  using Interval = std::pair<std::uint64_t, std::uint64_t>;  // [first, second)

  const Place* place_of(LineId line) const;
  static Subject subject_of(std::uint32_t consumer) { return {SubjectKind::consumer, consumer}; }
  Subject absent_subject(std::size_t index) const;

  // host_facts.cpp
  void publish_points(Timeline& timeline);
  void publish_probe(Timeline& timeline) const;
  void publish_consumer(Timeline& timeline, std::uint32_t id);
  void publish_socket(Timeline& timeline, Subject subject, const WatchedSocket& socket);
  std::string consumer_name(const Consumer& consumer) const;

  // host_drops.cpp, host_absences.cpp, host_losses.cpp, host_measures.cpp
  // A consumer of another line of the same feed in the same process, and what it was shown: [from, to).
  struct Sister {
    const Consumer* consumer = nullptr;
    std::uint64_t from = 0;
    std::uint64_t to = 0;
  };
  struct Share {  // of the numbers of one episode
    std::uint64_t lost = 0;
    std::uint64_t recovered = 0;
  };
  std::vector<Sister> sisters_of(const Consumer& consumer) const;
  std::vector<Share> shares_of(const Consumer& consumer) const;
  Episode drop_episode(std::uint32_t id, std::size_t index, const Share& by_number) const;
  Episode undivided_episode(std::size_t socket, const DropEpisode& dropped) const;
  Episode unserved_episode(std::uint32_t id) const;
  void add_unread(std::vector<Episode>& episodes);
  std::optional<std::uint32_t> input_on(std::uint32_t ifindex) const;  // that carries it
  void add_strangers(std::vector<Episode>& episodes, Timeline& timeline);
  void add_absences(std::vector<Episode>& episodes, Timeline& timeline);
  void add_feed_of(const Absence& absence, Subject subject, Timeline& timeline) const;
  void add_measures(Episode& episode, Timeline& timeline, std::uint32_t id, std::size_t index);
  EpisodeMeasure measure_of(const Episode& episode, std::uint32_t id, std::size_t index);

  // host_growths.cpp
  struct Grown {
    std::int64_t whole = 0;
    std::int64_t contested = 0;  // of it: a rival may have caused it as well
  };
  void add_counters(std::vector<Episode>& episodes, Timeline& timeline);
  std::set<std::uint32_t> inputs_of(const Episode& episode) const;
  std::optional<std::uint32_t> point_of(std::uint32_t input) const;
  void add_growths(Episode& episode, Timeline& timeline, std::uint32_t interface, const RivalWindows::Window& window);
  void add_level(Episode& episode, Timeline& timeline, std::string_view name, Subject subject);
  std::optional<Grown> growth_of(std::string_view name, Subject subject, const RivalWindows::Window& window,
                                 const Episode& episode) const;
  bool is_readers_cpu(std::uint32_t cpu) const;
  void add_link_downs(Episode& episode, Timeline& timeline, std::uint32_t input, Subject point);
  void add_point_counters(Episode& episode, Timeline& timeline, std::uint32_t point,
                          const RivalWindows::Window& window);

  // host_losses.cpp
  // Units of holes that ended at a place, by line and place.
  struct Matched {
    std::uint64_t alone = 0;     // another line brought them
    std::uint64_t common = 0;    // nobody did
    std::uint64_t by_count = 0;  // of both
  };
  using MatchedSums = std::map<std::pair<LineId, std::uint32_t>, Matched>;
  MatchedSums matched_by_number(std::span<const RunHole> holes, const DropJoin::ByEpoch& dropped);
  void add_counted(MatchedSums& sums, std::span<const RunHole> holes, const DropJoin::ByEpoch& dropped);
  void add_matched(Episode& episode, const MatchedSums& sums, Timeline& timeline, std::string_view name);
  bool is_of_copies(const DroppedUnits& dropped, LineId line, std::uint32_t place);
  bool ends_copies(const DroppedUnits& dropped, LineId line, std::uint32_t place) const;
  Interval shown_of(const DroppedUnits& dropped, LineId line) const;
  void attach(Episode& episode, Timeline& timeline, Record record) const;
  Record measured(const Episode& episode, std::string_view name, Subject subject, Unit unit, std::int64_t value) const;
  // Of the run, the units that another line brought to the same process.
  std::uint64_t recovered_of(const DroppedRun& run, std::span<const Sister> sisters) const;
  // The parts of [from, to) that are holes of the line.
  template <class Visit>
  void for_each_hole(LineId line, std::uint64_t from, std::uint64_t to, Visit&& visit) const;
  bool is_derived_unserved(const Consumer& consumer) const;

  // host_sums.cpp
  // What a line had for a consumer, from when it was there to when it went.
  struct Owed {
    std::uint64_t expected = 0;
    std::uint64_t lost_before = 0;  // of it: the line did not bring it to this host
  };
  static Owed owed_to(const Consumer& consumer, const LineSummary& line);
  ConsumerSummary sum_of(std::uint32_t id, const AnalysisResult& result) const;
  ConsumerSummary bypass_row(const BypassProcess& process) const;
  TimeNs widened(TimeNs first) const { return std::max(first - kMargin, run_.started); }
  std::optional<std::uint64_t> read_early(const Consumer& consumer, std::uint64_t from, std::uint64_t until,
                                          bool saw_all) const;
  void set_read_and_queued(ConsumerSummary& sum, const Consumer& consumer, bool saw_all) const;
  void add_path(AnalysisResult& result) const;

  Run run_;
  std::map<LineId, Place> places_;
  std::map<LineId, std::vector<Interval>> holes_;  // of each line in order and disjoint
  std::map<LineId, std::size_t> listed_holes_;
  std::map<std::pair<const DroppedUnits*, std::uint32_t>, bool> of_copies_;
  std::map<const DropEpisode*, std::uint64_t> used_counts_;  // of by_count: units that holes were given
  std::vector<Absence> absences_;
  std::map<Subject, std::uint32_t> stranger_inputs_;  // where datagrams for closed ports came
  std::optional<DropJoin::SocketEvents> events_;      // where there is a probe
  std::set<std::string_view> needed_;                 // names that some cause reads
};

template <class Visit>
void HostEvidence::for_each_hole(LineId line, std::uint64_t from, std::uint64_t to, Visit&& visit) const {
  const auto found = holes_.find(line);
  if (found == holes_.end()) return;
  const std::vector<Interval>& holes = found->second;
  auto hole = std::partition_point(holes.begin(), holes.end(), [from](const Interval& h) { return h.second <= from; });
  for (; hole != holes.end() && hole->first < to; ++hole)
    visit(std::max(from, hole->first), std::min(to, hole->second));
}

}  // namespace wirecause
