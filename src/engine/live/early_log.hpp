// The first datagrams of each line, in order: what a reader took before the program in the kernel knew where its numbers
// stand is told by this order. Where they stand at no fixed place (a `generic` feed far into the payload) it never knows,
// and all is told by it.
// Bounded: the first seconds of a line of the first kind, kMaxOfLine runs of any, kMaxOfAll of all.
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

  // `is_told_by_order(line)`: its numbers stand at no fixed place; asked once a line.
  template <class IsToldByOrder>
  void add(const Descriptor& run, IsToldByOrder&& is_told_by_order) {
    if (run.kind != RunKind::data) return;
    if (lines_.size() <= run.line) lines_.resize(run.line + 1);
    Log& log = lines_[run.line];
    if (log.since == kNoTime) {
      log.since = run.time;
      log.goes_on = is_told_by_order(run.line);
    }
    if (log.is_over || (!log.goes_on && run.time - log.since > kFirst)) {
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
  // More came in the time for which it is kept than is kept.
  bool is_cut(LineId line) const { return line < lines_.size() && lines_[line].is_cut; }

 private:
  struct Log {
    std::vector<Entry> entries;
    TimeNs since = kNoTime;
    bool goes_on = false;
    bool is_over = false;
    bool is_cut = false;
  };
  std::vector<Log> lines_;
  std::size_t total_ = 0;
};

}  // namespace wirecause
