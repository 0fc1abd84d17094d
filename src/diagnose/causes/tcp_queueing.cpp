// Cause: a standing queue on the way: the connection's own data waits in it, and so does everything behind it.
//
// Mechanism    A buffer larger than the path needs fills up with whatever the sender's window allows, and stays full
//              (bufferbloat): round trips grow by what waits in it, at no gain in rate.
// On the wire  Round trips rise with the bytes under way and fall when they drain.
// Looks like   A receiver that delays its acknowledgements: there round trips do not follow what is under way.
// Careful      A queue that is filled for a moment and drains is what queues are for.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/sums.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 9> kNeeds{
    "tcp.queueing_ns",           "tcp.base_rtt_ns",   "tcp.queueing_most_ns",
    "tcp.queue_follows_flight",  "tcp.wait_queueing", "tcp.active",
    "tcp.wait_recovery_timeout", "tcp.life",          "tcp.round_trip"};

constexpr std::uint64_t kFollows = 500;  // per mille
// RFC 8289 (CoDel): a queue of more than 5 ms that stands for 100 ms and longer is a bad one, on any way.
constexpr std::uint64_t kSetpoint = 5'000'000;
constexpr std::uint64_t kInterval = 100'000'000;

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_stall()) return {};
  const auto base = tcp.count("tcp.base_rtt_ns");
  const auto queueing = tcp.count("tcp.queueing_ns");
  const auto follows = tcp.count("tcp.queue_follows_flight");
  const auto wait = tcp.wait("tcp.wait_queueing");
  const auto active = tcp.count("tcp.active");
  if (!base || !queueing || !follows || !wait || !active || *base == 0) return {};
  // While a timer runs nothing is under way.
  const std::uint64_t filled = *active - std::min(*active, tcp.told("tcp.wait_recovery_timeout"));
  const bool stands = *queueing >= std::max(*base, kSetpoint) && filled >= kInterval;
  // Half a round trip on top is an ordinary buffer.
  if (!stands && (capped_product(2, *queueing) < *base || !tcp.matters(*wait))) return {};
  Reason reason{"round trips of {base} grew by {mean} on the mean, {most} at most", {}};
  reason.figures = {time_figure("base", *base, Fold::largest), time_figure("mean", *queueing, Fold::largest),
                    time_figure("most", tcp.told("tcp.queueing_most_ns"), Fold::largest)};
  if (*follows < kFollows) {
    reason.text += ", and not with what the " + std::string(tcp.sender()) + " had under way";
    return {tcp.ruled_out_here(std::move(reason))};
  }
  Judgement j = tcp.named_for(Place::network, Strength::by_count, {*wait});
  j.severity = stands ? Severity::warning : Severity::info;
  tcp.add_evidence(j, {"tcp.base_rtt_ns", "tcp.queueing_ns", "tcp.queueing_most_ns", "tcp.queue_follows_flight"});
  reason.text += ", with what the " + std::string(tcp.sender()) + " had under way: it waited in a queue on the way";
  j.because = std::move(reason);
  return {j};
}

constexpr std::array<Action, 3> kFix{
    for_others(
        {.command =
             "Network team: find the buffer in front of the slowest link of this way, and let it mark or drop early (CoDel, PIE, "
             "RED with ECN), or keep transfers and orders in queues of their own.",
         .impact = "shorter queues; the rate stays",
         .persist = "save the configuration",
         .undo = "the queue's configuration that was there"}),
    for_others(
        {.command =
             "Owner of the sending host: net.ipv4.tcp_notsent_lowat and a pacing congestion control (BBR with fq) keep less in the "
             "queue.",
         .impact = "of new connections",
         .takes_effect = TakesEffect::new_sockets,
         .persist = "a file in /etc/sysctl.d",
         .undo = "sysctl -w with the values that were there"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 1> kPrevention{
    "Keep bulk transfers off the links and queues that carry orders and market data."};

}  // namespace

extern constinit const Cause cause_tcp_queueing{
    .id = "tcp_queueing",
    .summary = "A standing queue on the path delays the connection",
    .mechanism =
        "A large buffer in front of the slowest link fills with what the sender has under way and stays full. Round trips grow "
        "by what waits in it, for this connection and for everything that shares the queue.",
    .look_alike = "A receiver that delays its acknowledgements: there round trips do not follow what is under way.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 47,
    .runbook =
        {
            .detection = "Round trips rise with the bytes under way and fall when they drain.",
            .isolation =
                "A ping over the same way during the transfer is delayed as much; without the transfer it is not.",
            .mitigate = "Limit the rate of the transfer at its sender.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask =
                "Which link between these hosts is the slowest, how deep is the queue in front of it, and does it mark or drop early?",
        },
    .judge = &judge,
};

}  // namespace wirecause
