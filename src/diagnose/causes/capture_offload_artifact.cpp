// Cause: the capture was taken where an adapter's offloads are not done yet, or are undone: what looks damaged is not.
//
// Mechanism    On the sending host, and behind a software link, packets are seen before the adapter fills in checksums
//              and cuts large segments to frames; on receive, GRO and LRO merge several packets into one.
// In a capture (Nearly) all checksums of a host are bad, or frames are larger than the wire can carry.
// Looks like   Damage on the way: there some packets of a host fail while most of them verify.
// Careful      A healthy feed may fail in every checksum for years; that is no fault of the path.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/live_loss.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 5> kNeeds{"capture.checksum_hosts_all_bad", "capture.oversize_frames",
                                                 "capture.checksum_bad", "capture.checksum_checked", "point.live"};

std::uint64_t value_at(const EvidenceView& view, std::string_view name, Subject point) {
  return as_count(view.value(name, point).value_or(0));
}

Reason because(const EvidenceView& view, Subject point) {
  Reason reason;
  const std::uint64_t hosts = value_at(view, "capture.checksum_hosts_all_bad", point);
  const std::uint64_t oversize = value_at(view, "capture.oversize_frames", point);
  if (hosts > 0) {
    reason.text = "(nearly) every checksum of {hosts:source} is bad, {bad} of {checked} verified at this point";
    reason.figures = {{"hosts", hosts},
                      {"bad", value_at(view, "capture.checksum_bad", point)},
                      {"checked", value_at(view, "capture.checksum_checked", point)}};
  }
  if (oversize > 0) {
    reason.text +=
        hosts > 0 ? "; {oversize:frame} larger than the wire carries" : "{oversize:frame} larger than the wire carries";
    reason.figures.push_back({"oversize", oversize});
  }
  if (is_live(view, point)) reason.text += "; the adapter's offloads do the rest later: no fault";
  return reason;
}

std::vector<EvidenceId> evidence_at(const EvidenceView& view, Subject point) {
  std::vector<EvidenceId> ids;
  for (const std::string_view name : kNeeds) {
    if (const auto id = view.id(name, point)) ids.push_back(*id);
  }
  return ids;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom != Symptom::observation) return {};
  const Subject point = episode.subject;
  const auto hosts = view.value("capture.checksum_hosts_all_bad", point);
  const auto oversize = view.value("capture.oversize_frames", point);
  if (!hosts && !oversize) return {};
  if (hosts.value_or(0) <= 0 && oversize.value_or(0) <= 0) {
    return {
        ruled_out(point, {"no source has all its checksums bad, and no frame is larger than the wire carries", {}})};
  }
  Judgement j = named(point, Place::capture, Severity::info, Strength::by_count);
  j.evidence = evidence_at(view, point);
  j.because = because(view, point);
  return {j};
}

constexpr std::array<Action, 2> kFix{
    Action{.command = "ethtool -k {interface} | grep -E 'checksum|segmentation|receive-offload'",
           .impact = "reads the interface's features",
           .persist = "nothing to keep: offloads are no fault, leave them on",
           .verify = "ethtool -k {interface}",
           .looks = true},
    capture_again(
        {.impact =
             "256 MiB of capture buffer: run it on a host behind a tap or mirror port, where frames are as on the wire",
         .persist = "capture at the tap, not on the sending host"}),
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Take captures that must show the wire at a tap or mirror port.",
    "Tell tools not to judge checksums of a capture from the sending host: tshark -o udp.check_checksum:FALSE."};

}  // namespace

extern constinit const Cause cause_capture_offload_artifact{
    .id = "capture_offload_artifact",
    .summary = "Offloads make packets look damaged or oversize: no fault",
    .mechanism =
        "On the sending host, and behind a software link, packets are captured before the adapter fills in their "
        "checksums and cuts large segments to frames; on receive, the kernel or the adapter merges several packets "
        "into one before they are captured. What looks damaged or too large was right on the wire.",
    .look_alike = "Damage on the way: there some packets of a source fail while more than 90 % of it verifies.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 100,
    .is_usual_live = true,
    .runbook =
        {
            .detection = "At least 90 % of the verified checksums of a source are bad, or frames are larger than a "
                         "wire carries.",
            .isolation =
                "Look where the capture was taken: on the sending host, a bridge or a virtual machine this is normal.",
            .mitigate = "Nothing is wrong with the packets. Do not judge checksums or packet sizes in this capture.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::capture,
        },
    .judge = &judge,
};

}  // namespace wirecause
