// The socket of the test consumer: joined as asked, and able to say who it is and what the kernel counted for it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lab {

struct SocketPlan {
  std::string bind = "0.0.0.0";
  std::uint16_t port = 0;
  std::vector<std::string> joins;  // "239.77.1.1@feed0"
  std::uint32_t rcvbuf = 0;        // 0: the system's default; else doubled by the kernel
  bool has_multicast_all = true;
  std::uint32_t filter_every = 0;  // a socket filter that drops numbers divisible by this (mold only); 0: none
  std::uint32_t filter_over = 0;   // a socket filter that drops datagrams of more payload than this; 0: none
};

struct SocketIdentity {
  int fd = -1;
  std::uint64_t cookie = 0;
  std::uint64_t inode = 0;
  int rcvbuf = 0;  // as the kernel counts it
};

struct SocketMemory {
  std::uint32_t waiting = 0;  // bytes in the receive queue, by truesize
  std::uint32_t drops = 0;
};

int open_reader_socket(const SocketPlan& plan);
SocketIdentity identity_of(int fd);
SocketMemory memory_of(int fd);

}  // namespace lab
