// Reads a feed for the lab as an application would, well or badly, and keeps a journal of the numbers it read. No
// part of wirecause, and shares no code with it.
//
//   lab_consumer FRAMING PORT [bind=ADDRESS] [join=GROUP@INTERFACE]... [rcvbuf=BYTES] [mc_all=0] [filter_every=K]
//                 [filter_over=BYTES]                   a socket filter refuses datagrams of more payload
//                 [service_us=N]                        every datagram takes that long, busy
//                 [spin=1]                              asks again and again, and never sleeps
//                 [stall_at=NUMBER stall_ms=M stall=sleep|spin]   once, when that number is read
//                 [cpu=N] [idle_class=1]                pinned; SCHED_IDLE: any other thread of that CPU goes first
//
// It says who it is in one line of JSON on stdout. "report" on stdin is answered by one more: what it read, what its socket
// counted. End of stdin ends it.
// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "journal.hpp"
#include "reader_socket.hpp"
#include "words.hpp"

namespace lab {
namespace {

constexpr const char* kMe = "lab_consumer";

struct ReaderPlan {
  std::string framing;
  SocketPlan socket;
  std::uint64_t service_us = 0;
  std::uint64_t stall_at = 0;
  std::uint64_t stall_ms = 0;
  bool is_busy_stall = false;
  int cpu = -1;
  bool has_idle_class = false;
  bool spins = false;
};

void take(ReaderPlan& plan, const std::string& text) {
  const Word word = word_of(text);
  if (word.key == "bind")
    plan.socket.bind = word.value;
  else if (word.key == "join")
    plan.socket.joins.push_back(word.value);
  else if (word.key == "rcvbuf")
    plan.socket.rcvbuf = static_cast<std::uint32_t>(number_of(word.value));
  else if (word.key == "mc_all")
    plan.socket.has_multicast_all = word.value != "0";
  else if (word.key == "filter_every")
    plan.socket.filter_every = static_cast<std::uint32_t>(number_of(word.value));
  else if (word.key == "filter_over")
    plan.socket.filter_over = static_cast<std::uint32_t>(number_of(word.value));
  else if (word.key == "spin")
    plan.spins = word.value == "1";
  else if (word.key == "service_us")
    plan.service_us = number_of(word.value);
  else if (word.key == "stall_at")
    plan.stall_at = number_of(word.value);
  else if (word.key == "stall_ms")
    plan.stall_ms = number_of(word.value);
  else if (word.key == "stall")
    plan.is_busy_stall = word.value == "spin";
  else if (word.key == "cpu")
    plan.cpu = static_cast<int>(number_of(word.value));
  else if (word.key == "idle_class")
    plan.has_idle_class = word.value == "1";
  else
    give_up(kMe, "no such word: " + text);
}

std::int64_t now_ns() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

void be_busy_for(std::uint64_t ns) {
  const std::int64_t end = now_ns() + static_cast<std::int64_t>(ns);
  while (now_ns() < end) {
  }
}

void settle_on_cpu(const ReaderPlan& plan) {
  if (plan.cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(plan.cpu), &set);
    if (::sched_setaffinity(0, sizeof set, &set) != 0) give_up(kMe, "cannot be pinned");
  }
  if (!plan.has_idle_class) return;
  const sched_param none{};
  if (::sched_setscheduler(0, SCHED_IDLE, &none) != 0) give_up(kMe, "SCHED_IDLE refused");
}

class Reader {
 public:
  explicit Reader(const ReaderPlan& plan) : plan_(plan), fd_(open_reader_socket(plan.socket)) {}

  void introduce() const {
    const SocketIdentity who = identity_of(fd_);
    std::printf("{\"pid\":%d,\"fd\":%d,\"cookie\":%llu,\"inode\":%llu,\"rcvbuf\":%d}\n", ::getpid(), who.fd,
                static_cast<unsigned long long>(who.cookie), static_cast<unsigned long long>(who.inode), who.rcvbuf);
    std::fflush(stdout);
  }

  // Until stdin ends.
  void run() {
    std::array<pollfd, 2> awaited{{{fd_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    while (true) {
      if (::poll(awaited.data(), awaited.size(), plan_.spins ? 0 : -1) < 0 && errno != EINTR) return;
      if (awaited[0].revents != 0) read_one();
      if (awaited[1].revents != 0 && !answer()) return;
    }
  }

 private:
  void read_one() {
    const ssize_t got = ::recv(fd_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0) {
      ++refused_;  // a datagram with a wrong checksum wakes the reader and is then not there
      return;
    }
    const Numbers numbers = numbers_of(plan_.framing, std::span(buffer_).first(static_cast<std::size_t>(got)));
    journal_.add(numbers);
    if (plan_.service_us != 0) be_busy_for(plan_.service_us * 1'000);
    if (plan_.stall_at != 0 && numbers.count != 0 && numbers.first + numbers.count > plan_.stall_at) stall();
  }

  void stall() {
    plan_.stall_at = 0;
    const std::uint64_t ns = plan_.stall_ms * 1'000'000;
    if (plan_.is_busy_stall) {
      be_busy_for(ns);
      return;
    }
    timespec left{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
    while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
  }

  // False: stdin has ended. Any input is the one question there is.
  bool answer() const {
    std::array<char, 64> input{};
    if (::read(STDIN_FILENO, input.data(), input.size()) <= 0) return false;
    const SocketMemory memory = memory_of(fd_);
    std::printf("{\"datagrams\":%llu,\"units\":%llu,\"drops\":%u,\"waiting\":%u,\"refused\":%llu,\"ranges\":%s}\n",
                static_cast<unsigned long long>(journal_.datagrams()),
                static_cast<unsigned long long>(journal_.units()), memory.drops, memory.waiting,
                static_cast<unsigned long long>(refused_), journal_.text().c_str());
    std::fflush(stdout);
    return true;
  }

  ReaderPlan plan_;
  int fd_;
  Journal journal_;
  std::uint64_t refused_ = 0;
  std::array<std::uint8_t, 65'536> buffer_{};
};

}  // namespace
}  // namespace lab

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2) lab::give_up(lab::kMe, "FRAMING PORT [WORD...]");
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  lab::ReaderPlan plan;
  plan.framing = words[0];
  plan.socket.port = static_cast<std::uint16_t>(lab::number_of(words[1]));
  for (std::size_t i = 2; i < words.size(); ++i) lab::take(plan, words[i]);
  lab::Reader reader(plan);
  reader.introduce();
  lab::settle_on_cpu(plan);
  reader.run();
  return 0;
}
