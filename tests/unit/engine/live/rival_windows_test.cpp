// Two symptoms less than two seconds apart: which readings of a counter tell of which.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/rival_windows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace wirecause {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr TimeNs kStart{1'767'623'400'000'000'000};
TimeNs at(std::int64_t ms) { return kStart + milliseconds(ms); }

Episode loss(std::int64_t first, std::int64_t last, std::uint32_t feed = 0) {
  Episode episode;
  episode.symptom = Symptom::loss;
  episode.subject = {SubjectKind::feed, feed};
  episode.first = at(first);
  episode.last = at(last);
  return episode;
}

Episode drop(std::int64_t first, std::int64_t last, std::string reason) {
  Episode episode = loss(first, last);
  episode.symptom = Symptom::drop;
  episode.subject = {SubjectKind::consumer, 0};
  episode.drop.emplace();
  episode.drop->reason = std::move(reason);
  return episode;
}

TEST(RivalWindows, ASymptomAloneHasASecondOnEitherSide) {
  const std::vector<Episode> episodes{loss(0, 100), loss(5'000, 5'100)};
  const auto window = RivalWindows(episodes).of(1);
  EXPECT_EQ(window.from, at(4'000));
  EXPECT_EQ(window.to, at(6'100));
  EXPECT_THAT(window.contested, IsEmpty());
}

TEST(RivalWindows, WhatWasShownBeforeTheSecondOneIsTheFirstOnes) {
  const std::vector<Episode> episodes{loss(0, 100), loss(1'300, 1'400)};
  const RivalWindows rivals(episodes);
  EXPECT_EQ(rivals.of(0).to, at(1'100));
  EXPECT_THAT(rivals.of(0).contested, IsEmpty());
  EXPECT_EQ(rivals.of(1).from, at(1'300));
  EXPECT_THAT(rivals.of(1).contested, IsEmpty());
}

TEST(RivalWindows, WhatIsShownWithinASecondOfBothIsOfNeitherAlone) {
  const std::vector<Episode> episodes{loss(0, 100), loss(600, 700)};
  const RivalWindows rivals(episodes);
  EXPECT_THAT(rivals.of(0).contested, ElementsAre(Pair(at(600), at(1'100))));
  EXPECT_THAT(rivals.of(1).contested, ElementsAre(Pair(at(600), at(1'100))));
  EXPECT_EQ(rivals.of(1).from, at(600));
  EXPECT_EQ(rivals.of(1).to, at(1'700));
}

TEST(RivalWindows, TheStretchesOfSeveralRivalsAreDisjoint) {
  const std::vector<Episode> episodes{loss(0, 3'000), loss(500, 600, 1), loss(1'000, 1'100, 2), loss(2'900, 3'500, 3)};
  EXPECT_THAT(RivalWindows(episodes).of(0).contested,
              ElementsAre(Pair(at(500), at(2'100)), Pair(at(2'900), at(4'000))));
}

TEST(RivalWindows, DropsAreRivalsUnlessTheKernelTellsThemApart) {
  const std::vector<Episode> apart{drop(0, 100, "NETFILTER_DROP"), drop(50, 150, "SOCKET_RCVBUFF")};
  EXPECT_THAT(RivalWindows(apart).of(0).contested, IsEmpty());
  // One datagram for two consumers.
  const std::vector<Episode> at_once{drop(0, 100, "NETFILTER_DROP"), drop(50, 150, "NETFILTER_DROP")};
  EXPECT_THAT(RivalWindows(at_once).of(0).contested, IsEmpty());
  const std::vector<Episode> after{drop(0, 100, "NETFILTER_DROP"), drop(500, 600, "NETFILTER_DROP")};
  EXPECT_THAT(RivalWindows(after).of(0).contested, ElementsAre(Pair(at(500), at(1'100))));
  const std::vector<Episode> unknown{drop(0, 100, ""), drop(50, 150, "")};
  EXPECT_THAT(RivalWindows(unknown).of(0).contested, ElementsAre(Pair(at(50), at(1'100))));
  const std::vector<Episode> with_a_loss{drop(0, 100, ""), loss(50, 150)};
  EXPECT_THAT(RivalWindows(with_a_loss).of(0).contested, IsEmpty());
}

TEST(RivalWindows, TenThousandEpisodesASecondApartAskForNeighboursOnly) {
  std::vector<Episode> episodes;
  for (std::int64_t i = 0; i < 10'000; ++i) episodes.push_back(loss(1'500 * i, 1'500 * i + 10));
  const RivalWindows rivals(episodes);
  for (std::size_t i = 0; i < episodes.size(); ++i) ASSERT_THAT(rivals.of(i).contested, IsEmpty());
}

}  // namespace
}  // namespace wirecause
