// Which lines carry the same feed (DESIGN D4): 32 units with the same number and the same bytes; other bytes never.
// SPDX-License-Identifier: Apache-2.0
#include "feed/pairing.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace wirecause {
namespace {

std::uint64_t content_of(std::uint64_t number) { return number * 1'000'003 + 17; }

// Both lines bring units [first, first + count); answers which unit paired them, 0 for none.
std::uint64_t bring(Pairing& pairing, std::uint64_t first, std::uint64_t count, std::uint64_t other_bytes = 0) {
  std::uint64_t paired_at = 0;
  for (std::uint64_t n = first; n < first + count; ++n) {
    EXPECT_FALSE(pairing.observe({0, 0, 1, n, content_of(n)}));
    const auto found = pairing.observe({1, 0, 1, n, content_of(n) + other_bytes});
    if (found && paired_at == 0) paired_at = n;
    EXPECT_EQ(found.value_or(0), 0U);
  }
  return paired_at;
}

TEST(Pairing, The32ndUnitWithTheSameBytesPairsTwoLinesOnce) {
  Pairing pairing;
  EXPECT_EQ(bring(pairing, 1, 31), 0U);
  EXPECT_EQ(bring(pairing, 32, 1), 32U);
  EXPECT_EQ(bring(pairing, 33, 100), 0U);
}

TEST(Pairing, TheSameNumbersWithOtherBytesAreNeverPaired) {
  Pairing pairing;
  EXPECT_EQ(bring(pairing, 1, 1'000, 1), 0U);
}

TEST(Pairing, OneUnitWithOtherBytesAmongEqualOnesForbidsThePair) {
  Pairing pairing;
  EXPECT_EQ(bring(pairing, 1, 10), 0U);
  EXPECT_EQ(bring(pairing, 11, 1, 1), 0U);
  EXPECT_EQ(bring(pairing, 12, 1'000), 0U);
}

TEST(Pairing, EqualBytesUnderOtherNumbersAreNoSign) {
  Pairing pairing;
  for (std::uint64_t n = 1; n <= 1'000; ++n) {
    EXPECT_FALSE(pairing.observe({0, 0, 1, n, 42}));
    EXPECT_FALSE(pairing.observe({1, 0, 1, n + 5'000, 42}));
  }
}

TEST(Pairing, EqualUnitsOfAnotherSessionAreNoSign) {
  Pairing pairing;
  for (std::uint64_t n = 1; n <= 1'000; ++n) {
    EXPECT_FALSE(pairing.observe({0, 1, 1, n, content_of(n)}));
    EXPECT_FALSE(pairing.observe({1, 2, 1, n, content_of(n)}));
  }
}

TEST(Pairing, ALineIsNotItsOwnSister) {
  Pairing pairing;
  for (std::uint64_t n = 1; n <= 100; ++n) {
    EXPECT_FALSE(pairing.observe({0, 0, 1, n, content_of(n)}));
    EXPECT_FALSE(pairing.observe({0, 0, 1, n, content_of(n)}));
  }
}

TEST(Pairing, ABlockCountsAsTheUnitsThatItCovers) {
  Pairing pairing;
  EXPECT_FALSE(pairing.observe({0, 0, 16, 1, 7}));
  EXPECT_FALSE(pairing.observe({1, 0, 16, 1, 7}));
  EXPECT_FALSE(pairing.observe({0, 0, 16, 17, 8}));
  EXPECT_EQ(pairing.observe({1, 0, 16, 17, 8}), LineId{0});
}

TEST(Pairing, ASisterAThousandUnitsBehindIsFound) {
  Pairing pairing;
  std::optional<LineId> found;
  for (std::uint64_t n = 1; n <= 3'000; ++n) {
    (void)pairing.observe({0, 0, 1, n, content_of(n)});
    if (n <= 1'000) continue;
    if (const auto now = pairing.observe({1, 0, 1, n - 1'000, content_of(n - 1'000)})) found = now;
  }
  EXPECT_EQ(found, LineId{0});
}

TEST(Pairing, AThirdLineFindsItsFeedToo) {
  Pairing pairing;
  EXPECT_EQ(bring(pairing, 1, 32), 32U);
  std::optional<LineId> found;
  for (std::uint64_t n = 33; n <= 70; ++n) {
    (void)pairing.observe({0, 0, 1, n, content_of(n)});
    if (const auto now = pairing.observe({2, 0, 1, n, content_of(n)})) found = now;
  }
  EXPECT_EQ(found, LineId{0});
}

// A and B seen at two points, the points closer to one another than A and B: A0 A1 B0 B1.
TEST(Pairing, ALineIsComparedWithEveryLineThatBroughtTheUnitNotWithTheLastAlone) {
  Pairing pairing;
  std::set<std::pair<LineId, LineId>> found;
  for (std::uint64_t n = 1; n <= 100; ++n) {
    for (const LineId line : {0U, 1U, 2U, 3U}) {
      if (const auto other = pairing.observe({line, 0, 1, n, content_of(n)})) found.insert({*other, line});
    }
  }
  EXPECT_EQ(found, (std::set<std::pair<LineId, LineId>>{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}}));
}

TEST(Pairing, MoreLinesThanAreRememberedForAUnitFindTheLatestOfThem) {
  Pairing pairing;
  std::optional<LineId> last;
  for (std::uint64_t n = 1; n <= 100; ++n) {
    for (LineId line = 0; line < 20; ++line) {
      const auto other = pairing.observe({line, 0, 1, n, content_of(n)});
      if (other && line == 19) last = other;
    }
  }
  EXPECT_EQ(last, LineId{18});
}

TEST(Pairing, AHashTellsOneBitAndOneByteOfLengthApart) {
  std::vector<std::byte> bytes(37, std::byte{0});
  const std::uint64_t plain = content_hash(bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = std::byte{1};
    EXPECT_NE(content_hash(bytes), plain) << "byte " << i;
    bytes[i] = std::byte{0};
  }
  bytes.push_back(std::byte{0});
  EXPECT_NE(content_hash(bytes), plain);
}

}  // namespace
}  // namespace wirecause
