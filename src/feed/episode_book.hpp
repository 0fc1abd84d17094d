// Folds what happens to one feed into episodes (DESIGN D5): notes less than a second apart are one episode, with exact
// sums, the 16 largest holes and the first frames. Bounded: when full, the two neighbours with the smallest pause between
// them become one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "evidence/episode.hpp"
#include "feed/hole_list.hpp"

namespace wirecause {

// A hole that no longer waits: what one line did not bring.
struct LossNote {
  std::uint32_t line = 0;  // index within the feed
  Hole hole;
  std::uint64_t first_wire = 0;
  std::uint64_t alone = 0;      // units that somebody else brought
  std::uint64_t common = 0;     // units that nobody brought
  std::uint64_t recovered = 0;  // of `alone`: units that no other line's note has counted as recovered yet
};

// For comparing holes of unrelated streams after the run.
struct HoleSpan {
  std::uint32_t line = 0;  // index within the feed
  TimeNs before;
  TimeNs after;
  std::uint64_t first = 0;  // first number missing, as on the wire
  std::uint64_t count = 0;
  std::uint64_t whole_streams = 0;  // bit set, see Descriptor
  std::uint64_t common = 0;         // units of it that nobody brought
  std::uint64_t straight = 0;       // `first`, straight (number_line.hpp)
};

class EpisodeBook {
 public:
  static constexpr DurationNs kFold = seconds(1);
  static constexpr std::size_t kMaxEpisodes = 512;  // of one symptom of one feed
  static constexpr std::size_t kMaxLargest = 16;
  static constexpr std::size_t kMaxFrames = 8;
  static constexpr std::size_t kMaxSpans = 4'096;

  void loss(const LossNote& note);
  // What nobody brought, once for the feed.
  void feed_loss(const Hole& hole);
  // A late packet that brought `units` after younger ones; `misplaced` of them are stamped before these.
  void disorder(std::uint32_t line, TimeNs at, std::uint64_t frame, std::uint16_t input, std::uint64_t units,
                std::uint64_t misplaced = 0);
  void duplicates(std::uint32_t line, TimeNs at, std::uint64_t frame, std::uint16_t input, std::uint64_t units);

  // Another feed turned out to be a line of this one: its notes, with its line indices moved by `line_offset`.
  void absorb(EpisodeBook&& other, std::uint32_t line_offset);

  // All episodes in order of time; the book is empty afterwards. EpisodeLine.line.id holds the index within the feed.
  std::vector<Episode> take();
  const std::vector<HoleSpan>& spans() const { return spans_; }
  std::uint64_t merged() const { return merged_; }  // episodes folded into a neighbour because the book was full
  std::uint64_t spans_dropped() const { return spans_dropped_; }

 private:
  void add_span(const HoleSpan& span);
  std::vector<Episode>& of(Symptom symptom);
  Episode& at(Symptom symptom, TimeNs from, TimeNs to);
  void fold_smallest_pause(std::vector<Episode>& episodes);

  std::vector<Episode> losses_;
  std::vector<Episode> disorders_;
  std::vector<Episode> duplications_;
  std::vector<HoleSpan> spans_;
  std::uint64_t merged_ = 0;
  std::uint64_t spans_dropped_ = 0;
};

}  // namespace wirecause
