// SPDX-License-Identifier: Apache-2.0
#include "diagnose/loss_case.hpp"

#include <algorithm>

#include "diagnose/host_case.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

// Two holes at once on one unrelated stream may be chance, so either two of them show it, or most holes are like that.
constexpr std::uint32_t kUnrelatedStreamsThatShow = 2;

CommonHoles common_holes(const Episode& episode) {
  if (episode.holes_common_to_all == 0 || episode.units_common_to_all == 0) return CommonHoles::none;
  std::uint32_t unrelated = 0;  // where there is no unrelated stream, "all of them" says nothing
  for (const EpisodeHole& hole : episode.largest) unrelated = std::max(unrelated, hole.holed_unrelated);
  if (unrelated == 0) return CommonHoles::none;
  if (episode.holes_common_to_all >= episode.hole_count - episode.hole_count / 2) return CommonHoles::most;
  return unrelated >= kUnrelatedStreamsThatShow ? CommonHoles::some : CommonHoles::none;
}

// Where nobody counted, one unit a packet: the least that a data packet carries.
Carried carried_by(const EvidenceView& view, Subject feed) {
  const auto units = view.value("feed.units_seen", feed);
  const auto packets = view.value("feed.data_packets", feed);
  if (!units || !packets || *packets <= 0) return {};
  return {as_count(*units), as_count(*packets)};
}

// The tap counts its own drops, so a hole in everything is not its work; the adapter may count less than all.
Origin live_origin_of(const LineLoss& line, const Episode& episode) {
  if (line.drops && line.drops->packets == 0) {
    const bool is_still = line.adapter.state == AdapterState::still && line.adapter.queues_are_known;
    return is_still ? Origin::outside_host : Origin::nic_or_before;
  }
  if (episode.whole_streams >= kWholeStreamsThatDecide) return Origin::nic_or_before;
  return line.drops ? Origin::beyond_count : Origin::undecided;
}

Origin origin_of(const LineLoss& line, const Episode& episode, CommonHoles common) {
  if (line.is_live) return live_origin_of(line, episode);
  // A still counter against a hole in everything: the packets vanished before whoever counts, and that may be this
  // host's adapter or the tap as well as the network.
  if (line.drops && line.drops->packets == 0) {
    return common == CommonHoles::most ? Origin::undecided : Origin::counters_still;
  }
  // A capture whose buffer is full most of the time takes a packet of one stream and drops the next of another: where most
  // holes are in everything, and nobody counted, others that went on beside the rest say nothing.
  if (!line.drops && common == CommonHoles::most) return Origin::undecided;
  if (episode.whole_streams >= kWholeStreamsThatDecide) return Origin::others_whole;
  return line.drops ? Origin::beyond_count : Origin::undecided;
}

bool same_numbers(const EpisodeHole& a, const EpisodeHole& b) {
  return a.first_sequence < capped_sum(b.first_sequence, b.count) &&
         b.first_sequence < capped_sum(a.first_sequence, a.count);
}

// Whether the listed holes show the same numbers missing on two lines, and never at the same time.
bool holes_lie_apart(const Episode& episode) {
  bool any = false;
  for (const EpisodeHole& a : episode.largest) {
    for (const EpisodeHole& b : episode.largest) {
      if (!(a.line < b.line) || !same_numbers(a, b)) continue;
      if (a.before == kNoTime || b.before == kNoTime) return false;
      if (a.before < b.after && b.before < a.after) return false;
      any = true;
    }
  }
  return any;
}

// Units that nobody brought were lost before the capture only if that is so on every line that should have brought
// them.
Origin origin_of_lost(const LossCase& loss) {
  std::optional<Origin> shared;
  bool all_before = true;
  for (const LineLoss& line : loss.lines) {
    if (line.line->missing_common == 0) continue;
    all_before = all_before && is_before_capture(line.origin);
    if (shared && *shared != line.origin) {
      const Origin before = line.is_live ? Origin::nic_or_before : Origin::others_whole;
      shared = all_before ? before : Origin::undecided;
    } else {
      shared = line.origin;
    }
  }
  const Origin origin = shared.value_or(Origin::undecided);
  if (is_before_capture(origin) || loss.lines_without < 2) return origin;
  return holes_lie_apart(*loss.episode) ? Origin::holes_apart : origin;
}

// What only a live run knows of a line. A program at the driver whose drops are reported has nothing left to hide.
void add_live_facts(LineLoss& loss, const EvidenceView& view, const Episode& episode) {
  loss.is_live = is_live(view, loss.point);
  if (!loss.is_live) return;
  const Subject line = loss.line->line;
  loss.adapter = adapter_of(view, episode, loss.point);
  loss.elsewhere = sum_of(dropped_elsewhere(view, episode), line);
  const std::vector<PlacedDrops> before_tap = dropped_before_tap(view, episode);
  const bool is_reported =
      std::ranges::any_of(before_tap, [line](const PlacedDrops& d) { return d.line == line && is_bpf_drop(d); });
  std::vector<PlacedDrops> here = before_tap;
  const auto unnamed = std::partition(here.begin(), here.end(),
                                      [](const PlacedDrops& d) { return is_bpf_drop(d) || is_backlog_drop(d); });
  loss.unnamed = sum_of({unnamed, here.end()}, line);
  here.erase(unnamed, here.end());
  loss.here = sum_of(here, line);
  const std::uint64_t seen_to_end = capped_sum(loss.elsewhere.units(), loss.unnamed.units());
  const bool is_accounted = capped_sum(seen_to_end, loss.here.units()) >= loss.line->missing;
  if (!is_reported && !is_accounted) loss.xdp = xdp_program(view, episode, line);
}

