// Whose loss dropped units are: a consumer's, the line's before the tap, or nobody's here.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "engine/live/join/drop_join.hpp"

namespace wirecause {
namespace {

bool is_at_socket(Checkpoint at) { return at == Checkpoint::socket || at == Checkpoint::read; }

// Whether or not the kernel named it. Where a filter wants the checksum, UDP verifies it for each socket.
bool is_of_one_socket(const DropFlow& flow) {
  constexpr std::array<std::string_view, 2> kForASocket{"udp_queue_rcv", "udpv6_queue_rcv"};
  return is_at_socket(flow.place) || std::ranges::any_of(kForASocket, [&](std::string_view function) {
           return std::string_view(flow.symbol).starts_with(function);
         });
}

}  // namespace

// The tap saw what was dropped behind it. A number that it has not shown is forged, or of numbers that have begun again
// since; one from before its first is of before this run.
std::optional<DropJoin::Units> DropJoin::shown_of(const Units& units, const FeedTracker::Progress& shown) const {
  constexpr std::uint64_t kFirstEpoch = 1;
  Units cut = units;
  if (!units.has_number || units.count() == 0) return cut;
  const bool is_of_another_epoch = units.first >= shown.next || (units.end <= shown.start && shown.epoch > kFirstEpoch);
  if (is_of_another_epoch) {
    return Units{units.line, 0, units_a_datagram(units.line) * units.segments, units.segments, false};
  }
  cut.first = std::max(units.first, shown.start);
  cut.end = std::min(units.end, shown.next);
  return cut.first < cut.end ? std::optional(cut) : std::nullopt;
}

// Beyond the bound an episode more is none: its units go to the one before it at its place.
std::uint64_t DropJoin::put(DroppedUnits& to, const Units& units, DroppedUnits::Datagrams dropped) {
  const std::size_t episodes = to.episodes().size();
  const std::uint64_t merged = to.merged();
  dropped.may_begin = episodes_ < kMaxEpisodes;
  const std::uint64_t added = put_units(to, units, dropped);
  episodes_ += to.episodes().size() - episodes;
  merged_ += to.merged() - merged;
  return added;
}

std::uint64_t DropJoin::put_units(DroppedUnits& to, const Units& units, const DroppedUnits::Datagrams& dropped) {
  if (to.is_full()) to.settle();
  if (!units.has_number) {
    to.by_count(dropped, units.count());
    return units.count();
  }
  if (units.count() != 0) return to.by_number(dropped, units.first, units.end);
  to.without_units(dropped);
  return 0;
}

// Before a socket was known, what it was to get is known only of what was dropped.
void DropJoin::give_to(Consumer& consumer, const Units& units, const DroppedUnits::Datagrams& dropped) {
  const Back::Tracked tracked = back_->tracked(units.line);
  if (tracked.feed == nullptr) return;
  const FeedTracker::Progress shown = tracked.feed->progress(tracked.index);
  // Numbers of an earlier epoch mean nothing any more: what is known of them is a sum.
  if (shown.epoch != consumer.epoch) consumer.dropped.settle();
  consumer.epoch = shown.epoch;
  const auto cut = shown_of(units, shown);
  if (!cut) return;
  const bool came_late = consumer.since.packets != 0;
  if (!cut->has_number || !came_late || consumer.since.epoch != shown.epoch || cut->first >= consumer.since.next) {
    const std::uint64_t added = put(consumer.dropped, *cut, dropped);
    if (!cut->has_number && came_late && dropped.time <= consumer.seen_at) consumer.dropped_before_since += added;
    return;
  }
  Units before = *cut;
  before.end = std::min(cut->end, consumer.since.next);
  consumer.dropped_before_since += put(consumer.dropped, before, dropped);
  if (before.end == cut->end) return;
  Units since = *cut;
  since.first = before.end;
  DroppedUnits::Datagrams same = dropped;
  same.datagrams = 0;
  put(consumer.dropped, since, same);
}

// What the tap did not see may be ahead of what it has shown. The numbers of an earlier epoch stay: holes of then are
// still to be explained.
void DropJoin::give_before_tap(ByEpoch& to, const Units& units, const DroppedUnits::Datagrams& dropped) {
  constexpr std::size_t kMaxEpochs = 8;  // of a line
  const Back::Tracked tracked = back_->tracked(units.line);
  if (tracked.feed == nullptr) return;
  const std::uint64_t epoch = tracked.feed->progress(tracked.index).epoch;
  put(to[{units.line, epoch}], units, dropped);
  const auto oldest = to.lower_bound({units.line, 0});
  const auto beyond = to.upper_bound({units.line, epoch});
  if (static_cast<std::size_t>(std::distance(oldest, beyond)) <= kMaxEpochs) return;
  episodes_ -= oldest->second.episodes().size();
  to.erase(oldest);
}

void DropJoin::give_to_line(const Units& units, const DroppedUnits::Datagrams& dropped) {
  const Back::Tracked tracked = back_->tracked(units.line);
  if (tracked.feed == nullptr) return;
  const FeedTracker::Progress shown = tracked.feed->progress(tracked.index);
  DroppedUnits& unread = unread_[units.line];
  if (std::exchange(unread_epochs_[units.line], shown.epoch) != shown.epoch) unread.settle();
  if (const auto cut = shown_of(units, shown)) put(unread, *cut, dropped);
}

// To the socket that the event names, or that its own counter chooses; before there is one, to everybody who waits for the
// line; of a line that nobody waits for, to itself.
void DropJoin::give(const Units& units, const DroppedUnits::Datagrams& dropped, const DropFlow& flow) {
  if (!is_ours(flow)) {
    // What a socket of another namespace loses is its own affair.
    if (flow.netns != 0 && !is_at_socket(flow.place)) give_before_tap(elsewhere_, units, dropped);
    if (flow.netns == 0) unjoined_.of_lines += dropped.datagrams;  // perhaps ours
    return;
  }
  at_[{units.line, flow.place}] += dropped.datagrams;
  if (is_before_tap(flow.place)) return give_before_tap(before_tap_, units, dropped);
  const bool names_socket = flow.socket.cookie != 0 || flow.socket.inode != 0;
  if (const WatchedSocket* socket = socket_of(flow); socket != nullptr || names_socket) {
    // Of a socket that nobody knows, or that is no reader of the line as far as anybody can tell: not the others' loss.
    const auto id = socket == nullptr ? std::nullopt : consumers_->of(*socket, units.line);
    if (id) return give_to(consumers_->consumer(*id), units, dropped);
    unjoined_.of_lines += dropped.datagrams;
    return;
  }
  const std::vector<std::uint32_t> readers = consumers_->present_readers(units.line);
  if (readers.empty()) return give_to_line(units, dropped);
  if (is_of_one_socket(flow)) {
    unnamed_[units.line].push_back({units, dropped});
    ++unnamed_count_;
    return;
  }
  for (const std::uint32_t id : readers) give_to(consumers_->consumer(id), units, dropped);
}

}  // namespace wirecause
