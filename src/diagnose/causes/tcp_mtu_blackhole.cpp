// Cause: packets beyond some size vanish on the way, and nobody says so.
//
// Mechanism    A link on the way carries less than the ends believe (a tunnel, a VPN), and the router's "fragmentation
//              needed" (ICMP 3/4, ICMPv6 2) is filtered: the sender repeats the same size for ever.
// On the wire  Full-size segments are sent again and again and never acknowledged; the handshake and small ones pass.
// Looks like   tcp_path_loss: there size does not matter. tcp_half_open: there small packets get no answer either.
// Careful      Without a small packet that passed meanwhile, the peer may be gone as well.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"
#include "diagnose/tcp_losses.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 13> kNeeds{"tcp.never_came",
                                                  "tcp.size_stuck",
                                                  "tcp.size_passed",
                                                  "tcp.stuck_resends",
                                                  "tcp.told_mtu",
                                                  "tcp.tries",
                                                  "tcp.wait_recovery_timeout",
                                                  "tcp.active",
                                                  "tcp.policed",
                                                  "tcp.incast_flows",
                                                  "tcp.life",
                                                  "tcp.round_trip",
                                                  "tcp.unserved"};

// Behind the black hole nothing is seen of what it swallows: the other half of the pair that tcp_path_loss names.
Judgement judge_gone(const TcpCase& tcp, std::uint64_t gone) {
  Judgement j = tcp.named_here(Place::network, Severity::warning, Strength::pattern);
  tcp.add_evidence(j, {"tcp.never_came", "tcp.size_passed"});
  j.because.text = "{gone} that the " + std::string(tcp.sender()) +
                   " sent never came to this point, and nothing larger than {passed} did";
  j.because.figures = {bytes_figure("gone", gone, Fold::sum), bytes_figure("passed", tcp.told("tcp.size_passed"))};
  j.undecided_with = {"tcp_path_loss"};
  j.missing = "which sizes are lost: capture at the sending host, or ping from there with -M do -s of a full packet";
  return j;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_stall()) return {};
  const std::uint64_t gone = tcp.told("tcp.never_came");
  if (gone > 0 && tcp.told("tcp.size_passed") < kNearlyFull) return {judge_gone(tcp, gone)};
  const auto special = special_loss(tcp);
  const auto tries = tcp.count("tcp.tries");
  const auto wait = tcp.wait("tcp.wait_recovery_timeout");
  if (!special || !tries || !wait || !special->is_blackhole) return {};
  const std::uint64_t told_mtu = tcp.told("tcp.told_mtu");
  Judgement j = tcp.named_for(Place::network, Strength::by_number, {*wait});
  j.severity = Severity::warning;
  tcp.add_evidence(j, {"tcp.size_stuck", "tcp.size_passed", "tcp.stuck_resends", "tcp.told_mtu"});
  j.because.text = "segments of {stuck} from the " + std::string(tcp.sender()) +
                   " were sent again {times:time} and never acknowledged; the largest that passed has {passed}";
  if (told_mtu > 1)
    j.because.text += "; a router said that nothing beyond {mtu} goes on, and the sender did not follow";
  j.because.figures = {bytes_figure("stuck", tcp.told("tcp.size_stuck")),
                       {"times", tcp.told("tcp.stuck_resends")},
                       bytes_figure("passed", tcp.told("tcp.size_passed")),
                       bytes_figure("mtu", told_mtu)};
  if (is_unanswered(*tries) && told_mtu == 0) {
    j.strength = Strength::pattern;
    j.undecided_with = {"tcp_half_open"};
    j.missing = "whether small packets still pass: ping the host, then with -M do -s of the size that is stuck";
  }
  return {j};
}

constexpr std::array<Action, 3> kFix{
    for_others(
        {.command =
             "Network team: find the link with the smaller MTU on this way, let \"fragmentation needed\" (ICMP 3/4, ICMPv6 packet too "
             "big) pass back to the sender, or clamp the MSS at the tunnel.",
         .impact = "new connections use smaller segments",
         .persist = "save the configuration",
         .undo = "take the rule or the clamp back"}),
    for_others(
        {.command =
             "Owner of the sending host: sysctl -w net.ipv4.tcp_mtu_probing=1 finds the size without ICMP (note the value before; 0 "
             "is the default).",
         .impact = "probes after timeouts",
         .takes_effect = TakesEffect::now,
         .persist = "a file in /etc/sysctl.d",
         .undo = "sysctl -w net.ipv4.tcp_mtu_probing=0"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Set one MTU for a whole way, and test it with the largest packet before it is used.",
    "Never filter ICMP \"fragmentation needed\" and \"packet too big\"."};

}  // namespace

extern constinit const Cause cause_tcp_mtu_blackhole{
    .id = "tcp_mtu_blackhole",
    .summary = "Large packets vanish on the path, small ones pass",
    .mechanism =
        "A link on the way carries smaller packets than the ends believe, and the router's message about it does not reach the "
        "sender. Full-size segments are dropped however often they are repeated, while the handshake and small ones pass.",
    .look_alike = "tcp_path_loss: there size does not matter. tcp_half_open: there small packets get no answer either.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 39,
    .runbook =
        {
            .detection = "Segments of one size are repeated and never acknowledged, smaller ones are.",
            .isolation =
                "ping -M do -s SIZE from the sender: the largest size that is answered, plus headers, is the MTU of the way.",
            .mitigate = "Lower the MTU of the sending interface, or of the route to that host.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask =
                "Which link between these hosts has the smaller MTU, and which rule drops the ICMP message about it?",
        },
    .judge = &judge,
};

}  // namespace wirecause
