// Whose the sockets are: processes by their descriptors, and kernel bypass.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "engine/live/consumer_book.hpp"

namespace wirecause {

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
  if (wanted.empty() || sources_.processes == nullptr) return;
  const OwnerSearch found = sources_.processes->owners(wanted);
  unreadable_processes_ = found.unreadable;
  for (WatchedSocket& socket : sockets_) {
    const auto owners = found.owners.find(socket.now.inode);
    if (socket.owners.empty() && owners != found.owners.end()) socket.owners = owners->second;
  }
}

void ConsumerBook::find_bypass_readers() {
  if (sources_.processes == nullptr) return;
  BypassFound found = sources_.processes->bypass();
  bypass_ = std::move(found.processes);
  closed_processes_ = found.unreadable;
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

}  // namespace wirecause
