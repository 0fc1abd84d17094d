// A live engine without a kernel: front, trackers, consumers and the join of drops, fed by hand. For tests of engine/live.
//
//   LiveLab lab;
//   const auto reader = lab.socket({.cookie = 7, .local = "239.1.1.1", .port = 26477});
//   lab.mold(1, 5).mold(6, 5).mold(11, 5).discover();      // three datagrams of five units: a line, and who reads it
//   lab.drop(lab.flow({.socket = 7}), 11, 5).join();       // the third one was dropped at that socket
//
// Datagrams follow one another 1 ms apart, from kLabStart. Drops are stamped 10 us after the newest datagram. Times of the
// programs in the kernel are CLOCK_MONOTONIC: the lab converts with the pair that the join is given.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capture/capture_set.hpp"
#include "engine/live/clocks.hpp"
#include "engine/live/early_log.hpp"
#include "engine/live/join/drop_join.hpp"
#include "support/feed_payloads.hpp"
#include "support/host_files.hpp"
#include "support/packet_builder.hpp"

namespace wirecause::test {

inline constexpr TimeNs kLabStart{1'767'623'400'000'000'000};
inline constexpr std::uint32_t kLabNetns = 4'026'531'840;    // of the run
inline constexpr std::uint32_t kOtherNetns = 4'026'532'999;  // of a container beside it

// Live inputs: one Ethernet interface each, without an end.
class LabCaptures final : public CaptureSet {
 public:
  explicit LabCaptures(const std::vector<LiveInput>& inputs) {
    for (const LiveInput& input : inputs) sources_.push_back(std::make_unique<Source>(input.interface));
  }
  std::size_t inputs() const override { return sources_.size(); }
  const CaptureSource& source(std::size_t input) const override { return *sources_[input]; }
  bool has_ended(std::size_t) const override { return false; }
  TimeNs last_time(std::size_t) const override { return kNoTime; }

 private:
  class Source final : public CaptureSource {
   public:
    explicit Source(const std::string& interface) {
      facts_.file = interface;
      facts_.interfaces.emplace_back();
      facts_.interfaces.front().name = interface;
      facts_.interfaces.front().dropped = 0;
    }
    std::size_t next_batch(std::span<PacketView>) override { return 0; }
    const CaptureFacts& facts() const override { return facts_; }
    const std::optional<std::string>& tail_error() const override { return none_; }
    std::uint64_t bytes_consumed() const override { return 0; }

   private:
    CaptureFacts facts_;
    std::optional<std::string> none_;
  };
  std::vector<std::unique_ptr<Source>> sources_;
};

// What a kernel would tell of drops, as the contract of host/drop_probe.hpp has it.
class FakeDropProbe final : public DropProbe {
 public:
  std::uint32_t add(DropFlow flow) {
    flow.id = static_cast<std::uint32_t>(flows_.size());
    flows_.push_back(std::move(flow));
    counted_.push_back(0);
    return flows_.back().id;
  }
  void tell(RawDrop drop, const Bytes& payload = {}) {
    counted_[drop.flow] += drop.segments;
    waiting_.push_back({drop, {payload.begin(), payload.end()}});
  }
  // Its record did not fit the ring.
  void count_only(std::uint32_t flow, std::uint64_t datagrams) {
    counted_[flow] += datagrams;
    lost_ += datagrams;
  }
  DropFlow& flow(std::uint32_t id) { return flows_[id]; }
  std::vector<NumberField> followed;
  std::vector<FollowedStream> followed_by_bytes;

  Result<void> follow(const NumberField& field) override {
    followed.push_back(field);
    return {};
  }
  Result<void> follow_bytes(const FollowedStream& stream) override {
    followed_by_bytes.push_back(stream);
    return {};
  }
  bool drain(std::vector<RawDrop>& out) override {
    kept_ = std::exchange(waiting_, {});
    for (const Told& told : kept_) {
      out.push_back(told.drop);
      out.back().payload = told.payload;
    }
    return !kept_.empty();
  }
  std::span<const DropFlow> flows() const override { return flows_; }
  void refresh_counts() override {
    for (std::size_t i = 0; i < flows_.size(); ++i) flows_[i].datagrams = counted_[i];
  }
  std::uint64_t lost_records() const override { return lost_; }
  std::vector<std::pair<std::string, std::uint64_t>> unlisted() const override { return {}; }
  std::uint64_t unlisted_followed() const override { return 0; }
  std::uint64_t missed() const override { return 0; }
  const Availability& availability() const override { return availability_; }

