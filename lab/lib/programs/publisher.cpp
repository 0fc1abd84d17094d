// Publishes a feed for the lab: one number space on any lines, at a given rate or flat out, and writes down every
// number with its time, its line and what became of it. No part of wirecause, and shares no code with it.
//
//   lab_publisher FRAMING TRUTH LINE...      LINE: A:10.77.1.1:239.77.1.1:26477:line0[:raw|:ahead]
//
// Commands come on stdin, one a line; each is answered by "done NEXT_NUMBER" when it is carried out and the other side has
// taken what was sent, or by "untaken NEXT_NUMBER" where it has not after 10 s:
//   send packets=N [rate=R] [count=C] [size=S] [lines=AB] [skip=A:10-19] [bad_every=K]
//        rate 0: flat out in batches of 32; else at most R datagrams a second on each line, and never a burst to catch up
//        skip: datagrams that begin with these numbers are not sent on these lines; bad_every: wrong UDP checksum (raw)
//   heartbeat times=N every_ms=M [lines=AB]
//   jump numbers=N        numbers that nobody ever gets
//   pause ms=M
//   restart [first=1]     a new session, whose numbers begin there
// Truth, one line a datagram: line first count time_ns sent|skipped|bad_checksum|refused; from the second session on the line is
// "A/2".
// SPDX-License-Identifier: Apache-2.0
#include <sys/prctl.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "datagram.hpp"
#include "line_sender.hpp"
#include "words.hpp"

namespace lab {
namespace {

constexpr const char* kMe = "lab_publisher";
constexpr std::uint64_t kBatch = 32;

std::int64_t now_ns(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

void sleep_until(std::int64_t monotonic_ns) {
  const timespec t{monotonic_ns / 1'000'000'000, monotonic_ns % 1'000'000'000};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) == EINTR) {
  }
}

struct Skip {
  std::string lines;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

Skip skip_of(const std::string& text) {
  const auto colon = text.find(':');
  const auto dash = text.find('-');
  if (colon == std::string::npos || dash == std::string::npos || dash < colon) give_up(kMe, "skip '" + text + "'");
  return {text.substr(0, colon), number_of(text.substr(colon + 1, dash - colon - 1)), number_of(text.substr(dash + 1))};
}

struct Order {
  std::uint64_t packets = 0;
  std::uint64_t rate = 0;
  std::uint64_t count = 1;
  std::uint64_t size = 40;
  std::uint64_t bad_every = 0;
  std::uint64_t times = 1;
  std::uint64_t every_ms = 100;
  std::uint64_t ms = 0;
  std::uint64_t numbers = 0;
  std::uint64_t first = 1;
  std::string lines;  // empty: all
  std::vector<Skip> skips;

  bool is_for(const std::string& line) const { return lines.empty() || lines.find(line) != std::string::npos; }
  bool is_skipped(const std::string& line, std::uint64_t number) const {
    if (!is_for(line)) return true;
    for (const Skip& skip : skips) {
      if (skip.lines.find(line) != std::string::npos && number >= skip.first && number <= skip.last) return true;
    }
    return false;
  }
};

Order order_of(const std::vector<std::string>& words) {
  Order order;
  const std::map<std::string, std::uint64_t*> fields{
      {"packets", &order.packets},     {"rate", &order.rate},   {"count", &order.count},       {"size", &order.size},
      {"bad_every", &order.bad_every}, {"times", &order.times}, {"every_ms", &order.every_ms}, {"ms", &order.ms},
      {"numbers", &order.numbers},     {"first", &order.first}};
  for (std::size_t i = 1; i < words.size(); ++i) {
    const Word word = word_of(words[i]);
    if (word.key == "lines") {
      order.lines = word.value;
    } else if (word.key == "skip") {
      order.skips.push_back(skip_of(word.value));
    } else {
      const auto field = fields.find(word.key);
      if (field == fields.end()) give_up(kMe, "no such word: " + words[i]);
      *field->second = number_of(word.value);
    }
  }
  return order;
}

class Publisher {
 public:
  Publisher(Framing framing, const std::string& truth, const std::vector<std::string>& lines)
      : framing_(framing), truth_(std::fopen(truth.c_str(), "we")) {
    if (truth_ == nullptr) give_up(kMe, "cannot write " + truth);
    for (const auto& line : lines) lines_.push_back(std::make_unique<LineSender>(line_plan(line)));
  }
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;
  ~Publisher() { std::fclose(truth_); }

  std::uint64_t next() const { return next_; }

  // Whether the other side has taken all of it.
  bool send(const Order& order) {
    const std::int64_t interval = order.rate == 0 ? 0 : 1'000'000'000 / static_cast<std::int64_t>(order.rate);
    std::int64_t due = now_ns(CLOCK_MONOTONIC);
    for (std::uint64_t left = order.packets; left > 0;) {
      const std::uint64_t batch = order.rate == 0 ? std::min(left, kBatch) : 1;
      send_batch(order, batch);
      left -= batch;
      if (interval == 0) continue;
      due = std::max(due + interval, now_ns(CLOCK_MONOTONIC));  // late is late: no burst to catch up
      sleep_until(due);
    }
    std::fflush(truth_);
    return wait_taken();
  }

