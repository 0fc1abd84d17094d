// The join of the wire and the host: each raw drop of the kernel becomes units of a line, missing at one consumer – or, of
// what the tap never saw, missing on the line (DESIGN D2, D10).
//
// Two kinds, never mixed. *Behind the tap* a drop is itself the symptom: the tap saw the packet, a consumer did not get
// it. *Before the tap* (XDP, backlog, another namespace) it explains a hole that the tap saw. A drop waits until the tap
// has handed out everything stamped up to it, and until its socket is known; then its numbers are read with the feed's own
// framing. Bounded: kMaxWaiting drops wait, of destinations that no line has kMaxUnfollowed; what does not fit is told by
// count. Where the kernel names no socket for a drop at one, the counters of the sockets choose (drop_unnamed.cpp). What is
// nobody's is counted, apart where it may be a line's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/live/clocks.hpp"
#include "engine/live/consumer_book.hpp"
#include "engine/live/join/drop_places.hpp"
#include "engine/live/join/stream_index.hpp"
#include "host/drops/drop_probe.hpp"

namespace wirecause {

// Datagrams for an address and port of this host that nobody had bound: no line, for the tap does not ask for them.
struct Stranger {
  IpAddress source;  // of the first of them
  IpAddress destination;
  std::uint16_t port = 0;
  std::uint32_t ifindex = 0;
  DropEpisode dropped;
};

class DropJoin {
 public:
  static constexpr std::size_t kMaxWaiting = 300'000;     // a whole ring and more: 32 MiB with first bytes
  static constexpr std::size_t kMaxUnfollowed = 16'384;   // of these, drops of destinations without a recognised stream
  static constexpr std::size_t kMaxUnnamed = 65'536;      // at a socket that the kernel did not name
  static constexpr std::size_t kMaxEpisodes = 10'000;     // of all consumers and lines (DESIGN D5)
  static constexpr DurationNs kLongestWait = seconds(3);  // for a socket or a stream that nobody comes to know

  // `netns`: inode of the namespace that is watched.
  DropJoin(Front& front, Back& back, ConsumerBook& consumers, std::vector<LiveInput> inputs, std::uint32_t netns);

  // Takes what the probe has. Cheap where nothing was dropped.
  void take(DropProbe& probe, const ClockPair& clocks);
  // Joins the drops stamped before `seen_until`, up to which the taps have handed out everything. True: a drop names a
  // socket that is not known yet; discover, and call again.
  bool join(TimeNs seen_until, DropProbe& probe, bool is_final);
  // Drops that are in the kernel's counts but were not told of one by one: given to their consumers by count.
  void add_untold(DropProbe& probe, const ClockPair& clocks, TimeNs now);
  // The run ends at `cut`, as which the probe's counts were refreshed: what is dropped later is of this run only where the
  // tap has shown its numbers.
  void end_at(TimeNs cut, const DropProbe& probe);
  // Without a probe: growth of a socket's own counter. False: the socket reads no line yet, ask again. Of a socket of several
  // lines the counter does not say which of them lost: all of it, what was given to the first one too, is undivided.
  bool by_counter(std::size_t socket, std::uint64_t datagrams, TimeNs now);
  // Where each followed line has its number, told to the programs in the kernel once. Either may be absent.
  void follow_lines(DropProbe* drops, ReaderProbe* readers);

  const DropPlaces& places() const { return places_; }
  // By socket; datagrams and times only.
  const std::map<std::size_t, DropEpisode>& undivided() const { return undivided_; }
  // Lines that nobody here reads; of others, what was dropped at a socket that nobody can tell.
  const std::map<LineId, DroppedUnits>& unread() const { return unread_; }
  // What ended before the tap, and in other namespaces of this machine: by line and the epoch of its numbers.
  using ByEpoch = std::map<std::pair<LineId, std::uint64_t>, DroppedUnits>;
  const ByEpoch& before_tap() const { return before_tap_; }
  const ByEpoch& elsewhere() const { return elsewhere_; }
  // Drops of each socket told so far, datagrams.
  class SocketEvents {
   public:
    explicit SocketEvents(const DropProbe& probe);
    std::uint64_t of(const UdpSocket& socket) const;

   private:
    friend class DropJoin;
    SocketEvents() = default;
    void add(const SocketId& socket, std::uint64_t datagrams);

