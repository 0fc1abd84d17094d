// Who can have lost the units of a loss episode: the path before the capture point, or the capture itself.
//
// One answer for the three causes that share it (net_line_loss, net_common_loss, capture_dropped), so that they never
// contradict each other. Off line the capture is the look-alike of every loss: it is excluded where its own drop
// counter is known and still, or where at least three other streams went on through a hole (a capture that is overrun
// drops what comes, not one stream); for units missing on two lines also where the two holes lie apart in time, because
// a capture that drops at random does not pick the same numbers twice.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "diagnose/judgement.hpp"
#include "diagnose/live_loss.hpp"
#include "diagnose/points.hpp"
#include "evidence/episode.hpp"

namespace wirecause {

inline constexpr std::uint32_t kWholeStreamsThatDecide = 3;  // docs/causes/net_line_loss.md

enum class Origin : std::uint8_t {
  counters_still,  // before the capture: it states that it dropped nothing
  others_whole,    // before the capture: other streams went on meanwhile
  holes_apart,     // before the capture: two lines lost the same numbers at different times
  beyond_count,    // the capture states drops: it pays first, the rest was lost before it
  undecided,       // before or in the capture
  outside_host,    // live: before this host; the tap lost nothing, the adapter's counters are complete and still
  nic_or_before,   // live: the tap lost nothing, of the adapter or the queues behind it that is not known
};

struct LineLoss {
  const EpisodeLine* line = nullptr;
  Subject point;  // kind run: not known
  std::optional<StatedDrops> drops;
  Origin origin = Origin::undecided;
  bool is_live = false;
  Adapter adapter;      // live
  PlacedSum elsewhere;  // live: dropped in another network namespace of this machine
  PlacedSum here;       // live: dropped by this host before the tap, for a reason that a cause of its own bears
  PlacedSum unnamed;    // live: the same, for a reason that none bears
  std::optional<XdpProgram> xdp;  // live: a program at the driver that may have dropped without a word

  Place place(Origin of) const;  // where units of that origin were lost
};

// Holes during which every other unrelated stream had one too.
enum class CommonHoles : std::uint8_t { none, some, most };

// What the feed's data packets carried that were seen: on average, dropped ones carried as much.
struct Carried {
  std::uint64_t units = 1;
  std::uint64_t packets = 1;  // never 0

  std::uint64_t in(std::uint64_t dropped) const;  // units, rounded up
};

struct LossCase {
  const Episode* episode = nullptr;
  std::vector<LineLoss> lines;             // those with something missing
  std::uint64_t lines_without = 0;         // ... of them, those that lack units which nobody brought
  Origin lost_origin = Origin::undecided;  // of the units that nobody brought
  CommonHoles common = CommonHoles::none;
  Carried carried;
  std::optional<EvidenceId> unseen;  // live: a consumer of the feed is invisible, nothing may be concluded

  const LineLoss* first_without() const;  // nullptr: none
};

LossCase loss_case(const EvidenceView& view, const Episode& episode);

bool is_before_capture(Origin origin);

// The clause that ends a sentence, with its figures: why the capture is excluded, or why it is not.
void add_origin(Reason& reason, Origin origin, const LossCase& loss, const LineLoss& line);

// What would decide an undecided origin, and how to get it.
std::string_view what_decides_origin();

// Leaves the judgement undecided where the origin is: with the capture, and with a BPF program at the driver of `line`.
void leave_undecided(Judgement& judgement, Origin origin, const LineLoss& line);

// The evidence that the origin was judged by.
std::vector<EvidenceId> origin_evidence(const LineLoss& line);

}  // namespace wirecause
