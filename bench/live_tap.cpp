// The two ends of bench/live, each a process pinned to a core in a network namespace of its own.
//
//   live_tap send CORE ADDRESS PACKETS [FIRST PAUSE_MS]
//                                   MoldUDP64 datagrams of 104 bytes, numbered from FIRST (1) on, as fast as sendmmsg()
//                                   takes them; with a pause: one at a time
//   live_tap read CORE ADDRESS      an application that has joined on that address and reads: with it nothing is dropped
//   live_tap drain CORE INTERFACE   a tap that reads the number of every packet and says which are missing; until its
//                                   standard input ends
//
// Each prints one line of JSON. Cost is the CPU time of the thread; for `send` also that of its core's ksoftirqd, because over
// a veth pair the receive path runs behind the sender, on its core, in one of the two. drain: also "ready" when it is.
// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "capture/live/live_source.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kDatagram = 104;
constexpr std::size_t kSequenceAt = 10;        // behind the session (MoldUDP64 1.00, downstream packet header)
constexpr std::size_t kHeaders = 14 + 20 + 8;  // Ethernet, IPv4, UDP
constexpr std::size_t kAtOnce = 64;            // datagrams in a call of the system
constexpr const char* kGroup = "239.1.1.1";
constexpr std::uint16_t kPort = 26'400;

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "live_tap: {}\n", why);
  std::exit(2);
}

std::uint64_t nanoseconds_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

void stay_on(unsigned core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  if (::sched_setaffinity(0, sizeof cores, &cores) != 0) give_up("cannot stay on core " + std::to_string(core));
}

// /proc/PID/schedstat of ksoftirqd/CORE; empty where it is not to be found.
std::string ksoftirqd_of(unsigned core) {
  for (const auto& process : std::filesystem::directory_iterator("/proc")) {
    std::string name;
    std::getline(std::ifstream(process.path() / "comm"), name);
    if (name == "ksoftirqd/" + std::to_string(core)) return process.path() / "schedstat";
  }
  return "";
}

std::uint64_t time_run(const std::string& schedstat) {
  std::uint64_t run = 0;
  std::ifstream(schedstat) >> run;
  return run;
}

template <class T>
void set(int socket, int level, int option, const T& value) {
  if (::setsockopt(socket, level, option, &value, sizeof value) != 0) give_up("setsockopt is refused");
}

int open_sender(const std::string& from) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  in_addr interface {};
  if (::inet_pton(AF_INET, from.c_str(), &interface) != 1) give_up("not an address: " + from);
  set(socket, IPPROTO_IP, IP_MULTICAST_IF, interface);
  set(socket, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(kPort);
  ::inet_pton(AF_INET, kGroup, &to.sin_addr);
  sockaddr generic{};
  std::memcpy(&generic, &to, sizeof to);
  if (::connect(socket, &generic, sizeof to) != 0) give_up("cannot reach the group");
  return socket;
}

