// Which units of a line a dropped datagram held: by the number that the kernel read, by the framing, by count.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/live/join/drop_join.hpp"
#include "engine/live/join/run_log.hpp"

namespace wirecause {

Line* DropJoin::line_of(const Stream& stream, std::uint32_t channel) const {
  for (const ChannelLine& known : stream.lines) {
    if (known.channel == channel) return known.line;
  }
  return nullptr;
}

// Which of several channels the kernel read a number of, it cannot say; the tap has shown it on one of them.
Line* DropJoin::line_that_showed(const Stream& stream, std::uint64_t wire) const {
  if (stream.lines.size() == 1) return stream.lines.front().line;
  Line* found = nullptr;
  for (const ChannelLine& known : stream.lines) {
    const Back::Tracked tracked = back_->tracked(known.line->id);
    if (tracked.feed == nullptr) continue;
    const FeedTracker::Progress shown = tracked.feed->progress(tracked.index);
    const std::uint64_t number = tracked.feed->straight(wire);
    if (number < shown.start || number >= shown.next) continue;
    if (found != nullptr) return nullptr;
    found = known.line;
  }
  return found;
}

std::uint64_t DropJoin::units_a_datagram(LineId line) const {
  const Back::Tracked tracked = back_->tracked(line);
  if (tracked.feed == nullptr) return 1;
  const FeedTracker::Progress progress = tracked.feed->progress(tracked.index);
  return progress.packets == 0 ? 1
                               : std::max<std::uint64_t>(1, (progress.units + progress.packets / 2) / progress.packets);
}

void DropJoin::add_numbered(const Waiting& drop, const Stream& stream, std::vector<Units>& out) const {
  const Line* line = line_that_showed(stream, drop.number);
  const Back::Tracked tracked = line == nullptr ? Back::Tracked{} : back_->tracked(line->id);
  if (tracked.feed == nullptr) return;
  const std::uint64_t first = tracked.feed->straight(drop.number);
  const std::uint64_t units = std::uint64_t{drop.count} * drop.segments;
  out.push_back({line->id, first, first + units, drop.segments, true});
}

// What carries no unit (heartbeats, units that are sent again) is a datagram of its line all the same.
void DropJoin::add_run(const Run& run, const Waiting& drop, const Stream& stream, std::vector<Units>& out) const {
  const Line* line = line_of(stream, run.channel);
  const Back::Tracked tracked = line == nullptr ? Back::Tracked{} : back_->tracked(line->id);
  if (tracked.feed == nullptr) return;
  if (!run.has_number || run.kind != RunKind::data) {
    out.push_back({line->id, 0, 0, drop.segments, true});
    return;
  }
  const std::uint64_t first = tracked.feed->straight(run.first);
  const RunLog* log = run.count_is_minimum ? consumers_->runs_of(line->id) : nullptr;
  const std::optional<std::uint32_t> whole = log == nullptr ? std::nullopt : log->count_of(run.first);
  if (run.count_is_minimum && !whole) {
    out.push_back({line->id, 0, std::max<std::uint64_t>(run.count, units_a_datagram(line->id)) * drop.segments,
                   drop.segments, false});
    return;
  }
  const std::uint64_t count = std::max(run.count, whole.value_or(0));
  out.push_back({line->id, first, first + count * drop.segments, drop.segments, true});
}

// The first bytes of a datagram. How long it was, the kernel says of the first one of its flow only.
bool DropJoin::add_parsed(const Waiting& drop, const DropFlow& flow, const Stream& stream,
                          std::vector<Units>& out) const {
  constexpr std::uint32_t kLongest = 65'535;
  Datagram datagram;
  datagram.payload = {drop.payload.data(), drop.payload.size()};
  const bool is_whole = drop.payload.size() < DropProbe::kPayloadBytes && drop.payload.size() >= flow.payload_length;
  datagram.wire_length = is_whole ? static_cast<std::uint32_t>(drop.payload.size()) : kLongest;
  datagram.time = drop.time;
  datagram.source_port = flow.source_port;
  datagram.destination_port = flow.destination_port;
  datagram.is_multicast = stream.is_multicast;
  FramingState state = stream.framing_state;
  Parsed parsed;
  stream.choice->framing->parse(datagram, 0, stream.choice->config, state, parsed);
  if (parsed.outcome != DecodeOutcome::ok && parsed.outcome != DecodeOutcome::truncated) return false;
  for (const Run& run : parsed.all()) add_run(run, drop, stream, out);
  return parsed.run_count != 0;
}

// By the place that the kernel read, else by the framing over the first bytes, else by count.
void DropJoin::units_of(const Waiting& drop, const DropFlow& flow, Stream& stream, std::vector<Units>& out) const {
  if (drop.has_number) return add_numbered(drop, stream, out);
  if (!drop.payload.empty() && add_parsed(drop, flow, stream, out)) return;
  if (stream.lines.size() != 1) return;
  const LineId line = stream.lines.front().line->id;
  out.push_back({line, 0, units_a_datagram(line) * drop.segments, drop.segments, false});
}

}  // namespace wirecause
