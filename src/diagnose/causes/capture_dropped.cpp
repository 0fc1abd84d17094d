// Cause: the capture lost packets; what looks missing may never have been missing.
//
// Mechanism    The capturing program or its host is too slow for a burst: the ring or the kernel buffer is full, and
//              what arrives is dropped before it is written.
// In a capture pcapng interface statistics or packet drop counts state it; or unrelated streams have holes at once; or
//              receivers of TCP acknowledge what the capture never saw.
// Looks like   net_line_loss, net_common_loss: there the capture's counter is still, or other streams went on
//              meanwhile.
// Careful      A count says how many packets, not which: units are claimed by count, never more than so many packets
//              of this feed carried on average, and not where three other streams went on. Holes in everything at once while the counter is still
//              stay undecided: an adapter or a tap drops before the one who counts.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <vector>

#include "diagnose/cause.hpp"
#include "diagnose/common_actions.hpp"
#include "diagnose/loss_case.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 8> kNeeds{"capture.dropped",    "capture.packets",   "line.point",
                                                 "feed.units_seen",    "feed.data_packets", "tcp.uncaptured_bytes",
                                                 "tcp.captured_bytes", "tcp.acks_of_unseen"};

Judgement named_here(Subject point) { return named(point, Place::capture, Severity::warning, Strength::pattern); }

// --- what the file states, as a condition of its own ---

// Receivers of TCP acknowledged what the capture never saw: it came past. Most of it unseen is no drop: then something was
// left out on purpose, or took another way.
std::optional<Judgement> judged_by_acknowledgements(const EvidenceView& view, const Episode& episode) {
  const auto unseen = view.id("tcp.uncaptured_bytes", episode.subject);
  const auto acks = view.id("tcp.acks_of_unseen", episode.subject);
  const auto seen = view.value("tcp.captured_bytes", episode.subject);
  if (!unseen || !acks || !seen || view.record(*unseen).value <= 0) return std::nullopt;
  const std::uint64_t bytes = as_count(view.record(*unseen).value);
  Reason reason{
      "receivers acknowledged {bytes} of TCP data that this capture never saw, {acks:time}, beside {seen} that it saw",
      {}};
  reason.figures = {{"bytes", bytes, Fold::sum, Unit::bytes},
                    {"acks", as_count(view.record(*acks).value)},
                    {"seen", as_count(*seen), Fold::sum, Unit::bytes}};
  if (bytes > as_count(*seen)) {
    Judgement j =
        cannot_tell(episode.subject, std::move(reason),
                    "whether the capture was filtered or sees one of several ways: its filter, and its command line");
    j.evidence = {*unseen, *acks};
    return j;
  }
  Judgement j = named_here(episode.subject);
  j.strength = Strength::by_number;
  j.evidence = {*unseen, *acks};
  j.because = std::move(reason);
  return j;
}

std::vector<Judgement> judge_observation(const EvidenceView& view, const Episode& episode) {
  if (auto j = judged_by_acknowledgements(view, episode)) return {*j};
  const auto drops = stated_drops(view, episode.subject);
  if (!drops || !drops->counter) return {};
  if (drops->packets == 0) {
    return {ruled_out(episode.subject, {"the capture states that it dropped nothing at this point", {}})};
  }
  const std::uint64_t written = as_count(view.value("capture.packets", episode.subject).value_or(0));
  Judgement j = named_here(episode.subject);
  j.strength = Strength::by_count;
  j.evidence = {*drops->counter};
  j.because.text = "the capture states {dropped:dropped packet} beside {written} that it wrote";
  j.because.figures = {{"dropped", drops->packets}, {"written", written}};
  return {j};
}

// --- holes in every stream at once ---

// Units of holes that all unrelated streams share: first from what nobody brought, for a pause of the capture takes all
// lines at once, then from the lines in their order.
std::vector<Claim> claims_of_common_holes(const LossCase& loss) {
  const Episode& episode = *loss.episode;
  const std::uint64_t copies = std::max<std::uint64_t>(1, loss.lines_without);
  std::uint64_t left = episode.units_common_to_all;
  std::vector<Claim> claims;
  const std::uint64_t from_lost = std::min(episode.lost, left / copies);
  if (from_lost > 0) claims.push_back({episode.subject, from_lost, copies});
  left -= from_lost * copies;
  for (const LineLoss& line : loss.lines) {
    const std::uint64_t alone = std::min(line.line->missing_alone, left);
    if (alone > 0) claims.push_back({line.line->line, alone});
    left -= alone;
  }
  return claims;
}

