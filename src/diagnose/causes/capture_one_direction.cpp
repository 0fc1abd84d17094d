// Cause: the capture holds only one direction of the traffic.
//
// Mechanism    One fibre of a tap, or a mirror session of one direction only, was recorded: what the other end sent is not
//              in the file.
// In a capture Connections show one end only, and it acknowledges data that was never seen, from start to end.
// Looks like   capture_dropped: both directions are there, and some packets are not. An asymmetric route: the other
//              direction goes another way; on one capture point it looks the same.
// Careful      Round trips, windows and reasons of retransmissions need both directions: without them they are not told.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 2> kNeeds{"tcp.connections", "tcp.one_way_connections"};

// Nine tenths: a few connections may go their own ways.
constexpr std::uint64_t kNearlyAll = 9;

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom != Symptom::observation) return {};
  const auto all = view.id("tcp.connections", episode.subject);
  const auto one_way = view.id("tcp.one_way_connections", episode.subject);
  if (!all || !one_way) return {};
  const std::uint64_t connections = as_count(view.record(*all).value);
  const std::uint64_t halves = as_count(view.record(*one_way).value);
  if (connections == 0) return {};
  Reason reason{"{halves} of {all:TCP connection} show one end only, which acknowledges what was never seen", {}};
  reason.figures = {{"halves", halves}, {"all", connections}};
  if (10 * halves < kNearlyAll * connections) return {ruled_out(episode.subject, std::move(reason))};
  Judgement j = named(episode.subject, Place::capture, Severity::info, Strength::by_count);
  j.evidence = {*all, *one_way};
  j.because = std::move(reason);
  return {j};
}

constexpr std::array<Action, 2> kFix{
    capture_again({.impact = "both directions: twice the bytes to disk, and 256 MiB of buffer on the capture host",
                   .persist = "keep both interfaces of the tap in the unit or script that starts the capture"}),
    Action{.command = "tshark -r {file} -q -z conv,tcp",
           .impact = "reads the capture",
           .verify = "wirecause analyze next.pcapng",
           .looks = true},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Record both outputs of a passive tap into one file, or mirror both directions of the port.",
    "Check the first minute of a new capture: every connection must show bytes from both ends."};

}  // namespace

extern constinit const Cause cause_capture_one_direction{
    .id = "capture_one_direction",
    .summary = "The capture holds only one direction of the traffic",
    .mechanism =
        "One fibre of a tap, or a mirror session of one direction, was recorded. What the other end sent is not in the "
        "file, so the end that is there acknowledges data that was never seen. Nothing is wrong on the path.",
    .look_alike =
        "capture_dropped: both directions are there and some packets are not. An asymmetric route looks the same at one "
        "capture point: the other direction goes another way.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 100,
    .runbook =
        {
            .detection = "At least nine tenths of the connections show one end only, which acknowledges unseen data.",
            .isolation = "Look for the missing direction on the tap's other output or the mirror's other direction.",
            .mitigate = "Trust no round trip, window or reason of a retransmission from this file.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::capture,
        },
    .judge = &judge,
};

}  // namespace wirecause
