// A TCP server for the lab: answers, only reads, reads slowly, aborts, or never accepts. No part of wirecause, and shares no code
// with it.
//
//   lab_tcp_server ADDRESS PORT JOURNAL
//     [request=BYTES response=BYTES]       answers each so many bytes; without: only reads
//     [parts=1 gap_us=0 think_us=0]        an answer in so many writes, so far apart; after thinking so long
//     [read_bytes=65536 every_us=0]        a slow reader: at most so many bytes in so long
//     [accept=no backlog=16]               a listener whose queue fills up
//     [close_after=BYTES how=close|abort]  once so much was read, with the rest unread; abort: SO_LINGER 0
//     [nodelay=1 sndbuf= rcvbuf= control=cubic info_us=20000]
//
// One line of JSON on stdout says who it is; "report" on stdin is answered by what it read, wrote and accepted, and the journal
// is whole up to there. End of stdin ends it.
// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <limits>
#include <map>
#include <vector>

#include "tcp_socket.hpp"
#include "words.hpp"

namespace lab {
namespace {

constexpr const char* kMe = "lab_tcp_server";
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

struct ServerPlan {
  Endpoint at;
  std::string journal;
  TcpOptions socket;
  std::uint64_t request = 0, response = 0, parts = 1, gap_us = 0, think_us = 0;
  std::uint64_t read_bytes = 65'536, every_us = 0;
  std::uint64_t backlog = 16, close_after = 0, info_us = 20'000;
  std::uint64_t nodelay = 0, sndbuf = 0, rcvbuf = 0;
  bool accepts = true, aborts = false;
};

ServerPlan plan_of(const std::vector<std::string>& words) {
  ServerPlan plan;
  plan.at = {words[0], static_cast<std::uint16_t>(number_of(words[1]))};
  plan.journal = words[2];
  const std::map<std::string, std::uint64_t*> fields{
      {"request", &plan.request},   {"response", &plan.response}, {"parts", &plan.parts},
      {"gap_us", &plan.gap_us},     {"think_us", &plan.think_us}, {"read_bytes", &plan.read_bytes},
      {"every_us", &plan.every_us}, {"backlog", &plan.backlog},   {"close_after", &plan.close_after},
      {"info_us", &plan.info_us},   {"nodelay", &plan.nodelay},   {"sndbuf", &plan.sndbuf},
      {"rcvbuf", &plan.rcvbuf}};
  for (std::size_t i = 3; i < words.size(); ++i) {
    const Word word = word_of(words[i]);
    const auto field = fields.find(word.key);
    if (field != fields.end())
      *field->second = number_of(word.value);
    else if (word.key == "accept")
      plan.accepts = word.value != "no";
    else if (word.key == "control")
      plan.socket.congestion = word.value;
    else if (word.key == "how")
      plan.aborts = word.value == "abort";
    else
      give_up(kMe, "no such word: " + words[i]);
  }
  plan.parts = std::max<std::uint64_t>(plan.parts, 1);
  plan.socket = {static_cast<int>(plan.sndbuf), static_cast<int>(plan.rcvbuf), plan.nodelay != 0,
                 plan.socket.congestion};
  return plan;
}

struct Connection {
  std::uint64_t id = 0;
  int fd = -1;
  std::uint64_t read = 0, written = 0, answered = 0;
  std::uint64_t part_left = 0, parts_left = 0;  // of the answer that is under way
  std::int64_t write_at = 0;                    // its next part is due then
  std::int64_t read_at = 0;                     // a slow reader's next turn
  std::int64_t sampled = 0;
  bool is_over = false;
};

class Server {
 public:
  explicit Server(const ServerPlan& plan) : plan_(plan), journal_(plan.journal), listener_(open_tcp(plan.socket)) {
    bind_tcp(listener_, plan.at);
    if (::listen(listener_, static_cast<int>(plan.backlog)) != 0) give_up(kMe, "listen");
    std::printf("{\"pid\":%d,\"fd\":%d,\"port\":%u}\n", ::getpid(), listener_, unsigned{local_port(listener_)});
    std::fflush(stdout);
  }

  void run() {
    while (true) {
      const std::int64_t now = now_ns();
      std::int64_t due = kNever;
      std::vector<pollfd> awaited{{STDIN_FILENO, POLLIN, 0}, {plan_.accepts ? listener_ : -1, POLLIN, 0}};
      for (Connection& one : connections_) awaited.push_back(interest(one, now, due));
      const timespec wait = wait_of(due, now);
      if (::ppoll(awaited.data(), awaited.size(), &wait, nullptr) < 0 && errno != EINTR) return;
      if (awaited[0].revents != 0 && !answer()) return;
      for (std::size_t i = 0; i < connections_.size(); ++i) serve(connections_[i], awaited[i + 2].revents);
      if (awaited[1].revents != 0) accept_one();
      std::erase_if(connections_, [](const Connection& one) { return one.is_over; });
    }
  }

 private:
  // At least as often as TCP_INFO is to be sampled.
  timespec wait_of(std::int64_t due, std::int64_t now) const {
    const std::int64_t most = static_cast<std::int64_t>(plan_.info_us) * 1'000;
    const std::int64_t wait = std::clamp<std::int64_t>(due == kNever ? most : due - now, 0, most);
    return {wait / 1'000'000'000, wait % 1'000'000'000};
  }

