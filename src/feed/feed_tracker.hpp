// One feed: the lines that carry one number space, followed packet by packet (DESIGN D2 to D5).
//
// Per line: received, missing, late, duplicate, per epoch. Over all lines: first arrivals, arbitration by unit, lead and
// lag. A hole is late when its own line fills it, recovered when another line or a retransmission does, lost when nobody
// has by the time waiting ends. Called by the one thread that owns the feed, in file order; reads no clock.
//
// A single line is a feed of its own until pairing shows that two lines carry the same units; absorb() then joins them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/boxed.hpp"
#include "base/histogram.hpp"
#include "base/time.hpp"
#include "feed/burst_tracker.hpp"
#include "feed/descriptor.hpp"
#include "feed/episode_book.hpp"
#include "feed/feed_epoch.hpp"
#include "feed/latency_tracker.hpp"
#include "feed/number_line.hpp"
#include "feed/silence.hpp"
#include "feed/summary.hpp"

namespace wirecause {

struct FeedOptions {
  std::uint64_t max_list = 100;           // gaps listed per line
  std::optional<DurationNs> clock_error;  // bound between the publisher's clock and the capture's
};

// What is known of a line before its first run.
struct LineOrigin {
  LineId id = 0;
  TimeNs point_start = kNoTime;  // first packet of its observation point: what came earlier could not be seen
};

class FeedTracker {
 public:
  static constexpr DurationNs kHorizon = seconds(60);          // D3: how long a hole waits to be filled
  static constexpr DurationNs kOutage = seconds(1);            // D3: a line silent that long while its sister is not
  static constexpr std::uint32_t kOutagePackets = 3;           // ... by at least so many packets
  static constexpr std::uint64_t kCredibleJump = 1U << 20U;    // a jump further ahead needs packets that agree, always
  static constexpr std::uint64_t kCredibleJumpNarrow = 3'000;  // in a 16-bit space (RFC 3550 A.1, MAX_DROPOUT)
  static constexpr std::size_t kMaxEpochs = 8;                 // open at once; the oldest is settled beyond

  FeedTracker(const Framing& framing, const FramingConfig& config, LineOrigin first_line, const FeedOptions& options);

  // `line` is the index within this feed.
  void on(std::uint32_t line, const Descriptor& d);
  // Units sent again that arrived on a stream of their own: fills what the feed misses. Returns how many were missing.
  std::uint64_t retransmitted(const Descriptor& d);
  bool misses(const Descriptor& d) const;      // any unit of it is an open hole of the feed
  bool misses_all(const Descriptor& d) const;  // every unit of it is

  // Takes over the lines of `other`, which carry the same units; their indices follow ours.
  void absorb(FeedTracker&& other);

  // Where a line stands: what consumers of it are measured by while the run goes on.
  struct Progress {
    std::uint64_t expected = 0;  // over all epochs, as of now
    std::uint64_t packets = 0;
    std::uint64_t units = 0;  // brought, each once
    std::uint64_t start = 0;  // straight, of the newest epoch: [start, next) has been shown
    std::uint64_t next = 0;
    SessionId session = 0;
    std::uint64_t epoch = 0;  // how many began before it
  };
  Progress progress(std::size_t line) const;
  // The straight number of `wire` nearest to where the feed stands, and back.
  std::uint64_t straight(std::uint64_t wire) const { return numbers_.near(wire, epochs_.back().next); }
  std::uint64_t wire(std::uint64_t straight) const { return numbers_.wire(straight); }

  // Settles everything at the end of input. `end`: the last stamp of the run.
  void finish(TimeNs end);

  std::size_t line_count() const { return lines_.size(); }
  LineId line_id(std::size_t index) const { return lines_[index]->origin.id; }
  // After finish(). Names, addresses and sessions are filled in by engine, which knows them.
  // `order`: position in the report -> index of the line.
  FeedSummary summary(std::span<const std::uint32_t> order) const;
  std::optional<LatencySummary> latency() {
    return latency_.empty() ? std::nullopt : std::optional(latency_.summary());
  }
  const EpisodeBook& book() const { return book_; }
  EpisodeBook& book() { return book_; }
  const Framing& framing() const { return *framing_; }
  std::uint64_t packets() const { return packets_; }
  std::uint64_t truncated_datagrams() const { return truncated_datagrams_; }
  std::uint32_t reorder_depth() const { return reorder_depth_; }
  std::uint64_t evicted() const;     // holes, and packets of a burst window, given up because a list was full
  std::uint64_t suppressed() const;  // symptoms not kept, or folded into another, because a list was full
  const std::vector<Silence>& silences() const { return silences_; }
  const std::vector<Restart>& restarts() const { return restarts_; }
  SessionId session() const { return finished_ ? final_session_ : epochs_.back().session; }
  DurationNs heartbeat_interval() const { return framing_->heartbeat_interval; }
  TimeNs first_time() const { return first_time_; }
  TimeNs last_time() const { return last_time_; }

 private:
  struct Line {
    Line(LineOrigin o, std::size_t e) : origin(o), epoch(e) {}

