// A TCP client for the lab: asks and waits for the answer, sends in bulk on many connections at once, aborts. No part of
// wirecause, and shares no code with it.
//
//   lab_tcp_client ADDRESS PORT JOURNAL [nodelay=1 sndbuf=BYTES rcvbuf=BYTES control=cubic info_us=20000]
//
// Commands come on stdin, one a line; each is answered by one line of JSON when it is carried out, with "error": 0, or an
// errno as text, which ends the command:
//   connect [count=1] [timeout_ms=3000]
//   request [times=1] [request=BYTES] [response=BYTES] [parts=1] [gap_us=0] [every_us=0]     on the first connection
//        parts=2: write, write, read: with Nagle's algorithm the second waits for the peer's acknowledgement of the first
//   bulk bytes=B          to each connection, all at once, until the peer has acknowledged everything
//   flood bytes=B         the same, until the kernel has taken everything, acknowledged or not
//   close | abort         all connections; abort: SO_LINGER 0
//   report                counts; the journal is whole up to there
// Every command but connect waits at most timeout_ms=10000 for the next thing to happen.
// SPDX-License-Identifier: Apache-2.0
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <iostream>
#include <map>
#include <vector>

#include "tcp_socket.hpp"
#include "words.hpp"

namespace lab {
namespace {

constexpr const char* kMe = "lab_tcp_client";
constexpr std::int64_t kMs = 1'000'000;

using Fields = std::map<std::string, std::uint64_t>;

// What is not named keeps its value; a word that is not there already is refused.
void take(Fields& fields, const std::vector<std::string>& words, std::size_t from) {
  for (std::size_t i = from; i < words.size(); ++i) {
    const Word word = word_of(words[i]);
    const auto field = fields.find(word.key);
    if (field == fields.end()) give_up(kMe, "no such word: " + words[i]);
    field->second = number_of(word.value);
  }
}

void sleep_until(std::int64_t monotonic_ns) {
  const timespec t{monotonic_ns / 1'000'000'000, monotonic_ns % 1'000'000'000};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) == EINTR) {
  }
}

std::string error_text(int error) { return error == 0 ? "0" : std::string("\"") + ::strerrorname_np(error) + "\""; }

struct Connection {
  int fd = -1;
  std::int64_t sampled = 0;
  std::uint64_t left = 0;  // of a bulk
};

