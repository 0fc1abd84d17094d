// Cause: damaged datagrams were dropped because their checksum is wrong.
//
// Mechanism    UDP verifies the checksum (net/ipv4/udp.c) on arrival where a filter needs it, else when the application
//              reads: it counts Udp.InCsumErrors and frees with SKB_DROP_REASON_UDP_CSUM. The frame's own CRC was right, so
//              the damage was done inside a device: memory, a switch or adapter that rewrites packets.
// On the wire  Some packets of a source fail while most of them verify.
// Looks like   capture_offload_artifact: there (nearly) all packets of a source fail, the kernel accepts them, and nothing
//              is missing.
// Careful      Counted when the application reads: later than the packet came.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "diagnose/cause.hpp"
#include "diagnose/drop_case.hpp"
#include "diagnose/host_case.hpp"
#include "diagnose/points.hpp"
#include "evidence/drop_reason.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kCounter = "Udp.InCsumErrors";
constexpr std::array<std::string_view, 6> kNeeds{kCounter,
                                                 "capture.checksum_hosts_some_bad",
                                                 "capture.checksum_hosts_all_bad",
                                                 "capture.checksum_bad",
                                                 "capture.checksum_checked",
                                                 "line.point"};
constexpr std::array<std::string_view, 4> kOfTap{"capture.checksum_hosts_some_bad", "capture.checksum_hosts_all_bad",
                                                 "capture.checksum_bad", "capture.checksum_checked"};

// What the tap saw of the checksums at the line's point.
struct AtTap {
  Subject point;
  std::optional<std::int64_t> some_bad;  // sources of which most packets verify
  std::optional<std::int64_t> all_bad;

  bool shows_damage() const { return some_bad.value_or(0) > 0; }
  bool shows_artifact() const { return !shows_damage() && all_bad.value_or(0) > 0; }
};

AtTap at_tap(const EvidenceView& view, const Episode& episode) {
  AtTap seen;
  seen.point = point_of(view, episode.lines.empty() ? episode.subject : episode.lines.front().line);
  seen.some_bad = view.value("capture.checksum_hosts_some_bad", seen.point);
  seen.all_bad = view.value("capture.checksum_hosts_all_bad", seen.point);
  return seen;
}

void add_tap(Judgement& j, const EvidenceView& view, const AtTap& seen) {
  for (const std::string_view name : kOfTap) {
    if (const auto id = view.id(name, seen.point)) j.evidence.push_back(*id);
  }
  if (seen.shows_damage()) j.because.text += "; at the tap, too, some packets of a source fail while most verify";
  if (seen.shows_artifact()) {
    j.because.text +=
        "; at the tap (nearly) every packet of a source fails: its sender, or what stands behind it, does not "
        "fill in checksums";
  }
}

Judgement by_reason(const EvidenceView& view, const Episode& episode) {
  Judgement j = explains_host_drop(episode);
  j.because = {"the kernel found the checksum of {datagrams:datagram} wrong (UDP_CSUM)",
               {{"datagrams", episode.drop->datagrams}}};
  if (const auto counted = growth_of(view, episode, kCounter)) add_records(j, counted->records);
  add_tap(j, view, at_tap(view, episode));
  return j;
}

Judgement by_counter(const EvidenceView& view, const Episode& episode) {
  const auto counted = growth_of(view, episode, kCounter);
  if (!counted) {
    return cannot_tell(episode.subject, {"the kernel's count of wrong checksums was not read", {}},
                       "nstat -az UdpInCsumErrors before and after, or the drop probe");
  }
  if (counted->packets == 0) return ruled_out(episode.subject, {"Udp.InCsumErrors did not move", {}});
  const AtTap seen = at_tap(view, episode);
  if (!seen.shows_damage()) {
    return cannot_tell(
        episode.subject,
        {"Udp.InCsumErrors moved by {counted:packet}, and the tap does not show damaged ones among whole ones",
         {{"counted", counted->packets}}},
        "the drop probe: it names the datagrams whose checksum was wrong");
  }
  Judgement j = explains_drop_by_count(episode, *counted);
  j.because = {"Udp.InCsumErrors moved by {counted:packet}", {{"counted", counted->packets}}};
  add_tap(j, view, seen);
  return j;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (is_drop_by(episode, drop_reason::kUdpCsum)) {
    Judgement j = by_reason(view, episode);
    add_drop_evidence(j, view, episode);
    return {j};
  }
  if (is_drop_at(episode, Checkpoint::udp) && is_drop_by_counter(episode)) return {by_counter(view, episode)};
  return {};
}

constexpr std::array<Action, 3> kFix{
    Action{
        .command =
            "Network team: between {from} and {to} UTC datagrams of {group}:{port} from {source} arrived with a right "
            "frame CRC and a wrong UDP checksum: which device on their way rewrites packets or had memory errors?",
        .when = When::other_team,
        .impact = "none: a question",
        .persist = "keep the device's memory and parity counters in the team's monitoring",
        .verify = "nstat -az UdpInCsumErrors"},
    Action{.command = "ethtool -S {interface} | grep -iE 'csum|crc|err'",
           .impact = "reads driver statistics once",
           .verify = "ethtool -k {interface}",
           .looks = true},
    Action{.command = "ethtool -K {interface} rx-checksumming off",
           .when = When::after_close,
           .impact =
               "only to find out whether the adapter judges wrongly: the kernel then verifies every packet itself, at "
               "the cost of CPU; some drivers reset the port",
           .undo = "ethtool -K {interface} rx-checksumming on",
           .verify = "nstat -az UdpInCsumErrors"},
};

constexpr std::array<std::string_view, 2> kPrevention{
    "Alert on Udp InCsumErrors: on a healthy path it never moves.",
    "Watch ECC and parity errors of hosts, adapters and switches on the way of each line."};

}  // namespace

extern constinit const Cause cause_kernel_checksum{
    .id = "kernel_checksum",
    .summary = "Damaged datagrams were dropped: their checksum is wrong",
    .mechanism =
        "A device on the way changed bytes and sent the frame on with a right CRC. UDP's own checksum finds it, on arrival "
        "or when the application reads, and the kernel drops the datagram.",
    .look_alike =
        "capture_offload_artifact: there (nearly) all packets of a source look wrong in the capture, but the kernel accepts "
        "them and nothing is missing.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 62,
    .runbook =
        {
            .detection = "Drops with reason UDP_CSUM, Udp InCsumErrors moves; most packets of the source verify.",
            .isolation = "Compare with the other line and with another host of the same line: who sees wrong checksums "
                         "shares the device that makes them.",
            .mitigate = "Take feed {feed} from {sister} while that is whole. Request what nobody brought from the "
                        "recovery channel.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::network,
            .ask =
                "Which device on the path of {group}:{port} from {source} rewrites packets or reported memory errors "
                "between {from} and {to} UTC?",
        },
    .judge = &judge,
};

}  // namespace wirecause
