// Discovery: which sockets read which lines. What they do is consumer_samples.cpp.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/consumer_book.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wirecause {
namespace {

constexpr DurationNs kBypassEvery = seconds(10);

bool is_any(const IpAddress& address) {
  static const IpAddress kAny6{};
  static const IpAddress kAny4 = IpAddress::v4(0);
  return address == kAny6 || address == kAny4;
}

}  // namespace

ConsumerBook::ConsumerBook(Front& front, Back& back, std::vector<LiveInput> inputs, Sources sources)
    : front_(&front), back_(&back), inputs_(std::move(inputs)), sources_(std::move(sources)) {}

std::span<const std::uint32_t> ConsumerBook::of_line(LineId line) const {
  return line < by_line_.size() ? std::span<const std::uint32_t>(by_line_[line]) : std::span<const std::uint32_t>{};
}

std::vector<std::uint32_t> ConsumerBook::present_readers(LineId line) const {
  const auto all = of_line(line);
  std::vector<std::uint32_t> readers(all.begin(), all.end());
  std::erase_if(readers, [this](std::uint32_t id) { return sockets_[consumers_[id].socket].is_gone; });
  return readers;
}

const WatchedSocket* ConsumerBook::socket_by(std::uint64_t cookie, std::uint64_t inode) const {
  if (const auto found = by_cookie_.find(cookie); cookie != 0 && found != by_cookie_.end()) {
    return &sockets_[found->second];
  }
  const auto found = by_inode_.find(inode);
  return inode != 0 && found != by_inode_.end() ? &sockets_[found->second] : nullptr;
}

std::optional<std::uint32_t> ConsumerBook::of(const WatchedSocket& socket, LineId line) const {
  for (const std::uint32_t id : of_line(line)) {
    if (&sockets_[consumers_[id].socket] == &socket) return id;
  }
  return std::nullopt;
}

bool ConsumerBook::host_has_joined(const IpAddress& group, std::uint32_t ifindex) const {
  return std::any_of(host_memberships_.begin(), host_memberships_.end(), [&](const InterfaceMembership& member) {
    return member.group == group && (ifindex == 0 || member.ifindex == ifindex);
  });
}

bool ConsumerBook::has_joined(const WatchedSocket& socket, const IpAddress& group, std::uint32_t ifindex) const {
  if (!socket.memberships) return false;
  return std::any_of(socket.memberships->begin(), socket.memberships->end(), [&](const SocketMembership& member) {
    return member.group == group && (ifindex == 0 || member.ifindex == ifindex);
  });
}

// Bound to the destination itself; or to any address and joined, served by what others joined (IP_MULTICAST_ALL), or
// joined nowhere at all: then it waits for something, and it may be this.
bool ConsumerBook::reads(const WatchedSocket& socket, const Line& line) const {
  const UdpSocket& bound = socket.now;
  if (bound.local_port != line.key.port) return false;
  if (bound.remote_port != 0 && !(bound.remote == line.key.source)) return false;
  const LiveInput& input = inputs_[input_of(*front_, line)];
  if (!input.is_tap()) return false;
  if (bound.interface != 0 && bound.interface != input.ifindex) return false;
  if (bound.local == line.key.group) return true;
  if (!is_any(bound.local)) return false;
  if (!line.key.group.is_multicast()) return true;
  if (!socket.memberships) return host_has_joined(line.key.group, 0);
  if (has_joined(socket, line.key.group, 0)) return true;
  if (socket.multicast_all.value_or(true) && host_has_joined(line.key.group, input.ifindex)) return true;
  return socket.memberships->empty();
}

void ConsumerBook::note_new_lines() {
  const auto& lines = front_->lines().all();
  for (; noted_lines_ < lines.size(); ++noted_lines_) {
    lines_of_port_[lines[noted_lines_].key.port].push_back(lines[noted_lines_].id);
  }
}