    LineOrigin origin;
    std::size_t epoch;         // index into epochs_
    std::uint32_t detour = 0;  // suspects or a trial: its runs do not take the short way
    std::uint64_t heartbeats = 0;
    std::uint64_t unsequenced = 0;
    std::uint64_t retransmissions = 0;
    std::uint64_t resets = 0;
    std::uint64_t out_of_range_packets = 0;
    std::uint64_t led = 0;  // units of which it was first
    TimeNs first = kNoTime;
    TimeNs last = kNoTime;
    TimeNs before_last = kNoTime;           // packet before the present one
    std::uint64_t feed_packets_before = 0;  // packets of the whole feed at that time
    std::uint64_t feed_packets_last = 0;
    BurstTracker bursts;  // and the packets, messages and bytes of the line
    Histogram inter_arrival;
    Boxed<Histogram> lag;  // behind the first arrival; only in feeds of several lines
    GapList gaps;
    // Runs that agree with nothing so far: a restart, a giant jump, or a damaged number. Three that agree decide.
    std::array<Descriptor, 3> suspects{};
    // What a hole before the first of them would be told from.
    TimeNs held_before = kNoTime;         // before_last
    TimeNs held_feed_before = kNoTime;    // before_last_time_
    std::uint64_t held_feed_packets = 0;  // packets of the whole feed since
    std::uint32_t suspect_count = 0;
    // The capture cut a run that ended here, or up to so many units later.
    std::uint64_t cut_at = 0;  // wire number
    std::uint64_t cut_units = 0;
    // Its epoch is on trial and will meet the end of the one before it.
    bool is_watched = false;

    // The largest lag behind the first arrival while in order.
    DurationNs usual_lag() const { return {lag ? lag->max() : 0}; }
    void set_suspects(std::uint32_t count) {
      suspect_count = count;
      detour = count + (is_watched ? 1U : 0U);
    }
    void watch(bool on) {
      is_watched = on;
      set_suspects(suspect_count);
    }
  };

  // feed_packet.cpp: the steady path
  void count_packet(Line& line, const Descriptor& d);
  bool in_order(Line& line, std::uint32_t index, const Descriptor& d);
  void feed_units(FeedEpoch& epoch, Line& line, std::uint32_t index, const Descriptor& d, std::uint64_t first,
                  std::uint64_t end);
  void first_arrival(FeedEpoch& epoch, Line& line, std::uint32_t index, TimeNs now, std::uint64_t first,
                     std::uint64_t end);
  void measure_lag(FeedEpoch& epoch, Line& line, std::uint32_t index, TimeNs now, std::uint64_t first,
                   std::uint64_t end);

  // feed_tracker.cpp: what leaves it
  void other_than_data(std::uint32_t index, const Descriptor& d);
  void number(std::uint32_t index, const Descriptor& d, bool trusted);
  void count_heartbeat(Line& line);
  void note_marks(Line& line, const Descriptor& d);
  void heartbeat(std::uint32_t index, const Descriptor& d, bool trusted);
  void unusual_pause(Line& line, const Descriptor& d, DurationNs pause);
  void silence_ends(Line& line, const Descriptor& d);
  bool is_in_doubt() const;
  void note_silence(const Silence& silence);
  void believe_silence();
  void stepped_back(const Descriptor& d, DurationNs step);
  bool continues(const Descriptor& d) const;

  // feed_restart.cpp: epochs and runs that agree with nothing
  std::size_t epoch_of(std::uint32_t index, const Descriptor& d);
  std::size_t open_epoch(const Descriptor& d, Restart::Kind kind);
  bool note_restart(const Restart& restart);
  void put_on_trial(std::size_t epoch, const Descriptor& opened_by);
  void enter_epoch(std::uint32_t index, std::size_t epoch);
  void reset(std::uint32_t index, const Descriptor& d);
  bool is_suspect(std::uint32_t index, const LineEpoch& at, const Descriptor& d, std::uint64_t first,
                  std::uint64_t end) const;
  std::uint64_t reach(std::uint32_t index, TimeNs now) const;
  bool follows_suspects(std::uint32_t index, const Descriptor& d) const;
  bool are_missing(std::uint32_t index) const;
  bool is_ahead(std::uint32_t index, const Descriptor& d) const;
  void suspect(std::uint32_t index, const Descriptor& d);
  void release_suspects(std::uint32_t index);
  void release_suspect(std::uint32_t index, const Descriptor& d);
  void accept_suspects(std::uint32_t index);
  void restart(std::uint32_t index);
  void settle_suspects();

  // restart_trial.cpp: whether a silent restart was one
  bool is_on_trial(std::size_t epoch) const;
  bool is_from_middle(const FeedEpoch& epoch) const;
  bool returns(std::uint32_t index, const Descriptor& d) const;
  bool fills_old(std::uint32_t index, const Descriptor& d) const;
  bool goes_on(std::size_t epoch, TimeNs since) const;
  bool has_met_old_end(std::uint32_t index) const;
  void into_old(std::uint32_t index, const Descriptor& d);
  void undo_restart();

