// What the stacks that bypass the kernel leave to be seen of a process: names of open files and of mapped ones.
//
//   Onload  /dev/onload* open, or descriptors "onload:[udp:6:2]" (Onload User Guide UG1586, "File Descriptors, Stacks, and
//           Sockets"); libonload mapped
//   VMA     libvma or libxlio mapped (preloaded)
//   DPDK    a device of the NIC open (/dev/vfio/N, /dev/uioN, /dev/infiniband/uverbsN) and huge pages: files rtemap_*, or
//           librte_* mapped; or any huge pages in a process that runs no virtual machine (/dev/kvm)
//   AF_XDP  a socket mapped at the offset of a UMEM's fill ring (XDP_UMEM_PGOFF_FILL_RING, linux/if_xdp.h): packet sockets and
//           TCP map at small offsets only
//   ef_vi   /dev/sfc_char* open, or libciul or libonload_zf (TCPDirect) mapped, and no Onload
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wirecause {

class BypassMarks {
 public:
  // The target of /proc/PID/fd/N.
  void add_descriptor(std::int32_t descriptor, std::string_view target);
  // A line of /proc/PID/maps.
  void add_mapping(std::string_view line);

  // Without such a descriptor no mapping decides anything.
  bool needs_mappings() const { return has_socket_ || !device_.empty(); }

  struct Stack {
    std::string name;
    std::string evidence;
  };
  std::vector<Stack> stacks() const;

 private:
  void add_library(std::string_view file);

  bool has_socket_ = false;
  bool runs_machine_ = false;
  std::string onload_;  // evidence, empty: none
  std::string vma_;
  std::string rte_;
  std::string huge_pages_;
  std::string xdp_;
  std::string ef_vi_;
  std::string device_;
};

}  // namespace wirecause
