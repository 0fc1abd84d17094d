// SPDX-License-Identifier: Apache-2.0
#include "host/netns.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

#include "base/errno.hpp"
#include "base/file_descriptor.hpp"

namespace wirecause {
namespace {

constexpr const char* kNamed = "/run/netns";

std::uint32_t inode_of(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? static_cast<std::uint32_t>(status.st_ino) : 0;
}

}  // namespace

std::uint32_t own_netns() { return inode_of("/proc/thread-self/ns/net"); }

bool is_initial_pid_namespace() {
  constexpr std::uint32_t kInitial = 0xefff'fffc;
  return inode_of("/proc/thread-self/ns/pid") == kInitial;
}

Result<void> enter_netns(const std::string& name_or_path) {
  const bool is_path = name_or_path.find('/') != std::string::npos;
  const std::string path = is_path ? name_or_path : fmt::format("{}/{}", kNamed, name_or_path);
  const FileDescriptor space(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!space.is_open()) {
    return system_failure("network namespace " + path, errno, "`ip netns list` shows those with a name");
  }
  if (setns(space.get(), CLONE_NEWNET) == 0) return {};
  return system_failure("enter network namespace " + path, errno, "this takes root (CAP_SYS_ADMIN)");
}

std::string netns_name(std::uint32_t inode) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(kNamed), &closedir);
  while (folder) {
    const dirent* entry = readdir(folder.get());
    if (entry == nullptr) break;
    if (entry->d_name[0] != '.' && inode_of(fmt::format("{}/{}", kNamed, entry->d_name)) == inode) return entry->d_name;
  }
  return fmt::format("netns {}", inode);
}

}  // namespace wirecause
