// Cause: something between the ends broke the connection off, in the name of one of them.
//
// Mechanism    A firewall, load balancer or intrusion-prevention system sends an RST with the address of an end: a rule
//              matched, an idle entry had expired, a state table was cleared.
// On the wire  The reset's TTL cannot be that end's, or that end goes on sending as if nothing had been.
// Looks like   tcp_reset_by_peer: the TTL of its other packets, and silence afterwards.
// Careful      Some hosts send resets with another first TTL: only one that cannot have come as far is foreign.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"
#include "diagnose/tcp_reset.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 10> kNeeds{
    "tcp.reset_ttl",     "tcp.ttl_least",           "tcp.ttl_most",    "tcp.ttl_packets",
    "tcp.reset_went_on", "tcp.reset_bare",          "tcp.reset_tries", "tcp.reset_fin_by_resetter",
    "tcp.reset_silence", "tcp.reset_unacknowledged"};

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_abort()) return {};
  const TcpReset reset(tcp);
  const auto unacknowledged = tcp.count("tcp.reset_unacknowledged");
  if (!reset.is_known() || !unacknowledged) return {};
  const std::string end(tcp.sender());
  if (reset.is_foreign()) {
    Judgement j = tcp.named_here(Place::network, Severity::warning,
                                 reset.went_on() > 0 ? Strength::by_number : Strength::by_count);
    tcp.add_evidence(j, {"tcp.reset_ttl", "tcp.ttl_least", "tcp.ttl_packets", "tcp.reset_went_on"});
    j.because.text =
        reset.went_on() > 0
            ? "behind the reset in its name the " + end + " sent {more:packet} that only an open connection has"
            : "the reset in the " + end + "'s name came with a TTL of {ttl}, its {packets} packets before with {other}";
    j.because.figures = {{"more", reset.went_on()},
                         {"ttl", tcp.told("tcp.reset_ttl"), Fold::largest},
                         {"packets", tcp.told("tcp.ttl_packets")},
                         {"other", tcp.told("tcp.ttl_least"), Fold::largest}};
    return {j};
  }
  if (reset.hops() == TtlEvidence::same) {
    return {tcp.ruled_out_here({"the reset has a TTL of that end's other packets, and nothing new followed", {}})};
  }
  if (reset.is_of_unknown_connection() && reset.tries() > 0) return {};
  // The other half of the pair that tcp_reset_by_peer names.
  Judgement j =
      tcp.named_here(Place::network, *unacknowledged > 0 && !reset.had_closed() ? Severity::warning : Severity::info,
                     Strength::pattern);
  tcp.add_evidence(j, {"tcp.reset_ttl", "tcp.ttl_least", "tcp.ttl_most", "tcp.ttl_packets"});
  j.because.text = "the reset's TTL of {ttl} does not say whether it came from the " + end;
  j.because.figures = {{"ttl", tcp.told("tcp.reset_ttl"), Fold::largest}};
  j.undecided_with = {"tcp_reset_by_peer"};
  j.missing = "whether that end sent it: capture beside it, or compare TTLs over more packets";
  return {j};
}

constexpr std::array<Action, 2> kFix{
    for_others(
        {.command =
             "Network team: find the device on this way that resets connections (its log at the time of the reset), and let this "
             "traffic pass, or lengthen its idle timeout.",
         .impact = "a rule or a timeout of that device",
         .persist = "save its configuration",
         .undo = "take the rule or the timeout back"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Know every device with a state table on the way, and its idle timeout; let applications send heartbeats more often than that.",
    "Let such devices drop or log rather than reset in somebody else's name."};

}  // namespace

extern constinit const Cause cause_tcp_reset_by_middlebox{
    .id = "tcp_reset_by_middlebox",
    .summary = "A device on the path reset the connection in an end's name",
    .mechanism =
        "A firewall, a load balancer or another device on the way sent a reset with the address of an end: a rule matched, its "
        "entry had expired, or its table was cleared. Neither end wanted it.",
    .look_alike =
        "tcp_reset_by_peer: there the reset has the TTL of that end's other packets, and the end is silent afterwards.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 42,
    .runbook =
        {
            .detection = "A reset whose TTL cannot be that end's, or an end that goes on behind its own reset.",
            .isolation = "Capture at both ends: a reset that neither of them sent was made between them.",
            .mitigate = "Connect again, over a way without that device if there is one.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask =
                "Which device between these hosts resets connections to {server}, and what does its log say between {from} and {to} UTC?",
        },
    .judge = &judge,
};

}  // namespace wirecause
