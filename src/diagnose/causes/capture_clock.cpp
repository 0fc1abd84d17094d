// Cause: the stamps of the capture go back, so its order or its clock cannot be trusted.
//
// Mechanism    Several queues or interfaces are written in the order they were read, not stamped; or the capturing
//              clock was stepped.
// In a capture A packet is stamped earlier than the packet before it at the same point.
// Looks like   net_reordering: sequence numbers out of order while stamps go forward. A step of the host's clock looks
//              the same off line; the host's own clock records are needed to tell it.
// Careful      Microseconds are what two CPUs that stamp are apart: no fault. Durations and latencies across a larger step
//              are not data.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "diagnose/cause.hpp"
#include "diagnose/live_loss.hpp"
#include "diagnose/points.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 4> kNeeds{"capture.backward_stamps", "capture.backward_largest", "line.point",
                                                 "point.live"};

// Packets that two CPUs stamp and hand over are out of step by microseconds in any capture; whether that made numbers late
// is judged where they are.
constexpr DurationNs kCpusApart = microseconds(50);
// Of a live tap: each CPU stamps what it takes (net_timestamp_check(), net/core/dev.c) before it gets a place in the ring.
// Tens of nanoseconds apart where two CPUs are busy; as long as a backlog lasts where one's queue is long.
constexpr DurationNs kQueuesApart = milliseconds(10);

Judgement named_at(const EvidenceView& view, Subject point, EvidenceId stamps) {
  Judgement j = named(point, Place::capture, Severity::info, Strength::by_count);
  j.evidence = {stamps};
  j.because.text = "stamped earlier than the packet before at this point: {backward:packet}";
  j.because.figures = {{"backward", as_count(view.record(stamps).value), Fold::largest}};
  if (const auto largest = view.id("capture.backward_largest", point)) {
    j.evidence.push_back(*largest);
    j.because.text += ", by up to {step}";
    j.because.figures.push_back({"step", as_count(view.record(*largest).value), Fold::largest, Unit::nanoseconds});
  }
  return j;
}

std::vector<Judgement> judge_observation(const EvidenceView& view, const Episode& episode) {
  const auto stamps = view.id("capture.backward_stamps", episode.subject);
  if (!stamps) return {};
  if (view.record(*stamps).value <= 0) {
    return {ruled_out(episode.subject, {"no packet is stamped earlier than the one before it", {}})};
  }
  const DurationNs no_step = is_live(view, episode.subject) ? kQueuesApart : kCpusApart;
  const auto largest = view.value("capture.backward_largest", episode.subject);
  if (largest && nanoseconds(*largest) <= no_step) {
    Reason reason{
        "packets that different CPUs stamped were taken in another order, by up to {step}: no step of a clock",
        {{"step", as_count(*largest), Fold::largest, Unit::nanoseconds}}};
    return {ruled_out(episode.subject, std::move(reason))};
  }
  return {named_at(view, episode.subject, *stamps)};
}

// A file that is out of order makes packets look late; by its stamps each came before what stands before it.
std::vector<Judgement> judge_disorder(const EvidenceView& view, const Episode& episode) {
  std::vector<Judgement> judgements;
  for (const EpisodeLine& line : episode.lines) {
    const Subject point = point_of(view, line.line);
    const auto stamps = view.id("capture.backward_stamps", point);
    if (!stamps || (line.late == 0 && line.reordered_packets == 0)) continue;
    if (line.misplaced == 0 || view.record(*stamps).value <= 0) {
      judgements.push_back(ruled_out(point, {"what came late is stamped later, too", {}}));
      continue;
    }
    Judgement j = named_at(view, point, *stamps);
    j.share = line.misplaced;
    j.because.text += "; {misplaced:packet} came after higher numbers in the file only: stamped before them";
    j.because.figures.push_back({"misplaced", line.misplaced_packets});
    judgements.push_back(std::move(j));
  }
  return judgements;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom == Symptom::observation) return judge_observation(view, episode);
  if (episode.symptom == Symptom::disorder) return judge_disorder(view, episode);
  return {};
}

constexpr std::array<Action, 2> kFix{
    Action{.command = "reordercap {file} in-order.pcapng",
           .impact = "writes a new file; the original stays",
           .undo = "rm in-order.pcapng",
           .verify = "capinfos -o in-order.pcapng"},
    Action{.command = "chronyc tracking",
           .impact = "reads the state of the capture host's clock",
           .persist = "let the clock be slewed, not stepped, after start: makestep 1 3 in chrony.conf",
           .verify = "chronyc sourcestats",
           .looks = true},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Stamp in the adapter (hardware time stamps) and discipline its clock by PTP.",
    "Capture one queue or interface a file, or sort by stamp before the files are merged: mergecap does."};

}  // namespace

extern constinit const Cause cause_capture_clock{
    .id = "capture_clock",
    .summary = "Time stamps of the capture go back",
    .mechanism =
        "Packets of several queues or interfaces were written in the order in which they were read, or the clock "
        "that stamps them was stepped. The packets are all there; their order in the file, or the time between them, "
        "is not that of the wire.",
    .look_alike =
        "net_reordering: sequence numbers out of order while the stamps go forward. A step of the host's clock "
        "cannot be told from this in a capture alone: the host's own clock records are needed.",
    .needs = kNeeds,
    .lab = Lab::replay,
    .path_order = 100,
    .runbook =
        {
            .detection = "A packet is stamped earlier than the packet before it at the same point.",
            .isolation =
                "Many small steps come from several queues in one file; one large step is the clock. capinfos -o says "
                "whether a file is in order.",
            .mitigate = "Sort the file before times are compared; use no duration that crosses a step of the clock.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::capture,
        },
    .judge = &judge,
};

}  // namespace wirecause
