// Where packets were seen (DESIGN D4): files that follow one another are one point, files that overlap are two, unless
// they are named or said to be the same.
// SPDX-License-Identifier: Apache-2.0
#include "engine/points.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/made_analysis.hpp"

namespace wirecause {
namespace {

using test::feed_of;
using test::make;

generate::Made made_at(DurationNs after_start, std::uint64_t first_sequence = 1) {
  generate::FeedPlan feed = feed_of(200);
  feed.start_sequence = first_sequence;
  generate::CapturePlan capture;
  capture.start = capture.start + after_start;
  return make(feed, capture);
}

std::set<std::string> points_of(const AnalysisResult& result) {
  std::set<std::string> names;
  for (const InputSummary& input : result.inputs) names.insert(input.points.begin(), input.points.end());
  return names;
}

TEST(Points, FilesThatFollowOneAnotherAreOnePointAndOneFeed) {
  const generate::Made first = made_at({}, 1);
  const generate::Made second = made_at(seconds(1), 201);
  const AnalysisResult result = test::analyse({{"one.pcapng", first.bytes}, {"two.pcapng", second.bytes}});
  EXPECT_EQ(points_of(result).size(), 1U);
  ASSERT_EQ(result.feeds.size(), 1U);
  EXPECT_EQ(result.feeds[0].lines.size(), 2U);
  EXPECT_EQ(result.feeds[0].arbitrated.expected, 400U);
  EXPECT_EQ(result.feeds[0].arbitrated.lost, 0U);
}

TEST(Points, TheOrderInWhichFollowingFilesAreNamedDoesNotMatter) {
  const generate::Made first = made_at({}, 1);
  const generate::Made second = made_at(seconds(1), 201);
  const AnalysisResult result = test::analyse({{"two.pcapng", second.bytes}, {"one.pcapng", first.bytes}});
  EXPECT_EQ(points_of(result).size(), 1U);
  ASSERT_EQ(result.feeds.size(), 1U);
  EXPECT_EQ(result.feeds[0].arbitrated.expected, 400U);
}

TEST(Points, FilesThatOverlapAreTwoPoints) {
  const generate::Made made = made_at({});
  const AnalysisResult result = test::analyse({{"one.pcapng", made.bytes}, {"two.pcapng", made.bytes}});
  EXPECT_EQ(points_of(result).size(), 2U);
}

TEST(Points, FilesThatOverlapAreOnePointWhereTheUserSaysSo) {
  const generate::Made first = made_at({}, 1);
  const generate::Made second = made_at(microseconds(500), 1);
  AnalysisOptions options;
  options.same_point = true;
  const AnalysisResult result = test::analyse({{"one.pcapng", first.bytes}, {"two.pcapng", second.bytes}}, options);
  EXPECT_EQ(points_of(result).size(), 1U);
}

TEST(Points, ANamedPointCarriesItsName) {
  const generate::Made made = made_at({});
  AnalysisOptions options;
  options.points = {{"core", "one.pcapng"}, {"host", "two.pcapng"}};
  const AnalysisResult result = test::analyse({{"one.pcapng", made.bytes}, {"two.pcapng", made.bytes}}, options);
  EXPECT_EQ(points_of(result), (std::set<std::string>{"core", "host"}));
}

TEST(Points, OneNameForTwoFilesMakesThemOnePoint) {
  const generate::Made first = made_at({}, 1);
  const generate::Made second = made_at(microseconds(500), 1);
  AnalysisOptions options;
  options.points = {{"core", "one.pcapng"}, {"core", "two.pcapng"}};
  const AnalysisResult result = test::analyse({{"one.pcapng", first.bytes}, {"two.pcapng", second.bytes}}, options);
  EXPECT_EQ(points_of(result), (std::set<std::string>{"core"}));
}

// Two pcapng files in one, as `cat` makes it.
std::vector<std::byte> appended(const generate::Made& first, const generate::Made& second) {
  std::vector<std::byte> bytes = first.bytes;
  bytes.insert(bytes.end(), second.bytes.begin(), second.bytes.end());
  return bytes;
}

TEST(Points, SectionsThatFollowOneAnotherAreOnePointAndWhatIsLostBetweenThemIsSeen) {
  const auto bytes = appended(made_at({}, 1), made_at(seconds(1), 221));
  const AnalysisResult result = test::analyse(bytes);
  EXPECT_EQ(points_of(result).size(), 1U);
  ASSERT_EQ(result.feeds.size(), 1U);
  EXPECT_EQ(result.feeds[0].lines.size(), 2U);
  EXPECT_EQ(result.feeds[0].arbitrated.expected, 420U);
  EXPECT_EQ(result.feeds[0].arbitrated.lost, 20U);
}

TEST(Points, EveryInterfaceOfALaterSectionContinuesItsOwnPoint) {
  generate::CapturePlan capture;
  capture.interfaces = 2;
  const generate::Made first = make(feed_of(200), capture);
  capture.start = capture.start + seconds(1);
  generate::FeedPlan more = feed_of(200);
  more.start_sequence = 201;
  const AnalysisResult result = test::analyse(appended(first, make(more, capture)));
  EXPECT_EQ(points_of(result).size(), 2U);
  ASSERT_EQ(result.feeds.size(), 1U);
  EXPECT_EQ(result.feeds[0].lines.size(), 2U);
  EXPECT_EQ(result.feeds[0].arbitrated.expected, 400U);
}

TEST(Points, SectionsThatOverlapAreTwoPoints) {
  const generate::Made made = made_at({});
  EXPECT_EQ(points_of(test::analyse(appended(made, made))).size(), 2U);
}

TEST(Points, TheInterfacesOfOneFileAreTwoPoints) {
  generate::CapturePlan capture;
  capture.interfaces = 2;
  const generate::Made made = make(feed_of(200), capture);
  EXPECT_EQ(points_of(test::analyse(made.bytes)).size(), 2U);
}

// The host sees what the tap saw 2 us later; A leads B by 5 us, so that A of the host lies between A and B of the tap.
TEST(Points, TwoPointsCloserThanTheLinesLieApartKeepTheirOwnLinesTogether) {
  const generate::Made tap = make(feed_of(2'000));
  generate::FeedPlan behind = test::with(feed_of(2'000), generate::Fault::Kind::lose, "A:seq=1000-1009");
  behind = test::with(behind, generate::Fault::Kind::lose, "B:seq=1005-1014");
  generate::CapturePlan later;
  later.start = later.start + microseconds(2);
  const generate::Made host = make(behind, later);
  AnalysisOptions options;
  options.points = {{"tap", "tap.pcapng"}, {"host", "host.pcapng"}};
  const AnalysisResult result = test::analyse({{"tap.pcapng", tap.bytes}, {"host.pcapng", host.bytes}}, options);
  ASSERT_EQ(result.feeds.size(), 2U);
  for (const FeedSummary& feed : result.feeds) {
    ASSERT_EQ(feed.lines.size(), 2U);
    EXPECT_EQ(feed.lines[0].point, feed.lines[1].point);
    EXPECT_EQ(feed.arbitrated.lost, feed.lines[0].point == "host" ? 5U : 0U);
    EXPECT_EQ(feed.arbitrated.recovered, feed.lines[0].point == "host" ? 10U : 0U);
  }
}

// A has one interface, B the other.
TEST(Points, LinesThatWereSeenAtOnePointEachAreStillOneFeed) {
  generate::CapturePlan capture;
  capture.interfaces = 2;
  const AnalysisResult result = test::analyse(make(feed_of(200), capture).bytes);
  ASSERT_EQ(result.feeds.size(), 1U);
  ASSERT_EQ(result.feeds[0].lines.size(), 2U);
  EXPECT_NE(result.feeds[0].lines[0].point, result.feeds[0].lines[1].point);
}

}  // namespace
}  // namespace wirecause
