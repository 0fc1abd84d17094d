// Cause: packets overtake one another on the way, and the sender may take that for loss.
//
// Mechanism    Several ways, queues or cores carry one connection. A packet that comes behind its successors makes
//              duplicate acknowledgements; three of them, and the sender repeats what was only late (RFC 5681, RFC 8985).
// On the wire  The late packet has the older time stamp or IP id and was sent once; a repetition of it is answered by a
//              D-SACK (RFC 2883).
// Looks like   tcp_path_loss: there the first copy never comes, and no D-SACK follows.
// Careful      Spurious repetitions alone may come of an answer that was late: behind this point nobody sees which.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/sums.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 12> kNeeds{"tcp.reordered",
                                                  "tcp.resent_spurious",
                                                  "tcp.needless_fast",
                                                  "tcp.resent_fast",
                                                  "tcp.resent_probe",
                                                  "tcp.resent_timeout",
                                                  "tcp.wait_recovery_fast",
                                                  "tcp.wait_recovery_probe",
                                                  "tcp.wait_recovery_timeout",
                                                  "tcp.active",
                                                  "tcp.round_trip",
                                                  "tcp.life"};

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_stall()) return {};
  const auto reordered = tcp.count("tcp.reordered");
  const auto spurious = tcp.count("tcp.resent_spurious");
  const auto fast = tcp.count("tcp.resent_fast");
  const auto probes = tcp.count("tcp.resent_probe");
  const auto needless = tcp.count("tcp.needless_fast");
  const auto wait = tcp.wait("tcp.wait_recovery_fast");
  if (!reordered || !spurious || !needless || !fast || !probes || !wait) return {};
  const std::string sender(tcp.sender());
  Reason reason{"{late:packet} that the " + sender + " sent once came late", {}};
  if (*spurious > 0) reason.text += ", and {spurious:packet} that had arrived went out again";
  if (*reordered == 0) {
    reason.text =
        "{needless:packet} of the " + sender +
        " arrived, but behind later ones: acknowledgements told of a hole, and they went out again for nothing";
  }
  reason.figures = {{"late", *reordered}, {"spurious", *spurious}, {"needless", *needless}};
  if (*reordered > 0 || *needless > 0) {
    // What was really lost bears the recovery.
    const bool is_alone = capped_sum(*fast, *probes) == 0 && *spurious > 0;
    Judgement j = is_alone ? tcp.named_for(Place::network, Strength::by_number, {*wait})
                           : tcp.named_here(Place::network, Severity::info, Strength::by_number);
    tcp.add_evidence(j, {"tcp.reordered", "tcp.resent_spurious", "tcp.needless_fast"});
    j.because = std::move(reason);
    return {j};
  }
  const auto timer = tcp.wait("tcp.wait_recovery_timeout");
  const auto probe = tcp.wait("tcp.wait_recovery_probe");
  if (!timer || !probe) return {};
  const bool cost_time = wait->ns > 0 || timer->ns > 0 || probe->ns > 0;
  const bool only_needless = *spurious > 0 && capped_sum(*fast, *probes) == 0 && tcp.told("tcp.resent_timeout") == 0;
  if (only_needless && !cost_time) return {};
  if (only_needless) {
    reason.text = "{spurious:packet} of the " + sender + " went out again although the first copy had arrived";
    Judgement j = tcp.cannot_tell_here(
        std::move(reason), "whether packets came late or their acknowledgements did: capture at the receiving host");
    tcp.add_evidence(j, {"tcp.resent_spurious"});
    return {j};
  }
  if (capped_sum(*fast, *probes) == 0) return {};
  return {tcp.ruled_out_here({"nothing came late that was sent once, and no repetition was needless", {}})};
}

constexpr std::array<Action, 2> kFix{
    for_others(
        {.command =
             "Network team: let the members of a bundle and equal-cost ways be chosen by the five-tuple, not by packet; look for "
             "a change of the way at the time of the finding.",
         .impact = "moves flows once",
         .persist = "save the hashing of the bundle",
         .undo = "set the hashing as it was"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 1> kPrevention{
    "Let hosts keep SACK and time stamps on: they then see that a repetition was needless and do not slow down for long."};

}  // namespace

extern constinit const Cause cause_tcp_reordering{
    .id = "tcp_reordering",
    .summary = "Packets overtook one another on the path",
    .mechanism =
        "One connection travels several ways, queues or cores, and a packet comes behind its successors. Duplicate "
        "acknowledgements follow, and the sender may repeat what was only late and slow down for it.",
    .look_alike = "tcp_path_loss: there the first copy never arrives, and no D-SACK answers the repetition.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 44,
    .runbook =
        {
            .detection =
                "Late packets with older time stamps or IP ids that were sent once; D-SACKs behind repetitions.",
            .isolation =
                "Two capture points: in order at the first, out of order at the second: it happens between them.",
            .mitigate = "Nothing is lost; nothing has to be done at once.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask =
                "Between these hosts, which bundle or equal-cost way spreads the packets of one connection, between {from} and {to} UTC?",
        },
    .judge = &judge,
};

}  // namespace wirecause