 private:
  struct Told {
    RawDrop drop;
    std::vector<std::byte> payload;
  };
  std::vector<DropFlow> flows_;
  std::vector<std::uint64_t> counted_;
  std::vector<Told> waiting_;
  std::vector<Told> kept_;  // what was drained is valid until the next drain
  std::uint64_t lost_ = 0;
  Availability availability_ = available();
};

class FakeUdpSockets final : public UdpSockets {
 public:
  std::vector<UdpSocket> all;
  std::uint64_t dumps = 0;

  Result<std::vector<UdpSocket>> dump() override {
    ++dumps;
    return all;
  }
  Result<std::optional<UdpSocket>> read(const UdpSocket& known) override {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const UdpSocket& s) { return s.cookie == known.cookie; });
    return found == all.end() ? std::nullopt : std::optional(*found);
  }
};

class FakeMemberships final : public MembershipIterator {
 public:
  SocketMulticast all;
  Result<SocketMulticast> read() override { return all; }
};

class FakeReaders final : public ReaderProbe {
 public:
  std::map<std::uint64_t, ReaderCounts> counts;  // by cookie
  std::vector<std::uint64_t> sockets;
  std::vector<std::uint32_t> threads;
  std::vector<NumberField> numbers;
  std::vector<OffCpu> off_cpu;
  bool attached = true;

  Result<void> follow_socket(std::uint64_t cookie) override {
    sockets.push_back(cookie);
    return {};
  }
  Result<void> follow_thread(std::uint32_t thread) override {
    threads.push_back(thread);
    return {};
  }
  Result<void> follow_numbers(const NumberField& field) override {
    numbers.push_back(field);
    return {};
  }
  std::optional<ReaderCounts> take_counts(std::uint64_t cookie) override {
    const auto found = counts.find(cookie);
    return found == counts.end() ? std::nullopt : std::optional(found->second);
  }
  bool drain(std::vector<OffCpu>& out) override {
    out.insert(out.end(), off_cpu.begin(), off_cpu.end());
    return !std::exchange(off_cpu, {}).empty();
  }
  std::uint64_t lost_records() const override { return 0; }
  Result<void> attach() override { return {}; }
  void detach() override {}
  bool is_attached() const override { return attached; }
  const Availability& availability() const override { return availability_; }

 private:
  Availability availability_ = available();
};

struct LabSocket {
  std::uint64_t cookie = 0;
  std::string local = "0.0.0.0";
  std::uint16_t port = 26'477;
  std::string remote{};  // empty: not connected
  std::uint32_t interface = 0;
  std::uint64_t inode = 0;  // default: cookie + 1000
};

struct LabFlow {
  std::uint64_t socket = 0;  // cookie; 0: no socket was chosen
  Checkpoint place = Checkpoint::socket;
  std::string reason = "SKB_DROP_REASON_SOCKET_RCVBUFF";
  std::string symbol = "__udp_enqueue_schedule_skb";
  std::string group = "239.1.1.1";
  std::uint16_t port = 26'477;
  std::string source = "10.0.0.1";
  std::uint32_t ifindex = 2;
  std::uint32_t netns = kLabNetns;
  SocketSource socket_source = SocketSource::argument;
  std::uint32_t payload_length = 100;
};

// Which stream a datagram belongs to.
struct LabStream {
  std::string group = "239.1.1.1";
  std::uint16_t port = 26'477;
  std::string source = "10.0.0.1";
  std::uint32_t input = 0;
  std::uint16_t vlan = kNoVlan;
};

struct LabOptions {
  std::vector<std::string> interfaces{"eth1"};  // their ifindex is 2, 3, ...
  std::vector<UpperDevice> uppers{};            // above the first of them
  AnalysisOptions analysis{};
  bool has_sockets = true;
  bool has_memberships = true;
  bool has_readers = true;
};

class LiveLab {
 public:
  explicit LiveLab(LabOptions options = {})
      : analysis(std::move(options.analysis)),
        inputs(inputs_of(options.interfaces, std::move(options.uppers))),
        captures(inputs),
        back(analysis.feed),
        front(analysis, captures, 1, [this](std::uint32_t, Batch& batch) { take(batch); }),
        consumers(front, back, inputs,
                  {options.has_sockets ? &sockets : nullptr, options.has_memberships ? &memberships : nullptr,
                   options.has_readers ? &readers : nullptr, processes.get(), files.context.proc, files.context.sys}),
        join_(front, back, consumers, inputs, kLabNetns) {
    files.file("/proc/net/igmp", "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n");
    files.file("/proc/net/igmp6", "");
  }
  LiveLab(const LiveLab&) = delete;
  LiveLab& operator=(const LiveLab&) = delete;

