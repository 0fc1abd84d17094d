// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

TEST(Time, DifferencesAndSumsKeepNanoseconds) {
  const TimeNs open{1'704'205'800'000'000'001};
  EXPECT_EQ(open + nanoseconds(1) - open, nanoseconds(1));
  EXPECT_EQ(open - seconds(1), TimeNs{1'704'205'799'000'000'001});
  EXPECT_EQ(milliseconds(1) + microseconds(1), nanoseconds(1'001'000));
  EXPECT_EQ(seconds(1) - milliseconds(1), milliseconds(999));
}

TEST(Time, SaturatesInsteadOfOverflowing) {
  EXPECT_EQ(TimeNs{kMost} + nanoseconds(1), TimeNs{kMost});
  EXPECT_EQ(TimeNs{-kMost} - nanoseconds(10), TimeNs{-kMost});
  EXPECT_EQ(TimeNs{kMost} - TimeNs{-kMost}, nanoseconds(kMost));
  EXPECT_EQ(TimeNs{-kMost} - TimeNs{kMost}, nanoseconds(-kMost));
}

TEST(Time, ASaturatedTimeIsNeverTakenForNoTime) {
  EXPECT_NE(TimeNs{-kMost} - seconds(1), kNoTime);
  EXPECT_NE(TimeNs{-kMost} + nanoseconds(-10), kNoTime);
}

}  // namespace
}  // namespace wirecause
