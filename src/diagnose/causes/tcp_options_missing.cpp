// Cause: an option of the handshake is not used: selective acknowledgements or window scaling are off, or were taken out.
//
// Mechanism    A sysctl or an old stack leaves them out; a firewall or a load balancer that normalises packets overwrites
//              them; a server under a flood answers with a cookie that has no room for them.
// On the wire  Absent in SYN or SYN-ACK; stripped where one capture point shows the option and the other does not.
// Looks like   tcp_syn_flood: then only connections of that time lack them.
// Careful      Time stamps alone are a matter of taste and not spoken of. What it costs stands with the cause that it
//              makes worse (tcp_window_limited, tcp_rto_stall).
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"
#include "diagnose/tcp_flood.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 7> kNeeds{"tcp.stripped",  "tcp.without_sack", "tcp.without_scaling",
                                                 "tcp.both_syns", "tcp.half_open",    "tcp.single_syns",
                                                 "tcp.opened"};

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_setup()) return {};
  const auto stripped = tcp.count("tcp.stripped");
  const auto sack = tcp.count("tcp.without_sack");
  const auto scaling = tcp.count("tcp.without_scaling");
  if (!stripped || !sack || !scaling) return {};
  if (*stripped > 0) {
    Judgement j = tcp.named_here(Place::network, Severity::warning, Strength::by_number);
    tcp.add_evidence(j, {"tcp.stripped"});
    j.because.text = "{stripped:connection} shows an option of the handshake at one point and lacks it at the other";
    j.because.figures = {{"stripped", *stripped}};
    return {j};
  }
  if (std::max(*sack, *scaling) == 0) return {};
  Reason reason{
      "of connections of more than a window, {sack} do without selective acknowledgements and {scaling} without window scaling",
      {}};
  reason.figures = {{"sack", *sack}, {"scaling", *scaling}};
  const auto flood = is_flood(tcp);
  if (!flood || *flood) {
    return {tcp.cannot_tell_here(std::move(reason),
                                 "whether the server was answering with cookies: nstat -az "
                                 "TcpExtSyncookiesSent on its host")};
  }
  Judgement j = tcp.named_here(Place::end_host, Severity::info, Strength::by_count);
  tcp.add_evidence(j, {"tcp.without_sack", "tcp.without_scaling", "tcp.both_syns"});
  j.because = std::move(reason);
  return {j};
}

constexpr std::array<Action, 1> kFix{
    for_others(
        {.command =
             "Owners of both hosts: sysctl net.ipv4.tcp_sack net.ipv4.tcp_window_scaling net.ipv4.tcp_timestamps must all be 1. "
             "Network team: let no device normalise these options away.",
         .impact = "new connections use the options",
         .takes_effect = TakesEffect::new_sockets,
         .persist = "a file in /etc/sysctl.d",
         .undo = "sysctl -w with the values that were there"}),
};

constexpr std::array<std::string_view, 1> kPrevention{
    "Compare SYN and SYN-ACK of one connection at both ends whenever a device on the way is changed."};

}  // namespace

extern constinit const Cause cause_tcp_options_missing{
    .id = "tcp_options_missing",
    .summary = "Options of the handshake are off, or were stripped on the way",
    .mechanism =
        "Selective acknowledgements or window scaling were not agreed on: a setting or an old stack leaves them out, or a "
        "device on the way takes them out of the handshake. Windows then end at 64 KiB, and every hole costs a round trip.",
    .look_alike =
        "tcp_syn_flood: a server that answers with cookies has no room for options; only connections of that time lack them.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 48,
    .runbook =
        {
            .detection = "SYN or SYN-ACK without the option; stripped where two capture points differ.",
            .isolation =
                "Capture the handshake at both ends: the end that lacks it did not send it, or it was lost between them.",
            .mitigate = "Nothing to do at once: connections work, and recover more slowly.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::host,
        },
    .judge = &judge,
};

}  // namespace wirecause
