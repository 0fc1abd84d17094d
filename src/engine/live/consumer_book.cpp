// Discovery: which sockets read which lines. By which groups is consumer_groups.cpp, for whom consumer_owners.cpp, and what
// they do consumer_samples.cpp.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/consumer_book.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wirecause {
namespace {

constexpr DurationNs kBypassEvery = seconds(10);
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

void ConsumerBook::note_new_lines() {
  const auto& lines = front_->lines().all();
  for (; noted_lines_ < lines.size(); ++noted_lines_) {
    lines_of_port_[lines[noted_lines_].key.port].push_back(lines[noted_lines_].id);
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
      note_present(socket, sockets_[known->second]);
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
    if (!socket.is_gone && !present.contains(socket.now.cookie)) take_leave(socket, now);
  }
  std::erase_if(late_, [&](const auto& one) { return !present.contains(one.first); });
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

// A dump of a table that changes meanwhile may pass a socket by: it was never away.
void ConsumerBook::note_present(const UdpSocket& socket, WatchedSocket& known) {
  known.now = socket;
  if (!known.is_gone) return;
  known.is_gone = false;
  for (const std::uint32_t id : known.consumers) consumers_[id].until.reset();
}

void ConsumerBook::take_leave(WatchedSocket& socket, TimeNs now) {
  socket.is_gone = true;
  if (socket.is_followed && sources_.readers->is_attached()) {
    if (auto counts = sources_.readers->take_counts(socket.now.cookie)) socket.reads = std::move(counts);
  }
  for (const std::uint32_t id : socket.consumers) {
    Consumer& consumer = consumers_[id];
    const Back::Tracked tracked = back_->tracked(consumer.line);
    consumer.left_at = now;
    if (tracked.feed != nullptr) consumer.until = tracked.feed->progress(tracked.index);
  }
}

void ConsumerBook::add_consumers(std::size_t socket) {
  if (sockets_[socket].is_gone) return;
  const auto lines = lines_of_port_.find(sockets_[socket].now.local_port);
  if (lines == lines_of_port_.end()) return;
  for (const LineId id : lines->second) {
    const Line& line = front_->lines().at(id);
    if (line.is_recovery || of(sockets_[socket], id) || !reads(sockets_[socket], arriving(line.key))) continue;
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

}  // namespace wirecause
