// Kernel bypass: processes whose receive path is invisible to the kernel (Onload, VMA, DPDK, AF_XDP). Detected and reported
// as unseen; nothing is concluded about their groups.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wirecause {

struct BypassProcess {
  std::int32_t pid = 0;
  std::string command;
  std::string stack;     // "Onload", "VMA", "DPDK", "AF_XDP", "ef_vi"
  std::string evidence;  // "/dev/onload open as fd 7", "libvma.so mapped", "/dev/hugepages mapped and uio open"
};

// Walks /proc once (descriptors and the names of mapped files; never smaps or numa_maps).
std::vector<BypassProcess> find_bypass(const std::string& proc);

}  // namespace wirecause
