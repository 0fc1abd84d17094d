// Sends COUNT datagrams to a group, each from another source address, as fast as it can: for hostile_test. No part of
// wirecause.
//
//   lab_flood INTERFACE GROUP PORT COUNT      source addresses 10.128.0.0 and on; MoldUDP64-like payload, random number
// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

#include "words.hpp"

namespace lab {
namespace {

constexpr const char* kMe = "lab_flood";
constexpr std::size_t kBatch = 64;
constexpr std::size_t kIp = 14;
constexpr std::size_t kUdp = 34;
constexpr std::size_t kPayload = 42;
constexpr std::size_t kLength = kPayload + 60;
using Frame = std::array<std::uint8_t, kLength>;

void put(Frame& frame, std::size_t at, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) frame[at + i] = static_cast<std::uint8_t>(value >> (8 * (width - 1 - i)));
}

Frame frame_for(const std::string& group, std::uint16_t port) {
  Frame frame{};
  in_addr to{};
  if (inet_pton(AF_INET, group.c_str(), &to) != 1) give_up(kMe, "GROUP is no IPv4 address");
  std::memcpy(frame.data() + kIp + 16, &to, 4);
  put(frame, 0, 0x01005e, 3);
  put(frame, 3, frame[kIp + 17] & 0x7fU, 1);
  put(frame, 4, frame[kIp + 18], 1);
  put(frame, 5, frame[kIp + 19], 1);
  put(frame, 6, 0x020000770002, 6);
  put(frame, 12, ETHERTYPE_IP, 2);
  put(frame, kIp, 0x45, 1);
  put(frame, kIp + 2, kLength - kIp, 2);
  put(frame, kIp + 8, 8, 1);
  put(frame, kIp + 9, IPPROTO_UDP, 1);
  put(frame, kUdp, 30'000, 2);
  put(frame, kUdp + 2, port, 2);
  put(frame, kUdp + 4, kLength - kUdp, 2);  // no UDP checksum
  std::memcpy(frame.data() + kPayload, "HOSTILE000", 10);
  put(frame, kPayload + 18, 1, 2);
  put(frame, kPayload + 20, 38, 2);
  return frame;
}

void readdress(Frame& frame, std::uint64_t n) {
  put(frame, kIp + 12, 0x0a800000U + n, 4);
  put(frame, kPayload + 10, n * 0x9e3779b97f4a7c15U >> 20U, 8);
  put(frame, kIp + 10, 0, 2);
  std::uint32_t sum = 0;
  for (std::size_t i = kIp; i < kUdp; i += 2) sum += static_cast<std::uint32_t>(frame[i]) << 8U | frame[i + 1];
  while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
  put(frame, kIp + 10, ~sum & 0xffffU, 2);
}

int send_all(const std::string& interface, const Frame& pattern, std::uint64_t count) {
  const int fd = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
  if (fd < 0 || to.sll_ifindex == 0) give_up(kMe, "no packet socket on " + interface);
  std::vector<Frame> frames(kBatch, pattern);
  std::array<iovec, kBatch> pieces{};
  std::array<mmsghdr, kBatch> batch{};
  for (std::size_t i = 0; i < kBatch; ++i) {
    pieces[i] = {frames[i].data(), kLength};
    batch[i].msg_hdr.msg_name = &to;
    batch[i].msg_hdr.msg_namelen = sizeof to;
    batch[i].msg_hdr.msg_iov = &pieces[i];
    batch[i].msg_hdr.msg_iovlen = 1;
  }
  for (std::uint64_t sent = 0; sent < count;) {
    for (std::size_t i = 0; i < kBatch; ++i) readdress(frames[i], sent + i);
    const int done = ::sendmmsg(fd, batch.data(), kBatch, 0);
    if (done < 0 && errno != EINTR && errno != ENOBUFS) give_up(kMe, std::string("sendmmsg: ") + std::strerror(errno));
    if (done > 0) sent += static_cast<std::uint64_t>(done);
  }
  return 0;
}

}  // namespace
}  // namespace lab

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() != 4) lab::give_up(lab::kMe, "INTERFACE GROUP PORT COUNT");
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const auto port = static_cast<std::uint16_t>(lab::number_of(words[2]));
  return lab::send_all(words[0], lab::frame_for(words[1], port), lab::number_of(words[3]));
}
