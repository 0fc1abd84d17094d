// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/bypass_marks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/kernel/kernel_text.hpp"

namespace wirecause {
namespace {

// Of a 64-bit kernel, as maps prints it.
constexpr std::string_view kFillRingOffset = "100000000";

void keep_first(std::string& evidence, std::string text) {
  if (evidence.empty()) evidence = std::move(text);
}

// "libvma" of "/usr/lib/libvma.so.9.8.51" and of "/opt/libvma-debug.so", not of "libvmaf.so.1".
bool is_library(std::string_view file, std::string_view stem) {
  const std::string_view name = file.substr(std::min(file.rfind('/') + 1, file.size()));
  return name.starts_with(stem) && name.find(".so") != std::string_view::npos && name.size() > stem.size() &&
         (name[stem.size()] == '.' || name[stem.size()] == '-');
}

bool is_nic_device(std::string_view target) {
  return (target.starts_with("/dev/vfio/") && target != "/dev/vfio/vfio") || target.starts_with("/dev/uio") ||
         target.starts_with("/dev/infiniband/uverbs");
}

}  // namespace

void BypassMarks::add_descriptor(std::int32_t descriptor, std::string_view target) {
  const auto open_as = [&] { return fmt::format("{} open as fd {}", target, descriptor); };
  if (target.starts_with("socket:[")) {
    has_socket_ = true;
  } else if (target.starts_with("/dev/onload") || target.starts_with("onload:[")) {
    keep_first(onload_, open_as());
  } else if (target.starts_with("/dev/sfc_char")) {
    keep_first(ef_vi_, open_as());
  } else if (target == "/dev/kvm") {
    runs_machine_ = true;
  } else if (is_nic_device(target)) {
    keep_first(device_, open_as());
  }
}

void BypassMarks::add_library(std::string_view file) {
  const auto mapped = [&] { return fmt::format("{} mapped", file.substr(std::min(file.rfind('/') + 1, file.size()))); };
  if (is_library(file, "libonload")) {
    keep_first(onload_, mapped());
  } else if (is_library(file, "libvma") || is_library(file, "libxlio")) {
    keep_first(vma_, mapped());
  } else if (is_library(file, "librte_eal")) {
    keep_first(rte_, mapped());
  } else if (is_library(file, "libciul") || is_library(file, "libonload_zf")) {
    keep_first(ef_vi_, mapped());
  }
}

// "7f0000000000-7f0000010000 rw-s 100000000 00:08 4242      socket:[4242]"
void BypassMarks::add_mapping(std::string_view line) {
  take_word(line);
  take_word(line);
  const std::string_view offset = take_word(line);
  take_word(line);
  take_word(line);
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (line.starts_with("socket:[")) {
    if (offset == kFillRingOffset) keep_first(xdp_, fmt::format("fill ring of {} mapped", line));
  } else if (line.find("/rtemap_") != std::string_view::npos) {
    keep_first(rte_, fmt::format("{} mapped", line));
  } else if (line.starts_with("/dev/hugepages") || line.starts_with("/anon_hugepage") ||
             line.find("/hugetlbfs/") != std::string_view::npos) {
    keep_first(huge_pages_, fmt::format("{} mapped", line));
  } else {
    add_library(line);
  }
}

std::vector<BypassMarks::Stack> BypassMarks::stacks() const {
  std::vector<Stack> stacks;
  if (!onload_.empty()) stacks.push_back({"Onload", onload_});
  if (!vma_.empty()) stacks.push_back({"VMA", vma_});
  const std::string& memory = rte_.empty() && !runs_machine_ ? huge_pages_ : rte_;
  if (!device_.empty() && !memory.empty()) stacks.push_back({"DPDK", fmt::format("{} and {}", memory, device_)});
  if (!xdp_.empty()) stacks.push_back({"AF_XDP", xdp_});
  if (!ef_vi_.empty() && onload_.empty()) stacks.push_back({"ef_vi", ef_vi_});
  return stacks;
}

}  // namespace wirecause
