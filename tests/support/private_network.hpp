// Network namespaces of the test's own: nothing of the host's network is seen or touched, and each goes with its object.
//
//   NetworkNamespace         the calling thread's, with lo up
//   PrivateNetwork           and a veth pair, both ends up and without addresses: only what the test sends is on it
//   in_network_namespace()   runs a body in a NetworkNamespace, on a thread of its own
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>

namespace wirecause::testing {

class NetworkNamespace {
 public:
  NetworkNamespace() : home_(::open(kOwn, O_RDONLY | O_CLOEXEC)) {
    if (home_ < 0 || ::unshare(CLONE_NEWNET) != 0) {
      why_not_ = std::string("no network namespace may be made here (CAP_SYS_ADMIN): ") + std::strerror(errno);
      return;
    }
    is_entered_ = true;
    // Else every interface speaks by itself as soon as it is up (router solicitations, MLD).
    set("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
    if (!run("ip link set lo up")) why_not_ = "lo cannot be brought up in a network namespace";
  }
  NetworkNamespace(const NetworkNamespace&) = delete;
  NetworkNamespace& operator=(const NetworkNamespace&) = delete;
  ~NetworkNamespace() {
    if (is_entered_ && ::setns(home_, CLONE_NEWNET) != 0) std::abort();  // the tests behind this one must not run here
    if (home_ >= 0) ::close(home_);
  }

  // The thread ends in this namespace: there is no way back, and none is needed, without capabilities.
  void stay() { is_entered_ = false; }

  // Empty: all is there. Else why a test must be skipped.
  const std::string& why_not() const { return why_not_; }
  // As `ls -i /proc/self/ns/net` says; 0: not readable.
  static std::uint32_t inode() {
    struct stat status {};
    return ::stat(kOwn, &status) == 0 ? static_cast<std::uint32_t>(status.st_ino) : 0;
  }

  static bool run(const std::string& command) { return std::system((command + " 2>/dev/null").c_str()) == 0; }
  static std::string output(const std::string& command) {
    std::string all;
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return all;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) all += static_cast<char>(c);
    ::pclose(pipe);
    return all;
  }
  static void set(const std::string& path, const std::string& value) { std::ofstream(path) << value; }

 protected:
  void fail(std::string why) {
    if (why_not_.empty()) why_not_ = std::move(why);
  }

 private:
  static constexpr const char* kOwn = "/proc/thread-self/ns/net";
  int home_;
  bool is_entered_ = false;
  std::string why_not_;
};

class PrivateNetwork : public NetworkNamespace {
 public:
  explicit PrivateNetwork(const std::string& a = "one", const std::string& b = "two") {
    if (why_not().empty() && !add_pair(a, b)) fail("no veth pair can be made here");
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
};

// Empty: it ran; else why not, for GTEST_SKIP.
template <class Body>
std::string in_network_namespace(Body body) {
  std::string why_not;
  std::thread thread([&] {
    NetworkNamespace space;
    why_not = space.why_not();
    if (why_not.empty()) body();
    space.stay();
  });
  thread.join();
  return why_not;
}

}  // namespace wirecause::testing
