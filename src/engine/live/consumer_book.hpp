// Who reads the lines that are seen here: sockets of this namespace, matched with lines by address, port and membership;
// their owners; kernel bypass. And, per consumer, what of its line ended on this host (DESIGN D2).
//
// A consumer is one reader of one line. Its number is given in order of discovery and is its Subject. One thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/back.hpp"
#include "engine/front.hpp"
#include "engine/live/arrival_bins.hpp"
#include "engine/live/join/dropped_units.hpp"
#include "engine/live/join/run_log.hpp"
#include "engine/live/live_inputs.hpp"
#include "engine/live/socket_trail.hpp"
#include "evidence/consumer.hpp"
#include "host/readers/reader_probe.hpp"
#include "host/sockets/bypass.hpp"
#include "host/sockets/memberships.hpp"
#include "host/sockets/owners.hpp"
#include "host/sockets/process_search.hpp"
#include "host/sockets/udp_sockets.hpp"

namespace wirecause {

struct CgroupLimit {
  std::string path;
  std::uint64_t quota_usec = 0;  // as cpu.max counts
  std::uint64_t period_usec = 0;
};

struct WatchedSocket {
  UdpSocket now;                    // last reading
  TimeNs read_at = kNoTime;         // no later than it, of a followed one
  std::uint64_t drops_before = 0;   // its own counter when it was first seen
  std::uint64_t events_before = 0;  // drops that the probe had seen of it by then
  TimeNs seen_at = kNoTime;
  bool was_there_at_start = false;
  bool is_gone = false;
  bool is_followed = false;  // by the reader probe
  std::vector<SocketOwner> owners;
  std::uint32_t owner_searches = 0;
  std::optional<std::vector<SocketMembership>> memberships;  // nothing: not known
  std::optional<bool> multicast_all;
  std::optional<bool> has_filter;  // at any reading: what is taken off has dropped before
  ConsumerKind kind = ConsumerKind::udp_socket;
  std::string detail;
  std::optional<ReaderCounts> reads;
  std::unique_ptr<ThreadReader> reader;
  std::uint32_t reader_thread = 0;
  std::int32_t reader_process = 0;  // whose thread it is
  std::string reader_command;
  std::string reader_affinity;
  std::uint32_t reader_cpus = 0;
  std::optional<std::uint64_t> throttled_us;  // of the owner's cgroup, as last read
  std::optional<CgroupLimit> limit;           // as it was limited last; nothing: never
  TimeNs throttled_read_at = kNoTime;
  SocketTrail trail;
  std::vector<std::uint32_t> consumers;  // of its lines
};

struct Consumer {
  LineId line = 0;
  std::size_t socket = 0;       // index of ConsumerBook::sockets()
  FeedTracker::Progress since;  // of the line when the consumer was first seen; zero: it was there before the line
  std::optional<FeedTracker::Progress> until;  // when it went away
  TimeNs seen_at = kNoTime;
  TimeNs left_at = kNoTime;  // with `until`: when that was seen
  std::uint64_t epoch = 0;   // of the numbers in `dropped`
  DroppedUnits dropped;
  // Units among them from before `since`: it was found because of them, and they are part of what it was to get.
  std::uint64_t dropped_before_since = 0;
  DroppedUnits dropped_after_end;  // of the run: what is beyond the numbers that the tap has shown
  std::optional<bool> is_member;
  bool host_is_member = false;
  bool was_ever_served = false;  // at some time the kernel would have given it the line
};

// A socket that waits for a group of which no packet has come.
struct Absence {
  std::size_t socket = 0;
  IpAddress group;
  std::uint16_t port = 0;
  std::uint32_t ifindex = 0;
  std::string interface;
  bool is_member = false;  // false: bound to the group, but joined nowhere
};

class ConsumerBook {
 public:
  static constexpr std::size_t kMaxSockets = 4'096;  // that match a line or a group; more are counted
  static constexpr std::size_t kMaxConsumers = 4'096;
  static constexpr std::size_t kMaxMeasured = 512;  // lines of which arrivals are kept: 16 MiB, and 32 MiB of runs
  static constexpr DurationNs kAbsentAfter = seconds(5);