  static pollfd interest(const Connection& one, std::int64_t now, std::int64_t& due) {
    short events = 0;
    if (one.read_at <= now)
      events |= POLLIN;
    else
      due = std::min(due, one.read_at);
    if (one.parts_left != 0 && one.write_at <= now) events |= POLLOUT;
    if (one.parts_left != 0 && one.write_at > now) due = std::min(due, one.write_at);
    return {one.fd, events, 0};
  }

  void accept_one() {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    if (plan_.socket.has_nodelay) set_nodelay(fd, true);
    Connection& one = connections_.emplace_back();
    one.id = ++accepted_;
    one.fd = fd;
    journal_.note(one.id, "accept", 0);
  }

  void serve(Connection& one, short events) {
    journal_.sample(one.id, one.fd, one.sampled, static_cast<std::int64_t>(plan_.info_us) * 1'000);
    if ((events & POLLOUT) != 0) write_part(one);
    // Asked for no event, the kernel still tells of a reset.
    if (!one.is_over && (events & (POLLIN | POLLERR | POLLHUP)) != 0) read_some(one);
  }

  void read_some(Connection& one) {
    std::uint64_t most = std::min<std::uint64_t>(plan_.read_bytes, buffer_.size());
    if (plan_.close_after != 0) most = std::min(most, plan_.close_after - std::min(one.read, plan_.close_after));
    const ssize_t got = ::recv(one.fd, buffer_.data(), most, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return end(one, got == 0 ? "end" : "reset", got == 0 ? 0 : errno);
    one.read += static_cast<std::uint64_t>(got);
    read_ += static_cast<std::uint64_t>(got);
    journal_.note(one.id, "read", static_cast<std::uint64_t>(got));
    if (plan_.every_us != 0) one.read_at = now_ns() + static_cast<std::int64_t>(plan_.every_us) * 1'000;
    if (plan_.close_after != 0 && one.read >= plan_.close_after) return leave(one);
    begin_answer(one);
  }

  void begin_answer(Connection& one) {
    if (plan_.request == 0 || one.parts_left != 0 || one.read < (one.answered + 1) * plan_.request) return;
    one.parts_left = plan_.parts;
    one.part_left = part_size(one);
    one.write_at = now_ns() + static_cast<std::int64_t>(plan_.think_us) * 1'000;
    if (plan_.think_us == 0) write_part(one);
  }

  // The last one has what is left over by the division.
  std::uint64_t part_size(const Connection& one) const {
    const std::uint64_t each = plan_.response / plan_.parts;
    return one.parts_left == 1 ? plan_.response - each * (plan_.parts - 1) : each;
  }

  void write_part(Connection& one) {
    while (one.part_left != 0) {
      const ssize_t put =
          ::send(one.fd, buffer_.data(), std::min<std::uint64_t>(one.part_left, buffer_.size()), MSG_NOSIGNAL);
      if (put < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (put < 0) return end(one, "reset", errno);
      journal_.note(one.id, "write", static_cast<std::uint64_t>(put));
      one.part_left -= static_cast<std::uint64_t>(put);
      one.written += static_cast<std::uint64_t>(put);
      written_ += static_cast<std::uint64_t>(put);
    }
    if (--one.parts_left == 0) {
      ++one.answered;
      ++answered_;
      begin_answer(one);
      return;
    }
    one.part_left = part_size(one);
    one.write_at = now_ns() + static_cast<std::int64_t>(plan_.gap_us) * 1'000;
    if (plan_.gap_us == 0) write_part(one);
  }

  // What is not read makes the kernel send a reset, too.
  void leave(Connection& one) {
    one.sampled = 0;
    journal_.sample(one.id, one.fd, one.sampled, 0);
    journal_.note(one.id, plan_.aborts ? "abort" : "close", one.read);
    if (plan_.aborts)
      abort_tcp(one.fd);
    else
      ::close(one.fd);
    one.is_over = true;
  }

  void end(Connection& one, const char* what, int error) {
    journal_.sample(one.id, one.fd, one.sampled, 0);
    journal_.note(one.id, what, one.read, error);
    ::close(one.fd);
    one.is_over = true;
    ++ended_;
  }

  // False: stdin has ended. Any input is the one question there is.
  bool answer() {
    std::array<char, 64> input{};
    if (::read(STDIN_FILENO, input.data(), input.size()) <= 0) return false;
    journal_.flush();
    std::printf("{\"accepted\":%llu,\"open\":%zu,\"ended\":%llu,\"answered\":%llu,\"read\":%llu,\"written\":%llu}\n",
                static_cast<unsigned long long>(accepted_), connections_.size(),
                static_cast<unsigned long long>(ended_), static_cast<unsigned long long>(answered_),
                static_cast<unsigned long long>(read_), static_cast<unsigned long long>(written_));
    std::fflush(stdout);
    return true;
  }

  ServerPlan plan_;
  TcpJournal journal_;
  int listener_;
  std::vector<Connection> connections_;
  std::uint64_t accepted_ = 0, ended_ = 0, answered_ = 0, read_ = 0, written_ = 0;
  std::array<char, 65'536> buffer_{};
};

}  // namespace
}  // namespace lab

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3) lab::give_up(lab::kMe, "ADDRESS PORT JOURNAL [WORD...]");
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_TIMERSLACK, 1);
  lab::Server(lab::plan_of(words)).run();
  return 0;
}