void ConsumerBook::note_memberships() {
  host_memberships_ = interface_memberships(sources_.proc);
  if (sources_.memberships == nullptr) return;
  const auto read = sources_.memberships->read();
  if (!read) return;
  for (WatchedSocket& socket : sockets_) {
    if (socket.is_gone) continue;
    socket.memberships.emplace();
    socket.multicast_all = true;
    socket.has_filter = socket.has_filter.value_or(false);
  }
  for (const SocketMembership& member : read->memberships) {
    const auto found = by_cookie_.find(member.cookie);
    if (found != by_cookie_.end() && sockets_[found->second].memberships) {
      sockets_[found->second].memberships->push_back(member);
    }
    late_.erase(member.cookie);
  }
  for (const std::uint64_t cookie : read->incomplete) {
    const auto found = by_cookie_.find(cookie);
    if (found != by_cookie_.end()) sockets_[found->second].memberships.reset();
  }
  for (const std::uint64_t cookie : read->without_multicast_all) {
    const auto found = by_cookie_.find(cookie);
    if (found != by_cookie_.end()) sockets_[found->second].multicast_all = false;
  }
  for (const std::uint64_t cookie : read->with_filter) {
    const auto found = by_cookie_.find(cookie);
    if (found != by_cookie_.end()) sockets_[found->second].has_filter = true;
  }
}

// The taps were told at the start which ports to ask for. One that was bound since gets its unicast past them, unless it
// turns out to wait for a group; ephemeral ports are clients'.
void ConsumerBook::note_late(const UdpSocket& socket) {
  constexpr std::uint16_t kEphemeral = 32'768;
  constexpr std::size_t kMost = 1'024;
  const bool is_server = socket.remote_port == 0 && socket.local_port < kEphemeral && !socket.local.is_multicast();
  if (is_server && late_.size() < kMost) late_[socket.cookie] = socket.local_port;
}

std::set<std::uint16_t> ConsumerBook::late_ports() const {
  std::set<std::uint16_t> ports;
  for (const auto& [cookie, port] : late_) ports.insert(port);
  return ports;
}

std::vector<WatchedSocket*> ConsumerBook::find_sockets(TimeNs now, bool is_start) {
  std::vector<WatchedSocket*> added;
  if (sources_.sockets == nullptr) return added;
  const auto listed = sources_.sockets->dump();
  if (!listed) return added;
  left_out_ = 0;
  note_new_lines();
  std::set<std::uint64_t> present;
  for (const UdpSocket& socket : *listed) {
    present.insert(socket.cookie);
    const auto known = by_cookie_.find(socket.cookie);
    if (known != by_cookie_.end()) {
      sockets_[known->second].now = socket;
      continue;
    }
    if (!is_start && !could_read_a_line(socket)) {
      note_late(socket);
      continue;
    }
    if (sockets_.size() >= kMaxSockets) {
      ++left_out_;
      continue;
    }
    WatchedSocket& watched = sockets_.emplace_back();
    watched.now = socket;
    watched.drops_before = socket.drops;
    watched.seen_at = now;
    watched.was_there_at_start = is_start;
    for (const LiveInput& input : inputs_) {
      if (input.joined_by_us == socket.cookie) watched.kind = ConsumerKind::this_tool;
    }
    by_cookie_[socket.cookie] = sockets_.size() - 1;
    if (socket.inode != 0) by_inode_[socket.inode] = sockets_.size() - 1;
    added.push_back(&watched);
  }
  for (WatchedSocket& socket : sockets_) {
    if (!socket.is_gone && !present.contains(socket.now.cookie)) take_leave(socket);
  }
  note_memberships();
  find_new_owners();
  if (bypass_looked_at_ == kNoTime || now - bypass_looked_at_ >= kBypassEvery) {
    bypass_looked_at_ = now;
    find_bypass_readers();
  }
  note_bypass_without_socket();
  // Before their line is recognised: what they read until then counts, too.
  for (WatchedSocket& socket : sockets_) {
    const bool waits_for_group =
        socket.now.local.is_multicast() || (socket.memberships && !socket.memberships->empty());
    if (waits_for_group && !socket.is_gone) follow(socket);
  }
  for (std::size_t i = 0; i < sockets_.size(); ++i) add_consumers(i);
  looked_for_ = front_->lines().size();
  for (Consumer& consumer : consumers_) refresh_memberships(consumer);
  return added;
}

void ConsumerBook::take_leave(WatchedSocket& socket) {
  socket.is_gone = true;
  if (socket.is_followed && sources_.readers->is_attached()) {
    if (auto counts = sources_.readers->take_counts(socket.now.cookie)) socket.reads = std::move(counts);
  }
  for (const std::uint32_t id : socket.consumers) {
    Consumer& consumer = consumers_[id];
    const Back::Tracked tracked = back_->tracked(consumer.line);
    if (tracked.feed != nullptr) consumer.until = tracked.feed->progress(tracked.index);
  }
}

