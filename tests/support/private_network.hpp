// A network namespace of the calling thread, for tests of live packets: a veth pair `one` - `two`, both up, without addresses,
// so that nothing but what the test sends is on it. The namespace goes with the object; the host's is never touched.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <net/if.h>  // before the kernel's own

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <span>
#include <string>

#include "support/packet_builder.hpp"

namespace wirecause::test {

class PrivateNetwork {
 public:
  PrivateNetwork() : home_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    if (home_ < 0 || ::unshare(CLONE_NEWNET) != 0) {
      why_not_ = std::string("no network namespace may be made here: ") + std::strerror(errno);
      return;
    }
    is_entered_ = true;
    // Else every interface speaks by itself as soon as it is up (router solicitations, MLD).
    set("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
    if (!run("ip link set lo up") || !add_pair("one", "two")) why_not_ = "no veth pair can be made here";
  }
  PrivateNetwork(const PrivateNetwork&) = delete;
  PrivateNetwork& operator=(const PrivateNetwork&) = delete;
  ~PrivateNetwork() {
    if (is_entered_ && ::setns(home_, CLONE_NEWNET) != 0) std::abort();  // the tests behind this one must not run here
    if (home_ >= 0) ::close(home_);
  }

  // Empty: all is there. Else why a test must be skipped.
  const std::string& why_not() const { return why_not_; }

  static bool run(const std::string& command) { return std::system((command + " 2>/dev/null").c_str()) == 0; }
  static std::string output(const std::string& command) {
    std::string all;
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return all;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) all += static_cast<char>(c);
    ::pclose(pipe);
    return all;
  }
  static bool add_pair(const std::string& a, const std::string& b) {
    return run("ip link add " + a + " type veth peer name " + b) && run("ip link set " + a + " up") &&
           run("ip link set " + b + " up") && sends(a) && sends(b);
  }
  // An interface drops what it is given until the kernel has noticed its carrier (linkwatch) and replaced its first qdisc.
  static bool sends(const std::string& interface) {
    for (int tries = 0; tries < 200; ++tries) {
      const std::string shown = output("ip link show " + interface);
      if (shown.find("state UP") != shown.npos && shown.find("qdisc noop ") == shown.npos) return true;
      ::usleep(10'000);
    }
    return false;
  }
  static void set(const std::string& path, const std::string& value) { std::ofstream(path) << value; }

 private:
  int home_;
  bool is_entered_ = false;
  std::string why_not_;
};

// Puts frames on an interface as they are.
class FrameSender {
 public:
  explicit FrameSender(const std::string& interface) : socket_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    std::memcpy(&to_, &address, sizeof address);
  }
  FrameSender(const FrameSender&) = delete;
  FrameSender& operator=(const FrameSender&) = delete;
  ~FrameSender() { ::close(socket_); }

  // Whether the kernel took it. On a veth pair it is then in the other end's queue.
  bool send(std::span<const std::byte> frame) const {
    const auto* const to = static_cast<const sockaddr*>(static_cast<const void*>(&to_));
    return ::sendto(socket_, frame.data(), frame.size(), 0, to, sizeof(sockaddr_ll)) ==
           static_cast<ssize_t>(frame.size());
  }

 private:
  int socket_;
  sockaddr_storage to_{};
};

}  // namespace wirecause::test
