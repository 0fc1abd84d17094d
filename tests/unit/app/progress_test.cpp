// SPDX-License-Identifier: Apache-2.0
#include "app/progress.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

TimeNs fake_now{};  // the clock of a Progress is a plain function, so its time is a global of the test
TimeNs now() { return fake_now; }

constexpr RunProgress kHalf{.bytes_done = 2'000'000'000, .bytes_total = 4'000'000'000, .packets = 30'000'000};

// 30 million packets in 5 s are 6 million a second; the second half takes as long as the first.
TEST(ProgressLine, SaysBytesPercentRateAndTimeLeft) {
  EXPECT_EQ(progress_line(kHalf, seconds(5), 100), "2.0 GB of 4.0 GB  50 %  6.0 M packets/s  0:05 left");
}

TEST(ProgressLine, SaysHoursWhereThereAreSome) {
  EXPECT_EQ(progress_line(kHalf, seconds(4000), 100), "2.0 GB of 4.0 GB  50 %  7.5 k packets/s  1:06:40 left");
}

TEST(ProgressLine, ClaimsNoEndOfAStream) {
  EXPECT_EQ(progress_line({.bytes_done = 999, .bytes_total = 0, .packets = 10}, seconds(1), 100),
            "999 B  10 packets/s");
}

TEST(ProgressLine, SurvivesNothingDoneAndNoTime) {
  EXPECT_EQ(progress_line({.bytes_done = 0, .bytes_total = 1000, .packets = 0}, nanoseconds(0), 100),
            "0 B of 1.0 kB  0 %  0 packets/s");
}

TEST(ProgressLine, IsCutAtTheWidth) { EXPECT_EQ(progress_line(kHalf, seconds(5), 6), "2.0 GB"); }

TEST(Progress, IsQuietForTwoSecondsAndThenRedrawsFiveTimesASecond) {
  fake_now = {0};
  Progress progress(true, 100, &now);
  fake_now = fake_now + milliseconds(1999);
  progress.update(kHalf);
  EXPECT_EQ(progress.shown_line(), "");
  fake_now = fake_now + milliseconds(1);
  progress.update(kHalf);
  const std::string first = progress.shown_line();
  EXPECT_NE(first, "");
  fake_now = fake_now + milliseconds(199);
  progress.update({});
  EXPECT_EQ(progress.shown_line(), first);
  fake_now = fake_now + milliseconds(1);
  progress.update({});
  EXPECT_NE(progress.shown_line(), first);
  progress.clear();
  EXPECT_EQ(progress.shown_line(), "");
}

TEST(Progress, IsSilentWhereThereIsNoTerminal) {
  fake_now = {0};
  Progress progress(false, 100, &now);
  fake_now = fake_now + seconds(60);
  progress.update(kHalf);
  EXPECT_EQ(progress.shown_line(), "");
}

}  // namespace
}  // namespace wirecause