// Only of sockets that matter: that wait for a group, or are bound to the port of a line. All of /proc is walked, so a
// socket whose owner is not found (another user's, the kernel's) is looked for a few times and no more.
void ConsumerBook::find_new_owners() {
  constexpr std::uint32_t kMostSearches = 3;
  std::set<std::uint64_t> wanted;
  for (WatchedSocket& socket : sockets_) {
    const bool matters = could_read_a_line(socket.now) || (socket.memberships && !socket.memberships->empty());
    const bool is_wanted = matters && socket.owners.empty() && !socket.is_gone && socket.now.inode != 0;
    if (is_wanted && socket.owner_searches++ < kMostSearches) wanted.insert(socket.now.inode);
  }
  if (wanted.empty()) return;
  OwnerSearch found = find_owners(sources_.proc, wanted);
  unreadable_processes_ = found.unreadable;
  for (WatchedSocket& socket : sockets_) {
    const auto owners = found.owners.find(socket.now.inode);
    if (socket.owners.empty() && owners != found.owners.end()) socket.owners = owners->second;
  }
}

void ConsumerBook::find_bypass_readers() {
  bypass_ = find_bypass(sources_.proc);
  for (WatchedSocket& socket : sockets_) {
    for (const BypassProcess& process : bypass_) {
      const bool owns = std::any_of(socket.owners.begin(), socket.owners.end(),
                                    [&](const SocketOwner& owner) { return owner.pid == process.pid; });
      if (!owns) continue;
      socket.kind = ConsumerKind::bypass;
      socket.detail = fmt::format("{} ({})", process.stack, process.evidence);
    }
  }
}

std::string ConsumerBook::unseen_reader(LineId line) const {
  for (const std::uint32_t id : of_line(line)) {
    const WatchedSocket& socket = sockets_[consumers_[id].socket];
    if (socket.kind == ConsumerKind::bypass) return socket.detail;
  }
  return bypass_without_socket_;
}

// A stack without any socket of the kernel may read any group.
void ConsumerBook::note_bypass_without_socket() {
  bypass_without_socket_.clear();
  for (const BypassProcess& process : bypass_) {
    const bool has_socket = std::any_of(sockets_.begin(), sockets_.end(), [&](const WatchedSocket& socket) {
      return std::any_of(socket.owners.begin(), socket.owners.end(),
                         [&](const SocketOwner& owner) { return owner.pid == process.pid; });
    });
    if (has_socket) continue;
    bypass_without_socket_ =
        fmt::format("{}[{}]: {} ({})", process.command, process.pid, process.stack, process.evidence);
    return;
  }
}

void ConsumerBook::add_consumers(std::size_t socket) {
  if (sockets_[socket].is_gone) return;
  const auto lines = lines_of_port_.find(sockets_[socket].now.local_port);
  if (lines == lines_of_port_.end()) return;
  for (const LineId id : lines->second) {
    const Line& line = front_->lines().at(id);
    if (line.is_recovery || of(sockets_[socket], id) || !reads(sockets_[socket], line)) continue;
    add_consumer(socket, line);
  }
}

void ConsumerBook::add_consumer(std::size_t index, const Line& line) {
  if (consumers_.size() >= kMaxConsumers) {
    ++left_out_;
    return;
  }
  WatchedSocket& socket = sockets_[index];
  const auto id = static_cast<std::uint32_t>(consumers_.size());
  Consumer& consumer = consumers_.emplace_back();
  consumer.line = line.id;
  consumer.socket = index;
  consumer.seen_at = socket.seen_at;
  const Back::Tracked tracked = back_->tracked(line.id);
  if (tracked.feed != nullptr) {
    const FeedTracker::Progress progress = tracked.feed->progress(tracked.index);
    consumer.epoch = progress.epoch;
    // The line was running before this socket began to read it: it came later, or joined later.
    const bool was_running = has_looked_for(line.id);
    if (!socket.was_there_at_start || was_running) consumer.since = progress;
  }
  socket.consumers.push_back(id);
  if (by_line_.size() <= line.id) by_line_.resize(line.id + 1);
  by_line_[line.id].push_back(id);
  measure(line);
  follow(socket);
}

