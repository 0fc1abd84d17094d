// A bounded, deterministic sample of delays for their median and spread: every n-th of them, n doubling when it is
// full.
//
// The values kept are exact, which a histogram's are not; a copy made by a tap has one delay to the nanosecond, and
// that is what tells it from copies made by a network.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace wirecause {

class DelaySample {
 public:
  static constexpr std::size_t kCapacity = 1024;  // the 5th and 95th percentile rest on 51 values each

  void add(DurationNs delay);

  bool empty() const noexcept { return kept_.empty(); }
  DurationNs median() const { return percentile(50); }
  DurationNs spread() const { return percentile(95) - percentile(5); }  // of the middle 90 %

 private:
  DurationNs percentile(unsigned percent) const;  // nearest rank; 0 when empty

  std::vector<std::int64_t> kept_;
  std::uint64_t seen_ = 0;
  std::uint64_t stride_ = 1;
};

}  // namespace wirecause
