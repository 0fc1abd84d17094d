// SPDX-License-Identifier: Apache-2.0
#include "evidence/sample_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace wirecause {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kDropped = "softnet_stat.dropped";
constexpr Subject kCpu0{SubjectKind::cpu, 0};
constexpr Subject kCpu1{SubjectKind::cpu, 1};

constexpr TimeNs at(std::int64_t ms) { return TimeNs{} + milliseconds(ms); }

// Read every 10 ms from 0 to 100 ms: 5, from 40 ms on 7, from 70 ms on 12.
SampleHistory three_values() {
  SampleHistory history;
  for (std::int64_t ms = 0; ms <= 100; ms += 10) {
    history.add(kDropped, kCpu0, at(ms), ms < 40 ? 5 : ms < 70 ? 7 : 12);
  }
  return history;
}

TEST(SampleHistory, KeepsOnlyChanges) {
  const SampleHistory history = three_values();
  EXPECT_EQ(history.kept_changes(), 2U);
  EXPECT_THAT(history.changes(kDropped, kCpu0, at(0), at(100), 9),
              ElementsAre(SampleHistory::Reading{at(40), 7}, SampleHistory::Reading{at(70), 12}));
  EXPECT_THAT(history.changes(kDropped, kCpu0, at(0), at(100), 1), ElementsAre(SampleHistory::Reading{at(70), 12}));
  EXPECT_THAT(history.changes(kDropped, kCpu0, at(40), at(69), 9), IsEmpty());
}

TEST(SampleHistory, KnowsWhatWasReadAtEachTime) {
  const SampleHistory history = three_values();
  EXPECT_EQ(history.value_at(kDropped, kCpu0, at(39)), 5);
  EXPECT_EQ(history.value_at(kDropped, kCpu0, at(40)), 7);
  EXPECT_EQ(history.value_at(kDropped, kCpu0, at(1000)), 12);
  EXPECT_EQ(history.last(kDropped, kCpu0), (SampleHistory::Reading{at(100), 12}));
}

TEST(SampleHistory, GrowsByWhatChangedAfterTheBeginOfTheWindow) {
  const SampleHistory history = three_values();
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(0), at(100)), 7);
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(39), at(40)), 2);
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(40), at(69)), 0);
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(70), at(70)), 0);
}

TEST(SampleHistory, TellsUnknownFromZero) {
  const SampleHistory history = three_values();
  EXPECT_EQ(history.increase(kDropped, kCpu1, at(0), at(100)), std::nullopt);
  EXPECT_EQ(history.increase("softnet_stat.processed", kCpu0, at(0), at(100)), std::nullopt);
  EXPECT_EQ(history.last(kDropped, kCpu1), std::nullopt);
  EXPECT_EQ(history.value_at(kDropped, kCpu0, at(-1)), std::nullopt);
}

TEST(SampleHistory, DoesNotKnowTheGrowthBeforeTheFirstReading) {
  EXPECT_EQ(three_values().increase(kDropped, kCpu0, at(-1), at(100)), std::nullopt);
}

TEST(SampleHistory, DoesNotKnowTheGrowthWhenNobodyLooked) {
  EXPECT_EQ(three_values().increase(kDropped, kCpu0, at(101), at(200)), std::nullopt);
  EXPECT_EQ(three_values().increase(kDropped, kCpu0, at(50), at(40)), std::nullopt);
}

TEST(SampleHistory, HoldsTheBaselineFromTheStartOfTheRun) {
  SampleHistory history = three_values();
  history.set_baseline(at(-20), at(5));
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(-20), at(100)), 7);
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(-20), at(-10)), 0);
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(-21), at(100)), std::nullopt);
}

TEST(SampleHistory, GivesASeriesThatAppearedLaterNoPast) {
  SampleHistory history = three_values();
  history.set_baseline(at(-20), at(5));
  history.add(kDropped, kCpu1, at(50), 1000);
  EXPECT_EQ(history.increase(kDropped, kCpu1, at(0), at(100)), std::nullopt);
  EXPECT_EQ(history.increase(kDropped, kCpu1, at(50), at(50)), 0);
}

TEST(SampleHistory, KnowsNoGrowthAcrossAFallAndCountsIt) {
  SampleHistory history;
  const std::int64_t values[] = {4'294'967'290, 4'294'967'295, 3, 8};  // a 32-bit counter of the kernel wraps
  for (std::int64_t i = 0; i < 4; ++i) history.add(kDropped, kCpu0, at(i * 10), values[i]);
  EXPECT_EQ(history.falls(kDropped, kCpu0), 1U);
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(0), at(10)), 5);
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(20), at(30)), 5);
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(10), at(20)), std::nullopt);
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(0), at(30)), std::nullopt);
}

