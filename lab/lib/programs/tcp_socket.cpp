// SPDX-License-Identifier: Apache-2.0
#include "tcp_socket.hpp"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "words.hpp"

namespace lab {
namespace {

constexpr const char* kMe = "lab tcp";

void require(bool is_done, const std::string& what) {
  if (!is_done) give_up(kMe, what + ": " + std::strerror(errno));
}

std::int64_t clock_ns(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

sockaddr_in address_of(const Endpoint& at) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(at.port);
  require(::inet_pton(AF_INET, at.address.c_str(), &out.sin_addr) == 1, "address '" + at.address + "'");
  return out;
}

void set(int fd, int level, int name, int value, const char* what) {
  require(::setsockopt(fd, level, name, &value, sizeof value) == 0, what);
}

// A connection that is accepted has its listener's.
void set_congestion(int fd, const std::string& name) {
  const auto size = static_cast<socklen_t>(name.size());
  require(::setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name.data(), size) == 0, "TCP_CONGESTION " + name);
}

}  // namespace

std::int64_t now_ns() { return clock_ns(CLOCK_MONOTONIC); }

int open_tcp(const TcpOptions& options) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  require(fd >= 0, "socket");
  set(fd, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
  if (options.sndbuf != 0) set(fd, SOL_SOCKET, SO_SNDBUF, options.sndbuf, "SO_SNDBUF");
  if (options.rcvbuf != 0) set(fd, SOL_SOCKET, SO_RCVBUF, options.rcvbuf, "SO_RCVBUF");
  if (options.has_nodelay) set_nodelay(fd, true);
  if (!options.congestion.empty()) set_congestion(fd, options.congestion);
  return fd;
}

void bind_tcp(int fd, const Endpoint& at) {
  const sockaddr_in name = address_of(at);
  require(::bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0, "bind " + at.address);
}

int connect_tcp(int fd, const Endpoint& to, int timeout_ms) {
  const sockaddr_in name = address_of(to);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd awaited{fd, POLLOUT, 0};
  if (::poll(&awaited, 1, timeout_ms) != 1) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  require(::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0, "SO_ERROR");
  return error;
}

std::uint16_t local_port(int fd) {
  sockaddr_in name{};
  socklen_t size = sizeof name;
  require(::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) == 0, "getsockname");
  return ntohs(name.sin_port);
}

void set_nodelay(int fd, bool is_on) { set(fd, IPPROTO_TCP, TCP_NODELAY, is_on ? 1 : 0, "TCP_NODELAY"); }

void abort_tcp(int fd) {
  const linger none{1, 0};
  require(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none) == 0, "SO_LINGER");
  ::close(fd);
}

TcpJournal::TcpJournal(const std::string& path) : file_(std::fopen(path.c_str(), "we")) {
  require(file_ != nullptr, "cannot write " + path);
}

TcpJournal::~TcpJournal() { std::fclose(file_); }

void TcpJournal::note(std::uint64_t connection, const char* what, std::uint64_t bytes, int error) {
  std::fprintf(file_, "{\"t\":%lld,\"connection\":%llu,\"what\":\"%s\",\"bytes\":%llu,\"error\":%d}\n",
               static_cast<long long>(clock_ns(CLOCK_REALTIME)), static_cast<unsigned long long>(connection), what,
               static_cast<unsigned long long>(bytes), error);
}

void TcpJournal::sample(std::uint64_t connection, int fd, std::int64_t& last_ns, std::int64_t every_ns) {
  const std::int64_t now = now_ns();
  if (now - last_ns < every_ns) return;
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return;
  last_ns = now;
  std::fprintf(
      file_,
      "{\"t\":%lld,\"connection\":%llu,\"what\":\"info\",\"state\":%u,\"rto_us\":%u,\"rtt_us\":%u,\"backoff\":%u,"
      "\"probes\":%u,\"cwnd\":%u,\"unacked\":%u,\"lost\":%u,\"retransmits\":%u,\"total_retrans\":%u,"
      "\"bytes_acked\":%llu,\"bytes_received\":%llu,\"segs_out\":%u,\"segs_in\":%u,\"data_segs_out\":%u,"
      "\"data_segs_in\":%u,\"notsent\":%u,\"busy_us\":%llu,\"rwnd_limited_us\":%llu,"
      "\"sndbuf_limited_us\":%llu}\n",
      static_cast<long long>(clock_ns(CLOCK_REALTIME)), static_cast<unsigned long long>(connection),
      unsigned{info.tcpi_state}, info.tcpi_rto, info.tcpi_rtt, unsigned{info.tcpi_backoff}, unsigned{info.tcpi_probes},
      info.tcpi_snd_cwnd, info.tcpi_unacked, info.tcpi_lost, unsigned{info.tcpi_retransmits}, info.tcpi_total_retrans,
      info.tcpi_bytes_acked, info.tcpi_bytes_received, info.tcpi_segs_out, info.tcpi_segs_in, info.tcpi_data_segs_out,
      info.tcpi_data_segs_in, info.tcpi_notsent_bytes, info.tcpi_busy_time, info.tcpi_rwnd_limited,
      info.tcpi_sndbuf_limited);
}

void TcpJournal::flush() { std::fflush(file_); }

}  // namespace lab
