// Cause: the capture kept only the beginning of packets (its snap length was too short).
//
// Mechanism    The capturing program was told to keep N bytes a packet; what lies behind is not in the file.
// In a capture Captured length is shorter than the length on the wire.
// Looks like   Malformed packets: there the packet contradicts itself although it was captured whole.
// Careful      A cut payload is harmless as long as sequence numbers and counts lie before the cut; a cut header or
//              framing hides messages, and then counts are too low.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 3> kNeeds{"capture.truncated", "capture.truncated_headers",
                                                 "feed.truncated_datagrams"};

// Datagrams cut inside the framing, of all feeds: a feed's lines may have been seen at this point.
std::uint64_t cut_framings(const EvidenceView& view, std::vector<EvidenceId>& evidence) {
  std::uint64_t datagrams = 0;
  for (const EvidenceId id : view.all("feed.truncated_datagrams")) {
    const std::uint64_t of_feed = as_count(view.record(id).value);
    datagrams = capped_sum(datagrams, of_feed);
    if (of_feed > 0) evidence.push_back(id);
  }
  return datagrams;
}

Judgement named_at(const EvidenceView& view, Subject point, EvidenceId cut) {
  Judgement j = named(point, Place::capture, Severity::info, Strength::by_count);
  j.evidence = {cut};
  const auto headers = view.id("capture.truncated_headers", point);
  const std::uint64_t cut_headers = headers ? as_count(view.record(*headers).value) : 0;
  if (headers) j.evidence.push_back(*headers);
  const std::uint64_t framings = cut_framings(view, j.evidence);
  if (cut_headers > 0 || framings > 0) j.severity = Severity::warning;
  j.because.text =
      "shorter in the file than on the wire: {cut:packet}; {headers} end in the headers or right behind them, {framings} "
      "lack part of a feed's framing";
  j.because.figures = {{"cut", as_count(view.record(cut).value)}, {"headers", cut_headers}, {"framings", framings}};
  return j;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom != Symptom::observation) return {};
  const auto cut = view.id("capture.truncated", episode.subject);
  if (!cut) return {};
  if (view.record(*cut).value <= 0) return {ruled_out(episode.subject, {"every packet was captured whole", {}})};
  return {named_at(view, episode.subject, *cut)};
}

constexpr std::array<Action, 2> kFix{
    capture_again({.impact = "whole packets: more bytes to disk than before, and 256 MiB of buffer on the capture host",
                   .persist = "keep -s 0 (dumpcap, tcpdump) in the unit or script that starts the capture",
                   .verify = "capinfos next.pcapng"}),
    Action{
        .command =
            "tshark -r {file} -Y 'frame.cap_len < frame.len' -T fields -e frame.number -e frame.len -e frame.cap_len",
        .impact = "reads the capture",
        .verify = "capinfos {file}",
        .looks = true},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Capture whole packets; where disk forbids it, keep at least 256 bytes, so that framing headers are whole.",
    "Check the first minute of a new capture: capinfos shows the packet size limit."};

}  // namespace

extern constinit const Cause cause_capture_truncated{
    .id = "capture_truncated",
    .summary = "The capture kept only the beginning of packets (snap length)",
    .mechanism =
        "The capturing program kept N bytes of each packet. What lies behind is not in the file: a cut payload is "
        "harmless, a cut header or framing hides sequence numbers, and then counts are too low.",
    .look_alike = "Malformed packets: there the packet contradicts itself although it was captured whole.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 100,
    .runbook =
        {
            .detection = "The captured length of packets is shorter than their length on the wire.",
            .isolation =
                "See whether the cut falls into headers or framing (counts suffer) or only into payload (they do not).",
            .mitigate = "Trust no count of a feed whose framing is cut; take the application's own counters.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::capture,
        },
    .judge = &judge,
};

}  // namespace wirecause