    std::map<std::uint64_t, std::uint64_t> by_cookie_;
    std::map<std::uint64_t, std::uint64_t> by_inode_;  // of those that had no cookie
  };
  // Those of them that are of this run, and those that the sockets' own counters chose.
  SocketEvents events_of_run(const DropProbe& probe) const;
  // Sockets were read after the end of the run, between `before` and `after`: takes from their counters what is not of the
  // run, as far as the drops were seen. Once.
  void take_back_counters(const SocketEvents& before, const SocketEvents& after, const DropProbe& probe);
  std::vector<Stranger> strangers(const DropProbe& probe);
  // Datagrams of a line that ended at a checkpoint of this namespace: before a socket is chosen each once however many
  // consumers it was for, at a socket and behind it each copy.
  std::uint64_t datagrams_at(LineId line, Checkpoint at) const {
    const auto found = at_.find({line, at});
    return found == at_.end() ? 0 : found->second;
  }
  std::uint64_t records() const { return records_; }
  // Datagrams without a stream, a line or a socket to join.
  struct Unjoined {
    std::uint64_t of_lines = 0;  // of a recognised line, or for its group and port: perhaps a loss that is told nowhere
    std::uint64_t others = 0;
  };
  Unjoined unjoined() const { return {unjoined_.of_lines + untold_.of_lines, unjoined_.others + untold_.others}; }
  // Episodes that were folded into the one before, because there were too many.
  std::uint64_t merged() const { return merged_; }
  bool changed_since_asked() { return std::exchange(changed_, false); }

 private:
  struct Waiting {
    TimeNs time;
    std::uint32_t flow = 0;
    std::uint32_t count = 0;
    std::uint32_t segments = 1;
    bool has_number = false;
    bool is_followed = false;  // not of kMaxUnfollowed
    std::uint64_t number = 0;
    std::vector<std::byte> payload;
  };
  struct Units {
    LineId line = 0;
    std::uint64_t first = 0;  // straight
    std::uint64_t end = 0;    // without a number: how many, first = 0
    std::uint32_t segments = 1;
    bool has_number = false;

    std::uint64_t count() const { return end - first; }
  };
  enum class Readiness : std::uint8_t { ready, wait_for_stream, wait_for_socket, not_ours };
  struct FlowState {
    TimeNs first = kNoTime;
    TimeNs last = kNoTime;
    std::uint64_t told = 0;       // datagrams that came as records, up to the end of the run
    std::uint64_t untold = 0;     // given by count
    std::uint64_t counted = 0;    // by the kernel, at the end of the run
    std::uint64_t told_late = 0;  // after the end of the run, of what the tap had shown
    std::optional<std::uint32_t> place;
    Stream* stream = nullptr;
    std::size_t streams_looked_at = kNever;
    std::vector<Waiting> parked;  // for a stream or a socket that is not known yet
  };

  // A drop at one socket, which the kernel did not name.
  struct Unnamed {
    Units units;
    DroppedUnits::Datagrams dropped;
  };
  struct Suspect {  // a reader, and the growth of its socket's counter that nothing has explained yet
    std::uint32_t consumer = 0;
    std::uint64_t cookie = 0;
    std::uint64_t growth = 0;
    TimeNs read_at = kNoTime;
  };
  static constexpr std::size_t kNever = static_cast<std::size_t>(-1);

