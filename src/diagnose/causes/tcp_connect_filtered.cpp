// Cause: something on the way swallows a client's SYN, or the answer to it.
//
// Mechanism    A firewall drops, a route leads nowhere, or the host is down: nothing answers. The client's kernel sends the
//              SYN again after 1 s, then at growing (or, since Linux 6.5, at first constant) intervals.
// On the wire  The same SYN two times or more, and nothing back.
// Looks like   tcp_connect_refused: a reset comes back. A full accept queue drops SYNs too: at the server's host
//              ListenOverflows moves, which no capture shows. capture_one_direction: the answer is not in this file.
// Careful      One SYN alone says nothing: the capture may have ended.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/sums.hpp"
#include "diagnose/tcp_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 4> kNeeds{"tcp.unanswered", "tcp.opened", "tcp.half_seen", "tcp.ignored"};

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_setup()) return {};
  const auto unanswered = view.of_episode(episode, "tcp.unanswered");
  if (!unanswered) return {};
  const Record& record = view.record(*unanswered);
  if (record.value <= 0) return {};
  Reason reason{"{count:connection attempt} without any answer, the SYN sent again and again: {who}", {}};
  reason.figures = {{"count", as_count(record.value)}, {"who", 0, Fold::largest, Unit::none, record.text}};
  const auto half_seen = tcp.count("tcp.half_seen");
  const auto opened = tcp.count("tcp.opened");
  if (!half_seen || *half_seen > 0 || !opened) {
    Judgement j =
        cannot_tell(episode.subject, std::move(reason), "whether answers are captured at all: capture both directions");
    j.evidence = {*unanswered};
    return {j};
  }
  const auto ignored = tcp.count("tcp.ignored");
  if (!ignored)
    return {cannot_tell(episode.subject, std::move(reason), "what the server did with those who got through")};
  if (*ignored > 0) {
    return {ruled_out(episode.subject, {"the server left connections unanswered that had come through to it", {}})};
  }
  Judgement j = tcp.named_here(Place::network, Severity::warning, Strength::pattern);
  tcp.add_evidence(j, {"tcp.unanswered", "tcp.opened"});
  j.because = std::move(reason);
  // Others got through: the server's own queue drops SYNs, too.
  if (*opened > 0) {
    j.undecided_with = {"tcp_accept_queue_overflow"};
    j.missing =
        "whether the SYNs reach the server: capture there, and nstat -az TcpExtListenOverflows TcpExtListenDrops";
  }
  return {j};
}

constexpr std::array<Action, 2> kFix{
    Action{.command = "Network team: find where the SYN ends on its way, and let it pass, or answer with a reset.",
           .when = When::other_team,
           .impact = "opens the port for these clients",
           .persist = "save the configuration of the firewall",
           .undo = "take the rule back",
           .verify = "wirecause analyze next.pcapng"},
    Action{.command = "tshark -r {file} -Y 'tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.analysis.retransmission'",
           .impact = "reads the capture",
           .verify = "capinfos {file}",
           .looks = true},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Let firewalls reject with a reset inside the house: clients then know within a round trip.",
    "Test the way to every gateway before the open, from the host that will use it."};

}  // namespace

extern constinit const Cause cause_tcp_connect_filtered{
    .id = "tcp_connect_filtered",
    .summary = "Connection attempts got no answer at all",
    .mechanism =
        "A firewall drops the SYN or the answer to it, a route leads nowhere, or the host is down. The client's kernel "
        "sends the SYN again after a second and then ever later.",
    .look_alike =
        "tcp_connect_refused: there a reset comes back. A full accept queue on the server drops SYNs as well: its "
        "ListenOverflows moves, which a capture does not show.",
    .needs = kNeeds,
    .lab = Lab::replay,
    .path_order = 15,
    .runbook =
        {
            .detection = "The same SYN is sent two times or more and nothing comes back.",
            .isolation =
                "Capture at the server too: a SYN that arrives there and is not answered is the server's (nstat -az "
                "TcpExtListenOverflows), one that does not arrive is the network's.",
            .mitigate = "Connect to a standby gateway.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask = "At which hop do the SYNs to this address end, and which rule or route drops them?",
        },
    .judge = &judge,
};

}  // namespace wirecause
