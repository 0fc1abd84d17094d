// SPDX-License-Identifier: Apache-2.0
#include "generate/feed_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wirecause::generate {
namespace {

constexpr std::uint32_t kMaxLines = 4;
constexpr std::size_t kMaxFeeds = 4096;  // as many as the plan of addresses has room for

auto refuse(std::string why) { return fail(Errc::usage, std::move(why)); }

Result<void> check_sizes(const FeedPlan& feed) {
  const FramingWriter& framing = *feed.framing;
  if (feed.lines < 1 || feed.lines > kMaxLines) return refuse(fmt::format("a feed has 1 to {} lines", kMaxLines));
  if (feed.packets == 0) return refuse("a feed has at least one packet");
  if (feed.messages_min < 1 || feed.messages_min > feed.messages_max || feed.messages_max > framing.max_units)
    return refuse(fmt::format("{} takes 1 to {} messages a packet", framing.id, framing.max_units));
  if (feed.start_sequence && framing.last_number != 0 &&
      (*feed.start_sequence > framing.last_number ||
       *feed.start_sequence < std::min(framing.wraps_to, framing.first_number)))
    return refuse(fmt::format("numbers of {} end at {}", framing.id, framing.last_number));
  if (feed.interval.ns <= 0) return refuse("the interval between packets is above zero");
  if (feed.burst == 0 || (feed.burst > 1 && feed.burst_gap.ns > feed.interval.ns))
    return refuse("packets of a burst are closer than the mean interval");
  return {};
}

Result<void> check_features(const FeedPlan& feed) {
  const FramingWriter& framing = *feed.framing;
  if (feed.retransmission && feed.retransmission->in_band && !framing.marks_retransmissions)
    return refuse(fmt::format("{} does not mark what is sent again; use a channel of its own", framing.id));
  if (feed.closing_heartbeats > 0 && !framing.has_heartbeat)
    return refuse(fmt::format("{} has no heartbeat", framing.id));
  if (feed.end_of_session && !framing.has_end_of_session)
    return refuse(fmt::format("{} has no mark for the end of a session", framing.id));
  for (const Fault& fault : feed.faults) {
    if (fault.line && *fault.line >= feed.lines)
      return refuse(fmt::format("there is no line {}", line_name(*fault.line)));
    if (fault.pattern.kind == Pattern::Kind::every && fault.pattern.count == 0)
      return refuse("every 0th packet is none");
  }
  return {};
}

std::string what(const Fault& fault) {
  switch (fault.kind) {
    case Fault::Kind::lose:
      return "lost";
    case Fault::Kind::outage:
      return "lost with all heartbeats (outage)";
    case Fault::Kind::reorder:
      return fault.delay.ns > 0 ? fmt::format("delayed by {} ns (reordered)", fault.delay.ns)
                                : fmt::format("moved behind the next {} (reordered)", fault.by);
    case Fault::Kind::late:
      return fmt::format("delayed by {} ns (late)", fault.delay.ns);
    case Fault::Kind::duplicate:
      return fmt::format("sent {} more time(s)", fault.copies);
  }
  return {};
}

std::string sentence(const Fault& fault, std::size_t feed) {
  const std::string where = fault.line ? fmt::format("on line {}", line_name(*fault.line))
                                       : std::string(fault.same_packets ? "on all lines alike" : "on each line");
  return fmt::format("feed {}, {}: {}: {}", feed + 1, where, describe(fault.pattern), what(fault));
}

void describe_feed(const FeedPlan& feed, std::size_t number, std::vector<std::string>& out) {
  for (const Fault& fault : feed.faults)
    if (!fault.feed || *fault.feed == number) out.push_back(sentence(fault, number));
  for (const std::uint64_t restart : feed.restarts)
    out.push_back(fmt::format("feed {}: the publisher restarts after {} data packets", number + 1, restart));
  for (const Pause& pause : feed.pauses) {
    static constexpr const char* kKinds[] = {"is idle, with heartbeats,", "sends nothing (stall, unsent)",
                                             "holds its packets back (stall, queued)"};
    out.push_back(fmt::format("feed {}: the publisher {} for {} ns after {} data packets", number + 1,
                              kKinds[static_cast<std::size_t>(pause.kind)], pause.length.ns, pause.before));
  }
  if (feed.retransmission)
    out.push_back(fmt::format("feed {}: what all lines lost is sent again {} after {} ns", number + 1,
                              feed.retransmission->in_band ? "on the lines" : "on a channel of its own",
                              feed.retransmission->delay.ns));
}

void describe_capture(const CapturePlan& plan, std::vector<std::string>& out) {
  if (plan.drops > 0)
    out.push_back(
        fmt::format("the capture dropped {} packets in a row, of all lines together, and {}", plan.drops,
                    plan.states_drops && plan.format == CaptureFormat::pcapng ? "states it" : "does not state it"));
  if (plan.duplicate)
    out.push_back(fmt::format("the capture holds every packet twice, {} ns apart", plan.duplicate->ns));
  if (plan.second_point)
    out.push_back(
        fmt::format("the capture holds every packet again from behind a router, {} ns later", plan.second_point->ns));
  if (plan.snaplen > 0) out.push_back(fmt::format("the capture keeps {} bytes of each packet", plan.snaplen));
  if (plan.bad_checksums) out.push_back("UDP checksums are not filled in (offload)");
  if (plan.clock_back.ns > 0) out.push_back(fmt::format("the capture's clock steps back by {} ns", plan.clock_back.ns));
}

}  // namespace

Result<void> check_plan(const std::vector<FeedPlan>& feeds, const CapturePlan& capture) {
  if (feeds.empty() || feeds.size() > kMaxFeeds) return refuse(fmt::format("1 to {} feeds can be sent", kMaxFeeds));
  for (const FeedPlan& feed : feeds) {
    if (feed.framing == nullptr) return refuse("a feed needs a framing");
    WC_TRY(check_sizes(feed));
    WC_TRY(check_features(feed));
  }
  if (capture.interfaces < 1 || capture.interfaces > 2) return refuse("a capture has 1 or 2 interfaces");
  if (capture.interfaces == 2 && capture.format != CaptureFormat::pcapng)
    return refuse("only pcapng holds two interfaces");
  if (capture.start.ns < 0) return refuse("the capture starts after 1970");
  return {};
}

std::vector<std::string> describe(const std::vector<FeedPlan>& feeds, const CapturePlan& capture) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < feeds.size(); ++i) describe_feed(feeds[i], i, out);
  describe_capture(capture, out);
  return out;
}

std::string line_name(std::uint32_t line) { return {static_cast<char>('A' + line)}; }

}  // namespace wirecause::generate
