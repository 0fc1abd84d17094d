// Which packets reach which sockets: memberships, addresses, interfaces; and the groups of which none came.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/live/consumer_book.hpp"
#include "engine/live/control_groups.hpp"

namespace wirecause {
namespace {

bool is_any(const IpAddress& address) {
  static const IpAddress kAny6{};
  static const IpAddress kAny4 = IpAddress::v4(0);
  return address == kAny6 || address == kAny4;
}

}  // namespace

bool ConsumerBook::host_has_joined_anywhere(const IpAddress& group) const {
  return std::any_of(host_memberships_.begin(), host_memberships_.end(),
                     [&](const InterfaceMembership& member) { return member.group == group; });
}

bool ConsumerBook::host_has_joined(const Arriving& packets) const {
  return std::any_of(host_memberships_.begin(), host_memberships_.end(), [&](const InterfaceMembership& member) {
    return member.group == packets.group && packets.input->brings_to(member.ifindex, packets.vlan);
  });
}

bool ConsumerBook::has_joined_anywhere(const WatchedSocket& socket, const IpAddress& group) {
  if (!socket.memberships) return false;
  return std::any_of(socket.memberships->begin(), socket.memberships->end(),
                     [&](const SocketMembership& member) { return member.group == group; });
}

bool ConsumerBook::has_joined(const WatchedSocket& socket, const Arriving& packets) {
  if (!socket.memberships) return false;
  return std::any_of(socket.memberships->begin(), socket.memberships->end(), [&](const SocketMembership& member) {
    return member.group == packets.group && packets.input->brings_to(member.ifindex, packets.vlan);
  });
}

ConsumerBook::Arriving ConsumerBook::arriving(const StreamKey& key) const {
  const std::uint32_t input = front_->points().all()[key.point].sources.front().first;
  return {&inputs_[input], key.source, key.group, key.port, key.vlan};
}

// Bound to the destination itself; or to any address and joined, served by what others joined (IP_MULTICAST_ALL), or
// joined nowhere at all: then it waits for something, and it may be this.
bool ConsumerBook::reads(const WatchedSocket& socket, const Arriving& packets) const {
  const UdpSocket& bound = socket.now;
  if (bound.local_port != packets.port) return false;
  if (bound.remote_port != 0 && !(bound.remote == packets.source)) return false;
  if (!packets.input->is_tap()) return false;
  if (bound.interface != 0 && !packets.input->brings_to(bound.interface, packets.vlan)) return false;
  if (bound.local == packets.group) return true;
  if (!is_any(bound.local)) return false;
  if (!packets.group.is_multicast()) return true;
  if (!socket.memberships) return host_has_joined_anywhere(packets.group);
  if (has_joined_anywhere(socket, packets.group)) return true;
  if (socket.multicast_all.value_or(true) && host_has_joined(packets)) return true;
  return socket.memberships->empty();
}

void ConsumerBook::note_memberships() {
  host_memberships_ = interface_memberships(sources_.proc);
  if (sources_.memberships == nullptr) return;
  const auto read = sources_.memberships->read();
  memberships_refused_ = read ? std::string() : read.error().message();
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
      // The kernel's iterator may visit a socket twice.
      std::vector<SocketMembership>& own = *sockets_[found->second].memberships;
      const bool is_known = std::any_of(own.begin(), own.end(), [&](const SocketMembership& other) {
        return other.group == member.group && other.ifindex == member.ifindex;
      });
      if (!is_known) own.push_back(member);
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

void ConsumerBook::refresh_memberships(Consumer& consumer) {
  const WatchedSocket& socket = sockets_[consumer.socket];
  const Line& line = front_->lines().at(consumer.line);
  if (!line.key.group.is_multicast()) return;
  const Arriving packets = arriving(line.key);
  consumer.host_is_member = host_has_joined(packets);
  const bool by_others = socket.multicast_all.value_or(true) && consumer.host_is_member;
  consumer.was_ever_served = consumer.was_ever_served || by_others || has_joined(socket, packets);
  consumer.is_member = socket.memberships ? std::optional(has_joined(socket, packets)) : std::nullopt;
}

void ConsumerBook::note_new_streams() {
  const auto& streams = front_->streams().all();
  for (; noted_streams_ < streams.size(); ++noted_streams_) {
    const StreamKey& key = streams[noted_streams_].key;
    const std::uint32_t input = front_->points().all()[key.point].sources.front().first;
    came_on_[{key.group, key.port}].emplace(input, key.vlan);
    streams_of_port_[key.port].push_back(noted_streams_);
  }
}

bool ConsumerBook::has_come(const IpAddress& group, std::uint16_t port, std::uint32_t ifindex) const {
  const auto found = came_on_.find({group, port});
  if (found == came_on_.end()) return false;
  return ifindex == 0 || std::any_of(found->second.begin(), found->second.end(),
                                     [&](const auto& at) { return inputs_[at.first].brings_to(ifindex, at.second); });
}

bool ConsumerBook::reads_group(const WatchedSocket& socket, const IpAddress& group) const {
  return std::any_of(socket.consumers.begin(), socket.consumers.end(),
                     [&](std::uint32_t id) { return front_->lines().at(consumers_[id].line).key.group == group; });
}

// Heartbeats of a stranger, numbers that somebody forged, another feed on the same group: the kernel counts them as read.
bool ConsumerBook::hears_only(const WatchedSocket& socket, LineId line) const {
  const auto found = streams_of_port_.find(socket.now.local_port);
  if (found == streams_of_port_.end()) return true;
  const auto is_of_line = [line](const ChannelLine& known) { return known.line->id == line; };
  return std::all_of(found->second.begin(), found->second.end(), [&](std::size_t at) {
    const Stream& stream = front_->streams().all()[at];
    if (!reads(socket, arriving(stream.key))) return true;
    return !stream.lines.empty() && std::all_of(stream.lines.begin(), stream.lines.end(), is_of_line);
  });
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
        if (reads_group(socket, member.group) || is_control_group(member.group)) continue;
        if (!input.carries(member.ifindex)) continue;
        if (has_come(member.group, socket.now.local_port, member.ifindex)) continue;
        absent.push_back({i, member.group, socket.now.local_port, input.ifindex, input.interface, true});
      }
    }
    const IpAddress& bound = socket.now.local;
    const bool joined_nowhere =
        bound.is_multicast() && !is_control_group(bound) && socket.memberships && !has_joined_anywhere(socket, bound);
    if (joined_nowhere && !has_come(bound, socket.now.local_port, 0)) {
      absent.push_back({i, bound, socket.now.local_port, 0, "", false});
    }
  }
  return absent;
}

}  // namespace wirecause
