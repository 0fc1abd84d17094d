// SPDX-License-Identifier: Apache-2.0
#include "evidence/sample_history.hpp"

#include <algorithm>
#include <functional>

namespace wirecause {
namespace {

// Nothing where the values are so far apart that 64 bits do not hold it: no counter grows like that.
std::optional<std::int64_t> growth(std::int64_t from, std::int64_t to) {
  std::int64_t grown = 0;
  if (__builtin_sub_overflow(to, from, &grown)) return std::nullopt;
  return grown;
}

}  // namespace

std::size_t SampleHistory::KeyHash::operator()(const Key& key) const noexcept {
  const std::size_t subject = (std::size_t{key.subject.id} << 8U) | static_cast<std::size_t>(key.subject.kind);
  return std::hash<std::string_view>{}(key.name) ^ (subject * 0x9E3779B97F4A7C15ULL);
}

void SampleHistory::set_baseline(TimeNs start, TimeNs taken) {
  baseline_from_ = start;
  baseline_taken_ = taken;
}

void SampleHistory::add(std::string_view name, Subject subject, TimeNs time, std::int64_t value) {
  Series* series = series_of({name, subject}, time, value);
  if (series == nullptr) return;
  if (time < series->last.time) {
    ++backward_;
    time = series->last.time;
  }
  if (value != series->last.value) {
    if (value < series->last.value) ++series->falls;
    while (!changes_.empty() && (changes_.size() >= kMaxChanges || time - changes_.front().time > kKept)) {
      forget_oldest();
    }
    const std::uint64_t number = forgotten_ + changes_.size();
    changes_.push_back({time, value, series->newest, static_cast<std::uint32_t>(series - series_.data())});
    series->newest = number;
  }
  series->last = {time, value};
}

SampleHistory::Series* SampleHistory::series_of(const Key& key, TimeNs time, std::int64_t value) {
  if (const auto found = index_.find(key); found != index_.end()) return &series_[found->second];
  if (series_.size() >= kMaxSeries) {
    ++refused_;
    return nullptr;
  }
  index_.emplace(key, static_cast<std::uint32_t>(series_.size()));
  if (std::ranges::find(names_, key.name) == names_.end()) names_.push_back(key.name);
  Series& series = series_.emplace_back();
  series.key = key;
  series.base = series.last = {time, value};
  return &series;
}

// The oldest change of all is also the oldest of its series: its value becomes what the series starts from.
void SampleHistory::forget_oldest() {
  const Change& oldest = changes_.front();
  Series& series = series_[oldest.series];
  series.base = {oldest.time, oldest.value};
  series.base_was_first = false;
  if (series.newest == forgotten_) series.newest = kNone;
  changes_.pop_front();
  ++forgotten_;
}

const SampleHistory::Series* SampleHistory::find(std::string_view name, Subject subject) const {
  const auto found = index_.find({name, subject});
  return found == index_.end() ? nullptr : &series_[found->second];
}

// nullptr: the end of a chain, or no longer kept.
const SampleHistory::Change* SampleHistory::change(std::uint64_t number) const {
  if (number == kNone || number < forgotten_) return nullptr;
  return &changes_[number - forgotten_];
}

// What the series is known to have been at a time before all of its kept changes.
std::optional<std::int64_t> SampleHistory::known_since(const Series& series, TimeNs time) const {
  if (time >= series.base.time) return series.base.value;
  const bool is_baseline = series.base_was_first && baseline_taken_ != kNoTime && series.base.time <= baseline_taken_;
  if (is_baseline && time >= baseline_from_) return series.base.value;
  return std::nullopt;
}

std::optional<std::int64_t> SampleHistory::value_at(std::string_view name, Subject subject, TimeNs time) const {
  const Series* series = find(name, subject);
  if (series == nullptr) return std::nullopt;
  for (const Change* at = change(series->newest); at != nullptr; at = change(at->before)) {
    if (at->time <= time) return at->value;
  }
  return known_since(*series, time);
}

std::optional<std::int64_t> SampleHistory::increase(std::string_view name, Subject subject, TimeNs from,
                                                    TimeNs to) const {
  const Series* series = find(name, subject);
  if (series == nullptr || to < from || series->last.time < from) return std::nullopt;
  std::optional<std::int64_t> end;  // value at `to`
  std::int64_t later = 0;           // value of the change after the one looked at, within (from, to]
  const auto step = [&end, &later](std::int64_t value) {
    const bool fell = end && later < value;
    if (!end) end = value;
    later = value;
    return !fell;
  };
  for (const Change* at = change(series->newest); at != nullptr; at = change(at->before)) {
    if (at->time > to) continue;
    if (!step(at->value)) return std::nullopt;
    if (at->time <= from) return growth(at->value, *end);
  }
  const auto start = known_since(*series, from);
  if (!start || !step(*start)) return std::nullopt;
  return growth(*start, *end);
}

std::optional<SampleHistory::Reading> SampleHistory::last(std::string_view name, Subject subject) const {
  const Series* series = find(name, subject);
  return series == nullptr ? std::nullopt : std::optional(series->last);
}

std::vector<SampleHistory::Reading> SampleHistory::changes(std::string_view name, Subject subject, TimeNs from,
                                                           TimeNs to, std::size_t most) const {
  std::vector<Reading> found;
  const Series* series = find(name, subject);
  if (series == nullptr) return found;
  for (const Change* at = change(series->newest); at != nullptr && at->time > from; at = change(at->before)) {
    if (at->time > to) continue;
    if (found.size() == most) break;
    found.push_back({at->time, at->value});
  }
  std::ranges::reverse(found);
  return found;
}

std::vector<Subject> SampleHistory::subjects(std::string_view name) const {
  std::vector<Subject> found;
  for (const Series& series : series_) {
    if (series.key.name == name) found.push_back(series.key.subject);
  }
  std::ranges::sort(found);
  return found;
}

std::uint64_t SampleHistory::falls(std::string_view name, Subject subject) const {
  const Series* series = find(name, subject);
  return series == nullptr ? 0 : series->falls;
}

}  // namespace wirecause
