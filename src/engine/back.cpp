// SPDX-License-Identifier: Apache-2.0
#include "engine/back.hpp"

#include <algorithm>
#include <utility>

namespace wirecause {

Back::Back(const Back& other) : options_(other.options_), slots_(other.slots_) {
  for (const auto& feed : other.feeds_) feeds_.push_back(std::make_unique<FeedTracker>(*feed));
  const auto copy_of = [&](FeedTracker* original) -> FeedTracker* {
    for (std::size_t i = 0; i < feeds_.size(); ++i) {
      if (other.feeds_[i].get() == original) return feeds_[i].get();
    }
    return nullptr;
  };
  for (Slot& slot : slots_) {
    slot.feed = copy_of(slot.feed);
    if (slot.recovery) slot.recovery->served = copy_of(slot.recovery->served);
  }
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
    slot.role = Role::recovery;
    return;
  }
  feeds_.push_back(std::make_unique<FeedTracker>(*command.framing, command.config, command.origin, options_));
  slot.feed = feeds_.back().get();
}

inline void Back::apply(const Descriptor& d) {
  Slot& slot = slots_[d.line];
  if (slot.role == Role::line && d.kind != RunKind::retransmission) [[likely]] {
    slot.feed->on(slot.index, d);
  } else {
    unusual(slot, d);
  }
}

void Back::apply(const Batch& batch) {
  std::size_t next = 0;
  const std::span<const Descriptor> runs = batch.runs();
  for (const FeedCommand& command : batch.commands()) {
    for (; next < command.before; ++next) apply(runs[next]);
    apply(command);
  }
  for (const Descriptor& d : runs.subspan(next)) apply(d);
  connections_.apply(batch.arrivals());
}

void Back::unusual(Slot& slot, const Descriptor& d) {
  if (slot.role == Role::recovery || d.kind == RunKind::retransmission) {
    retransmit(slot, d);
  } else {
    decide(slot, d);
  }
}

// A new line that brings only what another feed of its group misses may be one on which lost units are sent again.
void Back::decide(Slot& slot, const Descriptor& d) {
  if (d.kind != RunKind::data || missing_feed(slot, d, true) == nullptr) {
    become_line(slot);
    slot.feed->on(slot.index, d);
    return;
  }
  slot.held.push_back(d);
  if (slot.held.size() == kHeldForRecovery) become_recovery(slot);
}

void Back::become_line(Slot& slot) {
  slot.role = Role::line;
  for (const Descriptor& held : std::exchange(slot.held, {})) slot.feed->on(slot.index, held);
}

void Back::become_recovery(Slot& slot) {
  slot.role = Role::recovery;
  drop(std::exchange(slot.feed, nullptr));
  for (const Descriptor& held : std::exchange(slot.held, {})) retransmit(slot, held);
}

FeedTracker* Back::missing_feed(const Slot& slot, const Descriptor& d, bool all) const {
  if (slot.role == Role::line && slot.feed->misses(d)) return slot.feed;
  for (const auto& feed : feeds_) {
    if (feed.get() == slot.feed || group_of(*feed) != slot.group) continue;
    if (all ? feed->misses_all(d) : feed->misses(d)) return feed.get();
  }
  return nullptr;
}

// Sent again: to the feed of its own line where that misses it, else to the first feed of the group that does.
void Back::retransmit(Slot& slot, const Descriptor& d) {
  const bool brings_units = d.kind == RunKind::data || d.kind == RunKind::retransmission;
  FeedTracker* target = brings_units ? missing_feed(slot, d, false) : nullptr;
  if (slot.role == Role::line && (target == nullptr || target == slot.feed)) {
    slot.feed->on(slot.index, d);
    return;
  }
  if (!slot.recovery) {
    slot.recovery.emplace();
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

void Back::drop(const FeedTracker* feed) {
  std::erase_if(feeds_, [feed](const auto& owned) { return owned.get() == feed; });
}

void Back::pair(LineId a, LineId b) {
  for (const LineId id : {a, b}) {
    if (slots_[id].role == Role::undecided) become_line(slots_[id]);
  }
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
  drop(joins);
}

void Back::finish(TimeNs end) {
  for (Slot& slot : slots_) {
    // Undecided to the end: it brought only what was missing, or only marked what it sent again.
    if (slot.role == Role::undecided && (!slot.held.empty() || slot.recovery)) become_recovery(slot);
  }
  for (const auto& feed : feeds_) feed->finish(end);
}

std::vector<FeedTracker*> Back::feeds() {
  std::vector<FeedTracker*> all;
  for (const auto& feed : feeds_) all.push_back(feed.get());
  std::sort(all.begin(), all.end(),
            [](const FeedTracker* a, const FeedTracker* b) { return a->line_id(0) < b->line_id(0); });
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
