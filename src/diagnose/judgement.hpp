// What one cause says about one episode: named, ruled out, or cannot tell; which units it claims; and why.
//
// Units of a loss lie in pools: one a line (missing there, brought by another) and one for the feed (brought by
// nobody). A cause claims from pools what its evidence would explain; shares.cpp settles who gets what, so that the
// shares of an episode are disjoint (DESIGN D7) and no counter pays twice (D2).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diagnose/reason.hpp"
#include "evidence/episode.hpp"

namespace wirecause {

enum class Verdict : std::uint8_t { not_applicable, named, ruled_out, cannot_tell };
enum class Strength : std::uint8_t { pattern, by_count, by_number };  // ascending
enum class Severity : std::uint8_t { info, warning, critical };

// Where on the path the bracket closes; also the report's first words.
enum class Place : std::uint8_t {
  on_this_host,
  nic_or_before,
  before_this_host,
  publisher,
  application,
  end_host,  // an end of a connection, whichever host that is: its kernel, its settings
  network,   // between the two ends of a connection
  capture,
  cannot_tell
};

// A counter that pays for the claims, over the whole run.
struct CountBound {
  EvidenceId counter = 0;
  std::uint64_t units = 0;  // never more than the counter moved, in units
};

// What one unit takes from a counter: a unit that two lines lost takes two.
struct Payer {
  CountBound bound;
  std::uint64_t copies = 1;
};

struct Claim {
  Subject pool;               // a line, or the feed for what nobody brought
  std::uint64_t units = 0;    // at most this many
  std::uint64_t copies = 1;   // from the judgement's own bound
  std::vector<Payer> also{};  // counters of other places that each unit was lost at, too
};

struct Judgement {
  Verdict verdict = Verdict::not_applicable;
  Subject subject;              // the line, feed or point that bears it
  std::uint64_t share = 0;      // units explained; set by shares.cpp where there are claims
  std::uint64_t lost = 0;       // units of the share that were finally lost; likewise
  std::uint64_t recovered = 0;  // units of the share that another line brought while this one was up
  std::uint64_t holes = 0;      // of the claimed kind
  TimeNs first = kNoTime;       // of the claimed holes; none: the episode's
  TimeNs last = kNoTime;
  std::vector<Claim> claims{};
  std::optional<CountBound> bound{};
  Strength strength = Strength::pattern;
  Severity severity = Severity::info;
  Place place = Place::cannot_tell;
  std::vector<EvidenceId> evidence{};
  Reason because{};       // one sentence with the numbers; every number recomputable from the evidence
  std::string missing{};  // cannot_tell and undecided: what would decide, and how to get it
  std::vector<std::string_view> undecided_with{};  // cause ids that remain with equal strength
};

// The judgement is about these holes, too.
inline void add_holes(Judgement& judgement, const HoleSum& sum) {
  if (sum.holes == 0) return;
  HoleSum all{judgement.holes, judgement.first, judgement.last};
  all.add(sum);
  judgement.holes = all.holes;
  judgement.first = all.first;
  judgement.last = all.last;
}

inline Judgement named(Subject subject, Place place, Severity severity, Strength strength) {
  Judgement judgement;
  judgement.verdict = Verdict::named;
  judgement.subject = subject;
  judgement.place = place;
  judgement.severity = severity;
  judgement.strength = strength;
  return judgement;
}

inline Judgement ruled_out(Subject subject, Reason because) {
  Judgement judgement;
  judgement.verdict = Verdict::ruled_out;
  judgement.subject = subject;
  judgement.because = std::move(because);
  return judgement;
}

inline Judgement cannot_tell(Subject subject, Reason because, std::string missing) {
  Judgement judgement;
  judgement.verdict = Verdict::cannot_tell;
  judgement.subject = subject;
  judgement.because = std::move(because);
  judgement.missing = std::move(missing);
  return judgement;
}

}  // namespace wirecause
