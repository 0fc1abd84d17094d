// A UDP socket of the test's own, and what the kernel itself says of it: SO_COOKIE, SO_MEMINFO, the inode of fstat.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

namespace wirecause::testing {

class UdpEndpoint {
 public:
  explicit UdpEndpoint(int family = AF_INET)
      : family_(family), descriptor_(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP)) {
    EXPECT_GE(descriptor_, 0) << std::strerror(errno);
    set(SOL_SOCKET, SO_REUSEADDR, 1);
  }
  UdpEndpoint(UdpEndpoint&& other) noexcept
      : family_(other.family_), descriptor_(std::exchange(other.descriptor_, -1)) {}
  UdpEndpoint& operator=(UdpEndpoint&&) = delete;
  ~UdpEndpoint() { close(); }

  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  int descriptor() const { return descriptor_; }

  bool set(int level, int option, int value) const {
    return ::setsockopt(descriptor_, level, option, &value, sizeof value) == 0;
  }
  bool bind(const std::string& address, std::uint16_t port) const {
    const sockaddr_storage to = endpoint(address, port);
    return ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&to), length()) == 0;
  }
  bool connect(const std::string& address, std::uint16_t port) const {
    const sockaddr_storage to = endpoint(address, port);
    return ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), length()) == 0;
  }
  bool send_to(const std::string& address, std::uint16_t port, const void* bytes, std::size_t size) const {
    const sockaddr_storage to = endpoint(address, port);
    return ::sendto(descriptor_, bytes, size, 0, reinterpret_cast<const sockaddr*>(&to), length()) ==
           static_cast<ssize_t>(size);
  }

  // What the kernel says.
  std::uint64_t cookie() const {
    std::uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    EXPECT_EQ(::getsockopt(descriptor_, SOL_SOCKET, SO_COOKIE, &cookie, &size), 0);
    return cookie;
  }
  std::uint64_t inode() const {
    struct stat status {};
    EXPECT_EQ(::fstat(descriptor_, &status), 0);
    return status.st_ino;
  }
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory() const {
    std::array<std::uint32_t, SK_MEMINFO_VARS> words{};
    socklen_t size = sizeof words;
    EXPECT_EQ(::getsockopt(descriptor_, SOL_SOCKET, SO_MEMINFO, words.data(), &size), 0);
    return words;
  }
  std::uint16_t port() const {
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    EXPECT_EQ(::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&own), &size), 0);
    std::uint16_t port = 0;  // at the same place in sockaddr_in and sockaddr_in6
    std::memcpy(&port, reinterpret_cast<const char*>(&own) + offsetof(sockaddr_in, sin_port), sizeof port);
    return ntohs(port);
  }

 private:
  socklen_t length() const { return family_ == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6); }
  sockaddr_storage endpoint(const std::string& address, std::uint16_t port) const {
    sockaddr_storage out{};
    if (family_ == AF_INET) {
      sockaddr_in v4{};
      v4.sin_family = AF_INET;
      v4.sin_port = htons(port);
      EXPECT_EQ(::inet_pton(AF_INET, address.c_str(), &v4.sin_addr), 1) << address;
      std::memcpy(&out, &v4, sizeof v4);
    } else {
      sockaddr_in6 v6{};
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(port);
      EXPECT_EQ(::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr), 1) << address;
      std::memcpy(&out, &v6, sizeof v6);
    }
    return out;
  }

  int family_;
  int descriptor_;
};

}  // namespace wirecause::testing
