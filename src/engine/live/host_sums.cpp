// Consumers and the path, added up (DESIGN D2): measured or absent, never the remainder.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <tuple>

#include "diagnose/sums.hpp"
#include "engine/live/host_evidence.hpp"

namespace wirecause {
namespace {

void add_dropped(ConsumerSummary& sum, const std::string& place, std::uint64_t units, std::uint64_t datagrams,
                 bool is_by_number) {
  for (DroppedAt& known : sum.dropped) {
    if (known.place != place) continue;
    known.units += units;
    known.datagrams += datagrams;
    known.is_by_number = known.is_by_number && is_by_number;
    return;
  }
  sum.dropped.push_back({place, units, datagrams, is_by_number});
}

std::uint64_t dropped_units(const ConsumerSummary& sum) {
  std::uint64_t units = 0;
  for (const DroppedAt& at : sum.dropped) units += at.units;
  return units;
}

std::uint64_t datagrams_in(std::span<const EarlyLog::Entry> log) {
  return static_cast<std::uint64_t>(std::ranges::count_if(log, &EarlyLog::Entry::begins_datagram));
}

std::uint64_t units_in(std::span<const EarlyLog::Entry> log) {
  std::uint64_t units = 0;
  for (const EarlyLog::Entry& entry : log) units += entry.count;
  return units;
}

// Why reads were not measured.
constexpr std::string_view kNotFollowed = "the numbers of its line are not followed";
constexpr std::string_view kBypass = "what a kernel bypass reads is invisible here";

// Of a socket whose reads this run cannot lay to a line; empty: it can, as far as the socket goes.
std::string why_unread(const WatchedSocket& socket, bool reads_were_missed) {
  if (!socket.reads) return "no program in the kernel watches its reads";
  if (socket.consumers.size() > 1) {
    return fmt::format("its socket reads {} lines: of which of them a datagram was is not known at the read",
                       socket.consumers.size());
  }
  return reads_were_missed ? "there were too many reads to count them before the first drop" : "";
}

}  // namespace

// Datagrams that were read before the program in the kernel knew where their numbers stand, in the order in which the tap
// saw them: the last so many of those before the first number. Nothing: the log does not reach so far. More than the log
// holds were read of what waited when this run began; where the tap dropped packets or the numbers began again (not
// `saw_all`), that may be anything.
std::optional<std::uint64_t> HostEvidence::read_early(const Consumer& consumer, std::uint64_t from, std::uint64_t until,
                                                      bool saw_all) const {
  const WatchedSocket& socket = run_.consumers->sockets()[consumer.socket];
  std::uint64_t left = socket.reads->datagrams_without_number;
  if (left == 0) return 0;
  const Back::Tracked tracked = run_.back->tracked(consumer.line);
  const FeedTracker& feed = *tracked.feed;
  const auto log = run_.early->of(consumer.line);
  // The log ended before the numbers were followed: what was read since is not in it.
  const bool reaches = !log.empty() && feed.straight(log.back().first) + log.back().count >= until;
  // Sessions that are over had numbers of their own, which the log does not set apart: where all of it was read they need not be.
  if (feed.progress(tracked.index).epoch > 0 && reaches && left == datagrams_in(log)) return units_in(log);
  std::uint64_t units = 0;
  for (std::size_t i = log.size(); i-- > 0 && left > 0;) {
    const std::uint64_t first = feed.straight(log[i].first);
    const bool was_read = first >= from && first + log[i].count <= until && !consumer.dropped.contains(first);
    if (!was_read) continue;
    units += log[i].count;
    left -= log[i].begins_datagram ? 1U : 0U;
  }
  return left == 0 || (reaches && saw_all) ? std::optional(units) : std::nullopt;
}

// By number: the units that the reader took, cut to what this run saw of the line. What lies between the last number read
// and the last one seen waits in the queue, unless the queue is empty.
void HostEvidence::set_read_and_queued(ConsumerSummary& sum, const Consumer& consumer, bool saw_all) const {
  const WatchedSocket& socket = run_.consumers->sockets()[consumer.socket];
  if (socket.now.queue_bytes == 0 && !socket.is_gone) sum.queued = 0;
  sum.read_unknown = why_unread(socket, run_.reads_were_missed);
  if (!sum.read_unknown.empty()) return;
  // What the kernel counted as read is of all that came to the socket.
  if (!run_.consumers->hears_only(socket, consumer.line)) {
    sum.read_unknown = "others send to its group and port, too: the kernel counts reads by destination";
    return;
  }
  const ReaderCounts& reads = *socket.reads;
  if (reads.datagrams == 0) {
    sum.read = 0;
    return;
  }
  const Back::Tracked tracked = run_.back->tracked(consumer.line);
  if (tracked.feed == nullptr) {
    sum.read_unknown = kNotFollowed;
    return;
  }
  // Of a socket that was closed, until then: what waited in it then was never read.
  const FeedTracker::Progress shown = consumer.until ? *consumer.until : tracked.feed->progress(tracked.index);
  const std::uint64_t from = std::max(shown.start, consumer.since.next);
  const bool has_numbers = reads.units && reads.first_number && reads.next_number;
  const std::uint64_t first = has_numbers ? tracked.feed->straight(*reads.first_number) : shown.next;
  const auto early = read_early(consumer, from, first, saw_all);
  if (!early) {
    sum.read_unknown = fmt::format("{} of its datagrams were read before the kernel was told where their numbers stand",
                                   reads.datagrams_without_number);
    return;
  }
  if (!has_numbers) {
    sum.read = early;
    return;
  }
  const std::uint64_t next = tracked.feed->straight(*reads.next_number);
  std::uint64_t units = *reads.units;
  if (first < from) units -= std::min(units, std::min(from, next) - first);
  // Of what lies beyond the end of the run it has read what was not dropped there.
  if (const std::uint64_t beyond = std::max(shown.next, first); next > beyond) {
    units -= std::min(units, next - beyond - consumer.dropped_after_end.overlap(beyond, next));
  }
  sum.read = units + *early;
  if (sum.queued || next >= shown.next) {
    sum.queued = 0;
    return;
  }
  std::uint64_t waiting = shown.next - next - consumer.dropped.overlap(next, shown.next);
  if (const auto holes = holes_.find(consumer.line); holes != holes_.end()) {
    for (const auto& [hole, end] : holes->second) {
      const std::uint64_t a = std::max(hole, next);
      const std::uint64_t b = std::min(end, shown.next);
      if (a < b) waiting -= std::min(waiting, b - a);
    }
  }
  sum.queued = waiting;
}

HostEvidence::Owed HostEvidence::owed_to(const Consumer& consumer, const LineSummary& line) {
  const std::uint64_t expected =
      consumer.until ? consumer.until->expected : line.expected - std::min(line.expected, line.tail_unknown);
  const std::uint64_t lost = consumer.until ? consumer.until->expected - consumer.until->units : line.lost;
  const std::uint64_t lost_since = consumer.since.expected - consumer.since.units;
  Owed owed;
  owed.expected = expected - std::min(expected, consumer.since.expected) + consumer.dropped_before_since;
  owed.lost_before = std::min(owed.expected, lost - std::min(lost, lost_since));
  return owed;
}

ConsumerSummary HostEvidence::sum_of(std::uint32_t id, const AnalysisResult& result) const {
  const Consumer& consumer = run_.consumers->consumer(id);
  const WatchedSocket& socket = run_.consumers->sockets()[consumer.socket];
  const Line& line = run_.front->lines().at(consumer.line);
  const std::uint64_t tap_drops = result.inputs[input_of(*run_.front, line)].dropped.value_or(0);
  bool began_again = false;
  std::uint64_t carried = 0;  // units that what the tap dropped would hold at this line's average
  ConsumerSummary sum;
  sum.id = id;
  sum.group = line.key.group.text();
  sum.port = line.key.port;
  sum.kind = socket.kind;
  sum.detail = socket.detail;
  sum.seen = socket.kind != ConsumerKind::bypass;
  sum.cookie = socket.now.cookie;
  if (!socket.owners.empty()) {
    sum.owner = socket.owners.front().command;
    sum.pid = socket.owners.front().pid;
    sum.fd = socket.owners.front().fd;
  }
  if (const Place* at = place_of(consumer.line)) {
    const LineSummary& seen = result.feeds[at->feed->id].lines[at->position];
    sum.feed = at->feed->name;
    sum.line = seen.name;
    began_again = seen.resets != 0;
    const std::uint64_t units = seen.expected - std::min(seen.expected, seen.lost);
    if (seen.packets != 0) carried = std::max(tap_drops, capped_product(tap_drops, units) / seen.packets + 1);
    const Owed owed = owed_to(consumer, seen);
    sum.expected = owed.expected;
    sum.lost_before = owed.lost_before;
  }
  if (!sum.seen) {
    sum.read_unknown = kBypass;
    return sum;
  }
  if (run_.join->undivided().contains(consumer.socket)) {
    sum.dropped_unknown =
        fmt::format("its socket reads {} lines: which of them lost, its counter does not say", socket.consumers.size());
  }
  std::map<std::uint32_t, DroppedAt> by_place;
  for (const DropEpisode& ended : consumer.dropped.episodes()) {
    DroppedAt& at = by_place[ended.place];
    at.units += ended.units();
    at.datagrams += ended.datagrams;
    at.is_by_number = at.is_by_number && ended.by_count == 0;
  }
  for (const auto& [place, at] : by_place) {
    add_dropped(sum, text(run_.join->places().at(place)), at.units, at.datagrams, at.is_by_number);
  }
  std::sort(sum.dropped.begin(), sum.dropped.end(),
            [](const DroppedAt& a, const DroppedAt& b) { return a.units > b.units; });
  if (is_derived_unserved(consumer)) {
    sum.dropped.push_back({"udp: not joined (ip_mc_sf_allow)", sum.expected - sum.lost_before, 0, false});
  }
  set_read_and_queued(sum, consumer, tap_drops == 0 && !began_again);
  sum.socket_drops = socket.now.drops - std::min(socket.now.drops, socket.drops_before);
  if (run_.probe != nullptr) {
    const std::uint64_t events = events_->of(socket.now);
    sum.socket_events = events - std::min(events, socket.events_before);
  }
  // What this tool's own tap dropped may have reached the reader all the same: missing here, not before this host.
  if (tap_drops != 0 && !(sum.read && sum.queued)) sum.lost_before -= std::min(sum.lost_before, carried);
  if (sum.read && sum.queued) {
    const std::uint64_t here = *sum.read + *sum.queued + dropped_units(sum);
    if (tap_drops != 0) sum.lost_before = std::min(sum.lost_before, sum.expected - std::min(sum.expected, here));
    const std::uint64_t explained = *sum.read + *sum.queued + dropped_units(sum) + sum.lost_before;
    if (explained <= sum.expected) {
      sum.unexplained = static_cast<std::int64_t>(sum.expected - explained);
    } else {
      sum.read.reset();
      sum.read_unknown = "more was read than there was of its line: other datagrams, too";
    }
  }
  return sum;
}

ConsumerSummary HostEvidence::bypass_row(const BypassProcess& process) const {
  ConsumerSummary sum;
  sum.kind = ConsumerKind::bypass;
  sum.owner = process.command;
  sum.pid = process.pid;
  sum.detail = process.stack + " (" + process.evidence + ")";
  sum.seen = false;
  sum.read_unknown = kBypass;
  return sum;
}

void HostEvidence::add_path(AnalysisResult& result) const {
  for (const auto& feed : result.feeds) {
    std::uint64_t packets = 0;
    std::map<Checkpoint, std::uint64_t> dropped;
    std::uint64_t reads = 0;
    bool reads_are_known = false;
    std::uint64_t tap_drops = 0;
    std::set<std::uint32_t> inputs;
    for (const auto& [id, at] : places_) {
      if (at.feed->name != feed.name) continue;
      packets += feed.lines[at.position].packets;
      inputs.insert(input_of(*run_.front, run_.front->lines().at(id)));
      for (const Checkpoint place : kCheckpoints) {
        dropped[place] += run_.join->datagrams_at(id, place);
      }
      for (const std::uint32_t consumer : run_.consumers->of_line(id)) {
        const WatchedSocket& socket = run_.consumers->sockets()[run_.consumers->consumer(consumer).socket];
        if (!socket.reads || socket.consumers.front() != consumer) continue;  // a socket of several lines once
        reads += socket.reads->datagrams;
        reads_are_known = true;
      }
    }
    for (const std::uint32_t input : inputs) {
      tap_drops += result.inputs[input].dropped.value_or(0);
    }
    std::uint64_t going_on = packets;
    for (const Checkpoint place : kCheckpoints) {
      PathPoint point;
      point.at = place;
      point.feed = feed.name;
      if (place == Checkpoint::tap) {
        point.passed = packets;
        point.dropped = tap_drops;
        point.how = Obtained::counted;
        point.source = "tap";
        for (const std::uint32_t input : inputs) point.source += " " + (*run_.inputs)[input].interface;
      } else if (place == Checkpoint::read && reads_are_known) {
        point.passed = reads;
        point.dropped = dropped[place];
        point.how = Obtained::counted;
        point.source = "sock:sock_recv_length";
      } else if (place != Checkpoint::nic && run_.probe != nullptr) {
        point.dropped = dropped[place];
        point.how = Obtained::counted;
        // What the tap saw and nobody dropped since. At the socket there are as many ways as consumers.
        if (place > Checkpoint::tap && place < Checkpoint::socket) {
          going_on -= std::min(going_on, dropped[place]);
          point.passed = going_on;
          point.how = Obtained::derived;
        }
        point.source = "skb:kfree_skb";
      }
      result.path.push_back(std::move(point));
    }
  }
}

void HostEvidence::summarise(AnalysisResult& result) {
  if (run_.probe != nullptr) events_.emplace(run_.join->events_of_run(*run_.probe));
  for (std::uint32_t id = 0; id < run_.consumers->consumers().size(); ++id) {
    result.consumers.push_back(sum_of(id, result));
  }
  for (const BypassProcess& process : run_.consumers->bypass()) {
    const bool is_listed = std::any_of(result.consumers.begin(), result.consumers.end(),
                                       [&](const ConsumerSummary& sum) { return sum.pid == process.pid; });
    if (!is_listed) result.consumers.push_back(bypass_row(process));
  }
  for (std::size_t i = 0; i < absences_.size(); ++i) {
    const WatchedSocket& socket = run_.consumers->sockets()[absences_[i].socket];
    ConsumerSummary sum;
    sum.id = absent_subject(i).id;
    sum.group = absences_[i].group.text();
    sum.port = absences_[i].port;
    sum.kind = socket.kind;
    sum.cookie = socket.now.cookie;
    if (!socket.owners.empty()) {
      sum.owner = socket.owners.front().command;
      sum.pid = socket.owners.front().pid;
      sum.fd = socket.owners.front().fd;
    }
    sum.absent = true;
    sum.queued = socket.now.queue_bytes == 0 ? std::optional<std::uint64_t>(0) : std::nullopt;
    if (socket.reads) sum.read = socket.reads->datagrams == 0 ? 0 : socket.reads->units;
    if (!sum.read) sum.read_unknown = socket.reads ? std::string(kNotFollowed) : why_unread(socket, false);
    result.consumers.push_back(std::move(sum));
  }
  std::stable_sort(result.consumers.begin(), result.consumers.end(),
                   [](const ConsumerSummary& a, const ConsumerSummary& b) {
                     return std::tie(a.feed, a.line, a.pid, a.id) < std::tie(b.feed, b.line, b.pid, b.id);
                   });
  add_path(result);
}

}  // namespace wirecause
