// /proc/PID/fd is one folder of links a process; the link of a socket reads "socket:[INODE]" (sockfs_dname(), net/socket.c).
//
// Processes of other pid namespaces below this one are seen with their pid here; those above or beside, and those that
// hidepid hides, are not. A process that ends during the walk is left out without being counted.
// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/owners.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

#include "host/kernel/kernel_text.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kMaxProcesses = 1U << 22U;    // PID_MAX_LIMIT
constexpr std::size_t kMaxDescriptors = 1U << 20U;  // of one process: fs.nr_open as it is set by default

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

// The inode of the socket behind a descriptor; nothing: another kind of file.
std::optional<std::uint64_t> socket_inode(int folder, const char* name) {
  char link[64];
  const ssize_t length = ::readlinkat(folder, name, link, sizeof link);
  if (length <= 0) return std::nullopt;
  std::string_view text(link, static_cast<std::size_t>(length));
  if (!text.starts_with("socket:[") || !text.ends_with("]")) return std::nullopt;
  text.remove_prefix(8);
  text.remove_suffix(1);
  return number_of<std::uint64_t>(text);
}

struct Found {
  std::uint64_t inode = 0;
  std::int32_t descriptor = 0;
};

std::vector<Found> search_descriptors(DIR* folder, const std::set<std::uint64_t>& inodes) {
  std::vector<Found> found;
  for (std::size_t seen = 0; seen < kMaxDescriptors; ++seen) {
    const dirent* entry = ::readdir(folder);
    if (entry == nullptr) break;
    const auto descriptor = number_of<std::int32_t>(entry->d_name);
    if (!descriptor) continue;
    const auto inode = socket_inode(::dirfd(folder), entry->d_name);
    if (inode && inodes.contains(*inode)) found.push_back({*inode, *descriptor});
  }
  return found;
}

SocketOwner owner_at(const std::string& process, std::int32_t pid) {
  SocketOwner owner;
  owner.pid = pid;
  owner.command = first_line(process + "/comm");
  return owner;
}

void search_process(const std::string& proc, std::int32_t pid, const std::set<std::uint64_t>& inodes,
                    OwnerSearch& search) {
  const std::string process = fmt::format("{}/{}", proc, pid);
  const Folder folder(::opendir((process + "/fd").c_str()));
  if (!folder) {
    if (errno == EACCES || errno == EPERM) ++search.unreadable;
    return;
  }
  const std::vector<Found> found = search_descriptors(folder.get(), inodes);
  if (found.empty()) return;
  SocketOwner owner = owner_at(process, pid);
  for (const Found& one : found) {
    owner.fd = one.descriptor;
    search.owners[one.inode].push_back(owner);
  }
}

}  // namespace

OwnerSearch find_owners(const std::string& proc, const std::set<std::uint64_t>& inodes) {
  OwnerSearch search;
  const Folder folder(::opendir(proc.c_str()));
  if (!folder || inodes.empty()) return search;
  for (std::size_t seen = 0; seen < kMaxProcesses; ++seen) {
    const dirent* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const auto pid = number_of<std::int32_t>(entry->d_name);
    if (pid && *pid <= INT32_MAX) search_process(proc, static_cast<std::int32_t>(*pid), inodes, search);
  }
  for (auto& [inode, owners] : search.owners) {
    std::ranges::sort(owners, [](const SocketOwner& a, const SocketOwner& b) {
      return a.pid != b.pid ? a.pid < b.pid : a.fd < b.fd;
    });
  }
  return search;
}

}  // namespace wirecause
