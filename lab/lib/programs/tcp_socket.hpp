// What the lab's TCP client and server share: a socket as asked, and a journal of what was written to it and read from it, with
// the kernel's own account of the connection (TCP_INFO) beside.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace lab {

struct TcpOptions {
  int sndbuf = 0;  // 0: the system's
  int rcvbuf = 0;
  bool has_nodelay = false;
  std::string congestion = {};  // its control: "cubic"; empty: the system's
};

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

std::int64_t now_ns();  // CLOCK_MONOTONIC

int open_tcp(const TcpOptions& options);  // not blocking
void bind_tcp(int fd, const Endpoint& at);
// 0, or what the kernel refused with: EINPROGRESS is waited for, ETIMEDOUT when it took longer.
int connect_tcp(int fd, const Endpoint& to, int timeout_ms);
std::uint16_t local_port(int fd);
void set_nodelay(int fd, bool is_on);
// A reset instead of a goodbye: SO_LINGER with no time.
void abort_tcp(int fd);

// One line of JSON for each thing done. Times: CLOCK_REALTIME, as captures have it.
class TcpJournal {
 public:
  explicit TcpJournal(const std::string& path);
  TcpJournal(const TcpJournal&) = delete;
  TcpJournal& operator=(const TcpJournal&) = delete;
  ~TcpJournal();

  // "write", "read", "connect", "accept", "close", ...; `bytes` or an errno, whichever the word has.
  void note(std::uint64_t connection, const char* what, std::uint64_t bytes, int error = 0);
  // TCP_INFO, unless one was taken of this connection less than `every_ns` ago.
  void sample(std::uint64_t connection, int fd, std::int64_t& last_ns, std::int64_t every_ns);
  void flush();

 private:
  std::FILE* file_;
};

}  // namespace lab
