// SPDX-License-Identifier: Apache-2.0
#include "capture/live/live_merge.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace wirecause {
namespace {

constexpr TimeNs kForEver{std::numeric_limits<std::int64_t>::max()};

constexpr DurationNs kLongestWait = seconds(1);  // no source needs more, whose clock is ours

TimeNs earlier(TimeNs a, TimeNs b) { return a < b ? a : b; }

// Up to when an empty source has brought everything.
TimeNs known_until(const LiveSource& source, TimeNs now) { return later(source.watermark(now), now - kLongestWait); }

}  // namespace

LiveMerge::LiveMerge(std::vector<std::unique_ptr<LiveSource>> sources) {
  inputs_.resize(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    inputs_[i].source = std::move(sources[i]);
    if (sources.size() > 1) inputs_[i].views.resize(kViewsAhead);
  }
}

std::size_t LiveMerge::next_batch(std::span<PacketView> out, TimeNs now) {
  if (inputs_.empty() || out.empty()) return 0;
  if (inputs_.size() == 1) return pass_through(inputs_.front(), out);
  for (Input& input : inputs_) {
    if (input.is_empty()) refill(input);
  }
  // What a source holds already comes after the earliest head, and so does what it will bring behind that.
  TimeNs until = kForEver;
  for (const Input& input : inputs_) {
    if (input.is_empty()) until = earlier(until, known_until(*input.source, now));
  }
  std::size_t filled = 0;
  while (filled < out.size()) {
    Input* const head = earliest();
    if (head == nullptr || (head->turn >= until && head->turn <= now + kLongestWait)) break;
    const PacketView& packet = out[filled++] = head->views[head->next++];
    if (packet.time != kNoTime) head->last = packet.time;
    // What comes next of it is not known before it is refilled, which would void the views of this batch.
    if (head->is_empty()) break;
    head->turn = later(head->turn, head->views[head->next].time);
  }
  return filled;
}

std::size_t LiveMerge::pass_through(Input& only, std::span<PacketView> out) {
  const std::size_t got = only.source->next_batch(out);
  const auto packets = out.first(got);
  const auto found =
      std::find_if(packets.rbegin(), packets.rend(), [](const PacketView& p) { return p.time != kNoTime; });
  if (found != packets.rend()) only.last = found->time;
  return got;
}

void LiveMerge::refill(Input& input) {
  input.next = 0;
  input.held = input.source->next_batch(input.views);
  if (!input.is_empty()) input.turn = later(input.turn, input.views.front().time);
}

LiveMerge::Input* LiveMerge::earliest() {
  Input* found = nullptr;
  for (Input& input : inputs_) {
    if (!input.is_empty() && (found == nullptr || input.turn < found->turn)) found = &input;
  }
  return found;
}

TimeNs LiveMerge::watermark(TimeNs now) const {
  if (inputs_.empty()) return kNoTime;
  TimeNs until = kForEver;
  for (const Input& input : inputs_) {
    until = earlier(until, input.is_empty() ? known_until(*input.source, now) : input.turn);
  }
  return until;
}

}  // namespace wirecause
