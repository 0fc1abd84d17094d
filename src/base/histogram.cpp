// SPDX-License-Identifier: Apache-2.0
#include "base/histogram.hpp"

#include <array>
#include <cmath>

#include "base/check.hpp"

namespace wirecause {
namespace {

constexpr std::uint64_t kMillion = 1'000'000;

// A percentile that fewer than twenty records exceed says more about luck than the feed (decisions, "Rules of the domain").
constexpr std::uint64_t kRecordsBeyond = 20;

// Quantiles in millionths: integers, so that every machine finds the same rank.
constexpr std::array<std::uint64_t, 5> kReported{500'000, 900'000, 990'000, 999'000, 999'900};

// ceil(n * millionths / 1 000 000) without leaving 64 bits; at least 1.
std::uint64_t rank_of(std::uint64_t n, std::uint64_t millionths) {
  const std::uint64_t whole = n / kMillion * millionths;
  const std::uint64_t part = (n % kMillion * millionths + kMillion - 1) / kMillion;
  return std::max<std::uint64_t>(whole + part, 1);
}

bool has_enough(std::uint64_t n, std::uint64_t millionths) {
  return n >= (kRecordsBeyond * kMillion) / (kMillion - millionths);
}

std::uint64_t to_millionths(double q) {
  if (!(q > 0)) return 0;
  return q >= 1 ? kMillion : static_cast<std::uint64_t>(std::llround(q * static_cast<double>(kMillion)));
}

}  // namespace

Histogram::Histogram()
    // calloc, because it hands out fresh pages untouched; value-initialising would write all of them.
    : counts_(static_cast<std::uint32_t*>(std::calloc(kBuckets, sizeof(std::uint32_t)))) {
  WC_CHECK(counts_ != nullptr, "out of memory for a histogram");
}

Histogram::Histogram(const Histogram& other) : Histogram() {
  if (other.count_ != 0) {
    const std::uint32_t first = bucket_of(other.min_);
    const std::uint32_t last = bucket_of(other.max_);
    std::copy(&other.counts_[first], &other.counts_[last] + 1, &counts_[first]);
  }
  carries_ = other.carries_;
  count_ = other.count_;
  min_ = other.min_;
  max_ = other.max_;
}

void Histogram::carry(std::uint32_t bucket, std::uint64_t times) noexcept {
  const auto same = [bucket](const Carry& c) { return c.bucket == bucket; };
  const auto found = std::find_if(carries_.begin(), carries_.end(), same);
  if (found != carries_.end()) {
    found->times += times;
  } else {
    carries_.push_back({bucket, times});
  }
}

std::uint64_t Histogram::count_in(std::uint32_t bucket) const {
  std::uint64_t count = counts_[bucket];
  for (const Carry& c : carries_) {
    if (c.bucket == bucket) count += c.times << 32U;
  }
  return count;
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  const std::uint32_t last = bucket_of(other.max_);
  for (std::uint32_t bucket = bucket_of(other.min_); bucket <= last; ++bucket) {
    const std::uint64_t more = other.count_in(bucket);
    if (more == 0) continue;
    const std::uint64_t sum = counts_[bucket] + more;
    counts_[bucket] = static_cast<std::uint32_t>(sum);
    if ((sum >> 32U) != 0) carry(bucket, sum >> 32U);
  }
  count_ += other.count_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

std::optional<std::int64_t> Histogram::quantile(double q) const {
  if (count_ == 0) return std::nullopt;
  std::uint64_t left = rank_of(count_, to_millionths(q));
  for (std::uint32_t bucket = bucket_of(min_); bucket < kBuckets - 1; ++bucket) {
    const std::uint64_t here = count_in(bucket);
    if (here >= left) return std::clamp(highest_of(bucket), min_, max_);
    left -= here;
  }
  return max_;
}

HistogramSummary Histogram::summary() const {
  HistogramSummary out{count_, min(), max(), {}};
  for (const std::uint64_t millionths : kReported) {
    if (!has_enough(count_, millionths)) break;
    const double q = static_cast<double>(millionths) / static_cast<double>(kMillion);
    out.percentiles.push_back({q, quantile(q).value_or(0)});
  }
  return out;
}

}  // namespace wirecause
