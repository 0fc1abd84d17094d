// What the drop probe costs the receive path that it watches: nanoseconds a packet while nothing is dropped, and a drop.
//
// In a network namespace of its own a packet socket injects datagrams into one end of a veth pair; the sender's own CPU runs
// the receive path of the other end, so that the time of a batch is the time of that path. Rounds with and without the
// attached probe alternate; the figure is the median of the differences. Needs root; says so and ends well without.
// A must decides (decisions, "What it may cost"), a goal is measured. --once: a few rounds, to see that it runs.
// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "host/drops/drop_probe.hpp"

namespace {

using namespace wirecause;

constexpr std::uint16_t kPort = 26477;
constexpr std::size_t kBatch = 64;

// 104 bytes of payload, no checksum: 10.77.0.2:1000 -> 10.77.0.1:26477.
std::vector<unsigned char> frame() {
  std::vector<unsigned char> out = {
      0x02, 0, 0, 0,  0,  0x77, 0x02, 0,  0,  0, 0, 1, 8,    0,          0x45,         0, 0,   132, 0, 0, 0, 0, 0x10,
      0x11, 0, 0, 10, 77, 0,    2,    10, 77, 0, 1, 3, 0xe8, kPort >> 8, kPort & 0xff, 0, 112, 0,   0};
  std::uint32_t sum = 0;
  for (std::size_t i = 14; i < 34; i += 2) sum += std::uint32_t{out[i]} << 8U | out[i + 1];
  while (sum >> 16U != 0) sum = (sum & 0xffff) + (sum >> 16U);
  out[24] = static_cast<unsigned char>(~sum >> 8U);
  out[25] = static_cast<unsigned char>(~sum);
  out.resize(42 + 104, 'x');
  return out;
}

void run(const char* command) {
  WC_CHECK(std::system(command) == 0, "the benchmark's own network can be set up");  // NOLINT(cert-env33-c)
}

class Sender {
 public:
  Sender() : frame_(frame()), socket_(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)) {
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_ifindex = static_cast<int>(if_nametoindex("wc0"));
    WC_CHECK(bind(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "bind to wc0");
    part_ = {frame_.data(), frame_.size()};
    for (mmsghdr& message : messages_) {
      message.msg_hdr.msg_iov = &part_;
      message.msg_hdr.msg_iovlen = 1;
    }
  }
  ~Sender() { close(socket_); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  void send_batch() { WC_CHECK(sendmmsg(socket_, messages_.data(), kBatch, 0) == kBatch, "send"); }

 private:
  std::vector<unsigned char> frame_;
  int socket_;
  iovec part_{};
  std::array<mmsghdr, kBatch> messages_{};
};

int reader(int buffer) {
  const int out = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  setsockopt(out, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(kPort);
  WC_CHECK(bind(out, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0, "bind the reader");
  return out;
}

void read_all(int socket) {
  std::array<char, 256> bytes{};
  while (recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {
  }
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Other work of the machine must not run between the packets of a batch: real time, for a tenth of a second.
void be_undisturbed(bool is_on) {
  sched_param parameters{};
  parameters.sched_priority = is_on ? 1 : 0;
  sched_setscheduler(0, is_on ? SCHED_FIFO : SCHED_OTHER, &parameters);
}

// Nanoseconds a packet: the median of `batches`. What the reader takes in between is not counted.
double time_of(Sender& sender, int socket, int batches) {
  std::vector<double> spent;
  be_undisturbed(true);
  for (int i = 0; i < batches; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    sender.send_batch();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    spent.push_back(took.count() / static_cast<double>(kBatch));
    if (socket >= 0) read_all(socket);
  }
  be_undisturbed(false);
  return median(std::move(spent));
}

std::unique_ptr<DropProbe> attached() {
  auto probe = open_drop_probe();
  WC_CHECK(probe.has_value(), "the probe was available a moment ago");
  NumberField field;
  field.destination = *IpAddress::parse("10.77.0.1");
  field.port = kPort;
  field.number_width = 8;
  WC_CHECK((*probe)->follow(field).has_value(), "follow");
  return std::move(*probe);
}

struct Figures {
  double without = 0;
  double added = 0;
};

// `socket` < 0: nothing is read, every packet is dropped.
Figures measure(int socket, int rounds, int batches) {
  Sender sender;
  std::vector<double> without;
  std::vector<double> added;
  std::vector<RawDrop> drops;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof one, &one);
  time_of(sender, socket, batches);
  for (int i = 0; i < rounds; ++i) {
    without.push_back(time_of(sender, socket, batches));
    const auto probe = attached();
    time_of(sender, socket, batches / 8 + 1);
    probe->drain(drops);
    added.push_back(time_of(sender, socket, batches) - without.back());
    drops.clear();
  }
  return {median(without), median(added)};
}

void print(std::string_view what, const Figures& figures, std::string_view bars) {
  fmt::print("{:<44} {:+8.1f} ns  ({:.0f} ns without; {})\n", what, figures.added, figures.without, bars);
}

}  // namespace

int main(int argc, char** argv) {
  bool is_once = false;
  for (int i = 1; i < argc; ++i) {
    is_once =
        is_once || std::string_view(argv[i]) == "--once" || std::string_view(argv[i]).starts_with("--benchmark_min");
  }
  const Availability here = drop_probe_availability();
  if (geteuid() != 0 || !here.is_usable()) {
    fmt::print("drop probe: not measured: {}\n", geteuid() != 0 ? "needs root" : here.reason);
    return 0;
  }
  WC_CHECK(unshare(CLONE_NEWNET) == 0, "a network namespace of its own");
  run("ip link set lo up && ip link add wc0 type veth peer name wc1 && ip link set wc1 address 02:00:00:00:00:77 && "
      "ip addr add 10.77.0.1/24 dev wc1 && ip link set wc0 up && ip link set wc1 up");
  const int rounds = is_once ? 3 : 21;
  const int healthy = reader(1 << 20);
  print("drop probe, a packet that is not dropped", measure(healthy, rounds, is_once ? 100 : 1000),
        "must <= 100, goal <= 60");
  close(healthy);
  const int full = reader(1);
  print("drop probe, a packet that is dropped", measure(-1, rounds, is_once ? 100 : 1000), "no bar: a record each");
  close(full);
  return 0;
}
