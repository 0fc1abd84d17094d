// What following sockets and their readers costs: the samples that the engine takes, and what the attached programs add to
// the readers themselves (decisions, "What it may cost"). Labels hold the yardstick: one socket by its addresses 1.85 us, a
// dump of 1 000 sockets 151 us, 100 ns added to the observed path.
//
// Runs in a network namespace of its own, over its loopback; without the right to make one everything is skipped.
// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "host/readers/reader_probe.hpp"
#include "host/readers/threads.hpp"
#include "host/sockets/memberships.hpp"
#include "host/sockets/owners.hpp"
#include "host/sockets/udp_sockets.hpp"

namespace wirecause {
namespace {

constexpr std::uint16_t kPort = 26'400;
constexpr int kBurst = 200;  // fits the default receive buffer
constexpr std::size_t kPayload = 104;

// Once a process, for the thread that runs the benchmarks.
bool in_own_network() {
  static const bool done = [] {
    if (::unshare(CLONE_NEWNET) != 0) return false;
    const int control = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    std::memcpy(request.ifr_name, "lo", 3);
    request.ifr_flags = IFF_UP;
    const bool is_up = ::ioctl(control, SIOCSIFFLAGS, &request) == 0;
    ::close(control);
    return is_up;
  }();
  return done;
}

#define WC_NEEDS(state, condition, reason) \
  do {                                     \
    if (!(condition)) {                    \
      (state).SkipWithError(reason);       \
      return;                              \
    }                                      \
  } while (false)

class Endpoint {
 public:
  Endpoint() : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  }
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;
  ~Endpoint() { ::close(descriptor_); }

