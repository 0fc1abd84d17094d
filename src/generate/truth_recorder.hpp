// Takes down what happened to one feed, then works out the truth of it. make_feeds calls it for every packet that the
// feed publishes and every one that reaches the file.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "generate/line.hpp"
#include "generate/truth.hpp"

namespace wirecause::generate {

// A packet in the file. Units are counted from 0 in their epoch.
struct Seen {
  TimeNs stamp;
  std::uint64_t unit = 0;
  std::uint32_t units = 0;
  std::uint32_t messages = 0;
  std::uint32_t epoch = 0;
  PublishedKind kind = PublishedKind::data;
};

struct Epoch {
  std::uint64_t start = 0;  // wire number of unit 0
  std::uint64_t units = 0;
};

class TruthRecorder {
 public:
  TruthRecorder(const FeedPlan& plan, bool wants_truth);

  void published(const Published& published);
  void seen(std::uint32_t line, const Published& published, TimeNs stamp);
  void capture_copy(std::uint32_t line, const Published& published);

  // Fills counts, fates and gaps of `out`, whose lines are already named. `first` and `last` are the file's stamps.
  void finish(TimeNs first, TimeNs last, FeedTruth& out) const;

 private:
  const FeedPlan& plan_;
  bool wants_truth_;
  std::vector<Epoch> epochs_;
  std::uint64_t data_packets_ = 0;
  std::vector<std::vector<Seen>> lines_;  // in the order of the file
  std::vector<Seen> retransmitted_;
  std::vector<std::uint64_t> copies_;  // units, a line
};

}  // namespace wirecause::generate