  void heartbeat(const Order& order) {
    for (std::uint64_t i = 0; i < order.times; ++i) {
      for (auto& line : lines_) {
        if (!order.is_for(line->name())) continue;
        line->add(of_session(heartbeat_datagram(framing_, next_, static_cast<std::uint32_t>(order.size),
                                                now_ns(CLOCK_REALTIME))),
                  false);
        line->flush();
      }
      sleep_until(now_ns(CLOCK_MONOTONIC) + static_cast<std::int64_t>(order.every_ms) * 1'000'000);
    }
  }

  void jump(const Order& order) { next_ += order.numbers; }
  void restart(const Order& order) {
    ++session_;
    next_ = order.first;
  }

 private:
  // Bounded: where nobody takes it off, the test must say so.
  bool wait_taken() const {
    const std::int64_t deadline = now_ns(CLOCK_MONOTONIC) + 10'000'000'000;
    for (const auto& line : lines_) {
      while (line->in_flight() != 0) {
        if (now_ns(CLOCK_MONOTONIC) >= deadline) return false;
        sleep_until(now_ns(CLOCK_MONOTONIC) + 200'000);
      }
    }
    return true;
  }

  struct Written {
    std::uint64_t number;
    const char* what;
    bool is_on_wire;
  };

  void send_batch(const Order& order, std::uint64_t packets) {
    const std::uint32_t step = numbers_in(framing_, static_cast<std::uint32_t>(order.count));
    const std::int64_t now = now_ns(CLOCK_REALTIME);
    for (auto& line : lines_) {
      std::vector<Written> written;
      for (std::uint64_t i = 0; i < packets; ++i)
        written.push_back(add(order, *line, next_ + i * step, sent_ + i, now));
      note(line->name(), step, now, written, line->flush());
    }
    next_ += packets * step;
    sent_ += packets;
  }

  Written add(const Order& order, LineSender& line, std::uint64_t number, std::uint64_t ordinal, std::int64_t now) {
    if (order.is_skipped(line.name(), number)) return {number, "skipped", false};
    const bool is_bad = line.is_raw() && order.bad_every != 0 && ordinal % order.bad_every == order.bad_every - 1;
    line.add(of_session(data_datagram(framing_, number, static_cast<std::uint32_t>(order.count),
                                      static_cast<std::uint32_t>(order.size), now)),
             is_bad);
    return {number, is_bad ? "bad_checksum" : "sent", true};
  }

  std::vector<std::uint8_t> of_session(std::vector<std::uint8_t> datagram) const {
    set_session(framing_, datagram, session_);
    return datagram;
  }

  void note(const std::string& name, std::uint32_t step, std::int64_t now, const std::vector<Written>& written,
            const std::vector<int>& refused) {
    const std::string line = session_ == 1 ? name : name + '/' + std::to_string(session_);
    std::size_t on_wire = 0;
    for (const Written& w : written) {
      const bool is_refused = w.is_on_wire && refused[on_wire++] != 0;
      std::fprintf(truth_, "%s %llu %u %lld %s\n", line.c_str(), static_cast<unsigned long long>(w.number), step,
                   static_cast<long long>(now), is_refused ? "refused" : w.what);
    }
  }

  Framing framing_;
  std::FILE* truth_;
  std::vector<std::unique_ptr<LineSender>> lines_;
  std::uint64_t next_ = 1;
  std::uint64_t sent_ = 0;
  std::uint32_t session_ = 1;
};

void carry_out(Publisher& publisher, const std::string& text) {
  const auto words = split(text, ' ');
  if (words.empty()) return;
  const Order order = order_of(words);
  bool is_taken = true;
  if (words[0] == "send")
    is_taken = publisher.send(order);
  else if (words[0] == "heartbeat")
    publisher.heartbeat(order);
  else if (words[0] == "jump")
    publisher.jump(order);
  else if (words[0] == "restart")
    publisher.restart(order);
  else if (words[0] == "pause")
    sleep_until(now_ns(CLOCK_MONOTONIC) + static_cast<std::int64_t>(order.ms) * 1'000'000);
  else
    give_up(kMe, "no such command: " + text);
  std::cout << (is_taken ? "done " : "untaken ") << publisher.next() << std::endl;
}

}  // namespace
}  // namespace lab

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3) lab::give_up(lab::kMe, "FRAMING TRUTH LINE...");
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_TIMERSLACK, 1);
  lab::Publisher publisher(lab::framing_of(words[0]), words[1], {words.begin() + 2, words.end()});
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) lab::carry_out(publisher, line);
  return 0;
}