  int descriptor() const { return descriptor_; }
  void bind(const char* address, std::uint16_t port) const {
    const sockaddr_in to = endpoint(address, port);
    ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
  std::uint64_t cookie() const {
    std::uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    ::getsockopt(descriptor_, SOL_SOCKET, SO_COOKIE, &cookie, &size);
    return cookie;
  }
  void send_burst(std::uint16_t port) const {
    const sockaddr_in to = endpoint("127.0.0.1", port);
    const std::array<char, kPayload> payload{};
    for (int i = 0; i < kBurst; ++i) {
      ::sendto(descriptor_, payload.data(), payload.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }
  }

 private:
  static sockaddr_in endpoint(const char* address, std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &out.sin_addr);
    return out;
  }
  int descriptor_;
};

double now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

UdpSocket known(UdpSockets& sockets, const Endpoint& endpoint) {
  const auto all = sockets.dump();
  if (all) {
    for (const UdpSocket& socket : *all) {
      if (socket.cookie == endpoint.cookie()) return socket;
    }
  }
  return {};
}

// Readers of one group: one is found by its addresses, of several the port is listed.
void read_one_socket(benchmark::State& state) {
  WC_NEEDS(state, in_own_network(), "a network namespace takes CAP_SYS_ADMIN");
  const auto readers = static_cast<std::size_t>(state.range(0));
  const std::vector<Endpoint> endpoints(readers);
  for (const Endpoint& endpoint : endpoints) endpoint.bind("239.1.1.1", kPort);
  auto sockets = open_udp_sockets();
  WC_NEEDS(state, sockets, "no sock_diag");
  const UdpSocket socket = known(**sockets, endpoints.front());
  for (auto _ : state) benchmark::DoNotOptimize((*sockets)->read(socket));
  state.SetLabel("yardstick 1.85 us: one TCP socket by its addresses");
}
BENCHMARK(read_one_socket)->Arg(1)->Arg(3)->Unit(benchmark::kMicrosecond);

// The same three at once.
void read_sharing_sockets(benchmark::State& state) {
  WC_NEEDS(state, in_own_network(), "a network namespace takes CAP_SYS_ADMIN");
  const std::vector<Endpoint> endpoints(3);
  for (const Endpoint& endpoint : endpoints) endpoint.bind("239.1.1.1", kPort);
  auto sockets = open_udp_sockets();
  WC_NEEDS(state, sockets, "no sock_diag");
  const std::vector<UdpSocket> all = (*sockets)->dump().value_or(std::vector<UdpSocket>{});
  for (auto _ : state) benchmark::DoNotOptimize((*sockets)->read_all(all));
}
BENCHMARK(read_sharing_sockets)->Unit(benchmark::kMicrosecond);

void dump_sockets(benchmark::State& state) {
  WC_NEEDS(state, in_own_network(), "a network namespace takes CAP_SYS_ADMIN");
  const std::vector<Endpoint> endpoints(static_cast<std::size_t>(state.range(0)));
  std::uint16_t port = 20'000;
  for (const Endpoint& endpoint : endpoints) endpoint.bind("127.0.0.1", port++);
  auto sockets = open_udp_sockets();
  WC_NEEDS(state, sockets, "no sock_diag");
  for (auto _ : state) benchmark::DoNotOptimize((*sockets)->dump());
  state.SetLabel("yardstick: 151 us for 1 000, 15.7 us for 10");
}
BENCHMARK(dump_sockets)->Arg(10)->Arg(1'000)->Unit(benchmark::kMicrosecond);

void list_memberships(benchmark::State& state) {
  WC_NEEDS(state, in_own_network(), "a network namespace takes CAP_SYS_ADMIN");
  const std::vector<Endpoint> endpoints(static_cast<std::size_t>(state.range(0)));
  for (const Endpoint& endpoint : endpoints) {
    ip_mreqn request{};
    request.imr_multiaddr.s_addr = ::inet_addr("239.1.1.1");
    request.imr_ifindex = 1;
    ::setsockopt(endpoint.descriptor(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
    endpoint.bind("239.1.1.1", kPort);
    benchmark::DoNotOptimize(endpoint.cookie());
  }
  auto iterator = open_membership_iterator();
  WC_NEEDS(state, iterator, "no BPF iterator");
  for (auto _ : state) benchmark::DoNotOptimize((*iterator)->read());
}
BENCHMARK(list_memberships)->Arg(10)->Arg(1'000)->Unit(benchmark::kMicrosecond);

void sample_thread(benchmark::State& state) {
  auto reader = open_thread("/proc", ::getpid(), ::getpid());
  WC_NEEDS(state, reader, "no /proc");
  for (auto _ : state) benchmark::DoNotOptimize((*reader)->sample());
  state.SetLabel("three files; yardstick 1.1 us: /proc/self/schedstat");
}
BENCHMARK(sample_thread)->Unit(benchmark::kMicrosecond);

void search_owners(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(find_owners("/proc", {1}));
  state.SetLabel("all processes of this machine");
}
BENCHMARK(search_owners)->Unit(benchmark::kMicrosecond);

void take_counts(benchmark::State& state) {
  auto probe = open_reader_probe();
  WC_NEEDS(state, probe, "no BPF");
  for (std::uint64_t cookie = 1; cookie <= ReaderProbe::kMaxSockets; ++cookie) {
    if (!(*probe)->follow_socket(cookie)) return;
  }
  std::uint64_t cookie = 0;
  for (auto _ : state) benchmark::DoNotOptimize((*probe)->take_counts(1 + cookie++ % ReaderProbe::kMaxSockets));
  state.SetLabel("256 followed");
}
BENCHMARK(take_counts);

double read_burst_ns(const Endpoint& reader) {
  std::array<char, 2'048> buffer{};
  const double begin = now_ns();
  for (int i = 0; i < kBurst; ++i) ::recv(reader.descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  return (now_ns() - begin) / kBurst;
}

// Attached and not, by turns.
template <class Measure>
void compare(benchmark::State& state, ReaderProbe& probe, Measure measure) {
  std::vector<double> without;
  std::vector<double> with;
  measure();
  for (auto _ : state) {
    probe.detach();
    without.push_back(measure());
    if (!probe.attach()) state.SkipWithError("the programs cannot be attached");
    measure();
    with.push_back(measure());
    state.SetIterationTime(with.back() * 1e-9);
  }
  state.counters["detached_ns"] = median(without);
  state.counters["added_ns"] = median(with) - median(without);
}

enum Followed : std::int64_t { nothing, datagrams, numbers };

void added_to_a_read(benchmark::State& state) {
  WC_NEEDS(state, in_own_network(), "a network namespace takes CAP_SYS_ADMIN");
  auto probe = open_reader_probe();
  WC_NEEDS(state, probe, "no BPF");
  const Endpoint reader;
  const Endpoint sender;
  reader.bind("127.0.0.1", kPort);
  const std::int64_t followed = state.range(0);
  const NumberField field{.destination = *IpAddress::parse("127.0.0.1"),
                          .port = kPort,
                          .number_offset = 10,
                          .number_width = 8,
                          .number_big_endian = true,
                          .count_offset = 18,
                          .count_width = 2,
                          .count_big_endian = true,
                          .mark_offset = 18,
                          .mark_value = 0xffff};
  if (followed == numbers) WC_NEEDS(state, (*probe)->follow_numbers(field), "numbers cannot be followed");
  if (followed != nothing) WC_NEEDS(state, (*probe)->follow_socket(reader.cookie()), "the socket cannot be followed");
  compare(state, **probe, [&] {
    sender.send_burst(kPort);
    return read_burst_ns(reader);
  });
  state.SetLabel(followed == nothing     ? "another socket is followed"
                 : followed == datagrams ? "counted"
                                         : "with numbers");
}
BENCHMARK(added_to_a_read)->Arg(nothing)->Arg(datagrams)->Arg(numbers)->UseManualTime()->Iterations(41);

void stay_on_first_cpu() {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(0, &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

// Two threads of one CPU that give way to each other.
double switch_ns(const std::atomic<bool>& stop) {
  constexpr int kSwitches = 20'000;
  const double begin = now_ns();
  for (int i = 0; i < kSwitches && !stop; ++i) ::sched_yield();
  return (now_ns() - begin) / (2.0 * kSwitches);
}

void added_to_a_switch(benchmark::State& state) {
  auto probe = open_reader_probe();
  WC_NEEDS(state, probe, "no BPF");
  std::atomic<bool> stop{false};
  double detached = 0;
  double added = 0;
  std::thread other([&] {
    stay_on_first_cpu();
    while (!stop) ::sched_yield();
  });
  std::thread self([&] {
    stay_on_first_cpu();
    if (state.range(0) != 0 && !(*probe)->follow_thread(static_cast<std::uint32_t>(::syscall(SYS_gettid)))) return;
    compare(state, **probe, [&] { return switch_ns(stop); });
    detached = state.counters["detached_ns"];
    added = state.counters["added_ns"];
  });
  self.join();
  stop = true;
  other.join();
  state.counters["detached_ns"] = detached;
  state.counters["added_ns"] = added;
  state.SetLabel(state.range(0) != 0 ? "one of the two is followed" : "none is followed");
}
BENCHMARK(added_to_a_switch)->Arg(0)->Arg(1)->UseManualTime()->Iterations(11);

}  // namespace
}  // namespace wirecause
