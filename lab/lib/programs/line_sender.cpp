// Raw frames follow RFC 894, RFC 791 and RFC 768; the multicast address is RFC 1112 section 6.4.
// SPDX-License-Identifier: Apache-2.0
#include "line_sender.hpp"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "words.hpp"

namespace lab {
namespace {

constexpr const char* kMe = "lab_publisher";
constexpr std::uint16_t kSourcePort = 30'000;

in_addr address_of(const std::string& text) {
  in_addr address{};
  if (inet_pton(AF_INET, text.c_str(), &address) != 1) give_up(kMe, "'" + text + "' is not an IPv4 address");
  return address;
}

void require(bool is_done, const char* what) {
  if (!is_done) give_up(kMe, std::string(what) + ": " + std::strerror(errno));
}

// A packet on a veth pair is charged to its sender until the other side's IP has it (skb_orphan() in ip_rcv_core()), so a
// sender with the usual buffer waits for the receiver's softirq, and a per-CPU queue never overflows.
void allow_to_run_ahead(int fd) {
  const int bytes = 64 << 20;
  require(::setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) == 0, "SO_SNDBUFFORCE");
}

int udp_socket(const LinePlan& plan) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  require(fd >= 0, "socket");
  if (plan.runs_ahead) allow_to_run_ahead(fd);
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr = address_of(plan.source);
  require(::bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0, "bind to the source address");
  ip_mreqn out{};
  out.imr_ifindex = static_cast<int>(if_nametoindex(plan.interface.c_str()));
  require(::setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &out, sizeof out) == 0, "IP_MULTICAST_IF");
  const int off = 0;
  require(::setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &off, sizeof off) == 0, "IP_MULTICAST_LOOP");
  const int ttl = 8;
  require(::setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof ttl) == 0, "IP_MULTICAST_TTL");
  return fd;
}

std::uint32_t sum_of(const std::uint8_t* bytes, std::size_t length, std::uint32_t sum) {
  for (std::size_t i = 0; i < length; ++i) sum += i % 2 == 0 ? std::uint32_t{bytes[i]} << 8U : std::uint32_t{bytes[i]};
  return sum;
}

std::uint16_t folded(std::uint32_t sum) {
  while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum & 0xffffU);
}

void put(std::vector<std::uint8_t>& frame, std::size_t at, std::uint32_t value) {
  frame[at] = static_cast<std::uint8_t>((value >> 8U) & 0xffU);
  frame[at + 1] = static_cast<std::uint8_t>(value & 0xffU);
}

}  // namespace

LinePlan line_plan(const std::string& text) {
  const auto parts = split(text, ':');
  const std::string how = parts.size() == 6 ? parts[5] : "";
  if (parts.size() < 5 || parts.size() > 6 || (!how.empty() && how != "raw" && how != "ahead"))
    give_up(kMe, "line '" + text + "': NAME:SOURCE:GROUP:PORT:INTERFACE[:raw|:ahead]");
  return {parts[0], parts[1],     parts[2],      static_cast<std::uint16_t>(number_of(parts[3])),
          parts[4], how == "raw", how == "ahead"};
}

LineSender::LineSender(LinePlan plan) : plan_(std::move(plan)) {
  if (plan_.is_raw) {
    socket_ = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    require(socket_ >= 0, "packet socket");
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_ifindex = static_cast<int>(if_nametoindex(plan_.interface.c_str()));
    to.sll_halen = ETH_ALEN;
    std::memcpy(&to_, &to, sizeof to);
    to_length_ = sizeof to;
    return;
  }
  socket_ = udp_socket(plan_);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(plan_.port);
  to.sin_addr = address_of(plan_.group);
  std::memcpy(&to_, &to, sizeof to);
  to_length_ = sizeof to;
}

LineSender::~LineSender() { ::close(socket_); }

std::vector<std::uint8_t> LineSender::framed(const std::vector<std::uint8_t>& datagram, bool has_bad_checksum) {
  constexpr std::size_t kIp = 14;
  constexpr std::size_t kUdp = 34;
  constexpr std::size_t kPayload = 42;
  std::vector<std::uint8_t> frame(kPayload, 0);
  const in_addr source = address_of(plan_.source);
  const in_addr group = address_of(plan_.group);
  const std::array<std::uint8_t, 6> from{2, 0, 0, 0x77, 0, 1};
  std::memcpy(frame.data() + kIp + 16, &group, 4);
  const std::array<std::uint8_t, 6> to{
      1, 0, 0x5e, static_cast<std::uint8_t>(frame[kIp + 17] & 0x7fU), frame[kIp + 18], frame[kIp + 19]};
  std::memcpy(frame.data(), to.data(), 6);
  std::memcpy(frame.data() + 6, from.data(), 6);
  put(frame, 12, ETHERTYPE_IP);
  frame[kIp] = 0x45;
  put(frame, kIp + 2, static_cast<std::uint32_t>(28 + datagram.size()));
  put(frame, kIp + 4, ip_id_++);
  frame[kIp + 8] = 8;
  frame[kIp + 9] = IPPROTO_UDP;
  std::memcpy(frame.data() + kIp + 12, &source, 4);
  put(frame, kIp + 10, folded(sum_of(frame.data() + kIp, 20, 0)));
  const auto udp_length = static_cast<std::uint32_t>(8 + datagram.size());
  put(frame, kUdp, kSourcePort);
  put(frame, kUdp + 2, plan_.port);
  put(frame, kUdp + 4, udp_length);
  frame.insert(frame.end(), datagram.begin(), datagram.end());
  std::uint32_t sum = sum_of(frame.data() + kIp + 12, 8, IPPROTO_UDP + udp_length);
  sum = sum_of(frame.data() + kUdp, udp_length, sum);
  std::uint16_t checksum = folded(sum);
  if (checksum == 0) checksum = 0xffff;
  if (has_bad_checksum) checksum = checksum == 0x1234 ? std::uint16_t{0x1235} : std::uint16_t{0x1234};
  put(frame, kUdp + 6, checksum);
  return frame;
}

void LineSender::add(const std::vector<std::uint8_t>& datagram, bool has_bad_checksum) {
  waiting_.push_back(plan_.is_raw ? framed(datagram, has_bad_checksum) : datagram);
}

std::size_t LineSender::in_flight() const {
  int bytes = 0;
  require(::ioctl(socket_, SIOCOUTQ, &bytes) == 0, "SIOCOUTQ");
  return static_cast<std::size_t>(bytes);
}

std::vector<int> LineSender::flush() {
  std::vector<iovec> pieces(waiting_.size());
  std::vector<mmsghdr> batch(waiting_.size());
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    pieces[i] = {waiting_[i].data(), waiting_[i].size()};
    batch[i] = {};
    batch[i].msg_hdr.msg_name = &to_;
    batch[i].msg_hdr.msg_namelen = to_length_;
    batch[i].msg_hdr.msg_iov = &pieces[i];
    batch[i].msg_hdr.msg_iovlen = 1;
  }
  std::vector<int> refused(waiting_.size(), 0);
  for (std::size_t at = 0; at < batch.size();) {
    const int sent = ::sendmmsg(socket_, &batch[at], static_cast<unsigned>(batch.size() - at), 0);
    if (sent < 0) {
      if (errno == EINTR) continue;
      refused[at++] = errno;  // the others are tried all the same
    } else {
      at += static_cast<std::size_t>(sent);
    }
  }
  waiting_.clear();
  return refused;
}

}  // namespace lab
