// Who owns a socket: inode -> process and descriptor, by /proc/PID/fd. The owner of the receiving socket is the process
// that is named for a drop, never the one that happened to run on the CPU.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace wirecause {

struct SocketOwner {
  std::int32_t pid = 0;
  std::int32_t fd = 0;
  std::string command;  // comm
};

// Owners of these inodes; one inode may have several (inherited descriptors), in order of pid. Walks /proc once: call it
// when a new socket appears, not periodically. `unreadable` counts processes whose descriptors may not be read.
struct OwnerSearch {
  std::map<std::uint64_t, std::vector<SocketOwner>> owners;
  std::uint64_t unreadable = 0;
};
OwnerSearch find_owners(const std::string& proc, const std::set<std::uint64_t>& inodes);

}  // namespace wirecause
