// Wraps (docs/protocols): Cboe and OPRA go on at 1 after the highest 32-bit number, RTP at 0 after 65535, Mold never
// wraps.
// SPDX-License-Identifier: Apache-2.0
#include "feed/number_line.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

constexpr NumberSpace kRtp{0, 0xffff};
constexpr NumberSpace kCboe{1, 0xffff'ffff};
constexpr NumberSpace kMold{};

TEST(NumberLine, ASpaceThatDoesNotWrapIsItsOwnStraightLine) {
  const NumberLine line(kMold);
  EXPECT_FALSE(line.wraps());
  EXPECT_EQ(line.start_at(7), 7U);
  EXPECT_EQ(line.near(~std::uint64_t{0}, 5), ~std::uint64_t{0});
  EXPECT_EQ(line.wire(123), 123U);
}

TEST(NumberLine, After65535Comes0) {
  const NumberLine line(kRtp);
  const std::uint64_t last = line.start_at(65'535);
  EXPECT_EQ(line.near(0, last), last + 1);
  EXPECT_EQ(line.wire(last + 1), 0U);
}

TEST(NumberLine, AfterTheHighestNumberOfCboeComes1AndNever0) {
  const NumberLine line(kCboe);
  const std::uint64_t last = line.start_at(0xffff'ffff);
  EXPECT_EQ(line.near(1, last), last + 1);
  EXPECT_EQ(line.wire(last), 0xffff'ffffU);
  EXPECT_EQ(line.wire(last + 1), 1U);
  EXPECT_EQ(line.lap(), 0xffff'ffffU);
}

TEST(NumberLine, ANumberBelowTheVeryFirstOneDoesNotUnderflow) {
  const NumberLine line(kRtp);
  const std::uint64_t start = line.start_at(0);
  EXPECT_EQ(line.near(65'535, start), start - 1);
  EXPECT_EQ(line.wire(start - 1), 65'535U);
}

TEST(NumberLine, TheNearestOfAllLapsIsMeant) {
  const NumberLine line(kRtp);
  const std::uint64_t reference = line.start_at(100) + 5 * line.lap();
  EXPECT_EQ(line.near(110, reference), reference + 10);
  EXPECT_EQ(line.near(90, reference), reference - 10);
  EXPECT_EQ(line.near(65'530, reference), reference - 106);
}

TEST(NumberLine, EveryWireNumberOfANarrowSpaceComesBackUnchanged) {
  const NumberLine line(kRtp);
  for (std::uint64_t wire = 0; wire <= 0xffff; ++wire) {
    ASSERT_EQ(line.wire(line.start_at(wire)), wire);
    ASSERT_EQ(line.wire(line.near(wire, line.start_at(30'000))), wire);
  }
}

TEST(NumberLine, ANumberOutsideTheSpaceLandsInsideIt) {
  const NumberLine line(kCboe);
  for (const std::uint64_t hostile : {std::uint64_t{0}, std::uint64_t{1} << 40U, ~std::uint64_t{0}}) {
    const std::uint64_t wire = line.wire(line.near(hostile, line.start_at(500)));
    EXPECT_GE(wire, kCboe.first);
    EXPECT_LE(wire, kCboe.last);
  }
}

}  // namespace
}  // namespace wirecause
