// --from and --to: an instant, or a time of day on the UTC day of the first packet. The feed below begins at 14:30:00
// UTC and brings a message every 10 us for 10 ms.
// SPDX-License-Identifier: Apache-2.0
#include "engine/time_window.hpp"

#include <gtest/gtest.h>

#include "support/made_analysis.hpp"

namespace wirecause {
namespace {

using test::feed_of;
using test::make;

constexpr TimeNs kStart = generate::CapturePlan{}.start;
constexpr std::int64_t kStartOfDayNs = 14LL * 3'600'000'000'000 + 30LL * 60'000'000'000;

AnalysisResult analysed(std::optional<TimeBound> from, std::optional<TimeBound> to) {
  const generate::Made made = make(feed_of(1'000));
  AnalysisOptions options;
  options.from = from;
  options.to = to;
  return test::analyse(made.bytes, options);
}

std::uint64_t followed(const AnalysisResult& result) {
  std::uint64_t packets = 0;
  for (const FeedSummary& feed : result.feeds) {
    for (const LineSummary& line : feed.lines) packets += line.packets;
  }
  return packets;
}

TEST(FromTo, WithoutBoundsNothingIsFiltered) {
  const AnalysisResult result = analysed({}, {});
  EXPECT_EQ(result.inputs.at(0).filtered_packets, 0U);
  EXPECT_EQ(followed(result), 2'000U);
}

TEST(FromTo, WhatLiesOutsideIsCountedAndNotFollowed) {
  const AnalysisResult result =
      analysed(TimeBound{kStart + milliseconds(2), false}, TimeBound{kStart + milliseconds(6), false});
  EXPECT_GT(result.inputs.at(0).filtered_packets, 1'100U);
  EXPECT_LT(result.inputs.at(0).filtered_packets, 1'300U);
  EXPECT_EQ(result.inputs[0].filtered_packets + followed(result), 2'000U);
  EXPECT_EQ(result.feeds.at(0).arbitrated.lost, 0U);
  test::expect_sums_meet(result);
}

TEST(FromTo, ATimeOfDayIsOnTheDayOfTheFirstPacket) {
  const AnalysisResult instant = analysed(TimeBound{kStart + milliseconds(5), false}, {});
  const AnalysisResult of_day = analysed(TimeBound{TimeNs{kStartOfDayNs} + milliseconds(5), true}, {});
  EXPECT_EQ(of_day.inputs.at(0).filtered_packets, instant.inputs.at(0).filtered_packets);
  EXPECT_GT(of_day.inputs[0].filtered_packets, 0U);
}

TEST(FromTo, AWindowWithoutAPacketHasNoFeed) {
  const AnalysisResult result = analysed(TimeBound{kStart + seconds(60), false}, {});
  EXPECT_EQ(result.inputs.at(0).filtered_packets, 2'000U);
  EXPECT_TRUE(result.feeds.empty());
}

TimeBound of_day(DurationNs after_midnight) { return {TimeNs{after_midnight.ns}, true}; }

TEST(FromTo, AnEndBeforeTheBeginningOrTheFirstPacketIsOnTheNextDay) {
  EXPECT_EQ(analysed({}, of_day(seconds(60))).inputs.at(0).filtered_packets, 0U);
  EXPECT_EQ(analysed(of_day(seconds(14 * 3'600)), of_day(seconds(60))).inputs.at(0).filtered_packets, 0U);
  EXPECT_EQ(analysed(TimeBound{kStart, false}, of_day(seconds(60))).inputs.at(0).filtered_packets, 0U);
}

TEST(FromTo, AWindowBeforeTheFirstPacketIsOnTheNextDay) {
  AnalysisOptions options;
  options.from = of_day(seconds(300));
  options.to = of_day(seconds(600));
  const TimeNs midnight = kStart - DurationNs{kStartOfDayNs};
  fix_window(options, kStart);
  EXPECT_EQ(options.from->time, midnight + seconds(86'400 + 300));
  EXPECT_EQ(options.to->time, midnight + seconds(86'400 + 600));
}

// An hour before is a mistake to be told of, not a wish for tomorrow.
TEST(FromTo, AWindowThatEndsShortlyBeforeTheFirstPacketStaysThere) {
  AnalysisOptions options;
  options.from = of_day(seconds(12 * 3'600));
  options.to = of_day(seconds(13 * 3'600 + 1'800));
  const TimeNs midnight = kStart - DurationNs{kStartOfDayNs};
  fix_window(options, kStart);
  EXPECT_EQ(options.from->time, midnight + seconds(12 * 3'600));
  EXPECT_EQ(options.to->time, midnight + seconds(13 * 3'600 + 1'800));
  EXPECT_EQ(analysed(of_day(seconds(12 * 3'600)), of_day(seconds(13 * 3'600))).inputs.at(0).filtered_packets, 2'000U);
}

}  // namespace
}  // namespace wirecause
