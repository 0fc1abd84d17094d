// SPDX-License-Identifier: Apache-2.0
#include "engine/live/netns.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace wirecause {
namespace {

constexpr const char* kNamed = "/run/netns";

std::uint32_t inode_of(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? static_cast<std::uint32_t>(status.st_ino) : 0;
}

Errc code_of(int error) {
  if (error == ENOENT) return Errc::not_found;
  return error == EPERM || error == EACCES ? Errc::permission : Errc::io;
}

}  // namespace

std::uint32_t own_netns() { return inode_of("/proc/thread-self/ns/net"); }

Result<void> enter_netns(const std::string& name_or_path) {
  const bool is_path = name_or_path.find('/') != std::string::npos;
  const std::string path = is_path ? name_or_path : fmt::format("{}/{}", kNamed, name_or_path);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return fail(code_of(errno), fmt::format("network namespace {}: {}; `ip netns list` shows those with a name", path,
                                            std::strerror(errno)));
  }
  const int entered = setns(descriptor, CLONE_NEWNET);
  const int error = errno;
  close(descriptor);
  if (entered == 0) return {};
  return fail(code_of(error), fmt::format("enter network namespace {}: {}; this takes root (CAP_SYS_ADMIN)", path,
                                          std::strerror(error)));
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
