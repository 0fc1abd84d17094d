// Cause: a flood of connection attempts that are not meant to come about.
//
// Mechanism    SYNs with forged or silent sources fill the queue of half-open connections; the server drops further ones or
//              answers with cookies (tcp_syncookies), which leave no state and are not sent again.
// On the wire  Many single SYNs to one server, few or no acknowledgements of the answers, each attempt from another port or
//              address.
// Looks like   tcp_accept_queue_overflow: there clients finish the handshake. tcp_connect_filtered: there the same client
//              tries again and again.
// Careful      A capture of one direction shows no acknowledgement of anybody.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"
#include "diagnose/tcp_flood.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 6> kNeeds{"tcp.half_open", "tcp.single_syns", "tcp.opened",
                                                 "tcp.clients",   "tcp.half_seen",   "tcp.syn_acks_again"};

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_setup() || episode.subject.kind != SubjectKind::server) return {};
  const auto flood = is_flood(tcp);
  const auto half_seen = tcp.count("tcp.half_seen");
  if (!flood || !half_seen) return {};
  if (!*flood) return {};
  Reason reason{
      "{open:attempt} never acknowledged the server's answer and {single} got none, from {clients:sender}, beside "
      "{opened} that came about",
      {}};
  reason.figures = {{"open", tcp.told("tcp.half_open")},
                    {"single", tcp.told("tcp.single_syns")},
                    {"clients", tcp.told("tcp.clients")},
                    {"opened", tcp.told("tcp.opened")}};
  if (*half_seen > 0) {
    return {tcp.cannot_tell_here(std::move(reason),
                                 "whether acknowledgements are captured at all: capture both directions")};
  }
  Judgement j = tcp.named_here(Place::network, Severity::warning, Strength::pattern);
  tcp.add_evidence(j, {"tcp.half_open", "tcp.single_syns", "tcp.opened", "tcp.clients", "tcp.syn_acks_again"});
  j.because = std::move(reason);
  return {j};
}

constexpr std::array<Action, 2> kFix{
    for_others(
        {.command =
             "Network team: drop these sources before the server ({server}:{serverport}), or limit new connections to it; owner of "
             "the host: net.ipv4.tcp_syncookies must be 1, as it is by default.",
         .impact = "a limit that is too low turns real clients away",
         .persist = "save the rule",
         .undo = "take the rule back"}),
    Action{.command = "tshark -r {file} -q -z 'conv,tcp,tcp.port == {serverport} && tcp.flags.syn == 1'",
           .impact = "reads the capture",
           .verify = "capinfos {file}",
           .looks = true},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Let only known addresses reach ports of order entry and market data.",
    "Alert on TCPReqQFullDoCookies and TCPReqQFullDrop of the server's host."};

}  // namespace

extern constinit const Cause cause_tcp_syn_flood{
    .id = "tcp_syn_flood",
    .summary = "A flood of connection attempts that never come about",
    .mechanism =
        "SYNs from forged or silent sources fill the server's queue of half-open connections. It drops further ones, or answers "
        "with cookies that keep no state, carry few options and are not sent again.",
    .look_alike =
        "tcp_accept_queue_overflow: there clients finish the handshake. tcp_connect_filtered: there the same client tries again.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 20,
    .runbook =
        {
            .detection = "Many single SYNs to one server and hardly any handshake that is finished.",
            .isolation =
                "Count sources and ports of the SYNs; on the server's host nstat -az TcpExtTCPReqQFullDoCookies.",
            .mitigate = "Filter the sources in front of the server.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask =
                "From where do the SYNs to {server}:{serverport} enter the network between {from} and {to} UTC, and who may send there?",
        },
    .judge = &judge,
};

}  // namespace wirecause