  // --- the wire
  LiveLab& at(TimeNs time) {
    next_ = time;
    return *this;
  }
  LiveLab& pause(DurationNs time) { return at(next_ + time); }
  LiveLab& on(LabStream stream) {
    stream_ = std::move(stream);
    return *this;
  }
  LiveLab& datagram(std::string_view payload) {
    PacketBuilder builder;
    builder.ethernet();
    if (stream_.vlan != kNoVlan) builder.vlan(stream_.vlan);
    const Packet packet = builder.ipv4(stream_.source, stream_.group).udp(5'000, stream_.port).payload(payload).build();
    PacketView view = view_of(packet);
    view.time = next_;
    view.frame = ++frames_;
    view.input = stream_.input;
    front.packets(std::span(&view, 1));
    front.flush();
    newest_ = std::max(newest_, next_);
    next_ = next_ + milliseconds(1);
    return *this;
  }
  LiveLab& mold(std::uint64_t first, std::uint16_t count = 1, std::string_view session = "SESSION001") {
    return datagram(mold_payload(first, count, session));
  }
  // One unit a datagram, first and last included.
  LiveLab& mold_run(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t number = first; number <= last; ++number) mold(number);
    return *this;
  }

  // --- the host
  const UdpSocket& socket(const LabSocket& made) {
    UdpSocket& socket = sockets.all.emplace_back();
    socket.cookie = made.cookie;
    socket.inode = made.inode != 0 ? made.inode : made.cookie + 1'000;
    socket.local = *IpAddress::parse(made.local);
    socket.local_port = made.port;
    if (!made.remote.empty()) {
      socket.remote = *IpAddress::parse(made.remote);
      socket.remote_port = 5'000;
    }
    socket.interface = made.interface;
    socket.buffer_bytes = 212'992;
    return socket;
  }
  UdpSocket& socket_of(std::uint64_t cookie) {
    return *std::find_if(sockets.all.begin(), sockets.all.end(),
                         [=](const UdpSocket& s) { return s.cookie == cookie; });
  }
  LiveLab& joins(std::uint64_t cookie, std::string_view group = "239.1.1.1", std::uint32_t ifindex = 2) {
    memberships.all.memberships.push_back({cookie, *IpAddress::parse(group), ifindex});
    return host_joins(group, ifindex);
  }
  // As /proc/net/igmp says it (net/ipv4/igmp.c igmp_mc_seq_show): the group as the machine's own order prints it.
  LiveLab& host_joins(std::string_view group, std::uint32_t ifindex = 2) {
    host_groups_[ifindex].push_back(__builtin_bswap32(IpAddress::parse(group)->v4_host_order()));
    std::string text = "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n";
    for (const auto& [index, groups] : host_groups_) {
      text += fmt::format("{}\teth{:<7}: {:>5} {:>7}\n", index, index - 1, groups.size(), "V3");
      for (const std::uint32_t group_word : groups)
        text += fmt::format("\t\t\t\t{:08X} {:>5} 0:00000000\t\t0\n", group_word, 1);
    }
    files.file("/proc/net/igmp", text);
    return *this;
  }
  // A process that has this socket open.
  LiveLab& owned_by(std::uint64_t cookie, std::int32_t pid, std::string_view command) {
    const std::string process = fmt::format("/proc/{}", pid);
    files.file(process + "/comm", std::string(command) + "\n");
    files.file(process + "/stat", fmt::format("{} ({}) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100\n", pid, command));
    files.link(fmt::format("{}/fd/{}", process, ++descriptors_[pid] + 2), fmt::format("socket:[{}]", cookie + 1'000));
    return *this;
  }
  LiveLab& discover(bool is_start = false) {
    probe.refresh_counts();
    consumers.discover(newest_, is_start,
                       [this](const UdpSocket& socket) { return DropJoin::SocketEvents(probe).of(socket); });
    join_.follow_lines(&probe, &readers);
    return *this;
  }

  // --- drops
  std::uint32_t flow(const LabFlow& made = {}) {
    DropFlow flow;
    flow.reason = made.reason;
    flow.symbol = made.symbol;
    flow.place = made.place;
    flow.netns = made.netns;
    flow.ifindex = made.ifindex;
    flow.interface = "eth1";
    flow.ip_protocol = 17;
    flow.source = *IpAddress::parse(made.source);
    flow.destination = *IpAddress::parse(made.group);
    flow.source_port = 5'000;
    flow.destination_port = made.port;
    if (made.socket != 0) flow.socket = {made.socket, made.socket + 1'000};
    flow.socket_source = made.socket == 0 ? SocketSource::none : made.socket_source;
    flow.truesize = 832;
    flow.payload_length = made.payload_length;
    return probe.add(std::move(flow));
  }
  // With the number that the kernel read off it.
  LiveLab& drop(std::uint32_t flow, std::uint64_t number, std::uint32_t count = 1, std::uint32_t segments = 1) {
    RawDrop drop = raw(flow, segments);
    drop.has_number = true;
    drop.number = number;
    drop.count = count;
    probe.tell(drop);
    return *this;
  }
  // With its first bytes, as many as the probe keeps.
  LiveLab& drop_bytes(std::uint32_t flow, std::string_view payload, std::uint32_t segments = 1) {
    const auto bytes = std::as_bytes(std::span(payload));
    probe.tell(raw(flow, segments), bytes.first(std::min(bytes.size(), DropProbe::kPayloadBytes)));
    return *this;
  }
  LiveLab& drop_at(TimeNs time) {
    drop_time_ = time;
    return *this;
  }
  bool take_and_join(TimeNs seen_until, bool is_final = false) {
    join_.take(probe, clocks);
    return join_.join(seen_until, probe, is_final);
  }
  // The tap has handed out everything up to now.
  bool join(bool is_final = false) { return take_and_join(newest_ + milliseconds(1), is_final); }

  DropJoin& joined() { return join_; }
  // The consumer of the first line on a socket.
  const Consumer& consumer_of(std::uint64_t cookie, LineId line = 0) {
    const WatchedSocket* socket = consumers.socket_by(cookie, 0);
    if (socket == nullptr || !consumers.of(*socket, line)) {
      ADD_FAILURE() << "socket " << cookie << " reads no line " << line;
      return nobody_;
    }
    return consumers.consumer(*consumers.of(*socket, line));
  }
  const DroppedUnits& dropped(std::uint64_t cookie, LineId line = 0) { return consumer_of(cookie, line).dropped; }
  TimeNs newest() const { return newest_; }

  AnalysisOptions analysis;
  std::vector<LiveInput> inputs;
  LabCaptures captures;
  testing::HostFiles files;
  std::unique_ptr<ProcessSearch> processes = search_here(files.context.proc);
  FakeUdpSockets sockets;
  FakeMemberships memberships;
  FakeReaders readers;
  FakeDropProbe probe;
  ClockPair clocks;
  EarlyLog early;
  Back back;
  Front front;
  ConsumerBook consumers;

 private:
  static std::vector<LiveInput> inputs_of(const std::vector<std::string>& interfaces, std::vector<UpperDevice> uppers) {
    std::vector<LiveInput> inputs;
    for (const std::string& interface : interfaces) {
      const auto position = static_cast<std::uint32_t>(inputs.size());
      inputs.push_back({interface, position + 2, position, 0, {}});
    }
    if (!inputs.empty()) inputs.front().uppers = std::move(uppers);
    return inputs;
  }
  void take(Batch& batch) {
    for (const Descriptor& run : batch.runs()) {
      early.add(run, [](LineId) { return false; });
      consumers.note(run);
    }
    back.apply(batch);
  }
  RawDrop raw(std::uint32_t flow, std::uint32_t segments) {
    RawDrop drop;
    drop.monotonic_ns = (drop_time_.value_or(newest_ + microseconds(10)) - clocks.realtime(0)).ns;
    drop.flow = flow;
    drop.count = 1;
    drop.segments = segments;
    return drop;
  }

  DropJoin join_;
  LabStream stream_;
  TimeNs next_ = kLabStart;
  TimeNs newest_ = kLabStart;
  std::optional<TimeNs> drop_time_;
  std::uint64_t frames_ = 0;
  std::map<std::uint32_t, std::vector<std::uint32_t>> host_groups_;
  std::map<std::int32_t, int> descriptors_;
  Consumer nobody_;
};

}  // namespace wirecause::test
