// Cause: the server does not take connections from its queue: the client believes it is through, the server does not.
//
// Mechanism    The listener's accept queue is full (backlog, net.core.somaxconn): tcp_v4_syn_recv_sock() drops the last
//              acknowledgement of the handshake and counts ListenOverflows; the SYN-ACK is sent again and the client's data
//              is not taken.
// On the wire  The client's acknowledgement and data come past, and the server goes on sending its SYN-ACK; the data is
//              repeated. A queue that stays full drops SYNs, too.
// Looks like   tcp_connect_filtered: SYNs alone that nobody answers are the same on the wire. tcp_path_loss: there the
//              client's acknowledgement is lost once and the next one ends it.
// Careful      Only the server's host sees the queue: ss -ltn, nstat -az TcpExtListenOverflows.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "diagnose/cause.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"
#include "diagnose/tcp_losses.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 12> kNeeds{
    "tcp.ignored",  "tcp.unanswered", "tcp.opened",        "tcp.half_seen",
    "tcp.attempts", "tcp.unserved",   "tcp.late_syn_acks", "tcp.wait_recovery_timeout",
    "tcp.active",   "tcp.life",       "tcp.round_trip",    "tcp.tries"};

// One connection: the client is through, and nothing of what it sends is taken.
std::vector<Judgement> judge_connection(const TcpCase& tcp) {
  const auto unserved = tcp.count("tcp.unserved");
  const auto late = tcp.count("tcp.late_syn_acks");
  const auto wait = tcp.wait("tcp.wait_recovery_timeout");
  if (!unserved || !late || !wait || *unserved == 0) return {};
  if (*late == 0 && !is_unanswered(tcp.told("tcp.tries"))) return {};
  Judgement j = tcp.named_for(Place::application, Strength::by_count, {*wait});
  tcp.add_evidence(j, {"tcp.unserved", "tcp.late_syn_acks", "tcp.tries"});
  j.because.text = "the client is through, and the server took nothing of what it sent";
  if (*late > 0) {
    j.because.text += ": it sent its SYN-ACK again instead";
    return {j};
  }
  // The other half of the pair that tcp_half_open names: with SYN cookies no SYN-ACK is sent again.
  j.severity = Severity::warning;
  j.strength = Strength::pattern;
  j.undecided_with = {"tcp_half_open"};
  j.missing = "whether its queue was full: nstat -az TcpExtListenOverflows on the server's host";
  return {j};
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (tcp.is_stall()) return judge_connection(tcp);
  if (!tcp.is_setup()) return {};
  const auto ignored = tcp.count("tcp.ignored");
  const auto unanswered = tcp.count("tcp.unanswered");
  const auto opened = tcp.count("tcp.opened");
  const auto half_seen = tcp.count("tcp.half_seen");
  if (!ignored || !unanswered || !opened || !half_seen) return {};
  if (*ignored > 0) {
    Judgement j = tcp.named_here(Place::application, Severity::warning, Strength::by_count);
    tcp.add_evidence(j, {"tcp.ignored", "tcp.attempts", "tcp.opened"});
    j.because.text =
        "of {attempts:attempt} {ignored} were through for the client, and the server went on sending its SYN-ACK and left "
        "the client's data unanswered";
    j.because.figures = {{"attempts", tcp.told("tcp.attempts")}, {"ignored", *ignored}};
    return {j};
  }
  if (*unanswered == 0) return {};
  if (*opened == 0 || *half_seen > 0) return {};
  // The other half of the pair that tcp_connect_filtered names.
  Judgement j = tcp.named_here(Place::cannot_tell, Severity::warning, Strength::pattern);
  tcp.add_evidence(j, {"tcp.unanswered", "tcp.opened"});
  j.because.text = "{unanswered:attempt} got no answer while {opened:other} came about: a full queue drops some";
  j.because.figures = {{"unanswered", *unanswered}, {"opened", *opened}};
  j.undecided_with = {"tcp_connect_filtered"};
  j.missing = "whether the SYNs reach the server: capture there, and nstat -az TcpExtListenOverflows TcpExtListenDrops";
  return {j};
}

constexpr std::array<Action, 2> kFix{
    for_others(
        {.command =
             "Owner of the server application: accept() in a thread of its own, and listen() with a backlog for the burst; on its "
             "host net.core.somaxconn must be at least that (note the value before).",
         .impact = "a restart of the listener",
         .takes_effect = TakesEffect::restart,
         .persist = "a file in /etc/sysctl.d, and the backlog in the application's configuration",
         .undo = "the backlog and the value that were there before",
         .verify = "wirecause analyze next.pcapng"}),
    Action{.command =
               "tshark -r {file} -Y 'tcp.port == {serverport} && tcp.flags.syn == 1 && tcp.analysis.retransmission'",
           .impact = "reads the capture",
           .verify = "capinfos {file}",
           .looks = true},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Alert on ListenOverflows and ListenDrops of every server host; they stand still on a healthy one.",
    "Test how many clients may connect at once after a restart: all of them come back together."};

}  // namespace

extern constinit const Cause cause_tcp_accept_queue_overflow{
    .id = "tcp_accept_queue_overflow",
    .summary = "The server's accept queue was full: connections were not taken",
    .mechanism =
        "The listening application does not accept connections fast enough, and the queue of finished handshakes is full. The "
        "kernel ignores the client's last acknowledgement: the client believes it is connected, and the server does not.",
    .look_alike =
        "tcp_connect_filtered: unanswered SYNs alone look the same on the wire. tcp_path_loss: one lost acknowledgement is made "
        "good by the next packet.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 87,
    .runbook =
        {
            .detection =
                "The server repeats its SYN-ACK although the client's acknowledgement came past, and takes no data.",
            .isolation =
                "On the server's host: ss -ltn shows Recv-Q at Send-Q for the listener, nstat -az TcpExtListenOverflows grows.",
            .mitigate = "Let clients connect one after the other, or to a second server.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::application,
        },
    .judge = &judge,
};

}  // namespace wirecause
