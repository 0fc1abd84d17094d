// Cause: nothing to send: the sending application is the limit, not TCP and not the network.
//
// Mechanism    Everything that was written was acknowledged; the application computes, waits for somebody else, or has no
//              more. TCP_INFO would say app_limited.
// On the wire  Nothing under way, windows open, and the silence ends with new data that no acknowledgement let out.
// Looks like   Every other cause of TCP: there data was waiting. tcp_nagle_delayed_ack: there an acknowledgement ends the
//              wait.
// Careful      A server that is not asked is not slow: of answers only the time from request to answer counts.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>

#include "diagnose/cause.hpp"
#include "diagnose/sums.hpp"
#include "diagnose/tcp_actions.hpp"
#include "diagnose/tcp_case.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 5> kNeeds{"tcp.think_time", "tcp.wait_sender_idle", "tcp.life", "tcp.round_trip",
                                                 "tcp.data_packets"};

constexpr std::uint64_t kRoundTrips = 10;  // an answer that takes less is as quick as the path
constexpr std::uint64_t kBulk = 64;        // data packets: a transfer
constexpr std::uint64_t kPerRequest = 16;  // ... and not a talk

// From the first request on, most of the connection's life went by between requests and answers.
std::optional<Judgement> slow_answers(const EvidenceView& view, const TcpCase& tcp, const Episode& episode,
                                      std::uint64_t life) {
  const auto id = view.of_episode(episode, "tcp.think_time");
  const auto round_trip = tcp.count("tcp.round_trip");
  if (!id || !round_trip) return std::nullopt;
  const Record& record = view.record(*id);
  const std::uint64_t think = as_count(record.value);
  const std::uint64_t requests = std::max<std::uint64_t>(1, record.count);
  const bool is_most = capped_product(2, think) >= life;
  if (!is_most || think / requests < capped_product(kRoundTrips, *round_trip)) return std::nullopt;
  Judgement j = tcp.named_here(Place::application, Severity::info, Strength::by_count);
  j.evidence = {*id};
  tcp.add_evidence(j, {"tcp.life", "tcp.round_trip"});
  j.because.text = "of {life} the server's application took {think} to answer {requests:request}, {longest} at most";
  j.because.figures = {
      time_figure("life", life),
      time_figure("think", think),
      {"requests", requests},
      time_figure("longest", static_cast<std::uint64_t>(std::max<std::int64_t>(0, (record.to - record.from).ns)),
                  Fold::largest)};
  return j;
}

std::optional<Judgement> pausing_transfer(const EvidenceView& view, const TcpCase& tcp, const Episode& episode,
                                          std::uint64_t life) {
  const auto idle = tcp.wait("tcp.wait_sender_idle");
  const auto packets = tcp.count("tcp.data_packets");
  if (!idle || !packets || *packets < kBulk || capped_product(2, idle->ns) < life) return std::nullopt;
  const auto think = view.of_episode(episode, "tcp.think_time");
  const bool is_talk = think && capped_product(view.record(*think).count, kPerRequest) > *packets;
  if (is_talk) return std::nullopt;
  Judgement j = tcp.named_here(Place::application, Severity::info, Strength::by_count);
  j.evidence = {idle->id};
  tcp.add_evidence(j, {"tcp.life", "tcp.data_packets"});
  j.because.text =
      "for {idle} of {life} nothing was under way and the " + std::string(tcp.sender()) + "'s application sent nothing";
  j.because.figures = {time_figure("idle", idle->ns), time_figure("life", life)};
  return j;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  const TcpCase tcp(view, episode);
  const auto life = tcp.count("tcp.life");
  if (!tcp.is_stall() || !life) return {};
  if (const auto j = slow_answers(view, tcp, episode, *life)) return {*j};
  if (const auto j = pausing_transfer(view, tcp, episode, *life)) return {*j};
  return {};
}

constexpr std::array<Action, 2> kFix{
    for_others(
        {.command =
             "Owner of the sending application: look at what it does between request and answer (its own trace, perf record -g "
             "-p PID, offcputime).",
         .impact = "a profile costs a few per cent while it runs",
         .persist = "measure the time to answer in the application itself",
         .undo = "stop the profile",
         .verify = "wirecause analyze next.pcapng"}),
    kShowConnection,
};

constexpr std::array<std::string_view, 1> kPrevention{
    "Let the application stamp each request when it is read and when it is answered: the network is then out of the question."};

}  // namespace

extern constinit const Cause cause_tcp_sender_idle{
    .id = "tcp_sender_idle",
    .summary = "The sending application had nothing to send",
    .mechanism =
        "Everything that the application wrote was sent and acknowledged. The time went by in the application: it computed, "
        "waited for something else, or was done.",
    .look_alike =
        "Every other cause of TCP: there data was waiting in the sender. tcp_nagle_delayed_ack: there the wait ends with an "
        "acknowledgement.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 5,
    .runbook =
        {
            .detection =
                "Most of the connection's life nothing is under way, windows are open, and new data ends the silence.",
            .isolation =
                "The request's last byte and the answer's first byte at a capture beside the server: what lies between is the "
                "application's.",
            .mitigate = "Look for the delay in the application, not in the network.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::application,
        },
    .judge = &judge,
};

}  // namespace wirecause