Judgement judged_by_common_holes(const LossCase& loss) {
  const LineLoss& line = loss.lines.front();
  Judgement j = named_here(line.point);
  j.claims = claims_of_common_holes(loss);
  j.holes = loss.episode->holes_common_to_all;
  j.evidence = origin_evidence(line);
  j.because.text = "{common:hole} of {units:unit} opened while every unrelated stream had one too";
  j.because.figures = {{"common", loss.episode->holes_common_to_all}, {"units", loss.episode->units_common_to_all}};
  if (line.drops) {
    j.because.text += "; the capture states {dropped:dropped packet}";
    j.because.figures.push_back({"dropped", line.drops->packets, Fold::largest});
  }
  return j;
}

// --- by count, and undecided ---

// What a point's capture may have lost, of the units whose origin is `origin`.
struct PointClaims {
  std::vector<Claim> claims;
  const LineLoss* line = nullptr;
  bool finally_lost = false;
  HoleSum holes;
};

// Lines that lack what nobody brought, by the point that they came past. A capture at two points lost each unit at both.
std::map<Subject, std::vector<const LineLoss*>> points_without(const LossCase& loss) {
  std::map<Subject, std::vector<const LineLoss*>> points;
  for (const LineLoss& line : loss.lines) {
    if (line.line->missing_common > 0) points[line.point].push_back(&line);
  }
  return points;
}

// The first point claims the units that nobody brought, and the counters of the others must pay for them, too.
Claim claim_of_lost(const LossCase& loss, const std::map<Subject, std::vector<const LineLoss*>>& points) {
  Claim claim{loss.episode->subject, loss.episode->lost, points.begin()->second.size()};
  for (auto other = std::next(points.begin()); other != points.end(); ++other) {
    const auto& drops = other->second.front()->drops;
    if (!drops || !drops->counter) continue;
    claim.also.push_back({{*drops->counter, loss.carried.in(drops->packets)}, other->second.size()});
  }
  return claim;
}

std::map<Subject, PointClaims> claims_by_point(const LossCase& loss, Origin origin) {
  std::map<Subject, PointClaims> by_point;
  const auto add = [&by_point](const LineLoss& line, Claim claim) -> PointClaims& {
    PointClaims& at = by_point[line.point];
    at.line = &line;
    at.claims.push_back(claim);
    return at;
  };
  if (const auto points = points_without(loss);
      !points.empty() && loss.lost_origin == origin && loss.episode->lost > 0) {
    PointClaims& at = add(*points.begin()->second.front(), claim_of_lost(loss, points));
    at.finally_lost = true;
    at.holes.add(loss.episode->lost_holes);
  }
  for (const LineLoss& line : loss.lines) {
    if (line.origin != origin || line.line->missing_alone == 0) continue;
    add(line, {line.line->line, line.line->missing_alone}).holes.add(line.line->alone);
  }
  return by_point;
}

Judgement judged_by_count(const EvidenceView& view, const LossCase& loss, Subject point, const PointClaims& at) {
  const StatedDrops& drops = *at.line->drops;
  Judgement j = named_here(point);
  j.claims = at.claims;
  add_holes(j, at.holes);
  const std::uint64_t can = loss.carried.in(drops.packets);
  j.bound = CountBound{*drops.counter, can};
  j.strength = Strength::by_count;
  j.evidence = {*drops.counter};
  for (const Claim& claim : j.claims) {
    for (const Payer& payer : claim.also) j.evidence.push_back(payer.bound.counter);
  }
  for (const std::string_view name : {"feed.units_seen", "feed.data_packets"}) {
    if (const auto id = view.id(name, loss.episode->subject)) j.evidence.push_back(*id);
  }
  j.because.text =
      "the capture states {dropped:dropped packet}, which hold {can:unit} at the average of this feed: {carried:unit} "
      "in {packets:data packet}";
  j.because.figures = {{"dropped", drops.packets, Fold::largest},
                       {"can", can, Fold::largest},
                       {"packets", loss.carried.packets, Fold::largest},
                       {"carried", loss.carried.units, Fold::largest}};
  return j;
}

std::uint64_t claimed(const PointClaims& at) {
  std::uint64_t units = 0;
  for (const Claim& claim : at.claims) units = capped_sum(units, claim.units);
  return units;
}

Judgement judged_undecided(const LossCase& loss, Subject point, const PointClaims& at) {
  Judgement j = named_here(point);
  j.claims = at.claims;
  add_holes(j, at.holes);
  // As its partner: the pair is one finding in two names.
  j.severity = at.finally_lost ? Severity::critical : Severity::warning;
  j.evidence = origin_evidence(*at.line);
  j.because.text = "the capture may have dropped {units:unit} itself";
  j.because.figures = {{"units", claimed(at)}};
  add_origin(j.because, Origin::undecided, loss, *at.line);
  j.undecided_with = {"net_line_loss", "net_common_loss"};
  j.missing = what_decides_origin();
  return j;
}