  void take(const RawDrop& drop, const DropFlow& flow, TimeNs time);
  bool may_wait(const DropFlow& flow, Waiting& waiting);
  void done_waiting(const Waiting& drop) {
    if (!drop.is_followed) --unfollowed_;
  }
  void settle(Waiting drop, const DropFlow& flow);
  bool settle_parked(std::uint32_t id, const DropFlow& flow, TimeNs seen_until, bool is_final);
  Readiness readiness_of(const DropFlow& flow, FlowState& state);
  void join_one(const Waiting& drop, const DropFlow& flow, FlowState& state);
  const WatchedSocket* socket_of(const DropFlow& flow) const;
  bool is_ours(const DropFlow& flow) const;
  Stream* stream_of(const DropFlow& flow, FlowState& state);
  Stream* only_stream_to(const DropFlow& flow) const;
  bool is_asked_for(const DropFlow& flow) const;
  bool may_be_of_a_line(const DropFlow& flow, const FlowState& state) const;
  void add_unjoined(Unjoined& to, const DropFlow& flow, const FlowState& state, std::uint64_t datagrams) const;
  void leave(const Waiting& drop, const DropFlow& flow, const FlowState& state);
  bool is_late(TimeNs time) const { return ended_ && time > *ended_; }
  bool has_shown(const Units& units) const;
  void note_late(const std::vector<Units>& units, const DroppedUnits::Datagrams& dropped, const DropFlow& flow);
  bool matches(const Stream& stream, const DropFlow& flow) const;
  void units_of(const Waiting& drop, const DropFlow& flow, Stream& stream, std::vector<Units>& out) const;
  void add_numbered(const Waiting& drop, const Stream& stream, std::vector<Units>& out) const;
  bool add_parsed(const Waiting& drop, const DropFlow& flow, const Stream& stream, std::vector<Units>& out) const;
  void add_run(const Run& run, const Waiting& drop, const Stream& stream, std::vector<Units>& out) const;
  Line* line_of(const Stream& stream, std::uint32_t channel) const;
  Line* line_that_showed(const Stream& stream, std::uint64_t wire) const;
  void give(const Units& units, const DroppedUnits::Datagrams& dropped, const DropFlow& flow);
  void give_to(Consumer& consumer, const Units& units, const DroppedUnits::Datagrams& dropped);
  void give_to_line(const Units& units, const DroppedUnits::Datagrams& dropped);
  void settle_unnamed(TimeNs seen_until, DropProbe& probe, bool is_final);
  void settle_unnamed(LineId line, std::vector<Unnamed>& drops, const SocketEvents& events, bool is_over,
                      bool is_final);
  std::vector<Suspect> suspects(LineId line, const SocketEvents& events) const;
  void give_all(const Suspect& to, std::span<const Unnamed> drops);
  void give_some(const Suspect& to, std::span<const Unnamed> drops);
  void give_each_once(const std::vector<Suspect>& readers, std::span<const Unnamed> drops);
  std::size_t give_by_growth(const std::vector<Suspect>& readers, std::span<const Unnamed> drops,
                             std::span<const Unnamed> ready, std::uint64_t grown, std::size_t all_readers);
  void give_to_nobody(std::span<const Unnamed> drops, std::uint64_t datagrams, std::size_t readers);
  DroppedUnits::Datagrams unnamed_at(const DroppedUnits::Datagrams& dropped, std::string step_down);
  static bool is_even(const std::vector<Suspect>& readers, std::uint64_t told);
  static bool is_each_told(std::span<const Unnamed> drops, std::size_t times);
  SocketEvents named_events_of_run(const DropProbe& probe) const;
  void give_before_tap(ByEpoch& to, const Units& units, const DroppedUnits::Datagrams& dropped);
  bool was_given_alone(const WatchedSocket& socket) const;
  void hold_undivided(std::size_t socket, std::uint64_t datagrams, TimeNs now, std::uint32_t place);
  std::uint64_t put(DroppedUnits& to, const Units& units, DroppedUnits::Datagrams dropped);
  static std::uint64_t put_units(DroppedUnits& to, const Units& units, const DroppedUnits::Datagrams& dropped);
  // What the tap has shown of the units; nothing: none of their numbers.
  std::optional<Units> shown_of(const Units& units, const FeedTracker::Progress& shown) const;
  std::uint64_t units_a_datagram(LineId line) const;
  std::uint32_t place_of(const DropFlow& flow, FlowState& state);
  FlowState& state_of(std::uint32_t flow);

  Front* front_;
  Back* back_;
  ConsumerBook* consumers_;
  std::vector<LiveInput> inputs_;
  std::uint32_t netns_;
  DropPlaces places_;
  std::vector<Waiting> waiting_;             // for the tap
  std::vector<std::uint32_t> parked_flows_;  // with drops that wait for a stream or a socket
  std::size_t parked_ = 0;                   // drops of all flows
  std::size_t unfollowed_ = 0;               // of those that wait, for whatever
  std::deque<FlowState> flows_;
  StreamIndex streams_;
  std::map<LineId, DroppedUnits> unread_;
  std::map<std::size_t, DropEpisode> undivided_;
  std::map<LineId, std::uint64_t> unread_epochs_;
  std::map<LineId, std::vector<Unnamed>> unnamed_;
  std::size_t unnamed_count_ = 0;
  std::map<std::uint64_t, std::uint64_t> chosen_;  // by a socket's cookie: datagrams that its own counter chose
  std::map<LineId, std::uint64_t> unnamed_after_end_;
  TimeNs unnamed_looked_at_ = kNoTime;
  ByEpoch before_tap_;
  ByEpoch elsewhere_;
  std::map<std::pair<LineId, Checkpoint>, std::uint64_t> at_;
  std::vector<RawDrop> drained_;
  std::uint64_t records_ = 0;
  Unjoined unjoined_;
  Unjoined untold_;  // as of the last add_untold(): may still be joined
  std::size_t episodes_ = 0;
  std::uint64_t merged_ = 0;
  TimeNs counts_read_ = kNoTime;  // the last add_untold()
  std::optional<TimeNs> ended_;
  bool changed_ = false;
};

}  // namespace wirecause
