// SPDX-License-Identifier: Apache-2.0
#include "tcp/policing.hpp"

#include <gtest/gtest.h>

namespace wirecause::test {
namespace {

constexpr std::uint32_t kSegment = 1'448;
constexpr std::uint64_t kMegabit = 1'000'000;

// 8 Mbit/s are 1000 bytes a millisecond.
struct Bucket {
  tcp::Policing policing;
  std::int64_t ms = 0;
  tcp::Offset at = 0;

  void empty_after(std::int64_t milliseconds_later, tcp::Offset bytes, bool queued = false) {
    ms += milliseconds_later;
    at += bytes;
    policing.loss(TimeNs{ms * 1'000'000}, at, kSegment, queued);
  }
};

TEST(Policing, EveryIntervalFitsOneRateAndBurstsWentFaster) {
  Bucket bucket;
  for (const std::int64_t ms : {0, 100, 250, 80, 300, 120}) bucket.empty_after(ms, ms * 1'000);
  const auto seen = bucket.policing.summary(50 * kMegabit);
  EXPECT_TRUE(seen.is_policed);
  EXPECT_EQ(seen.intervals, 5U);
  EXPECT_EQ(seen.rate, 8 * kMegabit);
  EXPECT_EQ(seen.spread, 0U);
}

// A queue in front of a slow link gives one rate, too, and never more.
TEST(Policing, AFullQueueGivesNothingFasterThanItsRate) {
  Bucket bucket;
  for (const std::int64_t ms : {0, 100, 250, 80, 300, 120}) bucket.empty_after(ms, ms * 1'000);
  EXPECT_FALSE(bucket.policing.summary(8 * kMegabit).is_policed);
}

TEST(Policing, RoundTripsThatGrewBeforeTheLossesAreAQueue) {
  Bucket bucket;
  for (const std::int64_t ms : {0, 100, 250, 80, 300, 120}) bucket.empty_after(ms, ms * 1'000, true);
  EXPECT_FALSE(bucket.policing.summary(50 * kMegabit).is_policed);
}

TEST(Policing, ChanceLossesFitNoRate) {
  Bucket bucket;
  bucket.empty_after(0, 0);
  for (const tcp::Offset bytes : {100'000, 300'000, 180'000, 90'000, 400'000}) bucket.empty_after(200, bytes);
  const auto seen = bucket.policing.summary(50 * kMegabit);
  EXPECT_FALSE(seen.is_policed);
  EXPECT_GT(seen.spread, 400U);
}

TEST(Policing, TwoLossesTogetherAreOneEmptyBucket) {
  Bucket bucket;
  bucket.empty_after(0, 0);
  bucket.empty_after(1, 2 * kSegment);
  bucket.empty_after(99, 100'000 - 2 * kSegment);
  EXPECT_EQ(bucket.policing.summary(0).intervals, 1U);
  EXPECT_EQ(bucket.policing.summary(0).rate, 8 * kMegabit);
}

TEST(Policing, SaysNothingOfFewLosses) {
  Bucket bucket;
  for (int i = 0; i < 3; ++i) bucket.empty_after(100, 100'000);
  EXPECT_FALSE(bucket.policing.summary(50 * kMegabit).is_policed);
}

}  // namespace
}  // namespace wirecause::test
