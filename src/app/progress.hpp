// One line on standard error for a run of more than two seconds on a terminal: bytes, %, packets/s, time left.
//
// The command makes one and calls update() as often as it likes (once a batch); the clock is read here, because nobody
// below engine may. Nothing is written when standard error is no terminal. The line is taken away before a report
// appears.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/time.hpp"
#include "engine/options.hpp"

namespace wirecause {

// "1.2 GB of 4.0 GB  30 %  6.1 M packets/s  0:07 left", cut at `width` columns; without a total (standard input)
// no % and no time left.
std::string progress_line(const RunProgress& state, DurationNs elapsed, int width);

class Progress {
 public:
  Progress();
  // For tests: `shown` as if on a terminal, and a clock.
  Progress(bool shown, int width, TimeNs (*now)());
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(const RunProgress& state);
  void clear();

  // What the last update() put on the screen; empty: nothing is there.
  const std::string& shown_line() const { return line_; }

 private:
  bool shown_;
  int width_;
  TimeNs (*now_)();
  TimeNs begun_;
  TimeNs next_draw_;
  std::string line_;
};

}  // namespace wirecause
