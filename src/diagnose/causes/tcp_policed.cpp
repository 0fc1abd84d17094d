// Cause: a policer on the way drops what goes beyond a rate.
//
// Mechanism    A token bucket: a burst passes at once while there are tokens, and what finds none is dropped, not queued
//              (Flach et al., SIGCOMM 2016).
// On the wire  All bytes between one loss and the next fit one rate; round trips do not grow before a loss.
// Looks like   tcp_queueing and an ordinary full buffer: there round trips grow before the loss. tcp_path_loss: there losses
//              fit no rate.
// Careful      It takes several losses to see a rate.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 12> kNeeds{"tcp.policed",
                                                  "tcp.policed_rate",
                                                  "tcp.loss_epochs",
                                                  "tcp.queued_before_loss",
                                                  "tcp.fastest_rate",
                                                  "tcp.resent_fast",
                                                  "tcp.wait_recovery_fast",
                                                  "tcp.wait_recovery_probe",
                                                  "tcp.wait_recovery_timeout",
                                                  "tcp.active",
                                                  "tcp.life",
                                                  "tcp.round_trip"};

constexpr std::uint64_t kBitsInByte = 8;

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  if (!tcp.is_stall()) return {};
  const auto policed = tcp.count("tcp.policed");
  const auto fast = tcp.wait("tcp.wait_recovery_fast");
  const auto probe = tcp.wait("tcp.wait_recovery_probe");
  const auto timer = tcp.wait("tcp.wait_recovery_timeout");
  if (!policed || !fast || !probe || !timer || *policed == 0) return {};
  Judgement j = tcp.named_for(Place::network, Strength::pattern, {*fast, *probe, *timer});
  tcp.add_evidence(
      j, {"tcp.policed", "tcp.policed_rate", "tcp.loss_epochs", "tcp.queued_before_loss", "tcp.fastest_rate"});
  j.because.text =
      "{losses:flight} lost packets, and what passed between one loss and the next fits one rate, {rate} a second, though "
      "bursts went past faster; nothing queued before {unqueued} of them";
  const std::uint64_t losses = tcp.told("tcp.loss_epochs");
  const std::uint64_t queued = tcp.told("tcp.queued_before_loss");
  j.because.figures = {{"losses", losses},
                       bytes_figure("rate", tcp.told("tcp.policed_rate") / kBitsInByte),
                       {"unqueued", losses > queued ? losses - queued : 0}};
  return {j};
}

constexpr std::array<Action, 3> kFix{
    for_others(
        {.command =
             "Network team: find the policer (police, rate-limit, committed access rate) on this way; shape instead of policing, or "
             "give it a burst of at least the rate by the round trip.",
         .impact = "more of this traffic passes at once",
         .persist = "save the configuration",
         .undo = "the rate and the burst that were there"}),
    for_others(
        {.command = "Owner of the sending host: pace below the rate (SO_MAX_PACING_RATE, or tc qdisc fq maxrate).",
         .impact = "the connection never exceeds that rate",
         .takes_effect = TakesEffect::new_sockets,
         .persist = "in the application's configuration",
         .undo = "take the pacing out"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 1> kPrevention{
    "Ask every provider for rate and burst of a way, and test it with one connection before it carries orders."};

}  // namespace

extern constinit const Cause cause_tcp_policed{
    .id = "tcp_policed",
    .summary = "A policer on the path drops what exceeds a rate",
    .mechanism =
        "A device on the way lets a burst pass while it has tokens and drops what finds none, without queueing. The sender sees "
        "losses whenever it goes beyond the rate, repeats, and slows down far below it.",
    .look_alike =
        "A full queue: there round trips grow before the loss (tcp_queueing). tcp_path_loss: there losses fit no rate.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 41,
    .runbook =
        {
            .detection = "What passes between losses fits one rate, and round trips do not grow before them.",
            .isolation = "Send with pacing below the rate: without losses then, it is the policer.",
            .mitigate = "Pace the sender below the rate.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask = "Which device between these hosts polices this traffic, at which rate and with which burst?",
        },
    .judge = &judge,
};

}  // namespace wirecause
