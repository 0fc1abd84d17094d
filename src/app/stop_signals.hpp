// What ends a live run from outside, as one descriptor that becomes readable: SIGINT, SIGTERM, a reader of standard output
// that has gone, or the program itself. Made by the command `watch`, given to engine.
//
// The first signal asks, so that the run ends with its report; it also puts the default action back, so that the second
// one ends the process at once. Whoever waits is woken with EINTR. One at a time: signals belong to the process.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

namespace wirecause {

class StopSignals {
 public:
  // `output`: a descriptor whose reader may go (standard output); a file or a terminal that stays says nothing. Errors:
  // io, when the system gives no descriptor.
  static Result<StopSignals> watch(int output);

  StopSignals(StopSignals&& other) noexcept;
  StopSignals& operator=(StopSignals&&) = delete;
  ~StopSignals();

  int descriptor() const { return poll_; }
  // Makes the descriptor readable for good.
  void request() const;

 private:
  StopSignals(int wake, int poll) : wake_(wake), poll_(poll) {}

  int wake_ = -1;  // eventfd: written by the handler
  int poll_ = -1;  // epoll: readable when the eventfd is, or when the output's reader has gone
};

}  // namespace wirecause