  // arbitration.cpp: numbers on a line and over all lines
  std::uint64_t missed_head(const FeedEpoch& epoch, std::uint32_t index, const Descriptor& d) const;
  void start_line(FeedEpoch& epoch, std::uint32_t index, const Descriptor& d, std::uint64_t first);
  static std::uint64_t head_expected_from(const FeedEpoch& epoch, TimeNs point_start, TimeNs first_time,
                                          std::uint64_t first);
  void line_units(FeedEpoch& epoch, std::uint32_t index, const Descriptor& d, std::uint64_t first, std::uint64_t end);
  void line_behind(FeedEpoch& epoch, std::uint32_t index, const Descriptor& d, std::uint64_t first, std::uint64_t end);
  void feed_behind(FeedEpoch& epoch, std::uint32_t index, const Descriptor& d, std::uint64_t first, std::uint64_t end);
  static std::uint64_t fill_feed_holes(FeedEpoch& epoch, std::uint64_t first, std::uint64_t end, TimeNs now);
  void open_line_hole(FeedEpoch& epoch, std::uint32_t index, const Descriptor& d, std::uint64_t first,
                      std::uint64_t end);
  void add_line_hole(FeedEpoch& epoch, std::uint32_t index, Hole hole, std::uint64_t first, std::uint64_t end);
  void open_feed_hole(FeedEpoch& epoch, std::uint32_t index, const Descriptor& d, std::uint64_t first,
                      std::uint64_t end);
  void add_feed_hole(FeedEpoch& epoch, Hole hole, std::uint64_t first, std::uint64_t end);
  bool is_spoken(const LineEpoch& at, const Hole& hole, TimeNs now) const;
  bool was_outage(const Line& line) const;

  // epoch_close.cpp: what waited long enough, and the end
  void close_line_hole(FeedEpoch& epoch, std::uint32_t index, const Hole& hole, TimeNs now, ClosedBy how);
  void evict_line_hole(FeedEpoch& epoch, std::uint32_t index, TimeNs now);
  void evict_feed_hole(FeedEpoch& epoch, TimeNs now);
  void give_up_oldest(FeedEpoch& epoch, TimeNs now, ClosedBy how);
  void close_feed_hole(FeedEpoch& epoch, const Hole& hole, TimeNs now);
  void close_expired(FeedEpoch& epoch, std::uint32_t index, TimeNs now);
  void settle(FeedEpoch& epoch, TimeNs end, bool ended);
  void settle_absent(FeedEpoch& epoch, std::uint32_t index, TimeNs end);
  void settle_tail(FeedEpoch& epoch, std::uint32_t index, TimeNs end, bool ended);
  void list_gap(GapList& list, const Hole& hole, std::uint64_t first, std::uint64_t end, TimeNs closed, ClosedBy how);
  void note_final_silence(TimeNs end);
  void drop_oldest_epoch(TimeNs now);
  void add_settled(const FeedEpoch& epoch);

  // feed_summary.cpp
  LineSummary line_summary(std::uint32_t index) const;
  void add_leads(FeedSummary& feed, std::span<const std::uint32_t> order) const;

  // feed_merge.cpp
  void absorb_silences(const FeedTracker& other);
  void absorb_restarts(const std::vector<Restart>& theirs);
  void absorb_gaps(GapList&& theirs);
  bool is_without_trial(const FeedTracker& other) const;
  void absorb_epoch(FeedEpoch& ours, FeedEpoch&& theirs);
  static void expect_head(LineEpoch& at, const Line& line, const FeedEpoch& sister, TimeNs line_first);

  const Framing* framing_;
  NumberSpace space_;
  SequenceUnit unit_;
  NumberLine numbers_;
  FeedOptions options_;
  std::vector<FeedEpoch> epochs_;  // oldest first, at most kMaxEpochs
  std::vector<Boxed<Line>> lines_;
  EpisodeBook book_;
  std::vector<Silence> silences_;
  std::vector<Restart> restarts_;
  LatencyTracker latency_;
  GapList lost_gaps_;
  ArbitratedSummary settled_;               // of epochs that were dropped from epochs_
  std::vector<LineSummary> settled_lines_;  // expected, lost, late, ... of these, by line index
  std::vector<bool> line_has_units_;
  SessionId final_session_ = 0;
  std::uint64_t epochs_total_ = 1;
  std::uint64_t packets_ = 0;
  std::uint64_t heartbeats_ = 0;
  std::uint64_t truncated_datagrams_ = 0;
  std::uint64_t evicted_ = 0;
  std::uint64_t suppressed_ = 0;
  std::uint32_t reorder_depth_ = 0;  // packets
  TimeNs first_time_ = kNoTime;
  TimeNs last_time_ = kNoTime;
  TimeNs before_last_time_ = kNoTime;  // last_time_ before the present packet
  TimeNs last_sent_ = kNoTime;
  DurationNs longest_pause_{0};
  EarlyPauses early_pauses_;
  std::optional<Silence> doubtful_;   // ended by one packet so far
  TimeNs wrong_until_ = kNoTime;      // highest stamp that was contradicted
  std::uint64_t steps_back_ = 0;      // packets in a row that were stamped far before the newest
  std::uint64_t last_step_back_ = 0;  // packets_ then
  bool finished_ = false;
};

}  // namespace wirecause
