// A high-dynamic-range histogram of nanoseconds, in HdrHistogram's layout: three significant digits from 1 ns to 73
// min.
//
// Trackers record into it per packet (one writer, no allocation, about 2 ns); reports read a HistogramSummary. Values
// above the range are counted in the last bucket and negative ones as 0, but `max` and `min` stay what was recorded.
// What a negative figure means (a clock, not a latency) is the caller's to decide before recording.
//
// Layout: 2 048 linear sub-buckets below 2 048 ns, then 1 024 an octave. A bucket's width is at most 1/1024 of its
// values; a quantile answers with the highest value of its bucket, so it is never better than the truth and at most
// 0.098 % worse.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace wirecause {

struct HistogramSummary {
  std::uint64_t count = 0;
  std::int64_t min_ns = 0;
  std::int64_t max_ns = 0;
  struct Percentile {
    double q = 0;  // 0.5, 0.9, 0.99, 0.999, 0.9999; only with n >= 20 / (1 - q)
    std::int64_t ns = 0;
  };
  std::vector<Percentile> percentiles;
};

class Histogram {
 public:
  // One octave is one page of 32-bit counters and untouched pages cost nothing, so a histogram of the usual ten to
  // fifteen octaves holds 40 to 60 KiB of its 132 KiB.
  Histogram();
  // Copies touch only the buckets between the smallest and the largest record.
  Histogram(const Histogram& other);
  Histogram& operator=(const Histogram&) = delete;
  Histogram(Histogram&&) noexcept = default;
  Histogram& operator=(Histogram&&) noexcept = default;
  ~Histogram() = default;

  [[gnu::always_inline]] void record(std::int64_t ns, std::uint32_t weight = 1) noexcept {
    std::uint32_t& count = counts_[bucket_of(ns)];
    if (__builtin_add_overflow(count, weight, &count)) [[unlikely]]
      carry(bucket_of(ns), 1);
    count_ += weight;
    if (ns < min_) [[unlikely]]
      min_ = ns;
    if (ns > max_) [[unlikely]]
      max_ = ns;
  }

  // Adds everything the other one holds; the same result in any order.
  void merge(const Histogram& other);

  std::uint64_t count() const noexcept { return count_; }
  std::int64_t min() const noexcept { return count_ == 0 ? 0 : min_; }
  std::int64_t max() const noexcept { return count_ == 0 ? 0 : max_; }

  // The value that a share `q` (0 to 1, taken to a millionth) of the records does not exceed; nothing when empty.
  std::optional<std::int64_t> quantile(double q) const;

  // Count, min, max and those of the percentiles 50, 90, 99, 99.9, 99.99 for which there are enough records.
  HistogramSummary summary() const;

  // For exporters and tests: the bucket of a value, and the highest value that falls into a bucket.
  static constexpr std::uint32_t kBuckets = 33 * 1'024;
  [[gnu::always_inline]] static constexpr std::uint32_t bucket_of(std::int64_t ns) noexcept {
    auto value = static_cast<std::uint64_t>(ns);
    if (value > kHighest) [[unlikely]]
      value = ns < 0 ? 0 : kHighest;
    const auto octave = static_cast<std::uint32_t>(std::bit_width(value | (kSubBuckets - 1))) - kSubBucketBits;
    return (octave << (kSubBucketBits - 1)) + static_cast<std::uint32_t>(value >> octave);
  }
  static constexpr std::int64_t highest_of(std::uint32_t bucket) noexcept {
    if (bucket < kSubBuckets) return bucket;
    const std::uint32_t octave = (bucket >> (kSubBucketBits - 1)) - 1;
    const std::uint64_t sub = bucket - (octave << (kSubBucketBits - 1));
    return static_cast<std::int64_t>(((sub + 1) << octave) - 1);
  }
  std::uint64_t count_in(std::uint32_t bucket) const;

 private:
  static constexpr std::uint32_t kSubBucketBits = 11;  // 2 048 > 2 * 10^3: three significant digits
  static constexpr std::uint64_t kSubBuckets = 1U << kSubBucketBits;
  static constexpr std::uint64_t kHighest = (std::uint64_t{1} << 42U) - 1;  // 4 398 s

  // A 32-bit counter wrapped: remembered apart, because it takes four thousand million records of one value.
  struct Carry {
    std::uint32_t bucket = 0;
    std::uint64_t times = 0;
  };
  struct Free {
    void operator()(std::uint32_t* p) const noexcept { std::free(p); }  // NOLINT: pairs with calloc
  };
  void carry(std::uint32_t bucket, std::uint64_t times) noexcept;

  std::unique_ptr<std::uint32_t[], Free> counts_;
  std::vector<Carry> carries_;
  std::uint64_t count_ = 0;
  std::int64_t min_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace wirecause
