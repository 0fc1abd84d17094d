// The impairment box: carries frames between two interfaces, both ways, and does to them what its rules say; seeded, by the
// order of packets, with a journal. Stands in for netem where the kernel has none. No part of wirecause.
//
//   lab_relay left=INTERFACE right=INTERFACE [rule="DIRECTION ACTION WORD=VALUE..."]... [rules=FILE] [field=OFFSET,WIDTH,big|little]
//             [seed=N] [journal=FILE] [all=1]
//
// "down" is from left to right. It says "ready" on stdout when it carries. On stdin "on NAME", "off NAME" (a rule's name) and
// "report" are answered by one line each; the end of stdin ends it. Rules: README.md beside this file.
// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sys/prctl.h>
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
#include "options.hpp"
#include "path.hpp"
#include "port.hpp"

namespace lab {
namespace {

constexpr int kTurn = 64;  // frames of one side before the other has its turn

std::int64_t now_ns() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

class Relay {
 public:
  explicit Relay(const RelayOptions& options)
      : left_(options.left),
        right_(options.right),
        journal_(options.journal.empty() ? nullptr : std::fopen(options.journal.c_str(), "we"), options.keeps_passes),
        down_(Direction::down, options.rules, options.field, options.seed, [this](const Deed& d) { journal_.add(d); }),
        up_(Direction::up, options.rules, options.field, options.seed, [this](const Deed& d) { journal_.add(d); }) {}

  void run() {
    std::puts("ready");
    std::fflush(stdout);
    std::array<pollfd, 3> awaited{{{left_.fd(), POLLIN, 0}, {right_.fd(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    while (true) {
      const timespec wait = until_due();
      if (::ppoll(awaited.data(), awaited.size(), has_due() ? &wait : nullptr, nullptr) < 0 && errno != EINTR) return;
      if (awaited[0].revents != 0) carry(left_, down_);
      if (awaited[1].revents != 0) carry(right_, up_);
      deliver();
      if (awaited[2].revents != 0 && !answer()) break;
    }
    journal_.flush();
  }

 private:
  bool is_idle() const { return left_.is_idle() && right_.is_idle() && !has_due(); }
  bool has_due() const { return down_.next_due().has_value() || up_.next_due().has_value(); }

  timespec until_due() const {
    const auto down = down_.next_due();
    const auto up = up_.next_due();
    if (!down && !up) return {};
    const std::int64_t due = down && up ? std::min(*down, *up) : down.value_or(up.value_or(0));
    const std::int64_t wait = std::max<std::int64_t>(0, due - now_ns());
    return {wait / 1'000'000'000, wait % 1'000'000'000};
  }

  static void carry(Port& from, Path& path) {
    for (int i = 0; i < kTurn; ++i) {
      Bytes frame;
      if (!from.receive(frame)) return;
      path.take(std::move(frame), now_ns());
    }
  }

  void deliver() {
    send(right_, down_.leave(now_ns()));
    send(left_, down_.replies());
    send(left_, up_.leave(now_ns()));
    send(right_, up_.replies());
  }

  void send(const Port& to, const std::vector<Bytes>& frames) {
    for (const Bytes& frame : frames) refused_ += to.send(frame) ? 0U : 1U;
  }

  bool answer() {
    std::array<char, 512> input{};
    const ssize_t got = ::read(STDIN_FILENO, input.data(), input.size());
    if (got <= 0) return false;
    asked_.append(input.data(), static_cast<std::size_t>(got));
    for (auto end = asked_.find('\n'); end != std::string::npos; end = asked_.find('\n')) {
      say(asked_.substr(0, end));
      asked_.erase(0, end + 1);
    }
    return true;
  }

  void say(const std::string& question) {
    journal_.flush();
    if (question == "report") {
      std::puts(journal_.summary(left_.missed() + right_.missed(), refused_, is_idle()).c_str());
    } else {
      const auto space = question.find(' ');
      const std::string word = question.substr(0, space);
      const std::string name = space == std::string::npos ? "" : question.substr(space + 1);
      const bool is_on = word == "on";
      const bool is_done = (is_on || word == "off") && (int{down_.turn(name, is_on)} + int{up_.turn(name, is_on)}) > 0;
      std::puts(is_done ? "done" : ("no such rule or question: " + question).c_str());
    }
    std::fflush(stdout);
  }

  Port left_;
  Port right_;
  RelayJournal journal_;
  Path down_;
  Path up_;
  std::uint64_t refused_ = 0;
  std::string asked_;
};

}  // namespace
}  // namespace lab

int main(int argc, char** argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_TIMERSLACK, 1);
  try {
    lab::Relay(lab::relay_options({argv + 1, argv + argc})).run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lab_relay: %s\n", error.what());
    return 2;
  }
}
