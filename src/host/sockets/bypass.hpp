// Kernel bypass: processes whose receive path is invisible to the kernel (Onload, VMA, DPDK, AF_XDP). Detected and reported
// as unseen; nothing is concluded about their groups.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "host/sockets/bypass_marks.hpp"

namespace wirecause {

struct BypassProcess {
  std::int32_t pid = 0;
  std::string command;
  std::string stack;     // "Onload", "VMA", "DPDK", "AF_XDP", "ef_vi"
  std::string evidence;  // "/dev/onload open as fd 7", "libvma.so mapped", "/dev/hugepages mapped and uio open"
};

struct BypassFound {
  std::vector<BypassProcess> processes;  // by pid
  std::uint64_t unreadable = 0;  // processes whose descriptors or mappings may not be read: one may be among them
};

// Walks /proc: descriptors at every look. The names of mapped files (never smaps or numa_maps) are read twice in the life of
// a process, when it is first seen and at the look after, for what it loads late: reading them holds its mmap_lock.
class BypassSearch {
 public:
  explicit BypassSearch(std::string proc) : proc_(std::move(proc)) {}
  BypassFound look();

 private:
  static constexpr std::uint8_t kLooksAtMappings = 2;

  struct Known {
    std::uint64_t started = 0;  // of the process, in ticks: a pid may come again
    std::uint8_t looks = 0;
    bool is_present = false;
    bool is_readable = true;
    BypassMarks mappings;
  };

  void search(std::int32_t pid, BypassFound& found);
  Known& known(std::int32_t pid, const std::string& process);

  std::string proc_;
  std::map<std::int32_t, Known> known_;
};

// One look.
std::vector<BypassProcess> find_bypass(const std::string& proc);

}  // namespace wirecause
