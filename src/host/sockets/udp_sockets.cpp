// The conversation with NETLINK_SOCK_DIAG: one netlink socket, kept open, one request at a time. No capability is needed;
// it lists the network namespace in which it was opened.
//
// Reading one socket asks for the receiver of a datagram to its addresses (udp_dump_one()). Where several sockets share an
// address - the common case of multicast - the kernel finds one of them and refuses by the cookie: then the sockets of that
// port are listed, which walks the hash table but copies only those (7 times the price here: read_all() pays it once). Every
// wait is bounded by a receive timeout.
// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/udp_sockets.hpp"

#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include "base/errno.hpp"
#include "host/sockets/udp_diag.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kBufferBytes = 32'768;  // what the kernel fills at most in one piece of a dump
constexpr std::size_t kMaxSockets = 262'144;  // four times the ports of one address: 30 MiB
constexpr std::size_t kMaxSharing = 4'096;
constexpr int kDumpAttempts = 3;  // of a dump that the table changed under
constexpr timeval kPatience{.tv_sec = 1, .tv_usec = 0};

struct CloseMnl {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};
using MnlSocket = std::unique_ptr<mnl_socket, CloseMnl>;

struct Answer {
  bool is_complete = false;
  bool was_interrupted = false;  // NLM_F_DUMP_INTR: the table changed meanwhile
  int error = 0;                 // errno
};

tl::unexpected<Error> sock_diag_error(std::string_view what, int error) {
  return system_failure(fmt::format("sock_diag: {}", what), error);
}

// NLMSG_ERROR and NLMSG_DONE begin with a negative errno; a dump that went well ends with 0.
int error_of(const nlmsghdr& header, std::span<const std::byte> payload) {
  int error = 0;
  if (payload.size() < sizeof error) return header.nlmsg_type == NLMSG_ERROR ? EBADMSG : 0;
  std::memcpy(&error, payload.data(), sizeof error);
  return error < 0 && error > -4096 ? -error : 0;
}

void take_message(const nlmsghdr& header, std::span<const std::byte> payload, std::vector<UdpSocket>& out,
                  Answer& answer) {
  if ((header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) answer.was_interrupted = true;
  if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE) {
    answer.error = error_of(header, payload);
    answer.is_complete = true;
  } else if (header.nlmsg_type == SOCK_DIAG_BY_FAMILY) {
    if (auto socket = parse_udp_diag(payload)) out.push_back(std::move(*socket));
    answer.is_complete = (header.nlmsg_flags & NLM_F_MULTI) == 0;
  }
}

// Messages of earlier requests (an answer that came after its timeout) are passed over.
void take_piece(std::span<const std::byte> piece, std::uint32_t sequence, std::vector<UdpSocket>& out, Answer& answer) {
  nlmsghdr header{};
  while (!answer.is_complete && piece.size() >= sizeof header) {
    std::memcpy(&header, piece.data(), sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > piece.size()) return;
    if (header.nlmsg_seq == sequence) {
      take_message(header, piece.subspan(sizeof header, header.nlmsg_len - sizeof header), out, answer);
    }
    piece = piece.subspan(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), piece.size()));
  }
}

class NetlinkUdpSockets final : public UdpSockets {
 public:
  explicit NetlinkUdpSockets(MnlSocket socket) : socket_(std::move(socket)) {}

  Result<std::vector<UdpSocket>> dump() override {
    std::vector<UdpSocket> sockets;
    WC_TRY(list(AF_INET, 0, sockets));
    WC_TRY(list(AF_INET6, 0, sockets));
    return sockets;
  }

  Result<std::optional<UdpSocket>> read(const UdpSocket& known) override {
    WC_TRY_ASSIGN(auto again, read_all({&known, 1}));
    return std::move(again.front());
  }

  Result<std::vector<std::optional<UdpSocket>>> read_all(std::span<const UdpSocket> known) override {
    std::vector<std::optional<UdpSocket>> again(known.size());
    for (const bool is_v6 : {false, true}) {
      std::vector<std::size_t> left;
      for (std::size_t i = 0; i < known.size(); ++i) {
        if (known[i].is_v6 != is_v6) continue;
        WC_TRY_ASSIGN(again[i], read_exact(known[i]));
        if (!again[i]) left.push_back(i);
      }
      WC_TRY(find_listed(known, left, again));
    }
    return again;
  }