  struct Sources {
    UdpSockets* sockets = nullptr;  // each may be absent
    MembershipIterator* memberships = nullptr;
    ReaderProbe* readers = nullptr;
    ProcessSearch* processes = nullptr;
    std::string proc = "/proc";
    std::string sys = "/sys";
    bool pids_are_the_kernels =
        true;  // false: in a container, where /proc has other numbers than the programs in the kernel
  };

  ConsumerBook(Front& front, Back& back, std::vector<LiveInput> inputs, Sources sources);

  // Looks for new sockets and for new lines of known ones: at the start, once a second, and when a drop names a socket
  // that is not known. `events_of`: drops that the probe has seen of a socket so far.
  template <class EventsOf>
  void discover(TimeNs now, bool is_start, EventsOf&& events_of) {
    for (WatchedSocket* added : find_sockets(now, is_start)) added->events_before = events_of(added->now);
  }

  // Every followed socket, one by one: queue, drops, reads, and its reader's thread.
  void sample(TimeNs now, std::int64_t offset_to_realtime);

  const std::deque<WatchedSocket>& sockets() const { return sockets_; }
  std::deque<WatchedSocket>& sockets() { return sockets_; }
  const std::deque<Consumer>& consumers() const { return consumers_; }
  Consumer& consumer(std::uint32_t id) { return consumers_[id]; }
  std::span<const std::uint32_t> of_line(LineId line) const;
  bool can_list_sockets() const { return sources_.sockets != nullptr; }
  // Nothing but this line reaches the socket, as far as the taps saw: what was read is of it. As of the last absences().
  bool hears_only(const WatchedSocket& socket, LineId line) const;
  // Those of them that are there now.
  std::vector<std::uint32_t> present_readers(LineId line) const;
  // Whether sockets were matched with this line: before, that nobody reads it is not known.
  bool has_looked_for(LineId line) const { return line < looked_for_; }
  // nullptr: not known (yet).
  const WatchedSocket* socket_by(std::uint64_t cookie, std::uint64_t inode) const;
  // The consumer of a line on a socket; nothing: this socket does not read that line.
  std::optional<std::uint32_t> of(const WatchedSocket& socket, LineId line) const;

  const std::vector<BypassProcess>& bypass() const { return bypass_; }
  // Which process hides what becomes of this line; empty: none.
  std::string unseen_reader(LineId line) const;
  std::vector<Absence> absences(TimeNs now);
  const std::vector<InterfaceMembership>& host_memberships() const { return host_memberships_; }
  std::uint64_t unreadable_processes() const { return unreadable_processes_; }
  // Processes that could not be looked into at the last look for a kernel bypass.
  // Why memberships could not be read when that was tried last; empty: they were.
  const std::string& memberships_refused() const { return memberships_refused_; }
  std::uint64_t closed_processes() const { return closed_processes_; }
  std::uint64_t left_out() const { return left_out_; }  // as of the last discovery
  // Bound since the start, and no line's: what is sent to them alone is not tapped.
  std::set<std::uint16_t> late_ports() const;
  std::uint64_t own_turns() const { return own_turns_; }  // a reader waited while this tool had its CPU

  // Every run of a line, as the tap hands it out.
  void note(const Descriptor& run) {
    if (run.line >= arrivals_.size() || arrivals_[run.line] == nullptr) return;
    Arrivals& arrivals = *arrivals_[run.line];
    if (run.is(Descriptor::kFirstOfPacket)) arrivals.bins.add(run.time);
    if (arrivals.runs && run.kind == RunKind::data) arrivals.runs->add(run.first, run.count);
  }
  // Of lines that have consumers, at most kMaxMeasured.
  std::vector<const ArrivalBins*> bins_of(const WatchedSocket& socket) const;
  // Of those whose datagrams do not say at a fixed place how much they hold; nullptr: not kept.
  const RunLog* runs_of(LineId line) const {
    return line < arrivals_.size() && arrivals_[line] ? arrivals_[line]->runs.get() : nullptr;
  }
  // All datagrams of its lines so far.
  std::uint64_t arrived(const WatchedSocket& socket) const;

