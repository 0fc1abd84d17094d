// The captures of one run, by number: what an engine asks of its inputs beside their packets.
//
// Files merged by time (merge.hpp) and live sources merged by time (live/live_merge.hpp) are both one. Asked once an
// input or once a point, never once a packet.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "base/time.hpp"
#include "capture/source.hpp"

namespace wirecause {

class CaptureSet {
 public:
  virtual ~CaptureSet() = default;

  virtual std::size_t inputs() const = 0;
  virtual const CaptureSource& source(std::size_t input) const = 0;
  // Whether the input had delivered its last packet before the batch that is being looked at began.
  virtual bool has_ended(std::size_t input) const = 0;
  // Of the stamped packets delivered so far, in the order of the input; kNoTime before the first.
  virtual TimeNs last_time(std::size_t input) const = 0;
};

}  // namespace wirecause