void ConsumerBook::measure(const Line& line) {
  if (arrivals_.size() <= line.id) arrivals_.resize(line.id + 1);
  if (arrivals_[line.id] != nullptr || measured_ >= kMaxMeasured) return;
  ++measured_;
  arrivals_[line.id] = std::make_unique<Arrivals>();
  if (number_fields(*line.choice->framing, line.choice->config).number.width == 0) {
    arrivals_[line.id]->runs = std::make_unique<RunLog>();
  }
}

void ConsumerBook::refresh_memberships(Consumer& consumer) {
  const WatchedSocket& socket = sockets_[consumer.socket];
  const Line& line = front_->lines().at(consumer.line);
  if (!line.key.group.is_multicast()) return;
  const std::uint32_t ifindex = inputs_[input_of(*front_, line)].ifindex;
  consumer.host_is_member = host_has_joined(line.key.group, ifindex);
  const bool by_others = socket.multicast_all.value_or(true) && consumer.host_is_member;
  consumer.was_ever_served = consumer.was_ever_served || by_others || has_joined(socket, line.key.group, ifindex);
  consumer.is_member = socket.memberships ? std::optional(has_joined(socket, line.key.group, ifindex)) : std::nullopt;
}

std::vector<const ArrivalBins*> ConsumerBook::bins_of(const WatchedSocket& socket) const {
  std::vector<const ArrivalBins*> bins;
  for (const std::uint32_t id : socket.consumers) {
    const Arrivals* arrivals = arrivals_[consumers_[id].line].get();
    if (arrivals != nullptr) bins.push_back(&arrivals->bins);
  }
  return bins;
}

std::uint64_t ConsumerBook::arrived(const WatchedSocket& socket) const {
  std::uint64_t packets = 0;
  for (const std::uint32_t id : socket.consumers) {
    const Back::Tracked tracked = back_->tracked(consumers_[id].line);
    if (tracked.feed != nullptr) packets += tracked.feed->progress(tracked.index).packets;
  }
  return packets;
}

void ConsumerBook::note_new_streams() {
  const auto& streams = front_->streams().all();
  for (; noted_streams_ < streams.size(); ++noted_streams_) {
    const StreamKey& key = streams[noted_streams_].key;
    const std::uint32_t input = front_->points().all()[key.point].sources.front().first;
    came_on_[{key.group, key.port}].insert(inputs_[input].ifindex);
  }
}

bool ConsumerBook::has_come(const IpAddress& group, std::uint16_t port, std::uint32_t ifindex) const {
  const auto found = came_on_.find({group, port});
  return found != came_on_.end() && (ifindex == 0 || found->second.contains(ifindex));
}

bool ConsumerBook::reads_group(const WatchedSocket& socket, const IpAddress& group) const {
  return std::any_of(socket.consumers.begin(), socket.consumers.end(),
                     [&](std::uint32_t id) { return front_->lines().at(consumers_[id].line).key.group == group; });
}

// Sockets that wait for a group on a followed interface of which no line, recognised or not, has brought a packet.
std::vector<Absence> ConsumerBook::absences(TimeNs now) {
  note_new_streams();
  std::vector<Absence> absent;
  for (std::size_t i = 0; i < sockets_.size(); ++i) {
    const WatchedSocket& socket = sockets_[i];
    if (socket.is_gone || now - socket.seen_at < kAbsentAfter || socket.kind == ConsumerKind::bypass) continue;
    for (const LiveInput& input : inputs_) {
      if (!input.is_tap()) continue;
      for (const SocketMembership& member : socket.memberships.value_or(std::vector<SocketMembership>{})) {
        // On another interface it comes: that it waits for it here is told with its consumer there.
        if (reads_group(socket, member.group)) continue;
        if (member.ifindex != input.ifindex || has_come(member.group, socket.now.local_port, input.ifindex)) continue;
        absent.push_back({i, member.group, socket.now.local_port, input.ifindex, input.interface, true});
      }
    }
    const IpAddress& bound = socket.now.local;
    const bool joined_nowhere = bound.is_multicast() && socket.memberships && !has_joined(socket, bound, 0);
    if (joined_nowhere && !has_come(bound, socket.now.local_port, 0)) {
      absent.push_back({i, bound, socket.now.local_port, 0, "", false});
    }
  }
  return absent;
}

}  // namespace wirecause
