// Episodes (DESIGN D5): less than a second apart is one, exact sums, the 16 largest holes, the first frames.
// SPDX-License-Identifier: Apache-2.0
#include "feed/episode_book.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

TimeNs at_ms(std::int64_t ms) { return TimeNs{1'767'623'400'000'000'000} + milliseconds(ms); }

LossNote note(std::uint32_t line, std::int64_t ms, std::uint64_t units, std::uint64_t frame = 1) {
  LossNote made;
  made.line = line;
  made.hole.first = frame * 1'000;
  made.hole.end = made.hole.first + units;
  made.hole.before = made.hole.opened = at_ms(ms);
  made.hole.frame = frame;
  made.first_wire = made.hole.first;
  made.alone = units;
  made.recovered = units;
  return made;
}

TEST(EpisodeBook, HolesLessThanASecondApartAreOneEpisodeWithExactSums) {
  EpisodeBook book;
  book.loss(note(0, 0, 3, 10));
  book.loss(note(1, 900, 4, 20));
  book.loss(note(0, 1'800, 5, 30));
  const std::vector<Episode> episodes = book.take();
  ASSERT_EQ(episodes.size(), 1U);
  EXPECT_EQ(episodes[0].symptom, Symptom::loss);
  EXPECT_EQ(episodes[0].hole_count, 3U);
  EXPECT_EQ(episodes[0].recovered, 12U);
  EXPECT_EQ(episodes[0].first, at_ms(0));
  EXPECT_EQ(episodes[0].last, at_ms(1'800));
  ASSERT_EQ(episodes[0].lines.size(), 2U);
  EXPECT_EQ(episodes[0].lines[0].missing, 8U);
  EXPECT_EQ(episodes[0].lines[1].missing, 4U);
}

TEST(EpisodeBook, HolesMoreThanASecondApartAreTwoEpisodes) {
  EpisodeBook book;
  book.loss(note(0, 0, 3));
  book.loss(note(0, 1'001, 4));
  EXPECT_EQ(book.take().size(), 2U);
}

TEST(EpisodeBook, ANoteThatClosesThePauseMakesOneOfTwo) {
  EpisodeBook book;
  book.loss(note(0, 0, 3));
  book.loss(note(0, 1'500, 4));
  book.loss(note(0, 750, 5));
  const std::vector<Episode> episodes = book.take();
  ASSERT_EQ(episodes.size(), 1U);
  EXPECT_EQ(episodes[0].recovered, 12U);
  EXPECT_EQ(episodes[0].hole_count, 3U);
}

TEST(EpisodeBook, WhatNobodyBroughtIsCountedOnceForTheFeedWhicheverLinesMissedIt) {
  EpisodeBook book;
  for (const std::uint32_t line : {0U, 1U}) {
    LossNote missed = note(line, 5, 3);
    missed.alone = missed.recovered = 0;
    missed.common = 3;
    book.loss(missed);
  }
  book.feed_loss(note(0, 5, 3).hole);
  const std::vector<Episode> episodes = book.take();
  ASSERT_EQ(episodes.size(), 1U);
  EXPECT_EQ(episodes[0].lost, 3U);
  EXPECT_EQ(episodes[0].lines[0].missing_common, 3U);
  EXPECT_EQ(episodes[0].lines[1].missing_common, 3U);
  EXPECT_EQ(episodes[0].lost_holes.holes, 1U);
}

TEST(EpisodeBook, HolesThatSomebodyFilledAndThoseThatNobodyDidHaveTheirOwnCountAndTime) {
  EpisodeBook book;
  LossNote alone = note(0, 100, 5);
  LossNote common = note(0, 500, 3);
  common.alone = 0;
  common.common = 3;
  book.loss(alone);
  book.loss(common);
  book.feed_loss(common.hole);
  const std::vector<Episode> episodes = book.take();
  ASSERT_EQ(episodes.size(), 1U);
  const EpisodeLine& line = episodes[0].lines[0];
  EXPECT_EQ(line.holes, 2U);
  EXPECT_EQ(line.alone.holes, 1U);
  EXPECT_EQ(line.alone.last, alone.hole.opened);
  EXPECT_EQ(line.common.holes, 1U);
  EXPECT_EQ(line.common.first, common.hole.before);
  EXPECT_EQ(episodes[0].lost_holes.holes, 1U);
  EXPECT_EQ(episodes[0].lost_holes.first, common.hole.before);
  EXPECT_EQ(episodes[0].lost_holes.last, common.hole.opened);
}

TEST(EpisodeBook, UnitsMissingInAnOutageAreToldApart) {
  EpisodeBook book;
  LossNote silent = note(1, 5, 100);
  silent.hole.outage = true;
  book.loss(silent);
  EXPECT_EQ(book.take()[0].lines[0].outage, 100U);
}

TEST(EpisodeBook, TheSixteenLargestHolesAreKeptLargestFirst) {
  EpisodeBook book;
  for (std::uint64_t i = 1; i <= 40; ++i) book.loss(note(0, static_cast<std::int64_t>(i), (i * 7) % 41, i));
  const Episode episode = book.take().at(0);
  ASSERT_EQ(episode.largest.size(), 16U);
  for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(episode.largest[i].count, 40 - i);
  EXPECT_EQ(episode.hole_count, 40U);
}

TEST(EpisodeBook, TheFirstFramesAreKept) {
  EpisodeBook book;
  for (std::uint64_t i = 1; i <= 20; ++i) book.loss(note(0, static_cast<std::int64_t>(i), 1, 100 + i));
  const Episode episode = book.take().at(0);
  ASSERT_FALSE(episode.frames.frames.empty());
  EXPECT_EQ(episode.frames.frames.front(), 101U);
  EXPECT_LE(episode.frames.frames.size(), EpisodeBook::kMaxFrames);
}

TEST(EpisodeBook, DisorderAndDuplicatesAreSymptomsOfTheirOwn) {
  EpisodeBook book;
  book.disorder(0, at_ms(1), 5, 0, 2);
  book.disorder(0, at_ms(2), 6, 0, 1, 1);
  book.duplicates(1, at_ms(3), 7, 0, 4);
  const std::vector<Episode> episodes = book.take();
  ASSERT_EQ(episodes.size(), 2U);
  EXPECT_EQ(episodes[0].symptom, Symptom::disorder);
  EXPECT_EQ(episodes[0].lines[0].late, 3U);
  EXPECT_EQ(episodes[0].lines[0].reordered_packets, 2U);
  EXPECT_EQ(episodes[0].lines[0].misplaced, 1U);
  EXPECT_EQ(episodes[0].lines[0].misplaced_packets, 1U);
  EXPECT_EQ(episodes[1].symptom, Symptom::duplication);
  EXPECT_EQ(episodes[1].lines[0].duplicates, 4U);
}

TEST(EpisodeBook, AFullBookFoldsTheNeighboursWithTheSmallestPauseAndLosesNoUnit) {
  EpisodeBook book;
  constexpr std::uint64_t kNotes = EpisodeBook::kMaxEpisodes + 100;
  for (std::uint64_t i = 0; i < kNotes; ++i) book.loss(note(0, static_cast<std::int64_t>(i) * 2'000, 2, i + 1));
  EXPECT_EQ(book.merged(), 100U);
  const std::vector<Episode> episodes = book.take();
  EXPECT_EQ(episodes.size(), EpisodeBook::kMaxEpisodes);
  std::uint64_t recovered = 0;
  for (const Episode& episode : episodes) recovered += episode.recovered;
  EXPECT_EQ(recovered, 2 * kNotes);
}

TEST(EpisodeBook, AbsorbingMovesTheLineIndicesOfTheOther) {
  EpisodeBook ours;
  EpisodeBook theirs;
  ours.loss(note(0, 0, 3));
  theirs.loss(note(0, 10, 4));
  ours.absorb(std::move(theirs), 1);
  ASSERT_EQ(ours.spans().size(), 2U);
  EXPECT_EQ(ours.spans()[1].line, 1U);
  const std::vector<Episode> episodes = ours.take();
  ASSERT_EQ(episodes.size(), 1U);
  ASSERT_EQ(episodes[0].lines.size(), 2U);
  EXPECT_EQ(episodes[0].lines[1].line.id, 1U);
  EXPECT_EQ(episodes[0].lines[1].missing, 4U);
}

TEST(EpisodeBook, TakenEpisodesAreInOrderOfTimeAndTheBookIsEmptyThen) {
  EpisodeBook book;
  book.duplicates(0, at_ms(5'000), 1, 0, 1);
  book.loss(note(0, 9'000, 1));
  book.loss(note(0, 1'000, 1));
  const std::vector<Episode> episodes = book.take();
  ASSERT_EQ(episodes.size(), 3U);
  EXPECT_EQ(episodes[0].first, at_ms(1'000));
  EXPECT_EQ(episodes[1].first, at_ms(5'000));
  EXPECT_TRUE(book.take().empty());
}

}  // namespace
}  // namespace wirecause
