// Runs a test's body inside a network namespace of its own, on a thread of its own: nothing of the host's network is seen or
// touched, and the namespace ends with the thread and its last socket.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

namespace wirecause::testing {

// Sets IFF_UP on an interface of the calling thread's namespace.
inline bool bring_up(const std::string& interface) {
  const int control = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (control < 0) return false;
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  bool done = ::ioctl(control, SIOCGIFFLAGS, &request) == 0;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_MULTICAST);
  done = done && ::ioctl(control, SIOCSIFFLAGS, &request) == 0;
  ::close(control);
  return done;
}

// Empty: it ran; else why not, for GTEST_SKIP.
template <class Body>
std::string in_network_namespace(Body body) {
  std::string reason;
  std::thread thread([&] {
    if (::unshare(CLONE_NEWNET) != 0) {
      reason = std::string("a network namespace takes CAP_SYS_ADMIN: ") + std::strerror(errno);
    } else if (!bring_up("lo")) {
      reason = "lo cannot be brought up in a network namespace";
    } else {
      body();
    }
  });
  thread.join();
  return reason;
}

}  // namespace wirecause::testing
