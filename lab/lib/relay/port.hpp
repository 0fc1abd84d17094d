// One end of the relay: a packet socket on an interface that takes whole frames, tags and all, and never its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "frame.hpp"

namespace lab {

class Port {
 public:
  explicit Port(const std::string& interface);  // throws std::runtime_error with what failed
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  ~Port();

  int fd() const { return fd_; }
  bool receive(Bytes& frame);           // false: none waits
  bool send(const Bytes& frame) const;  // false: refused (interface down, longer than its MTU)
  std::uint64_t missed();               // frames that this socket dropped since the beginning
  bool is_idle() const;                 // nothing unread, and nothing sent that the other side has not taken

 private:
  int fd_ = -1;
  std::uint64_t missed_ = 0;
};

}  // namespace lab
