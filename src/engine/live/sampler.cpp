// SPDX-License-Identifier: Apache-2.0
#include "engine/live/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/live/clocks.hpp"

namespace wirecause {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

std::int64_t every(Pace pace) {
  switch (pace) {
    case Pace::fast:
      return 10 * kMillisecond;
    case Pace::second:
      return 1'000 * kMillisecond;
    case Pace::slow:
      break;
  }
  return 10'000 * kMillisecond;
}

// A read that takes longer may stall somebody (decisions, "The tool must not be the fault"). One such read may be ours that
// was preempted, three in a row not.
constexpr std::int64_t kSlowRead = 200'000;
constexpr std::uint32_t kSlowInARow = 3;

}  // namespace

Sampler::Sampler(const HostContext& context, HostBook& book) : book_(&book) {
  for (const Collector* collector : all_collectors()) {
    const Availability can = collector->can_run(context);
    const std::string what = fmt::format("collector {}", collector->id);
    if (can.state != Availability::State::full) gaps_.push_back({what, can.reason, can.remedy, ""});
    if (!can.is_usable()) continue;
    auto opened = collector->open(context);
    if (!opened) {
      gaps_.push_back({what, opened.error().message(), "", ""});
      continue;
    }
    Entry& entry = entries_.emplace_back();
    entry.collector = collector;
    entry.run = std::move(*opened);
    entry.every_ns = every(collector->pace);
  }
}

void Sampler::read(Entry& entry, TimeNs now) {
  book_->at(now);
  const std::int64_t before = monotonic_now();
  const Result<void> read = entry.run->sample(now, *book_);
  const std::int64_t took = monotonic_now() - before;
  if (!read && !entry.has_failed) {
    entry.has_failed = true;
    gaps_.push_back({fmt::format("collector {}", entry.collector->id), read.error().message(), "", ""});
  }
  entry.slow_in_a_row = took > kSlowRead ? entry.slow_in_a_row + 1 : 0;
  if (entry.slow_in_a_row != kSlowInARow || entry.every_ns >= every(Pace::slow)) return;
  entry.every_ns = every(Pace::slow);
  slowed_.push_back(fmt::format("{}: a read took {} us, now read every 10 s", entry.collector->id, took / 1'000));
}

void Sampler::sample(TimeNs now, std::int64_t monotonic_ns, bool is_quiet) {
  constexpr std::int64_t kQuiet = 100 * kMillisecond;
  for (Entry& entry : entries_) {
    if (monotonic_ns < entry.due_ns) continue;
    entry.due_ns = monotonic_ns + (is_quiet ? std::max(kQuiet, entry.every_ns) : entry.every_ns);
    read(entry, now);
  }
}

void Sampler::sample_all(TimeNs now, std::int64_t monotonic_ns) {
  for (Entry& entry : entries_) entry.due_ns = 0;
  sample(now, monotonic_ns);
}

std::vector<int> Sampler::event_descriptors() const {
  std::vector<int> descriptors;
  for (const Entry& entry : entries_) {
    if (entry.run->event_descriptor() >= 0) descriptors.push_back(entry.run->event_descriptor());
  }
  return descriptors;
}

void Sampler::sample_events(TimeNs now) {
  for (Entry& entry : entries_) {
    if (entry.run->event_descriptor() >= 0) read(entry, now);
  }
}

}  // namespace wirecause