class Datagrams {
 public:
  Datagrams() {
    for (std::size_t i = 0; i < kAtOnce; ++i) {
      std::memcpy(bytes_[i].data(), "BENCH00001", 10);
      bytes_[i][19] = 1;               // one message
      bytes_[i][21] = kDatagram - 22;  // of so many bytes
      parts_[i] = {bytes_[i].data(), kDatagram};
      messages_[i].msg_hdr.msg_iov = &parts_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  // Numbers from `first` on; returns how many the kernel took.
  std::size_t send(int socket, std::uint64_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t number = __builtin_bswap64(first + i);
      std::memcpy(bytes_[i].data() + kSequenceAt, &number, sizeof number);
    }
    const int sent = ::sendmmsg(socket, messages_.data(), static_cast<unsigned>(count), 0);
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
  }

 private:
  std::array<std::array<unsigned char, kDatagram>, kAtOnce> bytes_{};
  std::array<iovec, kAtOnce> parts_{};
  std::array<mmsghdr, kAtOnce> messages_{};
};

struct Sending {
  std::uint64_t packets = 0;
  std::uint64_t first = 1;
  std::chrono::milliseconds pause{0};
};

void send(unsigned core, const std::string& from, const Sending& sending) {
  stay_on(core);
  const int socket = open_sender(from);
  const std::string ksoftirqd = ksoftirqd_of(core);
  Datagrams datagrams;
  const std::uint64_t softirq = time_run(ksoftirqd);
  const std::uint64_t cpu = nanoseconds_of(CLOCK_THREAD_CPUTIME_ID);
  const std::uint64_t wall = nanoseconds_of(CLOCK_MONOTONIC);
  const std::uint64_t at_once = sending.pause.count() == 0 ? kAtOnce : 1;
  for (std::uint64_t sent = 0; sent < sending.packets;) {
    const std::size_t took = datagrams.send(socket, sending.first + sent, std::min(at_once, sending.packets - sent));
    if (took == 0) give_up("sending failed");
    sent += took;
    if (sending.pause.count() != 0) std::this_thread::sleep_for(sending.pause);
  }
  fmt::print(R"({{"packets": {}, "wall_ns": {}, "cpu_ns": {}}})"
             "\n",
             sending.packets, nanoseconds_of(CLOCK_MONOTONIC) - wall,
             nanoseconds_of(CLOCK_THREAD_CPUTIME_ID) - cpu + time_run(ksoftirqd) - softirq);
  ::close(socket);
}

bool has_ended(int descriptor) {
  std::array<char, 64> ignored{};
  pollfd readable{descriptor, POLLIN, 0};
  return ::poll(&readable, 1, 0) == 1 && ::read(descriptor, ignored.data(), ignored.size()) <= 0;
}

// Its buffer holds more than a scheduler keeps it from its core: what is measured is a host that drops nothing.
int open_reader(const std::string& address) {
  constexpr int kBuffer = 256 << 20;
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  set(socket, SOL_SOCKET, SO_RCVBUFFORCE, kBuffer);
  ip_mreq membership{};
  ::inet_pton(AF_INET, kGroup, &membership.imr_multiaddr);
  ::inet_pton(AF_INET, address.c_str(), &membership.imr_interface);
  set(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(kPort);
  here.sin_addr = membership.imr_multiaddr;
  sockaddr generic{};
  std::memcpy(&generic, &here, sizeof here);
  if (::bind(socket, &generic, sizeof here) != 0) give_up("cannot bind the group");
  return socket;
}

// It looks every millisecond instead of being woken: an application that spins, as those of a low-latency host do, costs the
// sender's core no wake-up either, and this one leaves its own core to the tap.
void read(unsigned core, const std::string& address) {
  stay_on(core);
  const int socket = open_reader(address);
  fmt::print("ready\n");
  std::fflush(stdout);
  std::array<std::array<unsigned char, 2'048>, kAtOnce> bytes{};
  std::array<iovec, kAtOnce> parts{};
  std::array<mmsghdr, kAtOnce> messages{};
  for (std::size_t i = 0; i < kAtOnce; ++i) {
    parts[i] = {bytes[i].data(), bytes[i].size()};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  std::uint64_t packets = 0;
  for (;;) {
    const int got = ::recvmmsg(socket, messages.data(), kAtOnce, MSG_DONTWAIT, nullptr);
    if (got > 0) {
      packets += static_cast<std::uint64_t>(got);
      continue;
    }
    if (has_ended(STDIN_FILENO)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  fmt::print(R"({{"packets": {}}})"
             "\n",
             packets);
  ::close(socket);
}

void drain(unsigned core, const std::string& interface) {
  stay_on(core);
  TapOptions options;
  options.interface = interface;
  auto opened = open_tap(options, 0);
  if (!opened) give_up(opened.error().message());
  LiveSource& tap = **opened;
  fmt::print("ready\n");
  std::fflush(stdout);

  std::vector<PacketView> views(1'024);
  std::uint64_t packets = 0;
  std::uint64_t missing = 0;
  std::uint64_t next = 1;
  const std::uint64_t cpu = nanoseconds_of(CLOCK_THREAD_CPUTIME_ID);
  for (;;) {
    const std::size_t got = tap.next_batch(views);
    for (std::size_t i = 0; i < got; ++i) {
      std::uint64_t number = 0;
      if (views[i].bytes.size() < kHeaders + kDatagram) continue;
      std::memcpy(&number, views[i].bytes.data() + kHeaders + kSequenceAt, sizeof number);
      number = __builtin_bswap64(number);
      missing += number - next;
      next = number + 1;
      ++packets;
    }
    pollfd readable{tap.descriptor(), POLLIN, 0};
    if (got == 0 && ::poll(&readable, 1, 50) == 0 && has_ended(STDIN_FILENO)) break;
  }
  const std::uint64_t used = nanoseconds_of(CLOCK_THREAD_CPUTIME_ID) - cpu;
  tap.refresh_statistics();
  fmt::print(R"({{"packets": {}, "missing": {}, "dropped": {}, "cpu_ns": {}}})"
             "\n",
             packets, missing, tap.facts().interfaces.front().dropped.value_or(0), used);
}

}  // namespace
}  // namespace wirecause

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments, arguments + count);
  if ((words.size() == 5 || words.size() == 7) && words[1] == "send") {
    wirecause::Sending sending;
    sending.packets = std::strtoull(arguments[4], nullptr, 10);
    if (words.size() == 7) {
      sending.first = std::strtoull(arguments[5], nullptr, 10);
      sending.pause = std::chrono::milliseconds(std::atoi(arguments[6]));
    }
    wirecause::send(static_cast<unsigned>(std::atoi(words[2].c_str())), words[3], sending);
  } else if (words.size() == 4 && words[1] == "read") {
    wirecause::read(static_cast<unsigned>(std::atoi(words[2].c_str())), words[3]);
  } else if (words.size() == 4 && words[1] == "drain") {
    wirecause::drain(static_cast<unsigned>(std::atoi(words[2].c_str())), words[3]);
  } else {
    wirecause::give_up(
        "usage: live_tap send CORE ADDRESS PACKETS [FIRST PAUSE_MS] | read CORE ADDRESS | drain CORE INTERFACE");
  }
}
