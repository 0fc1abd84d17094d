// What a live run says of itself: its interfaces, what it gave up and what it was not allowed to see.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "engine/live/live_run.hpp"

namespace wirecause {

// What this run gave up, because a bound was reached or it was not allowed to look.
void LiveRun::add_own_limits(LiveSummary& live) const {
  const auto add = [&live](const char* what, std::uint64_t count, const char* reason, const char* remedy,
                           const char* claim, bool hides_loss = false) {
    if (count != 0) live.gaps.push_back({what, fmt::format("{} {}", count, reason), remedy, claim, hides_loss});
  };
  if (const std::string& why = consumers_.memberships_refused(); !why.empty()) {
    live.gaps.push_back({"memberships per socket", why, "sysctl kernel.unprivileged_bpf_disabled; Linux 5.19 or later",
                         "which socket joined a group is not known as of now", false});
  }
  constexpr const char* kAsRoot = "run as root or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH";
  add("owners of sockets", consumers_.unreadable_processes(), "processes whose descriptors may not be read", kAsRoot,
      "a consumer without a name may belong to one of them");
  add("kernel bypass", consumers_.closed_processes(), "processes that may not be looked into", kAsRoot,
      "one of them may read a feed past the kernel, and nothing here would show it");
  if (const std::string_view failure = equipment_->processes->failure(); !failure.empty()) {
    live.gaps.push_back(
        {"owners of sockets", std::string(failure), "start watch again",
         "sockets that were opened since have no name, and a kernel bypass that began since is not seen", true});
  }
  add("consumers", consumers_.left_out(), "sockets or readers beyond the bound", "watch fewer interfaces at once",
      "their sums are not kept", true);
  const DropJoin::Unjoined unjoined = join_.unjoined();
  add("drops of followed lines", unjoined.of_lines, "drops for their groups and ports that could be given to no reader",
      "look for a flood to the same group and port, for readers that came and went, and watch again",
      "which reader they were for, or whether they were of the line, is not known", true);
  add("drops one by one", unjoined.others, "drops that could not be joined with a line", "",
      "they are counted by reason, for no consumer");
  // Some were no drops: the program is also called for what did its work.
  add("drops one by one", equipment_->drops ? equipment_->drops->missed() : 0,
      "frees of packets that came while the program that looks at them ran on the same CPU: not seen", "watch again",
      "a drop among them is in the kernel's own counters only");
  if (const auto ports = consumers_.late_ports(); !ports.empty() && options_->filter.empty()) {
    live.gaps.push_back(
        {"unicast to new ports",
         fmt::format("bound since the start, so the tap does not ask for them: port {}", fmt::join(ports, ", ")),
         "start watch again", "a feed that is sent to them alone is not seen", true});
  }
  add("readers' CPUs", consumers_.own_turns(), "times that a reader waited while this tool had its CPU",
      "--cpu N with a CPU that no reader uses", "what it waited then is this tool's doing");
  add("events of the host", equipment_->book->forgotten(), "events or states beyond the bound", "",
      "the oldest are forgotten");
  add("times", clock_steps_, "steps of the realtime clock", "chronyc tracking",
      "stamps on either side of a step are not in step");
}

LiveSummary LiveRun::summary(TimeNs now) const {
  LiveSummary live;
  for (std::size_t i = 0; i < equipment_->packets->inputs(); ++i) {
    const LiveSource& source = equipment_->packets->source(i);
    const InterfaceFacts& facts = source.facts().interfaces.front();
    LiveInterface interface;
    interface.name = equipment_->inputs[i].interface;
    interface.stamps = text(source.stamp_source());
    interface.is_join = !equipment_->inputs[i].is_tap();
    interface.packets = facts.packets;
    interface.dropped = facts.dropped.value_or(0);
    live.interfaces.push_back(std::move(interface));
  }
  live.started = started_;
  live.ended = now;
  live.gaps = equipment_->gaps;
  live.gaps.insert(live.gaps.end(), equipment_->sampler->gaps().begin(), equipment_->sampler->gaps().end());
  if (std::string reason = governor_.reason(); !reason.empty()) {
    live.gaps.push_back({"reads of followed sockets", std::move(reason), "watch fewer feeds at once",
                         "what was read is not known", false});
  }
  add_own_limits(live);
  live.drop_records = join_.records();
  if (equipment_->drops) {
    live.drop_records_lost = equipment_->drops->lost_records();
    for (const auto& [reason, count] : equipment_->drops->unlisted()) live.unlisted_drops += count;
  }
  live.slowed = equipment_->sampler->slowed();
  live.capabilities_kept = equipment_->capabilities_kept;
  return live;
}

}  // namespace wirecause
