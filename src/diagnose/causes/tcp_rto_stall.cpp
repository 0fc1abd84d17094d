// Cause: lost bytes that no acknowledgement speaks of: the sender stands still until its timer runs out.
//
// Mechanism    The end of a flight, or the whole of it, is lost: nothing behind it makes duplicate or selective
//              acknowledgements. tcp_retransmit_timer() repeats it, 200 ms at the earliest on Linux, then twice as late.
// On the wire  Silence of about the timeout, then the lowest byte that is not acknowledged again.
// Looks like   tcp_path_loss: there acknowledgements tell of the hole and it is filled within a few round trips.
//              tcp_half_open: there nothing comes back at all. tcp_sender_idle: there new data ends the silence.
// Careful      That it arrived after all makes the repetition spurious: then the way was slow, not lossy.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"
#include "diagnose/tcp_losses.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 15> kNeeds{"tcp.wait_recovery_timeout",
                                                  "tcp.resent_timeout",
                                                  "tcp.resent_spurious",
                                                  "tcp.tries",
                                                  "tcp.lost_before",
                                                  "tcp.lost_behind",
                                                  "tcp.active",
                                                  "tcp.round_trip",
                                                  "tcp.life",
                                                  "tcp.incast_flows",
                                                  "tcp.policed",
                                                  "tcp.size_stuck",
                                                  "tcp.stuck_resends",
                                                  "tcp.size_passed",
                                                  "tcp.unserved"};

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_stall()) return {};
  const auto wait = tcp.wait("tcp.wait_recovery_timeout");
  const auto resent = tcp.count("tcp.resent_timeout");
  const auto tries = tcp.count("tcp.tries");
  const auto special = special_loss(tcp);
  if (!wait || !resent || !tries || !special || wait->ns == 0) return {};
  if (is_unanswered(*tries)) return {tcp.ruled_out_here({"nothing was answered any more, loss or not", {}})};
  if (special->is_unserved)
    return {tcp.ruled_out_here({"the server took nothing from the beginning, lost or not", {}})};
  if (special->is_incast) return {tcp.ruled_out_here({"other senders to the same host stood still with it", {}})};
  if (special->is_policed) return {tcp.ruled_out_here({"losses fit one rate", {}})};
  if (special->is_blackhole) return {tcp.ruled_out_here({"only segments of one size are lost, each time", {}})};
  if (*resent == 0) {
    return {tcp.ruled_out_here({"what the timer sent again had arrived: the way was slow, nothing was lost", {}})};
  }
  Judgement j = tcp.named_for(Place::network, Strength::by_count, {*wait});
  tcp.add_evidence(j, {"tcp.resent_timeout", "tcp.lost_before", "tcp.lost_behind"});
  j.because.text = "the " + std::string(tcp.sender()) + " stood still for {lost}" + longest_text(*wait) +
                   ", until its timer sent {resent:packet} again" + where_lost(tcp);
  j.because.figures = {
      time_figure("lost", wait->ns), time_figure("longest", wait->longest, Fold::largest), {"resent", *resent}};
  add_where_lost(tcp, j.because);
  return {j};
}

constexpr std::array<Action, 3> kFix{
    for_others(
        {.command =
             "Network team: find the loss on the way between these hosts (drop and error counters of every port); a full queue "
             "drops the end of a burst.",
         .impact = "reads counters",
         .persist = "alert on drops of these ports"}),
    for_others(
        {.command =
             "Owner of the sending host: net.ipv4.tcp_early_retrans=3 (probes of the tail; the default) and SACK on; inside one "
             "data centre a route with rto_min (ip route change ... rto_min 5ms) shortens the wait.",
         .impact = "a timer that is too short sends needlessly",
         .takes_effect = TakesEffect::new_sockets,
         .persist = "in the host's network configuration",
         .undo = "ip route change with the attributes that ip route get showed before"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Keep bursts to one receiver below the queue in front of it, or pace them (fq, SO_MAX_PACING_RATE).",
    "Alert on TCPTimeouts and TCPLossProbes of the hosts (nstat), not only on retransmissions."};

}  // namespace

extern constinit const Cause cause_tcp_rto_stall{
    .id = "tcp_rto_stall",
    .summary = "Lost bytes waited for the retransmission timer",
    .mechanism =
        "The end of a flight, or all of it, was lost. Nothing behind it made the receiver speak of the hole, so the sender "
        "stood still until its retransmission timer ran out: 200 ms at least on Linux, doubled each time.",
    .look_alike =
        "tcp_path_loss: there acknowledgements tell of the hole within a round trip. tcp_half_open: there nothing is answered "
        "any more. tcp_sender_idle: there new data ends the silence.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 46,
    .runbook =
        {
            .detection =
                "Silence of about a retransmission timeout, then the lowest unacknowledged byte again, with no duplicate "
                "acknowledgement before it.",
            .isolation =
                "A capture at the other end shows whether the first copy arrived there; where it did, its acknowledgement was "
                "lost.",
            .mitigate = "Send what is urgent over a connection that has nothing outstanding.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask =
                "Which port or queue between these hosts drops packets, between {from} and {to} UTC, and is it full or damaged?",
        },
    .judge = &judge,
};

}  // namespace wirecause
