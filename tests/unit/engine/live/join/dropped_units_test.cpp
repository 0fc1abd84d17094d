// Every unit once, whatever the kernel dropped twice; drops at one place less than a second apart are one episode.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/join/dropped_units.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace wirecause {
namespace {

constexpr TimeNs kStart{1'767'623'400'000'000'000};

DroppedUnits::Datagrams one(std::uint32_t place = 0, DurationNs after = {}, std::uint64_t datagrams = 1) {
  return {place, kStart + after, datagrams, 832, 100};
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> runs_of(const DroppedUnits& units) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> runs;
  for (const DroppedRun& run : units.runs()) runs.emplace_back(run.first, run.end);
  return runs;
}

using Runs = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

TEST(DroppedUnits, AdjoiningNumbersAreOneRunAndOneEpisode) {
  DroppedUnits units;
  EXPECT_EQ(units.by_number(one(), 10, 15), 5U);
  EXPECT_EQ(units.by_number(one(), 15, 20), 5U);
  EXPECT_EQ(runs_of(units), (Runs{{10, 20}}));
  ASSERT_EQ(units.episodes().size(), 1U);
  EXPECT_EQ(units.episodes()[0].by_number, 10U);
  EXPECT_EQ(units.episodes()[0].datagrams, 2U);
  EXPECT_EQ(units.episodes()[0].runs, 1U);
  EXPECT_EQ(units.units(), 10U);
  EXPECT_EQ(units.datagrams(), 2U);
}

TEST(DroppedUnits, AUnitThatIsDroppedTwiceCountsOnce) {
  DroppedUnits units;
  units.by_number(one(), 10, 15);
  EXPECT_EQ(units.by_number(one(), 10, 15), 0U);
  EXPECT_EQ(units.units(), 5U);
  EXPECT_EQ(units.datagrams(), 2U);
}

TEST(DroppedUnits, OfWhatOverlapsOnlyTheNewPartCounts) {
  DroppedUnits units;
  units.by_number(one(), 10, 20);
  EXPECT_EQ(units.by_number(one(), 15, 25), 5U);
  EXPECT_EQ(units.by_number(one(), 5, 12), 5U);
  EXPECT_EQ(units.units(), 20U);
  EXPECT_EQ(units.overlap(0, 100), 20U);
}

TEST(DroppedUnits, WhatCoversSeveralRunsFillsTheGapsBetweenThem) {
  DroppedUnits units;
  units.by_number(one(), 10, 12);
  units.by_number(one(), 20, 22);
  units.by_number(one(), 30, 32);
  EXPECT_EQ(units.by_number(one(), 5, 40), 35U - 6U);
  EXPECT_EQ(units.units(), 35U);
  EXPECT_EQ(units.overlap(5, 40), 35U);
  EXPECT_EQ(units.overlap(0, 5), 0U);
}

// Two CPUs hand over their drops one after the other: what belongs together arrives in any order.
TEST(DroppedUnits, RunsThatMeetFromEitherSideBecomeOne) {
  DroppedUnits units;
  units.by_number(one(), 10, 12);
  units.by_number(one(), 14, 16);
  EXPECT_EQ(units.by_number(one(), 12, 14), 2U);
  EXPECT_EQ(runs_of(units), (Runs{{10, 16}}));
  EXPECT_EQ(units.episodes()[0].runs, 1U);
  EXPECT_EQ(units.by_number(one(), 8, 10), 2U);
  EXPECT_EQ(runs_of(units), (Runs{{8, 16}}));
  EXPECT_EQ(units.episodes()[0].runs, 1U);
}

TEST(DroppedUnits, RunsOfTwoEpisodesDoNotBecomeOne) {
  DroppedUnits units;
  units.by_number(one(0), 10, 12);
  units.by_number(one(1), 12, 14);
  EXPECT_EQ(runs_of(units), (Runs{{10, 12}, {12, 14}}));
  EXPECT_EQ(units.episodes()[0].runs, 1U);
  EXPECT_EQ(units.episodes()[1].runs, 1U);
}

TEST(DroppedUnits, ContainsTellsTheEndsExactly) {
  DroppedUnits units;
  units.by_number(one(), 10, 12);
  EXPECT_FALSE(units.contains(9));
  EXPECT_TRUE(units.contains(10));
  EXPECT_TRUE(units.contains(11));
  EXPECT_FALSE(units.contains(12));
}

TEST(DroppedUnits, VisitsPartsCutToWhatIsAskedFor) {
  DroppedUnits units;
  units.by_number(one(), 10, 20);
  units.by_number(one(), 30, 40);
  Runs parts;
  units.for_each_in(15, 35, [&](const DroppedRun& part) { parts.emplace_back(part.first, part.end); });
  EXPECT_EQ(parts, (Runs{{15, 20}, {30, 35}}));
}

TEST(DroppedUnits, NumbersAtTheEndOfTheirRangeDoNotWrap) {
  constexpr std::uint64_t kLast = ~std::uint64_t{0};
  DroppedUnits units;
  EXPECT_EQ(units.by_number(one(), kLast - 5, kLast), 5U);
  EXPECT_EQ(units.by_number(one(), 0, 1), 1U);
  EXPECT_TRUE(units.contains(kLast - 1));
  EXPECT_FALSE(units.contains(kLast));
  EXPECT_EQ(units.overlap(0, kLast), 6U);
}

TEST(DroppedUnits, DatagramsWithoutUnitsAreCountedBesideThem) {
  DroppedUnits units;
  units.without_units(one());
  EXPECT_EQ(units.units(), 0U);
  EXPECT_EQ(units.datagrams(), 1U);
  EXPECT_TRUE(units.runs().empty());
  ASSERT_EQ(units.episodes().size(), 1U);
  EXPECT_EQ(units.episodes()[0].units(), 0U);
  EXPECT_EQ(units.episodes()[0].runs, 0U);
}

TEST(DroppedUnits, CountsWithoutNumbersAreAddedAndSaid) {
  DroppedUnits units;
  units.by_number(one(), 10, 15);
  EXPECT_TRUE(units.is_by_number());
  units.by_count(one(0, {}, 3), 15);
  EXPECT_FALSE(units.is_by_number());
  EXPECT_EQ(units.units(), 20U);
  EXPECT_EQ(units.datagrams(), 4U);
  ASSERT_EQ(units.episodes().size(), 1U);
  EXPECT_EQ(units.episodes()[0].by_number, 5U);
  EXPECT_EQ(units.episodes()[0].by_count, 15U);
}

// --- episodes

TEST(DroppedUnits, APauseOfASecondBeginsAnEpisode) {
  DroppedUnits units;
  units.by_number(one(0, {}), 1, 2);
  units.by_number(one(0, milliseconds(999)), 2, 3);
  EXPECT_EQ(units.episodes().size(), 1U);
  units.by_number(one(0, milliseconds(1'999)), 3, 4);
  ASSERT_EQ(units.episodes().size(), 2U);
  EXPECT_EQ(units.episodes()[0].last, kStart + milliseconds(999));
  EXPECT_EQ(units.episodes()[1].first, kStart + milliseconds(1'999));
}

TEST(DroppedUnits, EpisodesOfTwoPlacesGoOnBesideEachOther) {
  DroppedUnits units;
  for (std::uint64_t i = 0; i < 10; ++i) {
    units.by_number(one(static_cast<std::uint32_t>(i % 2), milliseconds(static_cast<std::int64_t>(i))), 2 * i,
                    2 * i + 1);
  }
  ASSERT_EQ(units.episodes().size(), 2U);
  EXPECT_EQ(units.episodes()[0].by_number, 5U);
  EXPECT_EQ(units.episodes()[1].by_number, 5U);
}

TEST(DroppedUnits, AnEpisodeReachesFromItsFirstDropToItsLastInWhateverOrderTheyAreTold) {
  DroppedUnits units;
  units.by_number(one(0, milliseconds(10)), 5, 6);
  units.by_number(one(0, milliseconds(4)), 4, 5);
  units.by_number(one(0, milliseconds(7)), 6, 7);
  ASSERT_EQ(units.episodes().size(), 1U);
  EXPECT_EQ(units.episodes()[0].first, kStart + milliseconds(4));
  EXPECT_EQ(units.episodes()[0].last, kStart + milliseconds(10));
}

TEST(DroppedUnits, AnEpisodeKnowsWhatItsFirstDatagramCost) {
  DroppedUnits units;
  units.by_number({0, kStart, 1, 832, 100}, 1, 2);
  units.by_number({0, kStart, 1, 2'304, 1'400}, 2, 3);
  EXPECT_EQ(units.episodes()[0].truesize, 832U);
  EXPECT_EQ(units.episodes()[0].payload, 100U);
}

TEST(DroppedUnits, WhenTheListOfEpisodesIsFullTheirSumsStayExact) {
  DroppedUnits units;
  const std::uint64_t drops = DroppedUnits::kMaxEpisodes + 100;
  for (std::uint64_t i = 0; i < drops; ++i) {
    units.by_number(one(0, seconds(2 * static_cast<std::int64_t>(i))), 2 * i, 2 * i + 1);
  }
  EXPECT_EQ(units.episodes().size(), DroppedUnits::kMaxEpisodes);
  EXPECT_EQ(units.units(), drops);
  std::uint64_t sum = 0;
  for (const DropEpisode& episode : units.episodes()) sum += episode.units();
  EXPECT_EQ(sum, drops);
}

// --- settling: a new epoch, or a full list

TEST(DroppedUnits, WhatIsSettledIsASumOfItsEpisode) {
  DroppedUnits units;
  units.by_number(one(0), 10, 20);
  units.by_number(one(0, seconds(5)), 20, 24);
  units.settle([](const DroppedRun& run) { return run.first == 10 ? std::uint64_t{7} : std::uint64_t{0}; });
  EXPECT_TRUE(units.runs().empty());
  EXPECT_EQ(units.episodes()[0].settled_recovered, 7U);
  EXPECT_EQ(units.episodes()[0].settled_lost, 3U);
  EXPECT_EQ(units.episodes()[1].settled_recovered, 0U);
  EXPECT_EQ(units.episodes()[1].settled_lost, 4U);
  EXPECT_EQ(units.units(), 14U);
}

TEST(DroppedUnits, WhatWasKnownToBeRecoveredIsSettledAsSuch) {
  DroppedUnits units;
  units.by_number(one(0), 10, 20);
  units.by_number(one(0), 30, 40);
  units.by_number(one(0, seconds(5)), 50, 54);
  units.note_recovered(0, 15);
  units.settle();
  EXPECT_EQ(units.episodes()[0].settled_recovered, 15U);
  EXPECT_EQ(units.episodes()[0].settled_lost, 5U);
  EXPECT_EQ(units.episodes()[1].settled_recovered, 0U);
  EXPECT_EQ(units.episodes()[1].settled_lost, 4U);
  EXPECT_EQ(units.episodes()[0].recovered, 0U) << "nothing is kept any more";
}

TEST(DroppedUnits, TheNumbersOfANewEpochAreOtherUnits) {
  DroppedUnits units;
  units.by_number(one(), 10, 20);
  units.settle([](const DroppedRun&) { return std::uint64_t{0}; });
  EXPECT_FALSE(units.contains(10));
  EXPECT_EQ(units.by_number(one(), 10, 20), 10U);
  EXPECT_EQ(units.units(), 20U);
}

TEST(DroppedUnits, SaysWhenItsListOfRunsIsFull) {
  DroppedUnits units;
  for (std::uint64_t i = 0; i < DroppedUnits::kMaxRuns; ++i) {
    EXPECT_FALSE(units.is_full());
    units.by_number(one(), 2 * i, 2 * i + 1);
  }
  EXPECT_TRUE(units.is_full());
  EXPECT_EQ(units.units(), DroppedUnits::kMaxRuns);
}

TEST(DroppedUnits, WhatMayBeginNoEpisodeGoesToTheLastOneOfItsPlace) {
  DroppedUnits units;
  units.by_number(one(), 10, 11);
  DroppedUnits::Datagrams later = one(0, seconds(5));
  later.may_begin = false;
  units.by_number(later, 20, 21);
  ASSERT_EQ(units.episodes().size(), 1U);
  EXPECT_EQ(units.episodes()[0].units(), 2U);
  EXPECT_EQ(units.merged(), 1U);
  // Of a place without any there is none that it could go to.
  DroppedUnits::Datagrams elsewhere = one(1, seconds(6));
  elsewhere.may_begin = false;
  units.by_number(elsewhere, 30, 31);
  EXPECT_EQ(units.episodes().size(), 2U);
  EXPECT_EQ(units.merged(), 1U);
}

}  // namespace
}  // namespace wirecause
