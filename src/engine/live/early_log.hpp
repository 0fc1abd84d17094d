// The first datagrams of each line, in order: what a reader took before the program in the kernel knew where its numbers
// stand is told by this order. Bounded: the first seconds of a line, kMaxOfLine runs of it, kMaxOfAll of all. Of a line whose
// framing has no fixed place for them that program never knows (SIAC blocks): there no time ends it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "feed/descriptor.hpp"

namespace wirecause {

class EarlyLog {
 public:
  static constexpr std::size_t kMaxOfLine = 65'536;
  static constexpr std::size_t kMaxOfAll = 1'048'576;  // 16 MiB
  static constexpr DurationNs kFirst = seconds(3);

  struct Entry {
    std::uint64_t first = 0;  // wire number
    std::uint32_t count = 0;
    bool begins_datagram = false;
  };

  void keep_on(LineId line) { log_of(line).keeps_on = true; }

  void add(const Descriptor& run) {
    if (run.kind != RunKind::data) return;
    Log& log = log_of(run.line);
    if (log.since == kNoTime) log.since = run.time;
    if (log.is_over || (!log.keeps_on && run.time - log.since > kFirst)) {
      log.is_over = true;
      return;
    }
    if (log.entries.size() >= kMaxOfLine || total_ >= kMaxOfAll) {
      log.is_cut = true;
      log.is_over = true;
      return;
    }
    log.entries.push_back({run.first, run.count, run.is(Descriptor::kFirstOfPacket)});
    ++total_;
  }

  std::span<const Entry> of(LineId line) const {
    return line < lines_.size() ? std::span<const Entry>(lines_[line].entries) : std::span<const Entry>{};
  }
  // More came in that time than is kept.
  bool is_cut(LineId line) const { return line < lines_.size() && lines_[line].is_cut; }

 private:
  struct Log {
    std::vector<Entry> entries;
    TimeNs since = kNoTime;
    bool keeps_on = false;
    bool is_over = false;
    bool is_cut = false;
  };
  Log& log_of(LineId line) {
    if (lines_.size() <= line) lines_.resize(line + 1);
    return lines_[line];
  }
  std::vector<Log> lines_;
  std::size_t total_ = 0;
};

}  // namespace wirecause
