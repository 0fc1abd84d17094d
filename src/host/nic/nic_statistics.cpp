// SPDX-License-Identifier: Apache-2.0
#include "host/nic/nic_statistics.hpp"

#include <algorithm>

namespace wirecause {
namespace {

bool has_all(std::span<const std::string> names, std::span<const std::string_view> needed) {
  return std::ranges::all_of(needed,
                             [names](std::string_view name) { return std::ranges::find(names, name) != names.end(); });
}

// A sum that would leave 63 bits is none.
void add(std::optional<std::int64_t>& sum, std::uint64_t value) {
  std::int64_t total = 0;
  if (!__builtin_add_overflow(sum.value_or(0), value, &total)) sum = total;
}

}  // namespace

NicStatistics::NicStatistics(std::string_view driver, std::vector<std::string> names)
    : table_(find_driver_table(driver)), names_(std::move(names)) {
  places_.reserve(names_.size());
  for (const std::string& name : names_) {
    const DriverCounter* row = table_ == nullptr ? nullptr : find_counter(*table_, name);
    if (row != nullptr) {
      places_.push_back({Kind::known, row->counter});
    } else {
      places_.push_back({table_ == nullptr && sounds_like_a_loss(name) ? Kind::sounds_lossy : Kind::other, {}});
    }
  }
  is_complete_ = table_ != nullptr && table_->is_complete && has_all(names_, table_->needed);
}

bool NicStatistics::take(std::span<const std::uint64_t> values) {
  if (values.size() != names_.size()) return false;
  sums_ = {};
  grown_.clear();
  const bool has_before = before_.size() == values.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Place& place = places_[i];
    if (place.kind == Kind::other) continue;
    if (place.kind == Kind::known) add(sums_[static_cast<std::size_t>(place.counter)], values[i]);
    if (has_before && values[i] > before_[i] && values[i] - before_[i] <= INT64_MAX) {
      grown_.push_back({names_[i], static_cast<std::int64_t>(values[i] - before_[i]), place.kind == Kind::known});
    }
  }
  before_.assign(values.begin(), values.end());
  return true;
}

std::optional<std::int64_t> NicStatistics::lost() const {
  std::optional<std::int64_t> lost;
  for (std::size_t i = 0; i < kNicCounters; ++i) {
    if (sums_[i] && is_loss(static_cast<NicCounter>(i))) add(lost, static_cast<std::uint64_t>(*sums_[i]));
  }
  return lost;
}

std::string NicStatistics::meaning() const {
  std::string text;
  if (table_ == nullptr) return text;
  for (std::size_t counter = 0; counter < kNicCounters; ++counter) {
    std::string rows;
    for (const DriverCounter& row : table_->counters) {
      if (static_cast<std::size_t>(row.counter) != counter) continue;
      const bool is_here =
          std::ranges::any_of(names_, [&row](std::string_view name) { return matches(row.raw, name); });
      if (is_here) rows.append(rows.empty() ? "" : " + ").append(row.raw);
    }
    if (rows.empty()) continue;
    text.append(text.empty() ? "" : "; ").append(published_name(static_cast<NicCounter>(counter)));
    text.append(" = ").append(rows);
  }
  return text;
}

}  // namespace wirecause
