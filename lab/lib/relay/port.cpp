// packet(7). A VLAN tag that the kernel has taken off comes as auxiliary data and is put back.
// SPDX-License-Identifier: Apache-2.0
#include "port.hpp"

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
#include <stdexcept>

namespace lab {
namespace {

constexpr std::size_t kLargest = 65'536 + 64;
constexpr std::size_t kAddresses = 12;

void put_tag_back(Bytes& frame, const tpacket_auxdata& auxiliary) {
  if ((auxiliary.tp_status & TP_STATUS_VLAN_VALID) == 0 || frame.size() < kAddresses) return;
  const bool has_type = (auxiliary.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0;
  Bytes tag(4);
  write_big(tag, 0, has_type ? auxiliary.tp_vlan_tpid : 0x8100U, 2);
  write_big(tag, 2, auxiliary.tp_vlan_tci, 2);
  frame.insert(frame.begin() + kAddresses, tag.begin(), tag.end());
}

}  // namespace

Port::Port(const std::string& interface) {
  const auto require = [&](bool is_done, const char* what) {
    if (!is_done) throw std::runtime_error(interface + ": " + what + ": " + std::strerror(errno));
  };
  const unsigned index = if_nametoindex(interface.c_str());
  require(index != 0, "no such interface");
  fd_ = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  require(fd_ >= 0, "packet socket");
  const int on = 1;
  const int bytes = 64 << 20;
  require(::setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0, "SO_RCVBUFFORCE");
  require(::setsockopt(fd_, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) == 0, "SO_SNDBUFFORCE");
  require(::setsockopt(fd_, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on) == 0, "PACKET_AUXDATA");
  require(::setsockopt(fd_, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) == 0, "PACKET_IGNORE_OUTGOING");
  packet_mreq everything{};
  everything.mr_ifindex = static_cast<int>(index);
  everything.mr_type = PACKET_MR_PROMISC;
  require(::setsockopt(fd_, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &everything, sizeof everything) == 0,
          "promiscuous mode");
  sockaddr_ll at{};
  at.sll_family = AF_PACKET;
  at.sll_protocol = htons(ETH_P_ALL);
  at.sll_ifindex = static_cast<int>(index);
  require(::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0, "bind");
}

Port::~Port() { ::close(fd_); }

bool Port::receive(Bytes& frame) {
  frame.resize(kLargest);
  iovec piece{frame.data(), frame.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(tpacket_auxdata))> control{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(fd_, &message, MSG_DONTWAIT);
  if (got < 0) return false;
  frame.resize(static_cast<std::size_t>(got));
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    if (one->cmsg_level != SOL_PACKET || one->cmsg_type != PACKET_AUXDATA) continue;
    tpacket_auxdata auxiliary{};
    std::memcpy(&auxiliary, CMSG_DATA(one), sizeof auxiliary);
    put_tag_back(frame, auxiliary);
  }
  return true;
}

bool Port::send(const Bytes& frame) const {
  while (::send(fd_, frame.data(), frame.size(), 0) < 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

bool Port::is_idle() const {
  int unread = 0;
  int under_way = 0;
  return ::ioctl(fd_, SIOCINQ, &unread) == 0 && ::ioctl(fd_, SIOCOUTQ, &under_way) == 0 && unread == 0 &&
         under_way == 0;
}

std::uint64_t Port::missed() {
  tpacket_stats counts{};
  socklen_t length = sizeof counts;
  if (::getsockopt(fd_, SOL_PACKET, PACKET_STATISTICS, &counts, &length) == 0)
    missed_ += counts.tp_drops;  // since the last call
  return missed_;
}

}  // namespace lab
