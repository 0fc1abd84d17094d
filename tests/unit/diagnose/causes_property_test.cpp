// What holds for every cause, whatever the evidence (decisions, "What holds for every cause"), and that every number of a
// sentence is recomputable.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>

#include "base/text.hpp"
#include "diagnose/diagnose.hpp"
#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;

// (cause, subject) of what is named without a doubt.
std::set<std::pair<std::string_view, Subject>> decided(const EvidenceBuilder& evidence, const Episode& episode) {
  std::set<std::pair<std::string_view, Subject>> named;
  const Timeline timeline = evidence.build();
  const EvidenceView view(timeline);
  for (const Cause* cause : all_causes()) {
    for (const Judgement& j : cause->judge(view, evidence.attached(episode))) {
      if (is_decided(j)) named.insert({cause->id, j.subject});
    }
  }
  return named;
}

bool is_named(std::string_view cause, const EvidenceBuilder& evidence, const Episode& episode) {
  for (const auto& [id, subject] : decided(evidence, episode)) {
    if (id == cause) return true;
  }
  return false;
}

TEST(EveryCause, HasAScenarioInWhichItIsNamed) {
  std::set<std::string_view> with_scenario;
  for (const Scenario& scenario : named_scenarios()) {
    EXPECT_TRUE(is_named(scenario.cause, scenario.evidence, scenario.episode)) << scenario.cause;
    with_scenario.insert(scenario.cause);
  }
  for (const Cause* cause : all_causes()) {
    EXPECT_THAT(with_scenario, Contains(cause->id))
        << "tests/support/cause_scenarios.hpp, or one of its family, lacks it";
  }
}

TEST(EveryCause, IsTheOnlyOneNamedInItsScenario) {
  for (const Scenario& scenario : named_scenarios()) {
    EXPECT_EQ(decided(scenario.evidence, scenario.episode).size(), 1U) << scenario.cause;
  }
}

TEST(EveryCause, IsNoLongerNamedWithoutWhatDecides) {
  for (const Scenario& scenario : named_scenarios()) {
    const Scenario rest = scenario.without_decisive();
    EXPECT_FALSE(is_named(rest.cause, rest.evidence, rest.episode)) << scenario.cause;
  }
}

// Records of another feed, another point and a name that nobody knows.
std::vector<EvidenceBuilder> with_something_unrelated(const EvidenceBuilder& evidence) {
  std::vector<EvidenceBuilder> varied;
  varied.push_back(EvidenceBuilder(evidence).value("tcp.retransmissions", kOtherFeed, 900));
  for (const Scenario& other : named_scenarios()) {
    for (const Record& record : other.evidence.records()) {
      if (record.subject.kind == SubjectKind::feed) {
        varied.push_back(EvidenceBuilder(evidence).value(record.name, kOtherFeed, record.value, record.text));
      }
    }
  }
  return varied;
}

TEST(EveryCause, IsNotBroughtUpByARecordOfSomethingElse) {
  for (const Scenario& scenario : named_scenarios()) {
    const auto alone = decided(scenario.evidence, scenario.episode);
    for (const EvidenceBuilder& varied : with_something_unrelated(scenario.evidence)) {
      for (const auto& named : decided(varied, scenario.episode)) EXPECT_THAT(alone, Contains(named)) << scenario.cause;
    }
  }
}

TEST(EveryCause, IsNeverNamedByLessEvidence) {
  for (const Scenario& scenario : named_scenarios()) {
    const auto all = decided(scenario.evidence, scenario.episode);
    for (const Record& record : scenario.evidence.records()) {
      for (const auto& named : decided(scenario.evidence.without(record.name), scenario.episode)) {
        EXPECT_THAT(all, Contains(named)) << "without " << record.name;
      }
    }
  }
}

TEST(EveryCause, IsSilentOnAnEpisodeOfNothing) {
  for (const Symptom symptom :
       {Symptom::loss, Symptom::disorder, Symptom::duplication, Symptom::restart, Symptom::silence,
        Symptom::observation, Symptom::drop, Symptom::absence, Symptom::setup, Symptom::stall, Symptom::abort}) {
    EXPECT_TRUE(decided(healthy_capture().dropped(0), EpisodeBuilder(symptom).build()).empty());
  }
}

TEST(EveryCause, SurvivesNumbersThatLie) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  EpisodeBuilder huge(Symptom::loss);
  huge.lost(kMost)
      .missing(kLineA, "A", kMost, kMost, kMost)
      .missing(kLineB, "B", kMost, kMost)
      .common_to_all(kMost, kMost);
  huge.hole(kLineA, kMost, kMost, seconds(1), seconds(2), 9).hole(kLineB, 0, kMost, seconds(1), seconds(2), 9);
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0},
                                   std::numeric_limits<std::int64_t>::max()}) {
    for (const Scenario& scenario : named_scenarios()) {
      EvidenceBuilder lies = scenario.evidence;
      for (const Record& record : scenario.evidence.records()) lies.value(record.name, record.subject, value);
      const Diagnosis diagnosis = diagnose(lies.build(), std::vector{lies.attached(scenario.episode), huge.build()});
      for (const Finding& finding : diagnosis.findings) EXPECT_GE(finding.share, finding.lost);
    }
  }
}

