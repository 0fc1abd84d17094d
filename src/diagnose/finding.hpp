// What diagnose hands to reports: findings in order of importance, and the verdict over all of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diagnose/cause.hpp"
#include "evidence/path.hpp"

namespace wirecause {

// An action with its placeholders filled.
struct FilledAction {
  std::string command;
  bool is_computed = true;  // false: a value is missing; `command` says which, and nobody can paste it
  When when = When::safe_now;
  std::string impact;
  TakesEffect takes_effect = TakesEffect::now;
  std::string persist;
  std::string undo;
  std::string verify;
  bool looks = false;  // changes nothing; behind those that do
};

struct RuledOut {
  std::string_view cause;
  std::string because;
};

struct FindingEvidence {
  std::string name;
  std::string subject;
  std::int64_t value = 0;
  Unit unit = Unit::none;
  std::string source;
  std::string text;
  TimeNs from = kNoTime;
  TimeNs to = kNoTime;
  FrameRefs frames;
};

// The same cause on the same subject, over all episodes of the run.
struct Finding {
  const Cause* cause = nullptr;
  // cannot_tell: the symptom is there, the evidence does not prove this cause, and no other claims it; see
  // would_decide.
  Verdict verdict = Verdict::named;
  Severity severity = Severity::info;
  Subject subject;
  std::string subject_name;
  Strength strength = Strength::pattern;
  Place place = Place::cannot_tell;
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  bool ongoing = false;
  std::uint64_t episodes = 0;
  std::uint64_t share = 0;      // units explained
  std::uint64_t lost = 0;       // of these finally lost
  std::uint64_t recovered = 0;  // of these brought by another line
  std::uint64_t expected = 0;   // units of the feed in the run; 0 where units make no sense
  std::uint64_t holes = 0;
  // Of TCP connections.
  std::uint64_t connections = 0;  // that bear it
  std::uint64_t lost_ns = 0;      // of their time: what this cause explains of it
  std::uint64_t life_ns = 0;      // how long they were seen, added
  // Of drops on this host (Symptom::drop).
  std::optional<Checkpoint> checkpoint;  // where on the path they ended
  std::uint64_t by_count = 0;            // of the dropped units, those whose number was not read
  std::string step_down;                 // why the certainty is less than the best; empty: it is the best
  std::string because;
  std::vector<FindingEvidence> evidence;
  std::uint64_t evidence_total = 0;  // that it was judged by; those that are not listed are no loss of sight
  std::vector<RuledOut> ruled_out;
  std::vector<std::string_view> undecided_with;
  std::string would_decide;  // undecided or cannot_tell: what would decide, and how to get it
  std::string mitigate;
  std::vector<FilledAction> actions;
  std::vector<std::string> prevent;
  std::string ask;
};

// Who must act on a finding: its cause's actor first, then those of the causes that it is undecided with, each once.
std::vector<Actor> actors_of(const Finding& finding);

struct DiagnosisVerdict {
  std::optional<Place> place;  // none: nothing is wrong
  bool ongoing = false;
  std::optional<Actor> act;  // of the first finding's cause
  std::vector<Actor> acts;   // and of those that it is undecided with: nobody knows yet which of them
};

struct Diagnosis {
  std::vector<Finding> findings;  // most important first (DESIGN D7)
  DiagnosisVerdict verdict;
};

}  // namespace wirecause