TEST(SampleHistory, SeesAFallThatTheWindowsEndsHide) {
  SampleHistory history;
  const std::int64_t values[] = {10, 2, 50};  // reset, then grown past where it was
  for (std::int64_t i = 0; i < 3; ++i) history.add(kDropped, kCpu0, at(i * 10), values[i]);
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(0), at(20)), std::nullopt);
}

TEST(SampleHistory, DoesNotOverflowOnValuesThatNoCounterHas) {
  SampleHistory history;
  history.add(kDropped, kCpu0, at(0), std::numeric_limits<std::int64_t>::min());
  history.add(kDropped, kCpu0, at(10), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(0), at(10)), std::nullopt);
}

TEST(SampleHistory, TakesAReadingFromThePastAsSimultaneousWithThePreviousOne) {
  SampleHistory history;
  history.add(kDropped, kCpu0, at(10), 1);
  history.add(kDropped, kCpu0, at(5), 2);
  EXPECT_EQ(history.backward(), 1U);
  EXPECT_EQ(history.value_at(kDropped, kCpu0, at(9)), std::nullopt);
  EXPECT_EQ(history.last(kDropped, kCpu0), (SampleHistory::Reading{at(10), 2}));
}

TEST(SampleHistory, ListsNamesInOrderOfAppearanceAndTheirSubjectsInTheirs) {
  SampleHistory history;
  history.add("b", kCpu1, at(0), 0);
  history.add("b", kCpu0, at(0), 0);
  history.add("a", kCpu0, at(0), 0);
  EXPECT_THAT(history.names(), ElementsAre("b", "a"));
  EXPECT_THAT(history.subjects("b"), ElementsAre(kCpu0, kCpu1));
  EXPECT_THAT(history.subjects("c"), IsEmpty());
}

TEST(SampleHistory, ForgetsChangesOlderThanTenMinutes) {
  SampleHistory history;
  for (std::int64_t s = 0; s <= 700; ++s) history.add(kDropped, kCpu0, at(s * 1000), s);
  EXPECT_EQ(history.value_at(kDropped, kCpu0, at(50'000)), std::nullopt);
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(200'000), at(700'000)), 500);
  EXPECT_LE(history.kept_changes(), 601U);
}

TEST(SampleHistory, NeverForgetsTheValueOfASeriesThatIsStill) {
  SampleHistory history;
  history.add(kDropped, kCpu1, at(0), 3);
  for (std::int64_t s = 0; s <= 700; ++s) history.add(kDropped, kCpu0, at(s * 1000), s);
  history.add(kDropped, kCpu1, at(700'000), 3);
  EXPECT_EQ(history.increase(kDropped, kCpu1, at(0), at(700'000)), 0);
}

TEST(SampleHistory, ForgetsABaselineWithTheChangesAfterIt) {
  SampleHistory history;
  history.set_baseline(at(-20), at(5));
  for (std::int64_t s = 0; s <= 700; ++s) history.add(kDropped, kCpu0, at(s * 1000), s);
  EXPECT_EQ(history.increase(kDropped, kCpu0, at(-10), at(700'000)), std::nullopt);
}

TEST(SampleHistory, IsBoundedInChangesAndKeepsTheNewest) {
  SampleHistory history;
  const auto more = static_cast<std::int64_t>(SampleHistory::kMaxChanges) + 100;
  for (std::int64_t i = 0; i <= more; ++i) history.add(kDropped, kCpu0, TimeNs{i}, i);
  EXPECT_EQ(history.kept_changes(), SampleHistory::kMaxChanges);
  EXPECT_EQ(history.value_at(kDropped, kCpu0, TimeNs{more - 5}), more - 5);
  EXPECT_EQ(history.value_at(kDropped, kCpu0, TimeNs{50}), std::nullopt);
}

TEST(SampleHistory, IsBoundedInSeriesAndCountsWhatItRefuses) {
  SampleHistory history;
  for (std::uint32_t cpu = 0; cpu < SampleHistory::kMaxSeries + 3; ++cpu) {
    history.add(kDropped, {SubjectKind::cpu, cpu}, at(0), 1);
  }
  EXPECT_EQ(history.refused(), 3U);
  EXPECT_EQ(history.subjects(kDropped).size(), SampleHistory::kMaxSeries);
}

}  // namespace
}  // namespace wirecause
