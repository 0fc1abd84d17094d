// Cause: packets of a line overtook each other on the way.
//
// Mechanism    A link bundle or multi-path hop spreads one stream over several ways, or a device has several queues.
// In a capture A line brings a number after a higher one; the hole closes by itself.
// Looks like   Loss: there the number never comes on that line. capture_clock: the file is out of order, not the wire;
//              a packet that is late for that reason is stamped before the packet that it came after.
// Careful      A late unit is not a gap once it arrives, however deep; a handler with a shorter window may call it one.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/points.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 3> kNeeds{"capture.backward_stamps", "feed.reorder_depth", "line.point"};

constexpr std::string_view kDecides =
    "the capture in order of its stamps (reordercap) analysed again: what is still late "
    "was late on the wire";

Judgement late_on(const EpisodeLine& line) {
  Judgement j = named(line.line, Place::before_this_host, Severity::info, Strength::by_number);
  j.share = line.late - line.misplaced;
  j.because.text = "{name} brought {late:unit} in {packets:packet} after higher numbers";
  j.because.figures = {{"name", 0, Fold::largest, Unit::none, line.name.empty() ? "this line" : "line " + line.name},
                       {"late", line.late - line.misplaced},
                       {"packets", line.reordered_packets - line.misplaced_packets}};
  return j;
}

void add_depth(const EvidenceView& view, const Episode& episode, Judgement& j) {
  const auto depth = view.id("feed.reorder_depth", episode.subject);
  if (!depth) return;
  j.evidence.push_back(*depth);
  j.because.text += ", at most {depth:packet} late";
  j.because.figures.push_back({"depth", as_count(view.record(*depth).value), Fold::largest});
}

Judgement late_in_file_only(const EpisodeLine& line) {
  Reason reason{
      "each of the {late} that came late is stamped before what it came after: late in the file, not on the wire", {}};
  reason.figures = {{"late", line.reordered_packets}};
  return ruled_out(line.line, std::move(reason));
}

Judgement judged(const EvidenceView& view, const Episode& episode, const EpisodeLine& line) {
  const auto backward = view.id("capture.backward_stamps", point_of(view, line.line));
  if (line.late > 0 && line.misplaced == line.late) return late_in_file_only(line);
  Judgement j = late_on(line);
  add_depth(view, episode, j);
  if (!backward) return cannot_tell(line.line, j.because, std::string(kDecides));
  const std::uint64_t stamps = as_count(view.record(*backward).value);
  j.evidence.push_back(*backward);
  j.because.text += "; stamped backward in the capture: {backward:packet}";
  j.because.figures.push_back({"backward", stamps, Fold::largest});
  return j;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom != Symptom::disorder) return {};
  std::vector<Judgement> judgements;
  for (const EpisodeLine& line : episode.lines) {
    if (line.late > 0 || line.reordered_packets > 0) judgements.push_back(judged(view, episode, line));
  }
  return judgements;
}

constexpr std::array<Action, 2> kFix{
    Action{
        .command =
            "Network team: does {group}:{port} from {source} cross a link bundle or equal-cost paths that spread one "
            "stream by packet? It must be spread by flow (addresses and ports).",
        .when = When::other_team,
        .impact = "a change of the hash moves streams between members for a moment",
        .persist = "save the switch's running configuration",
        .undo = "restore the former hash of the bundle",
        .verify = "wirecause analyze next.pcapng"},
    Action{.command = kShowPackets, .impact = "reads the capture", .verify = "capinfos -o {file}", .looks = true},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Give the handler a reorder window at least as deep as what was seen here, before it calls a hole a gap.",
    "Ask for flow-based spreading wherever a feed crosses a bundle."};

}  // namespace

extern constinit const Cause cause_net_reordering{
    .id = "net_reordering",
    .summary = "Packets of a line overtook each other on the way",
    .mechanism =
        "A link bundle, equal-cost paths or a device with several queues lets one packet of a stream pass another. A "
        "number comes after a higher one on the same line; the hole that opened closes by itself, so nothing is "
        "lost, but a handler that waits too short a time reports a gap.",
    .look_alike =
        "net_line_loss: there the line never brings the number. capture_clock: the file is out of order while the "
        "wire was not; then the late packet is stamped before the one that it came after.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 30,
    .runbook =
        {
            .detection = "A line brings units after higher numbers, and nothing of them stays missing.",
            .isolation =
                "Look whether the stamps go back at the same packets (then sort the file first), and whether one hop "
                "spreads the stream over several links.",
            .mitigate = "Nothing is lost. A handler that calls these gaps needs a larger reorder window.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask = "Where does {group}:{port} from {source} cross a link bundle or equal-cost paths, and is it spread "
                   "by flow?",
        },
    .judge = &judge,
};

}  // namespace wirecause
