// SPDX-License-Identifier: Apache-2.0
#include "engine/back.hpp"

#include <algorithm>
#include <utility>

namespace wirecause {

void Back::apply(const Batch& batch) {
  std::size_t next = 0;
  for (const FeedCommand& command : batch.commands) {
    for (; next < command.before; ++next) apply(batch.runs[next]);
    apply(command);
  }
  for (; next < batch.runs.size(); ++next) apply(batch.runs[next]);
}

void Back::apply(const FeedCommand& command) {
  if (command.kind == FeedCommand::Kind::pair) {
    pair(command.line, command.other);
    return;
  }
  if (slots_.size() <= command.line) slots_.resize(command.line + 1);
  Slot& slot = slots_[command.line];
  slot.group = command.group;
  if (command.is_recovery) {
    slot.recovery = std::make_unique<RecoveryLine>();
    slot.recovery->line = command.line;
    slot.recovery->group = command.group;
    return;
  }
  feeds_.push_back(std::make_unique<FeedTracker>(*command.framing, command.config, command.origin, options_));
  slot.feed = feeds_.back().get();
}

void Back::apply(const Descriptor& d) {
  Slot& slot = slots_[d.line];
  if (slot.recovery || d.kind == RunKind::retransmission) [[unlikely]] {
    retransmit(slot, d);
    return;
  }
  slot.feed->on(slot.index, d);
}

// Sent again: to the feed of its own line where that misses it, else to the first feed of the group that does.
void Back::retransmit(Slot& slot, const Descriptor& d) {
  const bool brings_units = d.kind == RunKind::data || d.kind == RunKind::retransmission;
  FeedTracker* target = nullptr;
  if (brings_units && slot.feed != nullptr && slot.feed->misses(d)) target = slot.feed;
  for (const auto& feed : feeds_) {
    if (target != nullptr || !brings_units) break;
    if (feed && group_of(*feed) == slot.group && feed->misses(d)) target = feed.get();
  }
  if (slot.feed != nullptr && (target == nullptr || target == slot.feed)) {
    slot.feed->on(slot.index, d);
    return;
  }
  if (!slot.recovery) {
    slot.recovery = std::make_unique<RecoveryLine>();
    slot.recovery->line = d.line;
    slot.recovery->group = slot.group;
  }
  RecoveryLine& line = *slot.recovery;
  if (d.is(Descriptor::kFirstOfPacket)) ++line.packets;
  if (!brings_units) return;
  line.units += d.count;
  if (target == nullptr) return;
  line.brought += target->retransmitted(d);
  line.served = target;
}

void Back::pair(LineId a, LineId b) {
  if (slots_[a].feed == nullptr || slots_[b].feed == nullptr || slots_[a].feed == slots_[b].feed) return;
  FeedTracker* keeps = slots_[std::min(a, b)].feed;
  FeedTracker* joins = slots_[std::max(a, b)].feed;
  const auto offset = static_cast<std::uint32_t>(keeps->line_count());
  for (std::size_t i = 0; i < joins->line_count(); ++i) {
    Slot& slot = slots_[joins->line_id(i)];
    slot.feed = keeps;
    slot.index = offset + static_cast<std::uint32_t>(i);
  }
  for (Slot& slot : slots_) {
    if (slot.recovery && slot.recovery->served == joins) slot.recovery->served = keeps;
  }
  keeps->absorb(std::move(*joins));
  std::erase_if(feeds_, [joins](const auto& feed) { return feed.get() == joins; });
}

void Back::finish(TimeNs end) {
  for (const auto& feed : feeds_) feed->finish(end);
}

std::vector<FeedTracker*> Back::feeds() {
  std::vector<FeedTracker*> all;
  for (const auto& feed : feeds_) all.push_back(feed.get());
  std::sort(all.begin(), all.end(), [](const FeedTracker* a, const FeedTracker* b) { return a->line_id(0) < b->line_id(0); });
  return all;
}

std::vector<RecoveryLine> Back::recovery_lines() const {
  std::vector<RecoveryLine> lines;
  for (const Slot& slot : slots_) {
    if (!slot.recovery) continue;
    lines.push_back(*slot.recovery);
    if (slot.recovery->served != nullptr) lines.back().served_line = slot.recovery->served->line_id(0);
  }
  return lines;
}

}  // namespace wirecause
