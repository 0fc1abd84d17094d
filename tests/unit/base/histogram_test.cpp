// Oracle: the same values, sorted. The layout is HdrHistogram's for three significant digits: its own formulas are
// written out here once more, from the description in HdrHistogram's documentation.
// SPDX-License-Identifier: Apache-2.0
#include "base/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace wirecause {
namespace {

// The value at rank ceil(q * n), as HdrHistogram defines a percentile.
std::int64_t exact_quantile(const std::vector<std::int64_t>& sorted, std::size_t per_100k) {
  const std::size_t rank = (sorted.size() * per_100k + 99'999) / 100'000;
  return sorted.at(std::max<std::size_t>(rank, 1) - 1);
}

// Values of every magnitude from 1 ns to one hour.
std::vector<std::int64_t> log_uniform(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> exponent(0.0, std::log(3.6e12));
  std::vector<std::int64_t> values(n);
  for (auto& v : values) v = std::llround(std::exp(exponent(random)));
  return values;
}

TEST(Histogram, AnswersEveryQuantileWithinATenthOfAPerCentAndNeverTooLow) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<std::int64_t> values = log_uniform(1'000 + 997 * seed, seed);
    Histogram histogram;
    for (const std::int64_t v : values) histogram.record(v);
    std::sort(values.begin(), values.end());
    for (const std::size_t per_100k : {1'000U, 25'000U, 50'000U, 90'000U, 99'000U, 99'900U, 99'990U, 100'000U}) {
      const std::int64_t exact = exact_quantile(values, per_100k);
      const std::int64_t found = histogram.quantile(static_cast<double>(per_100k) / 100'000).value_or(-1);
      EXPECT_GE(found, exact) << seed << ' ' << per_100k;
      EXPECT_LE(static_cast<double>(found - exact), 1e-3 * static_cast<double>(exact)) << seed << ' ' << per_100k;
    }
  }
}

TEST(Histogram, IsExactBelowTwoMicroseconds) {
  Histogram histogram;
  for (std::int64_t v = 0; v < 2'048; ++v) histogram.record(v);
  EXPECT_EQ(histogram.quantile(0.5), 1'023);
  EXPECT_EQ(histogram.quantile(1.0), 2'047);
  EXPECT_EQ(histogram.quantile(0.0), 0);
}

TEST(Histogram, HasTheLayoutOfHdrHistogram) {
  // sub_bucket_count 2048, half 1024, unit magnitude 0: index = (bucket + 1) * 1024 + (value >> bucket) - 1024.
  EXPECT_EQ(Histogram::bucket_of(0), 0U);
  EXPECT_EQ(Histogram::bucket_of(2'047), 2'047U);
  EXPECT_EQ(Histogram::bucket_of(2'048), 2'048U);
  EXPECT_EQ(Histogram::bucket_of(2'049), 2'048U);
  EXPECT_EQ(Histogram::bucket_of(4'095), 3'071U);
  EXPECT_EQ(Histogram::bucket_of(4'096), 3'072U);
  EXPECT_EQ(Histogram::bucket_of(1'000'000), 9 * 1'024U + (1'000'000U >> 9U));  // 1 000 000 needs 20 bits: bucket 9
  EXPECT_EQ(Histogram::highest_of(2'048), 2'049);
  EXPECT_EQ(Histogram::highest_of(3'071), 4'095);
  for (std::uint32_t bucket = 1; bucket < Histogram::kBuckets; ++bucket) {
    ASSERT_EQ(Histogram::bucket_of(Histogram::highest_of(bucket)), bucket);
    ASSERT_EQ(Histogram::bucket_of(Histogram::highest_of(bucket - 1) + 1), bucket);
  }
}

TEST(Histogram, CountsWhatIsBeyondItsRangeAndKeepsTheExactMaximum) {
  Histogram histogram;
  const std::int64_t day = 86'400'000'000'000;
  histogram.record(day);
  histogram.record(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(histogram.count(), 2U);
  EXPECT_EQ(histogram.max(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(histogram.min(), day);
  EXPECT_EQ(histogram.count_in(Histogram::kBuckets - 1), 2U);
}

TEST(Histogram, CountsNegativeValuesAsZeroAndKeepsTheExactMinimum) {
  Histogram histogram;
  histogram.record(-5);
  histogram.record(7);
  EXPECT_EQ(histogram.min(), -5);
  EXPECT_EQ(histogram.count_in(0), 1U);
}

TEST(Histogram, WeighsARecordLikeThatManyRecords) {
  Histogram weighted;
  Histogram repeated;
  for (const std::int64_t v : log_uniform(500, 3)) {
    weighted.record(v, 9);
    for (int i = 0; i < 9; ++i) repeated.record(v);
  }
  EXPECT_EQ(weighted.count(), repeated.count());
  for (const double q : {0.1, 0.5, 0.9, 0.99}) EXPECT_EQ(weighted.quantile(q), repeated.quantile(q));
}

TEST(Histogram, MergesToWhatOneHistogramOfAllWouldHold) {
  const std::vector<std::int64_t> values = log_uniform(10'000, 5);
  Histogram all;
  Histogram left;
  Histogram right;
  for (std::size_t i = 0; i < values.size(); ++i) {
    all.record(values[i]);
    (i % 3 == 0 ? left : right).record(values[i]);
  }
  left.merge(right);
  left.merge(Histogram{});
  EXPECT_EQ(left.count(), all.count());
  EXPECT_EQ(left.min(), all.min());
  EXPECT_EQ(left.max(), all.max());
  for (std::uint32_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    ASSERT_EQ(left.count_in(bucket), all.count_in(bucket));
  }
}

TEST(Histogram, StaysExactWhenABucketPassesThirtyTwoBits) {
  Histogram histogram;
  for (int i = 0; i < 3; ++i) histogram.record(100, std::numeric_limits<std::uint32_t>::max());
  const std::uint64_t expected = 3ULL * std::numeric_limits<std::uint32_t>::max();
  EXPECT_EQ(histogram.count(), expected);
  EXPECT_EQ(histogram.count_in(100), expected);
  Histogram twice;
  twice.merge(histogram);
  twice.merge(histogram);
  EXPECT_EQ(twice.count_in(100), 2 * expected);
  EXPECT_EQ(twice.quantile(0.5), 100);
}

TEST(Histogram, HasNoQuantileWithoutRecords) {
  EXPECT_FALSE(Histogram{}.quantile(0.5).has_value());
  EXPECT_EQ(Histogram{}.summary().count, 0U);
  EXPECT_TRUE(Histogram{}.summary().percentiles.empty());
}

// n >= 20 / (1 - q): 40 for the median, 200 for 90 %, 2 000, 20 000, 200 000.
TEST(HistogramSummary, GivesAPercentileOnlyWithTwentyRecordsBeyondIt) {
  const auto percentiles_of = [](std::uint32_t n) {
    Histogram histogram;
    histogram.record(1'000, n);
    return histogram.summary().percentiles.size();
  };
  EXPECT_EQ(percentiles_of(39), 0U);
  EXPECT_EQ(percentiles_of(40), 1U);
  EXPECT_EQ(percentiles_of(199), 1U);
  EXPECT_EQ(percentiles_of(200), 2U);
  EXPECT_EQ(percentiles_of(1'999), 2U);
  EXPECT_EQ(percentiles_of(2'000), 3U);
  EXPECT_EQ(percentiles_of(19'999), 3U);
  EXPECT_EQ(percentiles_of(20'000), 4U);
  EXPECT_EQ(percentiles_of(199'999), 4U);
  EXPECT_EQ(percentiles_of(200'000), 5U);
}

}  // namespace
}  // namespace wirecause
