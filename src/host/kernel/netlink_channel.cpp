// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/netlink_channel.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>

#include "base/errno.hpp"

namespace wirecause {
namespace {

std::size_t aligned(std::size_t size) { return (size + NLMSG_ALIGNTO - 1) & ~std::size_t{NLMSG_ALIGNTO - 1}; }

nlmsghdr header_at(std::span<const std::byte> bytes) {
  nlmsghdr header{};
  std::memcpy(&header, bytes.data(), sizeof header);
  return header;
}

// The error number of NLMSG_ERROR and NLMSG_DONE, negative in the message; 0: none.
int error_in(std::span<const std::byte> body) {
  std::int32_t error = 0;
  if (body.size() >= sizeof error) std::memcpy(&error, body.data(), sizeof error);
  return error < 0 ? -error : 0;
}

}  // namespace

Result<NetlinkChannel> NetlinkChannel::open(int protocol, std::uint32_t groups) {
  mnl_socket* socket = mnl_socket_open2(protocol, SOCK_CLOEXEC);
  if (socket == nullptr) return system_failure("netlink socket", errno);
  NetlinkChannel channel(socket);
  if (mnl_socket_bind(socket, groups, MNL_SOCKET_AUTOPID) < 0) {
    return system_failure("bind netlink socket", errno);
  }
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  if (::setsockopt(channel.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0) {
    return system_failure("netlink time limit", errno);
  }
  return channel;
}

int NetlinkChannel::descriptor() const { return mnl_socket_get_fd(socket_.get()); }

Result<void> NetlinkChannel::ask(std::uint16_t type, std::uint16_t flags, std::span<const std::byte> body,
                                 const EachMessage& each) {
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + body.size());
  header.nlmsg_type = type;
  header.nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST);
  header.nlmsg_seq = ++sequence_;
  request_.resize(sizeof header + body.size());
  std::memcpy(request_.data(), &header, sizeof header);
  if (!body.empty()) std::memcpy(request_.data() + sizeof header, body.data(), body.size());
  if (mnl_socket_sendto(socket_.get(), request_.data(), request_.size()) < 0) {
    return system_failure("ask the kernel", errno);
  }
  const bool is_dump = (flags & NLM_F_DUMP) == NLM_F_DUMP;
  std::size_t messages = 0;
  while (true) {
    const ssize_t got = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("the kernel's answer", errno);
    WC_TRY_ASSIGN(const Progress progress,
                  take({buffer_.data(), static_cast<std::size_t>(got)}, sequence_, messages, each));
    // One message answers a question that is no dump.
    if (progress == Progress::done || (!is_dump && messages > 0)) return {};
  }
}

Result<NetlinkChannel::Progress> NetlinkChannel::take(std::span<const std::byte> datagram, std::uint32_t sequence,
                                                      std::size_t& messages, const EachMessage& each) {
  while (datagram.size() >= sizeof(nlmsghdr)) {
    const nlmsghdr header = header_at(datagram);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size()) {
      return fail(Errc::bad_input, "the kernel's answer: a message that is longer than what came");
    }
    const auto body = datagram.subspan(sizeof header, header.nlmsg_len - sizeof header);
    datagram = datagram.subspan(std::min(aligned(header.nlmsg_len), datagram.size()));
    if (header.nlmsg_seq != sequence && sequence != 0) continue;  // the rest of an answer that came too late
    if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE) {
      if (const int error = error_in(body)) return system_failure("the kernel refuses", error);
      return Progress::done;
    }
    if (header.nlmsg_type < NLMSG_MIN_TYPE) continue;
    if (++messages > kMaxMessages) return fail(Errc::bad_input, "the kernel's answer: it does not end");
    each(header.nlmsg_type, body);
  }
  return Progress::more;
}

Result<void> NetlinkChannel::drain(bool& overrun, const EachMessage& each) {
  std::size_t messages = 0;
  for (std::size_t datagrams = 0; datagrams < kMaxMessages; ++datagrams) {
    const ssize_t got = ::recv(descriptor(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return {};
    if (got < 0 && errno == ENOBUFS) {
      overrun = true;
      continue;
    }
    if (got < 0) return system_failure("netlink notifications", errno);
    WC_TRY(take({buffer_.data(), static_cast<std::size_t>(got)}, 0, messages, each));
  }
  return {};
}

}  // namespace wirecause
