// Cause: many senders answer one receiver at the same moment, and the queue in front of it overflows.
//
// Mechanism    A request goes to many hosts, and all of them answer within one round trip. The port to the receiver carries
//              one of them at a time; what its queue does not hold is dropped, tails of flights first, and the senders wait
//              for their timers together.
// On the wire  Connections of several senders to one host stand still from the same moment until their timers run out.
// Looks like   tcp_rto_stall, tcp_path_loss: there one sender loses, and the others go on.
// Careful      Fewer than four may meet by chance.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/sums.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 7> kNeeds{"tcp.incast_flows",
                                                 "tcp.wait_recovery_timeout",
                                                 "tcp.wait_recovery_fast",
                                                 "tcp.wait_recovery_probe",
                                                 "tcp.active",
                                                 "tcp.round_trip",
                                                 "tcp.life"};

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_stall()) return {};
  const auto flows = tcp.count("tcp.incast_flows");
  const auto timer = tcp.wait("tcp.wait_recovery_timeout");
  const auto fast = tcp.wait("tcp.wait_recovery_fast");
  const auto probe = tcp.wait("tcp.wait_recovery_probe");
  if (!flows || !timer || !fast || !probe || *flows == 0) return {};
  const std::uint64_t lost = capped_sum(timer->ns, capped_sum(fast->ns, probe->ns));
  if (lost == 0) return {};
  Judgement j = tcp.named_for(Place::network, Strength::by_number, {*timer, *fast, *probe});
  tcp.add_evidence(j, {"tcp.incast_flows"});
  j.because.text = "{flows:connection} to the " + std::string(tcp.receiver()) +
                   "'s host lost together and stood still, {lost} in all";
  j.because.figures = {{"flows", *flows, Fold::largest}, time_figure("lost", lost)};
  return {j};
}

constexpr std::array<Action, 3> kFix{
    for_others(
        {.command =
             "Owner of the application that asks: ask fewer hosts at once, or let the answers be spread over a few round trips.",
         .impact = "a change of the application",
         .persist = "in its next release",
         .undo = "run the release before"}),
    for_others(
        {.command =
             "Network team: give the port to that host a deeper queue or a faster link, and mark (ECN) before it drops; owners of "
             "the hosts: DCTCP, and rto_min of a few ms on routes inside the data centre.",
         .impact = "one port and one route at a time",
         .persist = "in the configuration of the switch and of the hosts",
         .undo = "the queue, the link and the route that were there"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 1> kPrevention{
    "Count how many answers meet in the worst case, times their size: the queue in front of the receiver must hold that."};

}  // namespace

extern constinit const Cause cause_tcp_incast{
    .id = "tcp_incast",
    .summary = "Many senders answered one host at once and overflowed its queue",
    .mechanism =
        "Many hosts answer one request within the same round trip. The queue in front of the receiver does not hold it all, the "
        "ends of several flights are dropped, and their senders wait for their retransmission timers together.",
    .look_alike = "tcp_rto_stall and tcp_path_loss: there one sender loses and the others go on.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 43,
    .runbook =
        {
            .detection =
                "Four connections or more to one host stand still from the same round trip on, until their timers run out.",
            .isolation = "Drop counters of the switch port to the receiver at that moment.",
            .mitigate = "Ask fewer hosts at once.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask =
                "Did the queue of the port to the receiving host drop between {from} and {to} UTC, and how deep is it?",
        },
    .judge = &judge,
};

}  // namespace wirecause