 private:
  // Nothing: not found by its addresses, as others share them, or they changed.
  Result<std::optional<UdpSocket>> read_exact(const UdpSocket& known) {
    if (sharing_.contains(known.cookie)) return std::nullopt;
    found_.clear();
    WC_TRY_ASSIGN(const Answer answer, ask(exact_request(known), found_));
    if (answer.error == 0 && found_.size() == 1 && found_[0].cookie == known.cookie) return found_[0];
    if (answer.error != 0 && answer.error != ENOENT && answer.error != ESTALE) {
      return sock_diag_error("read a socket", answer.error);
    }
    return std::nullopt;
  }

  // Those that are left, all of one family. Also finds a socket that was connected or bound to a device since: cookie and
  // port stay.
  Result<void> find_listed(std::span<const UdpSocket> known, const std::vector<std::size_t>& left,
                           std::vector<std::optional<UdpSocket>>& again) {
    if (left.empty()) return {};
    const UdpSocket& first = known[left.front()];
    const bool is_one_port =
        std::ranges::all_of(left, [&](std::size_t i) { return known[i].local_port == first.local_port; });
    found_.clear();
    WC_TRY(list(first.is_v6 ? AF_INET6 : AF_INET, is_one_port ? first.local_port : std::uint16_t{0}, found_));
    std::ranges::sort(found_, {}, &UdpSocket::cookie);
    for (const std::size_t i : left) {
      const auto socket = std::ranges::lower_bound(found_, known[i].cookie, {}, &UdpSocket::cookie);
      if (socket == found_.end() || socket->cookie != known[i].cookie) continue;
      again[i] = *socket;
      remember_sharing(known[i].cookie);
    }
    return {};
  }

  // They are not asked for by their addresses again: it would fail again.
  void remember_sharing(std::uint64_t cookie) {
    if (sharing_.size() >= kMaxSharing) sharing_.clear();
    sharing_.insert(cookie);
  }

  Result<void> list(std::uint8_t family, std::uint16_t port, std::vector<UdpSocket>& out) {
    const std::size_t before = out.size();
    for (int attempt = 0; attempt < kDumpAttempts; ++attempt) {
      out.resize(before);
      WC_TRY_ASSIGN(const Answer answer, ask(dump_request(family, port), out));
      if (answer.error == ENOENT && family == AF_INET6) return {};  // a kernel without IPv6
      if (answer.error == ENOENT)
        return fail(Errc::unsupported, "sock_diag: no udp_diag in this kernel: modprobe udp_diag");
      if (answer.error != 0) return sock_diag_error("list UDP sockets", answer.error);
      if (!answer.was_interrupted) return {};
    }
    return fail(Errc::io, "sock_diag: the table of UDP sockets changed during each of 3 listings");
  }

  Result<Answer> ask(UdpDiagRequest request, std::vector<UdpSocket>& out) {
    request.header.nlmsg_seq = ++sequence_;
    if (mnl_socket_sendto(socket_.get(), &request, sizeof request) < 0) return sock_diag_error("send", errno);
    Answer answer;
    while (!answer.is_complete) {
      const ssize_t length = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
      if (length < 0 && errno == EINTR) continue;
      if (length < 0) return sock_diag_error("receive", errno);  // EAGAIN: no answer in time; ENOSPC: cut
      take_piece(std::span(buffer_).first(static_cast<std::size_t>(length)), sequence_, out, answer);
      if (out.size() > kMaxSockets) return fail(Errc::unsupported, "sock_diag: more than 262 144 UDP sockets");
    }
    return answer;
  }

  MnlSocket socket_;
  std::uint32_t sequence_ = 0;
  std::vector<UdpSocket> found_;
  std::set<std::uint64_t> sharing_;  // cookies
  alignas(nlmsghdr) std::array<std::byte, kBufferBytes> buffer_{};
};

}  // namespace

Result<std::unique_ptr<UdpSockets>> open_udp_sockets() {
  MnlSocket socket(mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC));
  if (!socket) return sock_diag_error("open", errno);
  const int descriptor = mnl_socket_get_fd(socket.get());
  if (::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience) != 0 ||
      mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) != 0) {
    return sock_diag_error("set up", errno);
  }
  return std::make_unique<NetlinkUdpSockets>(std::move(socket));
}

Availability udp_sockets_availability() {
  auto sockets = open_udp_sockets();
  if (!sockets) return unavailable(sockets.error().message(), "a kernel with CONFIG_INET_UDP_DIAG");
  const auto listed = (*sockets)->dump();
  if (!listed) return unavailable(listed.error().message(), "modprobe udp_diag, or a kernel with CONFIG_INET_UDP_DIAG");
  return available();
}

}  // namespace wirecause
