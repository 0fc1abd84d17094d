// A run that ends while drops go on: only those are of it whose units the tap has shown, and the counters with them.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/live_report.hpp"

namespace wirecause::test {
namespace {

constexpr std::uint64_t kReader = 7;

class Ending : public ::testing::Test {
 protected:
  void SetUp() override {
    lab.socket({.cookie = kReader, .local = "239.1.1.1"});
    lab.joins(kReader).owned_by(kReader, 2'435, "feedhandler").discover(true).mold_run(1, 20).discover();
    flow = lab.flow({.socket = kReader});
  }
  // 1 us after the newest packet: drops of the lab are stamped 10 us after it.
  void end() {
    lab.probe.refresh_counts();
    lab.joined().end_at(lab.newest() + microseconds(1), lab.probe);
  }
  void settle() {
    lab.join(true);
    lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
    lab.join(true);
  }
  LiveLab lab;
  std::uint32_t flow = 0;
};

TEST_F(Ending, WhatIsDroppedLaterAndWasNotShownIsLeftOut) {
  lab.drop_at(lab.newest()).drop(flow, 11);
  lab.join();
  end();
  lab.drop_at(lab.newest() + milliseconds(1)).drop(flow, 21).drop(flow, 22);
  settle();
  EXPECT_EQ(lab.dropped(kReader).units(), 1U);
  EXPECT_TRUE(lab.dropped(kReader).is_by_number()) << "nothing is told by count";
  EXPECT_EQ(lab.joined().unjoined().of_lines, 0U);
}

// The packet was seen just before the end, and its drop is stamped just after.
TEST_F(Ending, WhatTheTapHasShownIsOfTheRunWhenItIsDroppedLater) {
  end();
  lab.drop(flow, 20);
  settle();
  EXPECT_EQ(lab.dropped(kReader).units(), 1U);
}

TEST_F(Ending, WhatTheRingDidNotHoldIsCountedUpToTheEnd) {
  lab.probe.count_only(flow, 3);
  end();
  lab.probe.count_only(flow, 5);
  lab.drop_at(lab.newest() + milliseconds(1)).drop(flow, 21);
  lab.probe.refresh_counts();
  settle();
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 3U);
}

// Four drops by the end, of which the last is seen after it; two later ones are in the counter that is read then.
TEST_F(Ending, TheSocketsCounterIsTakenBackToTheEnd) {
  lab.drop_at(lab.newest());
  for (const std::uint64_t number : {11U, 12U, 13U}) lab.drop(flow, number);
  lab.join();
  end();
  lab.drop_at(lab.newest() + microseconds(10)).drop(flow, 20);
  lab.drop_at(lab.newest() + milliseconds(1)).drop(flow, 21).drop(flow, 22);
  lab.socket_of(kReader).drops = 5;
  lab.probe.refresh_counts();
  const DropJoin::SocketEvents seen(lab.probe);
  lab.consumers.sample(lab.newest(), 0);
  settle();
  lab.joined().take_back_counters(seen, seen, lab.probe);
  const ConsumerSummary before = LabReporter(lab).report().consumer(kReader);
  EXPECT_EQ(before.socket_events, 4U);
  EXPECT_EQ(before.socket_drops, 3U) << "six drops were seen and five counted: still one less";

  lab.socket_of(kReader).drops = 6;
  lab.consumers.sample(lab.newest(), 0);
  lab.joined().take_back_counters(seen, seen, lab.probe);
  const ConsumerSummary sum = LabReporter(lab).report().consumer(kReader);
  EXPECT_EQ(sum.socket_drops, 4U);
  EXPECT_EQ(sum.socket_events, 4U);
}

// 21 to 30 came after the end: the reader took all of them but 25, which its filter refused.
TEST_F(Ending, WhatWasReadBeyondTheEndIsNotOfTheRun) {
  lab.drop_at(lab.newest()).drop(flow, 11);
  lab.join();
  end();
  lab.drop_at(lab.newest() + milliseconds(1)).drop(flow, 25);
  ReaderCounts& counts = lab.readers.counts[kReader];
  counts.datagrams = counts.units.emplace(19 + 9);
  counts.first_number = 1;
  counts.next_number = 31;
  lab.consumers.sample(lab.newest(), 0);
  settle();
  const ConsumerSummary sum = LabReporter(lab).report().consumer(kReader);
  EXPECT_EQ(sum.expected, 20U);
  EXPECT_EQ(sum.read, 19U);
  EXPECT_EQ(sum.unexplained, 0);
}

}  // namespace
}  // namespace wirecause::test