class Client {
 public:
  Client(const Endpoint& to, const std::string& journal, const Fields& options, const std::string& control)
      : to_(to),
        options_{static_cast<int>(options.at("sndbuf")), static_cast<int>(options.at("rcvbuf")),
                 options.at("nodelay") != 0, control},
        info_ns_(static_cast<std::int64_t>(options.at("info_us")) * 1'000),
        journal_(journal) {}

  void carry_out(const std::string& text) {
    const auto words = split(text, ' ');
    if (words.empty()) return;
    Fields f{{"count", 1},  {"timeout_ms", words[0] == "connect" ? 3'000U : 10'000U},
             {"times", 1},  {"request", 64},
             {"parts", 1},  {"response", 64},
             {"gap_us", 0}, {"every_us", 0},
             {"bytes", 0}};
    take(f, words, 1);
    if (words[0] == "connect")
      connect(f);
    else if (words[0] == "request")
      request(f);
    else if (words[0] == "bulk" || words[0] == "flood")
      bulk(f, words[0] == "bulk");
    else if (words[0] == "close" || words[0] == "abort")
      leave(words[0] == "abort");
    else if (words[0] == "report")
      report();
    else
      give_up(kMe, "no such command: " + text);
    std::fflush(stdout);
  }

 private:
  void connect(const Fields& f) {
    const std::int64_t began = now_ns();
    int error = 0;
    std::uint16_t port = 0;
    for (std::uint64_t i = 0; i < f.at("count") && error == 0; ++i) {
      const int fd = open_tcp(options_);
      error = connect_tcp(fd, to_, static_cast<int>(f.at("timeout_ms")));
      port = local_port(fd);
      journal_.note(connections_.size() + 1, "connect", 0, error);
      if (error != 0) {
        ::close(fd);
        break;
      }
      connections_.push_back({fd});
      sample(connections_.size() - 1, 0);
    }
    std::printf("{\"connected\":%zu,\"port\":%u,\"took_us\":%lld,\"error\":%s}\n", connections_.size(), unsigned{port},
                static_cast<long long>((now_ns() - began) / 1'000), error_text(error).c_str());
  }

  void sample(std::size_t i, std::int64_t every_ns) {
    journal_.sample(i + 1, connections_[i].fd, connections_[i].sampled, every_ns);
  }

  // 0, an errno, or ETIMEDOUT: nothing happened for so long.
  int wait(std::size_t i, short events, std::uint64_t timeout_ms) {
    const std::int64_t end = now_ns() + static_cast<std::int64_t>(timeout_ms) * kMs;
    while (true) {
      pollfd awaited{connections_[i].fd, events, 0};
      const int step = static_cast<int>(std::clamp<std::int64_t>(info_ns_ / kMs, 1, 1'000));
      if (::poll(&awaited, 1, step) > 0) return 0;
      sample(i, info_ns_);
      if (now_ns() > end) return ETIMEDOUT;
    }
  }

  int write_all(std::size_t i, std::uint64_t bytes, std::uint64_t timeout_ms) {
    while (bytes != 0) {
      const ssize_t put =
          ::send(connections_[i].fd, buffer_.data(), std::min<std::uint64_t>(bytes, buffer_.size()), MSG_NOSIGNAL);
      if (put >= 0) {
        journal_.note(i + 1, "write", static_cast<std::uint64_t>(put));
        written_ += static_cast<std::uint64_t>(put);
        bytes -= static_cast<std::uint64_t>(put);
        continue;
      }
      if (errno != EAGAIN) return errno;
      if (const int error = wait(i, POLLOUT, timeout_ms); error != 0) return error;
    }
    return 0;
  }

  // The peer's end in the middle of an answer: ENODATA.
  int read_all(std::size_t i, std::uint64_t bytes, std::uint64_t timeout_ms) {
    while (bytes != 0) {
      const ssize_t got = ::recv(connections_[i].fd, buffer_.data(), std::min<std::uint64_t>(bytes, buffer_.size()), 0);
      if (got > 0) {
        journal_.note(i + 1, "read", static_cast<std::uint64_t>(got));
        read_ += static_cast<std::uint64_t>(got);
        bytes -= static_cast<std::uint64_t>(got);
        continue;
      }
      if (got == 0) return ENODATA;
      if (errno != EAGAIN) return errno;
      if (const int error = wait(i, POLLIN, timeout_ms); error != 0) return error;
    }
    return 0;
  }

  int ask(const Fields& f) {
    const std::uint64_t parts = std::max<std::uint64_t>(f.at("parts"), 1);
    const std::uint64_t each = f.at("request") / parts;
    for (std::uint64_t part = 0; part < parts; ++part) {
      const std::uint64_t bytes = part + 1 == parts ? f.at("request") - each * (parts - 1) : each;
      if (const int error = write_all(0, bytes, f.at("timeout_ms")); error != 0) return error;
      if (part + 1 != parts && f.at("gap_us") != 0)
        sleep_until(now_ns() + static_cast<std::int64_t>(f.at("gap_us")) * 1'000);
    }
    return read_all(0, f.at("response"), f.at("timeout_ms"));
  }

  void request(const Fields& f) {
    std::vector<std::int64_t> took;
    int error = connections_.empty() ? ENOTCONN : 0;
    std::int64_t due = now_ns();
    for (std::uint64_t i = 0; i < f.at("times") && error == 0; ++i) {
      const std::int64_t began = now_ns();
      error = ask(f);
      if (error == 0) took.push_back(now_ns() - began);
      sample(0, info_ns_);
      if (error != 0) journal_.note(1, "error", 0, error);
      due = std::max(due + static_cast<std::int64_t>(f.at("every_us")) * 1'000, now_ns());
      if (f.at("every_us") != 0) sleep_until(due);
    }
    std::sort(took.begin(), took.end());
    const auto us = [&](std::size_t i) { return static_cast<long long>(took.empty() ? 0 : took[i] / 1'000); };
    std::printf("{\"answered\":%zu,\"median_us\":%lld,\"max_us\":%lld,\"error\":%s}\n", took.size(),
                us(took.size() / 2), us(took.empty() ? 0 : took.size() - 1), error_text(error).c_str());
  }

  static int outstanding(int fd) {
    int bytes = 0;
    return ::ioctl(fd, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
  }

  void bulk(const Fields& f, bool until_acknowledged) {
    const std::int64_t began = now_ns();
    int error = connections_.empty() ? ENOTCONN : 0;
    std::int64_t moved = began;
    for (Connection& one : connections_) one.left = f.at("bytes");
    std::uint64_t waiting = ~0ULL;  // not yet written or not yet acknowledged
    while (error == 0) {
      std::vector<pollfd> awaited;
      for (Connection& one : connections_)
        awaited.push_back({one.fd, static_cast<short>(one.left != 0 ? POLLOUT : 0), 0});
      ::poll(awaited.data(), awaited.size(), 1);
      std::uint64_t now_waiting = 0;
      for (std::size_t i = 0; i < connections_.size() && error == 0; ++i) {
        if (awaited[i].revents != 0) error = put_some(i);
        now_waiting += connections_[i].left;
        if (until_acknowledged) now_waiting += static_cast<std::uint64_t>(outstanding(connections_[i].fd));
        sample(i, info_ns_);
      }
      if (now_waiting == 0 || error != 0) break;
      if (now_waiting != waiting) moved = now_ns();
      waiting = now_waiting;
      if (now_ns() - moved > static_cast<std::int64_t>(f.at("timeout_ms")) * kMs) error = ETIMEDOUT;
    }
    for (std::size_t i = 0; i < connections_.size(); ++i) sample(i, 0);
    std::printf("{\"connections\":%zu,\"took_us\":%lld,\"error\":%s}\n", connections_.size(),
                static_cast<long long>((now_ns() - began) / 1'000), error_text(error).c_str());
  }

  int put_some(std::size_t i) {
    Connection& one = connections_[i];
    const ssize_t put = ::send(one.fd, buffer_.data(), std::min<std::uint64_t>(one.left, buffer_.size()), MSG_NOSIGNAL);
    if (put < 0) {
      if (errno == EAGAIN) return 0;
      journal_.note(i + 1, "error", 0, errno);
      return errno;
    }
    journal_.note(i + 1, "write", static_cast<std::uint64_t>(put));
    written_ += static_cast<std::uint64_t>(put);
    one.left -= static_cast<std::uint64_t>(put);
    return 0;
  }

  void leave(bool is_abort) {
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      sample(i, 0);
      journal_.note(i + 1, is_abort ? "abort" : "close", 0);
      if (is_abort)
        abort_tcp(connections_[i].fd);
      else
        ::close(connections_[i].fd);
    }
    std::printf("{\"closed\":%zu,\"error\":0}\n", connections_.size());
    connections_.clear();
  }

  void report() {
    for (std::size_t i = 0; i < connections_.size(); ++i) sample(i, 0);
    journal_.flush();
    std::printf("{\"connected\":%zu,\"written\":%llu,\"read\":%llu,\"error\":0}\n", connections_.size(),
                static_cast<unsigned long long>(written_), static_cast<unsigned long long>(read_));
  }

  Endpoint to_;
  TcpOptions options_;
  std::int64_t info_ns_;
  TcpJournal journal_;
  std::vector<Connection> connections_;
  std::uint64_t written_ = 0;
  std::uint64_t read_ = 0;
  std::array<char, 65'536> buffer_{};
};

}  // namespace
}  // namespace lab

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3) lab::give_up(lab::kMe, "ADDRESS PORT JOURNAL [WORD...]");
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_TIMERSLACK, 1);
  lab::Fields options{{"nodelay", 0}, {"sndbuf", 0}, {"rcvbuf", 0}, {"info_us", 20'000}};
  std::string control;
  std::vector<std::string> numbers(words.begin(), words.begin() + 3);
  for (std::size_t i = 3; i < words.size(); ++i) {
    const lab::Word word = lab::word_of(words[i]);
    if (word.key == "control")
      control = word.value;
    else
      numbers.push_back(words[i]);
  }
  lab::take(options, numbers, 3);
  lab::Client client({words[0], static_cast<std::uint16_t>(lab::number_of(words[1]))}, words[2], options, control);
  std::printf("{\"pid\":%d}\n", ::getpid());
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) client.carry_out(line);
  return 0;
}