constexpr std::size_t kClauseMark = 2;  // "; " in front of a clause that stands alone here

Judgement excluded(const LossCase& loss) {
  const LineLoss& line = loss.lines.front();
  Reason reason;
  add_origin(reason, line.origin, loss, line);
  reason.text.erase(0, kClauseMark);
  return ruled_out(line.point, std::move(reason));
}

// A hole in everything names the capture, unless its own counter says that it dropped nothing.
bool common_holes_name_it(const LossCase& loss) {
  const auto& drops = loss.lines.front().drops;
  return loss.common != CommonHoles::none && (!drops || drops->packets > 0);
}

std::vector<Judgement> judge_loss(const EvidenceView& view, const Episode& episode) {
  const LossCase loss = loss_case(view, episode);
  if (loss.lines.empty()) return {};
  std::vector<Judgement> judgements;
  if (common_holes_name_it(loss)) {
    judgements.push_back(judged_by_common_holes(loss));
  } else {
    for (const auto& [point, at] : claims_by_point(loss, Origin::beyond_count)) {
      if (at.line->drops && at.line->drops->counter) judgements.push_back(judged_by_count(view, loss, point, at));
    }
  }
  for (const auto& [point, at] : claims_by_point(loss, Origin::undecided)) {
    judgements.push_back(judged_undecided(loss, point, at));
  }
  if (judgements.empty()) judgements.push_back(excluded(loss));
  return judgements;
}

std::vector<Judgement> judge(const EvidenceView& view, const Episode& episode) {
  if (episode.symptom == Symptom::observation) return judge_observation(view, episode);
  if (episode.symptom == Symptom::loss) return judge_loss(view, episode);
  return {};
}

constexpr std::array<Action, 3> kFix{
    capture_again(
        {.impact = "256 MiB of capture buffer and the disk's write rate on the capture host",
         .persist = "keep -B 256 in the unit or script that starts the capture; with tcpdump: -B 262144 (KiB)"}),
    Action{.command = "ethtool -G {interface} rx \"$(ethtool -g {interface} | sed -n 's/^RX:[^0-9]*//p' | head -1)\"",
           .when = When::after_close,
           .impact =
               "the ring gets the Pre-set maximum of ethtool -g, never less than it has; several drivers take the "
               "port down for a moment while it is resized",
           .persist = "a systemd .link file with RxBufferSize=max for this interface",
           .undo = "ethtool -G {interface} rx N, with N as ethtool -g {interface} shows it before the change",
           .verify = "ethtool -g {interface}"},
    Action{.command = "ethtool -S {interface} | grep -iE 'drop|miss|fifo|discard|no_buf'",
           .impact = "reads driver statistics once",
           .verify = "ip -s -s link show dev {interface}",
           .looks = true},
};

constexpr std::array<std::string_view, 3> kPrevention{
    "Write captures as pcapng and keep the interface statistics: a file that states its drops settles this question.",
    "Capture on a host of its own behind a tap, to a disk that is faster than the line, with the buffer sized for the "
    "burst.",
    "Filter in the capture only what is never needed; a filter costs less than a drop."};

}  // namespace

extern constinit const Cause cause_capture_dropped{
    .id = "capture_dropped",
    .summary = "The capture itself lost packets: what is missing may have arrived",
    .mechanism =
        "The capturing program, its kernel buffer or its adapter is too slow for a burst, and packets are dropped "
        "before they are written. Every stream that is busy in that moment gets a hole, although the host and the "
        "application may have received everything.",
    .look_alike =
        "net_line_loss and net_common_loss: there the capture's own drop counter is known and still, or at least "
        "three other streams went on through the hole. Where neither is known, both causes remain.",
    .needs = kNeeds,
    .lab = Lab::scenario,
    .path_order = 100,
    .runbook =
        {
            .detection = "The file states drops (pcapng interface statistics, packet drop counts), or every stream "
                         "of the capture has a hole at the same time, or TCP data that was never seen is acknowledged.",
            .isolation = "Compare with the application's own gap log, or with a capture taken elsewhere: if they "
                         "have the numbers, the capture lost them.",
            .mitigate = "Take no decision about the network from the holes of this capture; take the application's own "
                        "counters.",
            .fix = kFix,
            .prevention = kPrevention,
            .act = Actor::capture,
        },
    .judge = &judge,
};

}  // namespace wirecause