 private:
  std::vector<WatchedSocket*> find_sockets(TimeNs now, bool is_start);
  void note_memberships();
  void note_late(const UdpSocket& socket);
  void find_new_owners();
  void find_bypass_readers();
  bool could_read_a_line(const UdpSocket& socket) const {
    return socket.local.is_multicast() || lines_of_port_.contains(socket.local_port);
  }
  void note_new_lines();
  void note_new_streams();
  bool has_come(const IpAddress& group, std::uint16_t port, std::uint32_t ifindex) const;  // 0: anywhere
  void note_present(const UdpSocket& socket, WatchedSocket& known);
  bool reads_group(const WatchedSocket& socket, const IpAddress& group) const;
  void note_bypass_without_socket();
  // Packets of one destination, as they come in at one tap.
  struct Arriving {
    const LiveInput* input = nullptr;
    IpAddress source;
    IpAddress group;
    std::uint16_t port = 0;
    std::uint16_t vlan = 0;
  };
  Arriving arriving(const StreamKey& key) const;
  bool reads(const WatchedSocket& socket, const Arriving& packets) const;
  static bool has_joined_anywhere(const WatchedSocket& socket, const IpAddress& group);
  static bool has_joined(const WatchedSocket& socket, const Arriving& packets);
  bool host_has_joined_anywhere(const IpAddress& group) const;
  bool host_has_joined(const Arriving& packets) const;
  void add_consumers(std::size_t socket);
  void add_consumer(std::size_t socket, const Line& line);
  void measure(const Line& line);
  void refresh_memberships(Consumer& consumer);
  void take_leave(WatchedSocket& socket, TimeNs now);
  void follow(WatchedSocket& socket);
  void sample(WatchedSocket& socket, TimeNs now, std::int64_t offset_to_realtime);
  void read_throttling(WatchedSocket& socket, TimeNs now);
  void follow_reader(WatchedSocket& socket);

  Front* front_;
  Back* back_;
  std::vector<LiveInput> inputs_;
  Sources sources_;
  std::deque<WatchedSocket> sockets_;
  std::map<std::uint16_t, std::vector<LineId>> lines_of_port_;
  std::size_t noted_lines_ = 0;
  // Destination: (input, VLAN) on which it came.
  std::map<std::pair<IpAddress, std::uint16_t>, std::set<std::pair<std::uint32_t, std::uint16_t>>> came_on_;
  std::map<std::uint16_t, std::vector<std::size_t>> streams_of_port_;
  std::size_t noted_streams_ = 0;
  std::string bypass_without_socket_;  // the first of them
  std::map<std::uint64_t, std::size_t> by_cookie_;
  std::map<std::uint64_t, std::size_t> by_inode_;
  std::deque<Consumer> consumers_;
  std::vector<std::vector<std::uint32_t>> by_line_;
  struct Arrivals {
    ArrivalBins bins;
    std::unique_ptr<RunLog> runs;
  };
  std::vector<std::unique_ptr<Arrivals>> arrivals_;  // by line
  std::size_t measured_ = 0;
  std::vector<InterfaceMembership> host_memberships_;
  std::vector<BypassProcess> bypass_;
  TimeNs bypass_looked_at_ = kNoTime;
  std::size_t looked_for_ = 0;  // lines
  std::uint64_t unreadable_processes_ = 0;
  std::uint64_t closed_processes_ = 0;
  std::string memberships_refused_;
  std::uint64_t left_out_ = 0;
  std::map<std::uint64_t, std::uint16_t> late_;  // cookie -> port
  std::uint64_t own_turns_ = 0;
};

}  // namespace wirecause
