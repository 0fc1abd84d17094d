// What a live run knows of a loss that a capture cannot know: what this host dropped before the tap, what another network
// namespace of the machine dropped, and whether the adapter's own counters are known to be still.
//
// A run is live where the engine says so of the point ("point.live"). Off line nothing here applies.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "diagnose/host_case.hpp"
#include "diagnose/judgement.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

bool is_live(const EvidenceView& view, Subject point);
bool is_live_run(const EvidenceView& view);  // of any point

// Units of one line that ended at one place, by number.
struct PlacedDrops {
  Subject line;
  std::uint64_t alone = 0;  // another line brought them
  std::uint64_t lost = 0;   // nobody did
  std::string_view place;   // checkpoint: "backlog"
  std::string_view reason;  // "SKB_DROP_REASON_CPU_BACKLOG at enqueue_to_backlog"; of another namespace also where
  EvidenceId record = 0;
  bool is_by_count = false;  // some of them: the kernel counted them and did not tell their numbers

  std::uint64_t units() const;
};

// On this host before the tap; in another network namespace of this machine.
std::vector<PlacedDrops> dropped_before_tap(const EvidenceView& view, const Episode& episode);
std::vector<PlacedDrops> dropped_elsewhere(const EvidenceView& view, const Episode& episode);

// Of one line, all its records together.
struct PlacedSum {
  std::uint64_t alone = 0;
  std::uint64_t lost = 0;
  std::string_view reason;  // of the first
  std::vector<EvidenceId> records;

  std::uint64_t units() const;
};
PlacedSum sum_of(const std::vector<PlacedDrops>& drops, Subject line);

// Whether a cause of its own explains what ended before the tap: a full backlog, a BPF program.
bool is_backlog_drop(const PlacedDrops& drops);
bool is_bpf_drop(const PlacedDrops& drops);
bool is_bpf_reason(std::string_view reason);

// All units of the records. One that two lines lack may be in both records, so of those that nobody brought no more than
// the largest record holds.
std::uint64_t units_of(const std::vector<PlacedDrops>& drops);

// Named by number: what this host dropped, out of the lines' units and the feed's.
Judgement explains_placed(const Episode& episode, const std::vector<PlacedDrops>& drops);

// The kernel reports each drop, and lost none of its reports around this episode: what it does not report was not dropped
// by it.
bool drops_are_reported(const EvidenceView& view, const Episode& episode);

enum class AdapterState : std::uint8_t {
  still,    // its drop counters are known to be complete and did not move, and it sent no pause
  dropped,  // they moved
  paused,   // it asked the sender to pause
  unknown,  // nobody counted, or this driver does not count everything
};

struct Adapter {
  AdapterState state = AdapterState::unknown;
  std::uint64_t drops = 0;
  std::uint64_t pauses = 0;
  bool queues_are_known = false;  // what the kernel dropped between adapter and tap was reported, or counted
  std::vector<EvidenceId> records;
};
Adapter adapter_of(const EvidenceView& view, const Episode& episode, Subject point);

// A program at the driver of the line's interface (XDP), unless the driver counts its drops and counted none.
struct XdpProgram {
  EvidenceId attached = 0;
  std::string_view text;          // which
  std::optional<Growth> dropped;  // by the driver's count; nothing: it may have dropped without a word
};
std::optional<XdpProgram> xdp_program(const EvidenceView& view, const Episode& episode, Subject line);
inline constexpr std::string_view kWhatDecidesXdp =
    "the program's own counters (bpftool map dump), or a minute of the feed without the program";

}  // namespace wirecause
