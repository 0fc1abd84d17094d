// Stories of pauses: when a feed that says nothing is silent, and which stamps say nothing of it
// (docs/causes/publisher_stall.md). What a rhythm is stands in silence_test.cpp.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "feed/feed_tracker.hpp"
#include "support/feed_script.hpp"

namespace wirecause {
namespace {

using test::Script;

TEST(FeedTracker, ThreeHeartbeatsThatDoNotComeAreASilence) {
  Script feed;
  feed.run(1, 100).after_us(3'500'000).run(101, 120).finish();
  ASSERT_EQ(feed.tracker().silences().size(), 1U);
  EXPECT_EQ((feed.tracker().silences()[0].to - feed.tracker().silences()[0].from).ns, 3'500'000'000);
  EXPECT_TRUE(feed.tracker().silences()[0].continued);
}

TEST(FeedTracker, OneEarlyPauseIsNoRhythmAndHidesNoSilence) {
  Script feed;
  feed.run(1, 10).after_us(4'000'000).run(11, 3'000).after_us(33'000'000).run(3'001, 3'100).finish();
  ASSERT_EQ(feed.tracker().silences().size(), 1U);
  EXPECT_EQ((feed.tracker().silences()[0].to - feed.tracker().silences()[0].from).ns, 33'000'000'000);
}

TEST(FeedTracker, EarlyPausesThatRecurAreTheRhythm) {
  Script feed;
  for (std::uint64_t n = 1; n <= 15; ++n) feed.data(n).after_us(5'000'000);
  feed.run(16, 100).after_us(4'500'000).run(101, 200).finish();
  EXPECT_TRUE(feed.tracker().silences().empty());
}

constexpr std::int64_t kFiveHoursUs = 5LL * 3'600 * 1'000'000;

TEST(FeedTracker, OneWrongStampIsNoSilenceAndHidesNone) {
  Script feed;
  feed.run(1, 1'000).at_us(kFiveHoursUs).data(1'001).at_us(10'010).run(1'002, 2'000);
  feed.after_us(33'000'000).run(2'001, 2'100);
  const FeedSummary sum = feed.finish();
  ASSERT_EQ(feed.tracker().silences().size(), 1U);
  EXPECT_EQ((feed.tracker().silences()[0].to - feed.tracker().silences()[0].from).ns, 33'000'000'000);
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_LT(sum.lines[0].last, Script::time(kFiveHoursUs));
}

TEST(FeedTracker, OneWrongStampEndsNoWaiting) {
  Script feed;
  feed.run(1, 100).data(102).data(103).at_us(kFiveHoursUs).data(105).at_us(1'100).run(106, 200).data(101).data(104);
  const FeedSummary sum = feed.run(201, 300).finish();
  EXPECT_EQ(sum.lines[0].lost, 0U);
  EXPECT_EQ(sum.lines[0].late, 2U);
}

TEST(FeedTracker, AClockThatStepsAheadAndBackIsNoSilence) {
  Script feed;
  feed.run(1, 1'000).at_us(kFiveHoursUs).run(1'001, 1'100).at_us(11'000).run(1'101, 2'000);
  feed.after_us(33'000'000).run(2'001, 2'100).finish();
  ASSERT_EQ(feed.tracker().silences().size(), 1U);
  EXPECT_EQ((feed.tracker().silences()[0].to - feed.tracker().silences()[0].from).ns, 33'000'000'000);
}

TEST(FeedTracker, AFirstStampFarAheadHidesNoSilence) {
  Script feed;
  feed.at_us(kFiveHoursUs).data(1).at_us(0).run(2, 1'000).after_us(33'000'000).run(1'001, 1'100).finish();
  ASSERT_EQ(feed.tracker().silences().size(), 1U);
}

TEST(FeedTracker, ASilenceThatOnePacketEndsIsOne) {
  Script feed;
  feed.run(1, 100).after_us(3'500'000).data(101).finish();
  ASSERT_EQ(feed.tracker().silences().size(), 1U);
  EXPECT_FALSE(feed.tracker().silences()[0].at_end);
  EXPECT_EQ(feed.tracker().last_time(), Script::time(990 + 3'500'000));
}

TEST(FeedTracker, ASilenceKnowsWhenThePacketsAroundItWereSent) {
  const Framing framing = test::numbered();
  FeedTracker feed(framing, {}, {0, Script::time(0)}, {});
  Descriptor d;
  d.count = d.messages = 1;
  d.flags = Descriptor::kFirstOfPacket;
  for (std::uint64_t n = 1; n <= 200; ++n) {
    d.first = n;
    d.time = Script::time(static_cast<std::int64_t>(n) * 1'000 + (n > 100 ? 5'000'000 : 0));
    d.sent = d.time - microseconds(30);
    feed.on(0, d);
  }
  ASSERT_EQ(feed.silences().size(), 1U);
  EXPECT_EQ((feed.silences()[0].sent_after - feed.silences()[0].sent_before).ns, 5'001'000'000);
}

TEST(FeedTracker, ASilenceThatNeverEndsIsOneToo) {
  Script feed;
  feed.run(1, 100).finish(10'000'000);
  ASSERT_EQ(feed.tracker().silences().size(), 1U);
  EXPECT_TRUE(feed.tracker().silences()[0].at_end);
}

}  // namespace
}  // namespace wirecause