void add_adapter(Reason& reason, const Adapter& adapter) {
  switch (adapter.state) {
    case AdapterState::still:
      reason.text +=
          adapter.queues_are_known
              ? "; the tap and the adapter, whose counters are complete, dropped nothing"
              : "; the tap and the adapter dropped nothing, of the kernel's queues between them that is not known";
      return;
    case AdapterState::dropped:
      reason.text += "; the tap dropped nothing, the adapter counted {nic:dropped packet}";
      reason.figures.push_back({"nic", adapter.drops});
      return;
    case AdapterState::paused:
      reason.text += "; the tap dropped nothing, the adapter asked the sender to pause in {pauses:frame}";
      reason.figures.push_back({"pauses", adapter.pauses});
      return;
    case AdapterState::unknown:
      reason.text += "; the tap dropped nothing, the adapter's counters are not known to be complete";
      return;
  }
}

}  // namespace

Place LineLoss::place(Origin of) const {
  if (!is_live) return Place::before_this_host;
  return of == Origin::outside_host && unnamed.units() == 0 ? Place::before_this_host : Place::nic_or_before;
}

std::uint64_t Carried::in(std::uint64_t dropped) const {
  const std::uint64_t product = capped_product(dropped, units);
  return std::max(dropped, product / packets + (product % packets != 0 ? 1 : 0));
}

bool is_before_capture(Origin origin) {
  switch (origin) {
    case Origin::counters_still:
    case Origin::others_whole:
    case Origin::holes_apart:
    case Origin::outside_host:
    case Origin::nic_or_before:
      return true;
    case Origin::beyond_count:
    case Origin::undecided:
      break;
  }
  return false;
}

const LineLoss* LossCase::first_without() const {
  const auto found = std::ranges::find_if(lines, [](const LineLoss& l) { return l.line->missing_common > 0; });
  return found == lines.end() ? nullptr : &*found;
}

LossCase loss_case(const EvidenceView& view, const Episode& episode) {
  LossCase loss;
  loss.episode = &episode;
  loss.common = common_holes(episode);
  loss.carried = carried_by(view, episode.subject);
  loss.unseen = unseen_consumer(view, episode.subject);
  for (const EpisodeLine& line : episode.lines) {
    if (line.missing == 0) continue;
    LineLoss& added = loss.lines.emplace_back();
    added.line = &line;
    added.point = point_of(view, line.line);
    added.drops = stated_drops(view, added.point);
    add_live_facts(added, view, episode);
    added.origin = origin_of(added, episode, loss.common);
    if (line.missing_common > 0) ++loss.lines_without;
  }
  loss.lost_origin = origin_of_lost(loss);
  return loss;
}

void add_origin(Reason& reason, Origin origin, const LossCase& loss, const LineLoss& line) {
  const std::uint64_t dropped = line.drops ? line.drops->packets : 0;
  const std::uint64_t whole = loss.episode->whole_streams;
  switch (origin) {
    case Origin::counters_still:
      reason.text += "; the capture states {dropped:dropped packet}";
      reason.figures.push_back({"dropped", dropped, Fold::largest});
      return;
    case Origin::others_whole:
      reason.text += "; {whole:other stream} went on meanwhile";
      reason.figures.push_back({"whole", whole, Fold::largest});
      return;
    case Origin::holes_apart:
      reason.text += "; at different times, which no capture that drops does";
      return;
    case Origin::beyond_count:
      reason.text += "; {dropped:packet} that the capture dropped are set off first";
      reason.figures.push_back({"dropped", dropped, Fold::largest});
      return;
    case Origin::outside_host:
    case Origin::nic_or_before:
      if (!line.drops || dropped > 0) break;
      add_adapter(reason, line.adapter);
      return;
    case Origin::undecided:
      break;
  }
  if (origin == Origin::nic_or_before) {
    reason.text += "; {whole:other stream} went on meanwhile";
    reason.figures.push_back({"whole", whole, Fold::largest});
  } else if (line.drops) {
    reason.text += "; unrelated streams had holes too, yet the capture states {dropped:dropped packet}";
    reason.figures.push_back({"dropped", dropped, Fold::largest});
  } else {
    reason.text += "; {whole:other stream} went on, and the capture states no drop count";
    reason.figures.push_back({"whole", whole, Fold::largest});
  }
}

std::string_view what_decides_origin() {
  return "a capture that states its own drops (pcapng written by dumpcap or Wireshark, or the \"dropped by kernel\" "
         "line of tcpdump), the adapter's and the tap's drop counters over the same minutes, or three more streams "
         "in the same capture";
}

std::vector<EvidenceId> origin_evidence(const LineLoss& line) {
  std::vector<EvidenceId> ids;
  if (line.drops && line.drops->counter) ids.push_back(*line.drops->counter);
  for (const auto& more : {line.adapter.records, line.elsewhere.records, line.unnamed.records}) {
    ids.insert(ids.end(), more.begin(), more.end());
  }
  if (line.xdp) ids.push_back(line.xdp->attached);
  return ids;
}

void leave_undecided(Judgement& judgement, Origin origin, const LineLoss& line) {
  if (origin == Origin::undecided) {
    judgement.undecided_with.push_back("capture_dropped");
    judgement.missing = what_decides_origin();
  }
  if (!line.xdp || line.xdp->dropped) return;
  judgement.undecided_with.push_back("kernel_bpf_drop");
  judgement.missing += (judgement.missing.empty() ? "" : "; ") + std::string(kWhatDecidesXdp);
}

}  // namespace wirecause