std::uint64_t value_of(const EvidenceBuilder& evidence, std::string_view name) {
  for (const Record& record : evidence.records()) {
    if (record.name == name) return static_cast<std::uint64_t>(record.value);
  }
  return 0;
}

// Every number that stands in the episode or the evidence, in the words in which a sentence prints it.
std::set<std::string> known_numbers(const Scenario& scenario) {
  std::set<std::string> known;
  const auto put = [&known](std::uint64_t value) { known.insert(number_text(value)); };
  const Episode& e = scenario.episode;
  for (const std::uint64_t value : {e.lost, e.recovered, e.hole_count, std::uint64_t{e.whole_streams},
                                    e.holes_common_to_all, e.units_common_to_all, std::uint64_t{e.lines.size()}}) {
    put(value);
  }
  for (const EpisodeLine& l : e.lines) {
    for (const std::uint64_t value :
         {l.holes, l.missing, l.missing_alone, l.missing_common, l.outage, l.late, l.reordered_packets, l.duplicates}) {
      put(value);
    }
  }
  if (e.drop) {
    for (const std::uint64_t value : {e.drop->datagrams, e.drop->units, e.drop->by_number, e.drop->by_count})
      put(value);
  }
  // A receive buffer in datagrams and a burst in bytes: the quotient and the product of what was measured.
  const auto truesize = value_of(scenario.evidence, "drop.truesize");
  if (truesize > 0) {
    put(value_of(scenario.evidence, "socket.rcvbuf") / truesize);
    known.insert(bytes_text(value_of(scenario.evidence, "arrival.burst_packets") * truesize));
  }
  // A rate in bits a second is told in bytes.
  known.insert(bytes_text(value_of(scenario.evidence, "tcp.policed_rate") / 8));
  for (const Record& record : scenario.evidence.records()) {
    put(static_cast<std::uint64_t>(record.value));
    known.insert(bytes_text(static_cast<std::uint64_t>(record.value)));
    known.insert(duration_text(nanoseconds(record.value)));
    known.insert(percent_text(static_cast<std::uint64_t>(record.value), 1'000'000));
    known.insert(record.text);
    put(record.count);
    known.insert(duration_text(record.to - record.from));
  }
  return known;
}

// Takes every known number out of the sentence, longest first; what is left must hold no digit.
std::string without_known(std::string text, const std::set<std::string>& known) {
  std::vector<std::string> longest_first(known.begin(), known.end());
  std::ranges::stable_sort(longest_first, [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const std::string& number : longest_first) {
    if (number.empty()) continue;
    for (auto at = text.find(number); at != std::string::npos; at = text.find(number))
      text.replace(at, number.size(), "#");
  }
  return text;
}

TEST(EverySentence, HoldsOnlyNumbersThatTheEvidenceHolds) {
  for (const Scenario& scenario : named_scenarios()) {
    for (const Judgement& j : judged(scenario.cause, scenario.evidence, scenario.episode)) {
      const std::string rest = without_known(sentence(j.because), known_numbers(scenario));
      EXPECT_TRUE(std::ranges::none_of(rest, [](unsigned char c) { return std::isdigit(c) != 0; })) << rest;
    }
  }
}

TEST(EverySentence, HasAFigureForEachOfItsPlaceholders) {
  for (const Scenario& scenario : named_scenarios()) {
    const Timeline timeline = scenario.evidence.build();
    for (const Cause* cause : all_causes()) {
      for (const Judgement& j : cause->judge(EvidenceView(timeline), scenario.evidence.attached(scenario.episode))) {
        EXPECT_THAT(sentence(j.because), Not(::testing::HasSubstr("{"))) << cause->id;
        EXPECT_THAT(sentence(j.because), Not(::testing::IsEmpty())) << cause->id;
      }
    }
  }
}

TEST(Shares, OfOneEpisodeNeverExceedWhatIsMissing) {
  for (const std::int64_t dropped : {-1, 0, 1, 2, 5, 50}) {
    for (std::uint64_t units = 0; units <= 30; units += 5) {
      EvidenceBuilder evidence = EvidenceBuilder{}.point();
      if (dropped >= 0) evidence.dropped(dropped);
      const Episode episode = EpisodeBuilder(Symptom::loss)
                                  .lost(7)
                                  .missing(kLineA, "A", 20, 7)
                                  .missing(kLineB, "B", 10, 7)
                                  .hole(kLineA, 1, 27, seconds(1), seconds(2), 2)
                                  .common_to_all(units > 0 ? 1 : 0, units)
                                  .build();
      std::uint64_t share = 0;
      std::uint64_t lost = 0;
      const Diagnosis diagnosis = diagnose(evidence.build(), std::vector{episode});
      for (const Finding& f : diagnosis.findings) {
        if (f.cause->id == "capture_dropped" && !f.undecided_with.empty()) continue;  // counted with its partner
        share += f.share;
        lost += f.lost;
      }
      EXPECT_EQ(share, 37U) << dropped << " dropped, " << units << " common";
      EXPECT_EQ(lost, 7U) << dropped << " dropped, " << units << " common";
    }
  }
}

}  // namespace
}  // namespace wirecause::testing
