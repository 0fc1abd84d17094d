// Puts frames on an interface as they are: on a veth pair they arrive at the other end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <net/if.h>  // before the kernel's own

#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace wirecause::testing {

class FrameSender {
 public:
  explicit FrameSender(const std::string& interface) : socket_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)) {
    // Frames count against their sender until they are freed: the default would make it wait for the receiver.
    const int buffer = 64 << 20;
    EXPECT_EQ(::setsockopt(socket_, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer), 0);
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0) << std::strerror(errno);
  }
  FrameSender(const FrameSender&) = delete;
  FrameSender& operator=(const FrameSender&) = delete;
  ~FrameSender() { ::close(socket_); }

  // Whether the kernel took it. On a veth pair it is then in the other end's queue.
  bool send(std::span<const std::byte> frame) const {
    return ::send(socket_, frame.data(), frame.size(), 0) == static_cast<ssize_t>(frame.size());
  }
  void must_send(std::span<const std::byte> frame) const { EXPECT_TRUE(send(frame)) << std::strerror(errno); }
  // One frame of UDP that stands for datagrams of `size` bytes each (UDP_SEGMENT; include/uapi/linux/virtio_net.h).
  void send_segments(std::span<const std::byte> frame, std::uint16_t size) const {
    const int on = 1;
    ASSERT_EQ(::setsockopt(socket_, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on), 0);
    // struct virtio_net_hdr, whose header no C++ compiler takes.
    struct {
      std::uint8_t flags, gso_type;
      std::uint16_t hdr_len, gso_size, csum_start, csum_offset;
    } header{};
    header.flags = 1;     // VIRTIO_NET_HDR_F_NEEDS_CSUM
    header.gso_type = 5;  // VIRTIO_NET_HDR_GSO_UDP_L4
    header.hdr_len = 42;
    header.gso_size = size;
    header.csum_start = 34;
    header.csum_offset = 6;
    std::vector<std::byte> whole(sizeof header + frame.size());
    std::memcpy(whole.data(), &header, sizeof header);
    std::memcpy(whole.data() + sizeof header, frame.data(), frame.size());
    must_send(whole);
  }

 private:
  int socket_;
};

}  // namespace wirecause::testing
