// SPDX-License-Identifier: Apache-2.0
#include "generate/presets.hpp"

namespace wirecause::generate {
namespace {

Fault fault_at(Fault::Kind kind, std::optional<std::uint32_t> line, std::vector<Pattern::Range> packets) {
  Fault fault;
  fault.kind = kind;
  fault.line = line;
  fault.same_packets = !line.has_value();
  fault.pattern.kind = Pattern::Kind::packets;
  fault.pattern.ranges = std::move(packets);
  return fault;
}

}  // namespace

FeedPlan demo_feed() {
  constexpr std::uint32_t kA = 0;
  constexpr std::uint32_t kB = 1;
  FeedPlan feed;
  feed.framing = find_framing_writer("moldudp64");
  feed.packets = 20'000;
  feed.messages_max = 4;
  feed.interval = microseconds(18);
  feed.jitter = microseconds(4);
  feed.skew = microseconds(7);
  feed.skew_jitter = microseconds(2);
  feed.restarts = {16'000};
  feed.faults.push_back(fault_at(Fault::Kind::lose, kA, {{4'001, 4'040}}));
  feed.faults.push_back(fault_at(Fault::Kind::lose, std::nullopt, {{7'501, 7'506}}));
  feed.faults.push_back(
      fault_at(Fault::Kind::reorder, kB, {{9'801, 9'801}, {9'851, 9'851}, {9'901, 9'901}, {9'951, 9'951}}));
  Fault duplicate = fault_at(Fault::Kind::duplicate, kA, {{11'001, 11'030}});
  duplicate.delay = microseconds(3);
  feed.faults.push_back(std::move(duplicate));
  Fault late = fault_at(Fault::Kind::late, kB, {{13'001, 13'002}});
  late.delay = milliseconds(5);
  feed.faults.push_back(std::move(late));
  return feed;
}

FeedPlan bench_feed(std::uint64_t packets) {
  FeedPlan feed;
  feed.framing = find_framing_writer("moldudp64");
  feed.packets = packets / feed.lines;
  feed.interval = microseconds(2);
  feed.jitter = microseconds(1);
  return feed;
}

}  // namespace wirecause::generate
