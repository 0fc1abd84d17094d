// A netlink socket for questions and their answers, over libmnl: rtnetlink, nfnetlink.
//
// Used by the collectors of interfaces, filters and connection tracking. Bounded: an answer that does not come within a
// second is an error, one of more than kMaxMessages messages too. A dump that the kernel interrupted because the table
// changed meanwhile (NLM_F_DUMP_INTR) is used as it is: the next reading has the rest.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libmnl/libmnl.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace wirecause {

class NetlinkChannel {
 public:
  static constexpr std::size_t kMaxMessages = 1U << 20U;

  // `protocol` is NETLINK_ROUTE or NETLINK_NETFILTER. `groups` is the mask of multicast groups to hear (0: none).
  static Result<NetlinkChannel> open(int protocol, std::uint32_t groups = 0);

  // One message to the kernel: header, then `body`. `flags` beside NLM_F_REQUEST. Calls `each` for every message of the
  // answer. Errors: permission (EPERM), not_found (ENODEV, ENOENT), unsupported (EOPNOTSUPP, EINVAL), io.
  using EachMessage = std::function<void(std::uint16_t type, std::span<const std::byte> body)>;
  Result<void> ask(std::uint16_t type, std::uint16_t flags, std::span<const std::byte> body, const EachMessage& each);

  // What has come without being asked for; never waits. Errors: io; `overrun` is set when the kernel had to drop some.
  Result<void> drain(bool& overrun, const EachMessage& each);

  int descriptor() const;

 private:
  struct Close {
    void operator()(mnl_socket* socket) const { static_cast<void>(mnl_socket_close(socket)); }
  };
  explicit NetlinkChannel(mnl_socket* socket) : socket_(socket), buffer_(kBufferBytes) {}
  // What one datagram of the kernel says of an answer.
  enum class Progress { more, done };
  Result<Progress> take(std::span<const std::byte> datagram, std::uint32_t sequence, std::size_t& messages,
                        const EachMessage& each);

  static constexpr std::size_t kBufferBytes = 32'768;  // the kernel sends no larger datagram

  std::unique_ptr<mnl_socket, Close> socket_;
  std::vector<std::byte> buffer_;
  std::vector<std::byte> request_;
  std::uint32_t sequence_ = 0;
};

}  // namespace wirecause
