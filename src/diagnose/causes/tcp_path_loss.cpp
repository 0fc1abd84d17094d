// Cause: packets are lost on the way, one here and one there, and repeated.
//
// Mechanism    A damaged link, a busy queue, a wireless hop: single packets vanish. The receiver acknowledges what came
//              behind them, and the sender repeats what is missing within a few round trips (RFC 6675, RFC 8985).
// On the wire  A hole, duplicate or selective acknowledgements, the missing bytes again.
// Looks like   tcp_reordering: there the missing bytes come late and were sent once, or D-SACKs say that both copies came.
//              tcp_rto_stall: there nobody speaks of the hole. capture_dropped: there nobody repeats what is missing.
// Careful      A first copy that came past here was lost behind this point; one that did not, before it.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/sums.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"
#include "diagnose/tcp_losses.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 19> kNeeds{"tcp.wait_recovery_fast",
                                                  "tcp.wait_recovery_probe",
                                                  "tcp.resent_fast",
                                                  "tcp.resent_probe",
                                                  "tcp.resent_timeout",
                                                  "tcp.lost_before",
                                                  "tcp.lost_behind",
                                                  "tcp.data_packets",
                                                  "tcp.active",
                                                  "tcp.tries",
                                                  "tcp.never_came",
                                                  "tcp.size_passed",
                                                  "tcp.round_trip",
                                                  "tcp.life",
                                                  "tcp.incast_flows",
                                                  "tcp.policed",
                                                  "tcp.size_stuck",
                                                  "tcp.stuck_resends",
                                                  "tcp.unserved"};

// More than a network may lose (ITU-T Y.1541, classes 0 to 4: one in a thousand), and more than happens by chance.
constexpr bool is_lossy(std::uint64_t lost, std::uint64_t packets) {
  constexpr std::uint64_t kByChance = 2;
  return lost > kByChance && capped_product(1'000, lost) > packets;
}

Judgement judge_gone(const TcpCase& tcp, std::uint64_t gone) {
  Judgement j = tcp.named_here(Place::network, Severity::warning, Strength::by_number);
  tcp.add_evidence(j, {"tcp.never_came", "tcp.size_passed", "tcp.life"});
  j.because.text = "{gone} that the " + std::string(tcp.sender()) +
                   " sent never came to this point, {time} long, though the " + std::string(tcp.receiver()) +
                   " still waited for it";
  j.because.figures = {bytes_figure("gone", gone, Fold::sum),
                       time_figure("time", tcp.window("tcp.never_came"), Fold::largest)};
  if (tcp.told("tcp.size_passed") < kNearlyFull) {
    j.strength = Strength::pattern;
    j.undecided_with = {"tcp_mtu_blackhole"};
    j.missing = "which sizes are lost: capture at the sending host, or ping from there with -M do -s of a full packet";
  }
  return j;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_stall()) return {};
  if (const std::uint64_t gone = tcp.told("tcp.never_came"); gone > 0) return {judge_gone(tcp, gone)};
  const auto fast = tcp.wait("tcp.wait_recovery_fast");
  const auto probe = tcp.wait("tcp.wait_recovery_probe");
  const auto resent = tcp.count("tcp.resent_fast");
  const auto probes = tcp.count("tcp.resent_probe");
  const auto before = tcp.count("tcp.lost_before");
  const auto behind = tcp.count("tcp.lost_behind");
  const auto special = special_loss(tcp);
  if (!fast || !probe || !resent || !probes || !before || !behind || !special) return {};
  const std::uint64_t repeated = capped_sum(*resent, *probes);
  if (repeated == 0) {
    if (tcp.told("tcp.resent_timeout") == 0) return {};
    return {tcp.ruled_out_here({"no acknowledgement told of a hole: only timers sent again", {}})};
  }
  if (*before == 0 && *behind == 0) return {};
  if (*resent == 0 && is_unanswered(tcp.told("tcp.tries"))) {
    return {tcp.ruled_out_here({"nothing was answered any more, loss or not", {}})};
  }
  if (*resent == 0 && tcp.told("tcp.resent_timeout") >= *probes) {
    return {tcp.ruled_out_here({"the probes of the tail were lost with it: the timer sent again", {}})};
  }
  if (special->is_unserved)
    return {tcp.ruled_out_here({"the server took nothing from the beginning, lost or not", {}})};
  if (special->is_incast) return {tcp.ruled_out_here({"other senders to the same host lost with it", {}})};
  if (special->is_policed) return {tcp.ruled_out_here({"losses fit one rate", {}})};
  if (special->is_blackhole && *resent == 0) {
    return {tcp.ruled_out_here({"only segments of one size are lost, each time", {}})};
  }
  Judgement j = tcp.named_for(Place::network, *before > 0 ? Strength::by_number : Strength::by_count, {*fast, *probe});
  if (is_lossy(capped_sum(*before, *behind), tcp.told("tcp.data_packets"))) j.severity = Severity::warning;
  tcp.add_evidence(j,
                   {"tcp.resent_fast", "tcp.resent_probe", "tcp.lost_before", "tcp.lost_behind", "tcp.data_packets"});
  const std::string sender(tcp.sender());
  if (*resent == 0) {
    j.because.text = "{probes:packet} of {all} that the " + sender + " sent went out again as probe of the tail";
  } else {
    j.because.text =
        "{resent:packet} of {all} that the " + sender + " sent went out again on what acknowledgements said";
    if (*probes > 0) j.because.text += ", {probes} more as probe of the tail";
  }
  j.because.text += where_lost(tcp);
  j.because.figures = {{"resent", *resent}, {"probes", *probes}, {"all", tcp.told("tcp.data_packets")}};
  add_where_lost(tcp, j.because);
  return {j};
}

constexpr std::array<Action, 2> kFix{
    for_others(
        {.command =
             "Network team: read error and drop counters of every port between these hosts, in the direction of the data; clean "
             "or change the optic or cable of a port that counts errors, widen or shape what fills a queue.",
         .impact = "reads counters; a change of an optic takes the port down",
         .persist = "alert on errors and drops of these ports",
         .undo = "put the part back that was there"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Alert on the share of segments that hosts send again (nstat TcpRetransSegs by TcpOutSegs), for each pair of sites.",
    "Keep SACK on at both ends: several holes of one flight are then filled in one round trip."};

}  // namespace

extern constinit const Cause cause_tcp_path_loss{
    .id = "tcp_path_loss",
    .summary = "Packets were lost on the path and sent again",
    .mechanism =
        "Single packets vanish on the way. The receiver acknowledges what came behind them, and the sender repeats what is "
        "missing within a few round trips, and sends more slowly for a while.",
    .look_alike =
        "tcp_reordering: there the bytes come late and were sent once, or D-SACKs say that both copies arrived. tcp_rto_stall: "
        "there only the timer brings them. capture_dropped: there nobody sends them again.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 45,
    .runbook =
        {
            .detection = "Holes that duplicate or selective acknowledgements tell of, and the same bytes again.",
            .isolation =
                "A second capture point halves the path: a packet that came past the one and not the other was lost between.",
            .mitigate = "Move the traffic to another way, if there is one.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask = "Which port between these hosts counts errors or drops, between {from} and {to} UTC?",
        },
    .judge = &judge,
};

}  // namespace wirecause
