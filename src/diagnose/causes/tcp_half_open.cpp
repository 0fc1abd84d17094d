// Cause: the other end is gone, and this end does not know it: a connection with one end.
//
// Mechanism    The peer's host crashed, was cut off or lost its state without a word; what is sent to it is repeated at
//              doubling intervals (tcp_retries2), probes of an idle connection go unanswered; after a restart the host
//              answers with a reset, for it knows no such connection.
// On the wire  Repetitions or probes and nothing back; or, behind them, a reset without an acknowledgement number.
// Looks like   tcp_receiver_limited: a closed window is still answered. tcp_rto_stall: there an answer comes in the end.
// Careful      A path that died looks the same from one side: both ends then repeat into the void.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"
#include "diagnose/tcp_losses.hpp"
#include "diagnose/tcp_reset.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 22> kNeeds{"tcp.tries",         "tcp.wait_recovery_timeout",
                                                  "tcp.reset_bare",    "tcp.reset_fin_by_resetter",
                                                  "tcp.reset_tries",   "tcp.reset_silence",
                                                  "tcp.reset_went_on", "tcp.life",
                                                  "tcp.round_trip",    "tcp.incast_flows",
                                                  "tcp.policed",       "tcp.size_stuck",
                                                  "tcp.told_mtu",      "tcp.stuck_resends",
                                                  "tcp.unserved",      "tcp.late_syn_acks",
                                                  "tcp.active",        "tcp.reset_ttl",
                                                  "tcp.size_passed",   "tcp.ttl_least",
                                                  "tcp.ttl_most",      "tcp.ttl_packets"};

std::vector<Judgement> judge_silence(const TcpCase& tcp) {
  const auto tries = tcp.count("tcp.tries");
  const auto wait = tcp.wait("tcp.wait_recovery_timeout");
  const auto special = special_loss(tcp);
  if (!tries || !wait || !special || !is_unanswered(*tries)) return {};
  if (special->is_blackhole && tcp.told("tcp.told_mtu") > 0) {
    return {tcp.ruled_out_here({"a router said that these segments are too large for the way", {}})};
  }
  if (special->is_unserved && tcp.told("tcp.late_syn_acks") > 0) {
    return {tcp.ruled_out_here({"the server went on sending its SYN-ACK", {}})};
  }
  Judgement j = tcp.named_for(Place::cannot_tell, Strength::by_count, {*wait});
  j.severity = Severity::warning;
  tcp.add_evidence(j, {"tcp.tries"});
  j.because.text = "the " + std::string(tcp.receiver()) +
                   " has been silent for {silence}, and {tries:packet} that the " + std::string(tcp.sender()) +
                   "'s timers sent since then got no answer";
  j.because.figures = {time_figure("silence", tcp.window("tcp.tries"), Fold::largest), {"tries", *tries}};
  if (special->is_unserved) {
    j.strength = Strength::pattern;
    j.undecided_with = {"tcp_accept_queue_overflow"};
    j.missing = "whether the server's host is there: ping it, and nstat -az TcpExtListenOverflows on it";
  } else if (special->is_blackhole) {
    j.strength = Strength::pattern;
    j.undecided_with = {"tcp_mtu_blackhole"};
    j.missing = "whether small packets still pass: ping the host, then with -M do -s of the size that is stuck";
  }
  return {j};
}

std::vector<Judgement> judge_reset(const TcpCase& tcp) {
  const TcpReset reset(tcp);
  if (reset.is_known() && reset.is_of_unknown_connection() && reset.tries() > 0 && !reset.is_foreign()) {
    Judgement j = tcp.named_here(Place::end_host, Severity::warning, Strength::by_number);
    tcp.add_evidence(j, {"tcp.reset_bare", "tcp.reset_tries", "tcp.reset_silence", "tcp.reset_fin_by_resetter"});
    j.because.text =
        "the " + std::string(tcp.sender()) +
        " was silent for {silence}, {tries:repetition} went unanswered, and then it answered as a host that "
        "knows no such connection";
    j.because.figures = {time_figure("silence", reset.silence(), Fold::largest), {"tries", reset.tries()}};
    return {j};
  }
  return {};
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (tcp.is_stall()) return judge_silence(tcp);
  if (tcp.is_abort()) return judge_reset(tcp);
  return {};
}

constexpr std::array<Action, 2> kFix{
    for_others(
        {.command =
             "Owner of the silent end: is that host up and on the network, and when did its application start last?",
         .impact = "looks only",
         .persist = "let the application close its connections when it ends, and its host stay reachable"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Let the application send heartbeats and give up after the second that is missed: a connection says nothing while it is idle.",
    "Set TCP_USER_TIMEOUT (and keepalive of seconds, not hours) on sockets that must notice a lost peer."};

}  // namespace

extern constinit const Cause cause_tcp_half_open{
    .id = "tcp_half_open",
    .summary = "The other end is gone: nothing answers on an open connection",
    .mechanism =
        "The peer's host crashed, was cut off, or lost the connection without a word. This end still believes in it, repeats "
        "and probes at growing intervals, and learns of it only by a timeout or by the reset of a host that came back.",
    .look_alike =
        "tcp_receiver_limited: a closed window is still answered. tcp_rto_stall: there an answer comes in the end. A path that "
        "died looks the same from one side.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 40,
    .runbook =
        {
            .detection =
                "Repetitions or probes at growing intervals and not a packet back; or, behind them, a reset without an "
                "acknowledgement number.",
            .isolation =
                "ping the silent host: if it answers, its connection is gone (a restart); if not, the host or the path is.",
            .mitigate = "Close and connect again, or to a standby.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::host,
        },
    .judge = &judge,
};

}  // namespace wirecause
