// From the settled tracker to plain data for reports.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "feed/feed_tracker.hpp"

namespace wirecause {
namespace {

std::string line_letter(std::size_t index) {
  std::string letters;
  for (std::size_t n = index + 1; n > 0; n = (n - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (n - 1) % 26));
  return letters;
}

}  // namespace

std::uint64_t FeedTracker::evicted() const {
  std::uint64_t sum = evicted_;
  for (const auto& line : lines_) sum += line->bursts.left_early();
  return sum;
}

std::uint64_t FeedTracker::suppressed() const { return suppressed_ + book_.merged() + book_.spans_dropped(); }

FeedSummary FeedTracker::summary(std::span<const std::uint32_t> order) const {
  FeedSummary feed;
  feed.protocol = framing_->id;
  feed.unit = unit_;
  feed.epochs = epochs_total_;
  feed.arbitrated = settled_;
  feed.arbitrated.gaps = lost_gaps_;
  for (std::size_t position = 0; position < order.size(); ++position) {
    feed.lines.push_back(line_summary(order[position]));
    feed.lines.back().name = line_letter(position);
  }
  add_leads(feed, order);
  return feed;
}

LineSummary FeedTracker::line_summary(std::uint32_t index) const {
  const Line& line = *lines_[index];
  LineSummary sum = settled_lines_[index];
  sum.packets = line.bursts.totals().packets;
  sum.messages = line.bursts.totals().messages;
  sum.bytes = line.bursts.totals().bytes;
  sum.heartbeats = line.heartbeats;
  sum.unsequenced = line.unsequenced;
  sum.retransmissions = line.retransmissions;
  sum.resets = line.resets;
  sum.out_of_range_packets = line.out_of_range_packets;
  if (framing_->counts_messages && unit_ == SequenceUnit::message) sum.messages_lost = sum.lost;
  sum.first = line.first;
  sum.last = line.last;
  sum.gaps = line.gaps;
  sum.bursts = line.bursts.peaks();
  sum.inter_arrival = line.inter_arrival.summary();
  return sum;
}

void FeedTracker::add_leads(FeedSummary& feed, std::span<const std::uint32_t> order) const {
  const auto lag_of = [&](std::size_t position) { return lines_[order[position]]->lag.get(); };
  const auto lags = [&](std::size_t position) { return lag_of(position) == nullptr ? 0 : lag_of(position)->count(); };
  // Who lagged more seldom, among the units that were compared: what only one line brought, in an outage of the other, says
  // nothing. Of more than two lines, with whom each was compared is not known: then in parts of what it brought.
  const auto is_ahead = [&](std::size_t a, std::size_t b) {
    if (order.size() == 2) return lags(a) < lags(b);
    const auto part = [&](std::size_t i) {
      const auto brought = static_cast<double>(lines_[order[i]]->led + lags(i));
      return brought == 0 ? 1.0 : static_cast<double>(lags(i)) / brought;
    };
    return part(a) < part(b);
  };
  std::size_t leader = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (is_ahead(i, leader)) leader = i;
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == leader || lags(i) == 0) continue;
    LeadSummary lead;
    lead.leader = feed.lines[leader].name;
    lead.follower = feed.lines[i].name;
    lead.lead = lag_of(i)->summary();
    // Of more than two lines each lag is against whoever was first: what the leader lags is not this follower's lead.
    if (order.size() == 2 && lag_of(leader) != nullptr) lead.lag = lag_of(leader)->summary();
    lead.led = lead.lead.count;
    lead.compared = lead.lead.count + lead.lag.count;
    feed.leads.push_back(std::move(lead));
  }
}

FeedTracker::Progress FeedTracker::progress(std::size_t index) const {
  const Line& line = *lines_[index];
  Progress progress;
  progress.packets = line.bursts.totals().packets;
  progress.expected = settled_lines_[index].expected;
  progress.units = settled_lines_[index].expected - settled_lines_[index].lost;
  for (const FeedEpoch& epoch : epochs_) {
    const LineEpoch& at = epoch.lines[index];
    progress.expected += at.started ? at.expected() : 0;
    progress.units += at.seen;
  }
  if (!epochs_.empty()) {
    const FeedEpoch& epoch = epochs_[line.epoch];
    progress.start = epoch.lines[index].start;
    progress.next = epoch.lines[index].next;
    progress.session = epoch.session;
  }
  progress.epoch = epochs_total_;
  return progress;
}

}  // namespace wirecause
