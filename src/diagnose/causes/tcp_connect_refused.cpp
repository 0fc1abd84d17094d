// Cause: nobody listens where a client wants to connect.
//
// Mechanism    The server's host has no socket in LISTEN on that address and port: tcp_v4_rcv() finds none and answers the
//              SYN with a reset (net/ipv4/tcp_ipv4.c); a firewall with "reject with tcp reset" does the same.
// On the wire  SYN, then RST with ACK, within a round trip; no SYN-ACK ever.
// Looks like   tcp_connect_filtered: there nothing comes back at all.
// Careful      A client that got through to the same place in this run is not told: then the listener was only late.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 2> kNeeds{"tcp.refused", "tcp.opened"};

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom != Symptom::setup) return {};
  const auto refused = view.of_episode(episode, "tcp.refused");
  if (!refused) return {};
  const Record& record = view.record(*refused);
  if (record.value <= 0) return {};
  Judgement j = named(episode.subject, Place::application, Severity::warning, Strength::by_number);
  j.evidence = {*refused};
  if (const auto opened = view.of_episode(episode, "tcp.opened")) j.evidence.push_back(*opened);
  j.because.text = "{refused:connection attempt} answered by a reset, and none there got through: {who}";
  j.because.figures = {{"refused", as_count(record.value)}, {"who", 0, Fold::largest, Unit::none, record.text}};
  return {j};
}

constexpr std::array<Action, 2> kFix{
    Action{.command = "Owner of the service: start it, or let it listen on the address and port that its clients use.",
           .when = When::other_team,
           .impact = "clients connect as soon as it listens",
           .persist = "enable the unit, so that it is there after a reboot",
           .undo = "stop the service",
           .verify = "wirecause analyze next.pcapng"},
    Action{.command = "tshark -r {file} -Y 'tcp.flags.reset == 1 && tcp.seq == 1 && tcp.ack == 1'",
           .impact = "reads the capture",
           .verify = "capinfos {file}",
           .looks = true},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Let clients wait between attempts and alert after the third: a refused connection is seen within a round trip.",
    "Watch the listener itself (ss -ltn on its host), not only the process."};

}  // namespace

extern constinit const Cause cause_tcp_connect_refused{
    .id = "tcp_connect_refused",
    .summary = "Connections were refused: nobody listens there",
    .mechanism =
        "The host that was asked has no listening socket on that address and port, so its kernel answers the SYN with a "
        "reset. A firewall that rejects with a reset does the same.",
    .look_alike = "tcp_connect_filtered: there nothing comes back at all.",
    .needs = kNeeds,
    .lab = Lab::replay,
    .path_order = 85,
    .runbook =
        {
            .detection = "A SYN is answered by a reset, and no attempt of that client to that place gets through.",
            .isolation = "On the host that was asked: ss -ltn shows whether anybody listens on that address and port.",
            .mitigate = "Point clients to a standby that listens.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::application,
        },
    .judge = &judge,
};

}  // namespace wirecause
