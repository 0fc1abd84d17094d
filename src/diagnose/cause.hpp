// A cause that can be named, with its judgement and its runbook.
//
// Adding one is one file diagnose/causes/<id>.cpp that defines `cause_<id>`, its page docs/causes/<id>.md and its test.
// `judge` is a pure function of the evidence and one episode. Three answers: named, ruled out, cannot tell; "no
// evidence" is never "ruled out". Shares of one episode are disjoint (DESIGN D7): a cause claims the units that its
// evidence proves.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/judgement.hpp"
#include "evidence/episode.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

// Who must act.
enum class Actor : std::uint8_t { application, host, network, exchange, capture, clock };

enum class When : std::uint8_t { safe_now, drain_first, after_close, other_team };
enum class TakesEffect : std::uint8_t { now, new_sockets, restart, reboot, next_capture };

// One step of a fix. Texts may hold {placeholders} that diagnose fills from evidence: "{line}", "{group}", "{port}",
// "{source}", "{point}", "{interface}", "{file}", "{from}", "{to}", "{feed}"; of TCP "{server}", "{serverport}" and
// "{connection}", the number of the one that lost most; of a live run also those of
// live_values.hpp ("{pid}", "{newbuf}"). Times are seconds since the epoch in a command, date and clock in a sentence
// (which says UTC). A placeholder without a value makes the action "cannot
// be computed: <name> is not known", with the template behind it, never a guess.
struct Action {
  std::string_view command{};  // a real command line, or a sentence for another team when `when` is other_team
  When when = When::safe_now;
  std::string_view impact{};
  TakesEffect takes_effect = TakesEffect::now;
  std::string_view persist{};  // empty: there is nothing to make last
  std::string_view undo{};     // empty: it changes nothing that could be taken back
  std::string_view verify{};
  bool looks = false;  // it changes nothing: it shows more of what is the matter
};

// Five steps, in this order: detection, isolation, mitigate, fix, prevention.
struct Runbook {
  std::string_view detection;
  std::string_view isolation;
  std::string_view mitigate;
  std::span<const Action> fix;
  std::span<const std::string_view> prevention;
  Actor act = Actor::network;
  std::string_view ask{};  // exactly what to ask the other team; may hold placeholders; empty when it is ours to do
};

// How its naming is proved: faults made on this kernel, packets that were built and read again, evidence recorded where
// the fault was, or not at all. The first two have lab/scenarios/<id>.
enum class Lab : std::uint8_t { scenario, replay, recorded, none };

struct Cause {
  std::string_view id;
  std::string_view summary;                 // <= 72 columns
  std::string_view mechanism;               // what breaks physically and what it does to packets, a few sentences
  std::string_view look_alike;              // the nearest other cause and what tells them apart
  std::span<const std::string_view> needs;  // evidence names read by `judge`
  Lab lab = Lab::scenario;
  // Order on the path from the publisher (0) to the application (90); the capture itself is 100: it goes first when it
  // explains the same units.
  int path_order = 0;
  // As information: how a live host always works, worth no line beside the details.
  bool is_usual_live = false;
  Runbook runbook;
  // One judgement per subject it applies to; empty = not applicable to this episode.
  std::vector<Judgement> (*judge)(const EvidenceView&, const Episode&) = nullptr;
};

std::span<const Cause* const> all_causes();
const Cause* find_cause(std::string_view id);  // nullptr: none

std::string_view text(Severity severity);  // "critical"
std::string_view text(Place place);        // "BEFORE THIS HOST"
std::string_view text(Actor actor);
std::string_view text(Lab lab);    // "scenario"
std::string_view text(When when);  // "safe_now"
std::string_view text(TakesEffect effect);
std::string_view text(Strength strength);  // "by number"

}  // namespace wirecause
