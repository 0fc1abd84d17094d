// From what front and backs counted to what reports and causes read: inputs, feeds with their lines in order, evidence on
// one timeline, episodes. Everything is ordered by numbers that the front gave, so that the result does not depend on
// threads or batches.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/analyze.hpp"
#include "engine/back.hpp"
#include "engine/front.hpp"
#include "engine/host_side.hpp"
#include "evidence/episode.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

// A feed of a back, with what the front knows of its lines.
struct AssembledFeed {
  FeedTracker* tracker = nullptr;
  GroupId group = 0;
  std::uint32_t id = 0;  // SubjectKind::feed
  std::string name;
  std::vector<std::uint32_t> order;     // position in the report -> index within the tracker
  std::vector<std::uint32_t> position;  // index within the tracker -> position in the report
  FeedSummary summary;
};

// A hole of any line, for comparing unrelated streams.
struct RunHole {
  std::uint32_t feed = 0;
  std::uint32_t kin = 0;  // the feed whose lines these are, seen at another place; else the feed itself
  LineId line = 0;
  GroupId group = 0;
  SessionId session = 0;
  std::uint32_t point = 0;
  TimeNs before;
  TimeNs after;
  std::uint64_t first = 0;  // [first, first + count)
  std::uint64_t count = 0;
  std::uint64_t common = 0;           // units that nobody brought
  std::uint64_t straight = 0;         // `first`, straight
  std::uint64_t whole = 0;            // bit set of lines (& 63) that were whole across it
  std::uint32_t holed = 0;            // other lines with a hole of their own there
  std::uint32_t holed_unrelated = 0;  // of these, lines of other feeds that carry something else
};

class Assembly {
 public:
  // `host`: of a live run; nullptr: files.
  Assembly(const CaptureSet& captures, Front& front, const AnalysisOptions& options, HostSide* host = nullptr)
      : captures_(&captures), front_(&front), options_(&options), host_(host) {}

  // After back.finish(). Call for every back.
  void add(Back& back);
  AnalysisResult result();
  // After result(): every symptom, in the order of time.
  const std::vector<Episode>& episodes() const { return episodes_; }
  const Timeline& timeline() const { return timeline_; }

 private:
  void order_feeds();
  void name_lines(AssembledFeed& feed);
  void add_recovery_lines();
  void collect_holes();
  std::uint32_t kin_of(const AssembledFeed& feed) const;
  void publish_captures();
  void publish_points();
  void publish_feed(const AssembledFeed& feed);
  void publish_line(const AssembledFeed& feed, std::size_t position);
  bool is_fragmented(const FeedTracker& tracker) const;
  void add_episodes(AssembledFeed& feed);
  void add_silences(const AssembledFeed& feed);
  void add_restarts(const AssembledFeed& feed);
  static std::vector<EpisodeLine> lines_of(const AssembledFeed& feed);
  void add_observations();
  void add_connections(AnalysisResult& result);
  void finish_loss(Episode& episode, const AssembledFeed& feed);
  std::uint32_t others_alive(const AssembledFeed& feed, TimeNs from, TimeNs to) const;
  std::string session_text(const AssembledFeed& feed, SessionId session) const;
  EvidenceId state(Subject subject, std::string_view name, std::int64_t value, std::string text);
  EvidenceId summary(Subject subject, std::string_view name, Unit unit, std::int64_t value, TimeNs from, TimeNs to);
  void list_unrecognised(AnalysisResult& result) const;

  const CaptureSet* captures_;
  Front* front_;
  const AnalysisOptions* options_;
  HostSide* host_;
  std::vector<AssembledFeed> feeds_;
  std::vector<RecoveryLine> recovery_;
  tcp::TcpSummary tcp_;
  tcp::Trail trail_;
  std::vector<RunHole> holes_;  // by `before`
  std::vector<Episode> episodes_;
  Timeline timeline_;
  std::uint64_t evicted_ = 0;
  std::uint64_t fragmented_feeds_ = 0;
  std::uint64_t suppressed_ = 0;
};

// Compares every hole with all others: who lost at the same time. `holes` must be ordered by `before`.
void compare_holes(std::vector<RunHole>& holes);

}  // namespace wirecause
