// Whole runs over captures whose faults are known: the figures are the plan's, worked out by hand.
// SPDX-License-Identifier: Apache-2.0
#include "engine/analyze.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/made_analysis.hpp"

namespace wirecause {
namespace {

using generate::Fault;
using test::analyse;
using test::feed_of;
using test::make;
using test::with;

bool has_finding(const AnalysisResult& result, std::string_view cause) {
  return std::any_of(result.diagnosis.findings.begin(), result.diagnosis.findings.end(),
                     [&](const Finding& f) { return f.cause->id == cause; });
}

// Where the MoldUDP64 header with this sequence number first begins.
std::vector<std::byte>::iterator find_datagram(std::vector<std::byte>& capture, std::uint8_t sequence) {
  std::vector<std::byte> mark(10, std::byte{0});  // sequence, big-endian, and one message
  mark[7] = std::byte{sequence};
  mark[9] = std::byte{1};
  const auto found = std::search(capture.begin(), capture.end(), mark.begin(), mark.end());
  return found == capture.end() ? found : found - 10;
}

TEST(Analyze, AHealthyFeedOnTwoLinesIsOneFeedThatLostNothing) {
  const generate::Made made = make(feed_of(300));
  const AnalysisResult result = analyse(made.bytes);
  ASSERT_EQ(result.feeds.size(), 1U);
  ASSERT_EQ(result.feeds[0].lines.size(), 2U);
  EXPECT_EQ(result.feeds[0].protocol, "moldudp64");
  EXPECT_EQ(result.feeds[0].arbitrated.expected, 300U);
  EXPECT_EQ(result.feeds[0].arbitrated.delivered, 300U);
  EXPECT_EQ(result.feeds[0].lines[0].lost, 0U);
  EXPECT_EQ(result.feeds[0].lines[1].lost, 0U);
  EXPECT_EQ(result.inputs.at(0).packets, 600U);
}

TEST(Analyze, WhatLineALosesLineBRecovers) {
  const generate::Made made = make(with(feed_of(300), Fault::Kind::lose, "A:seq=100-104"));
  const AnalysisResult result = analyse(made.bytes);
  ASSERT_EQ(result.feeds.size(), 1U);
  EXPECT_EQ(result.feeds[0].lines[0].lost, 5U);
  EXPECT_EQ(result.feeds[0].lines[1].lost, 0U);
  EXPECT_EQ(result.feeds[0].arbitrated.recovered, 5U);
  EXPECT_EQ(result.feeds[0].arbitrated.lost, 0U);
  ASSERT_EQ(result.feeds[0].lines[0].gaps.listed.size(), 1U);
  EXPECT_EQ(result.feeds[0].lines[0].gaps.listed[0].first_sequence, 100U);
}

// A datagram on the feed's address of which the message count cannot be: it is counted, and what it brought is a gap.
TEST(Analyze, ADatagramThatContradictsItsFramingIsCounted) {
  generate::Made made = make(feed_of(300));
  constexpr std::size_t kCountAt = 18;  // MoldUDP64: session 10, sequence 8, count 2
  const auto header_of_100 = find_datagram(made.bytes, 100);
  ASSERT_NE(header_of_100, made.bytes.end());
  *(header_of_100 + kCountAt) = std::byte{0x40};
  const AnalysisResult result = analyse(made.bytes);
  EXPECT_EQ(result.observer.malformed_datagrams, 1U);
  ASSERT_EQ(result.feeds.size(), 1U);
  EXPECT_EQ(result.feeds[0].lines[0].lost, 1U);
  EXPECT_EQ(result.feeds[0].arbitrated.lost, 0U);
}

TEST(Analyze, WhatBothLinesLoseIsLost) {
  generate::FeedPlan feed = feed_of(300);
  feed.faults.push_back(*generate::parse_common_loss("packets=150-152"));
  const generate::Made made = make(feed);
  const AnalysisResult result = analyse(made.bytes);
  ASSERT_EQ(result.feeds.size(), 1U);
  EXPECT_EQ(result.feeds[0].arbitrated.lost, 3U);
  EXPECT_EQ(result.feeds[0].arbitrated.recovered, 0U);
}

TEST(Analyze, ALineBehindIsFollowedBySkew) {
  const generate::Made made = make(feed_of(300));
  const AnalysisResult result = analyse(made.bytes);
  ASSERT_EQ(result.feeds.at(0).leads.size(), 1U);
  EXPECT_EQ(result.feeds[0].leads[0].leader, "A");
  EXPECT_EQ(result.feeds[0].leads[0].lead.min_ns, 5'000);
  EXPECT_EQ(result.feeds[0].leads[0].lead.max_ns, 5'000);
}

TEST(Analyze, TwoFeedsAreKeptApart) {
  generate::MemorySink sink;
  const std::vector<generate::FeedPlan> plans{with(feed_of(300), Fault::Kind::lose, "A:seq=100-104"),
                                              feed_of(300, "cboe_pitch")};
  ASSERT_TRUE(generate::make_feeds(plans, {}, sink));
  const AnalysisResult result = analyse(sink.bytes());
  ASSERT_EQ(result.feeds.size(), 2U);
  EXPECT_NE(result.feeds[0].protocol, result.feeds[1].protocol);
  for (const FeedSummary& feed : result.feeds) {
    EXPECT_EQ(feed.arbitrated.expected, 300U);
    EXPECT_EQ(feed.arbitrated.recovered, feed.protocol == "moldudp64" ? 5U : 0U);
  }
}

TEST(Analyze, ARestartWithANewSessionIsASecondEpochAndNoLoss) {
  generate::FeedPlan feed = feed_of(400);
  feed.restarts = {200};
  const generate::Made made = make(feed);
  const AnalysisResult result = analyse(made.bytes);
  ASSERT_EQ(result.feeds.size(), 1U);
  EXPECT_EQ(result.feeds[0].epochs, 2U);
  EXPECT_EQ(result.feeds[0].arbitrated.expected, 400U);
  EXPECT_EQ(result.feeds[0].arbitrated.lost, 0U);
}

TEST(Analyze, WhatOneLineLosesForGoodIsAFindingOfTheLine) {
  const generate::Made made = make(with(feed_of(2'000), Fault::Kind::lose, "A:seq=1000-1004"));
  EXPECT_TRUE(has_finding(analyse(made.bytes), "net_line_loss"));
}

TEST(Analyze, AStreamThatIsNoFeedIsListedAsUnrecognised) {
  generate::Made made = make(feed_of(100));
  AnalysisOptions options;
  FramingChoice rtp;
  rtp.framing = find_framing("rtp");
  options.framings.push_back(rtp);  // Mold is not among what may be chosen
  const AnalysisResult result = analyse(made.bytes, options);
  EXPECT_TRUE(result.feeds.empty());
  EXPECT_EQ(result.unrecognised_total, 2U);
}

TEST(Analyze, LinesWhoseFramingTheUserNamedOneByOneAreOneFeed) {
  const generate::Made made = make(feed_of(300));
  const Endpoint a{*IpAddress::parse("239.192.0.1"), 26'477};
  const Endpoint b{*IpAddress::parse("239.192.0.2"), 26'477};
  AnalysisOptions options;
  options.framings = {{find_framing("moldudp64"), {}, a}, {find_framing("moldudp64"), {}, b}};
  EXPECT_EQ(analyse(made.bytes, options).feeds.size(), 1U);
  options.pairs = {{a, b}};
  EXPECT_EQ(analyse(made.bytes, options).feeds.size(), 1U);
  options.framings.pop_back();  // the other one is recognised by its marks
  EXPECT_EQ(analyse(made.bytes, options).feeds.size(), 1U);
}

TEST(Analyze, OnePacketIsEnoughWhereTheUserSaysThatLostUnitsAreSentAgain) {
  generate::FeedPlan feed = feed_of(300, "cboe_pitch");
  feed.faults.push_back(*generate::parse_common_loss("packets=150-150"));
  feed.retransmission.emplace();
  const generate::Made made = make(feed);
  const AnalysisResult without = analyse(made.bytes);
  ASSERT_EQ(without.unrecognised.size(), 1U);
  EXPECT_EQ(without.feeds.at(0).arbitrated.lost, 1U);
  AnalysisOptions options;
  options.recovery = {{*IpAddress::parse(without.unrecognised[0].group), without.unrecognised[0].port}};
  const AnalysisResult result = analyse(made.bytes, options);
  EXPECT_TRUE(result.unrecognised.empty());
  ASSERT_EQ(result.feeds.size(), 1U);
  EXPECT_EQ(result.feeds[0].arbitrated.lost, 0U);
  EXPECT_EQ(result.feeds[0].arbitrated.recovered, 1U);
}

TEST(Analyze, AFileThatDoesNotExistIsAnErrorThatNamesIt) {
  AnalysisOptions options;
  options.files = {"/nonexistent/file.pcap"};
  const auto result = analyze(options, {});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message().find("/nonexistent/file.pcap"), std::string::npos);
}

TEST(Analyze, ACaptureWithoutAPacketHasNoFeedAndNoFinding) {
  const generate::Made made = make(feed_of(100));
  const AnalysisResult result = analyse(Bytes(made.bytes).first(28));  // the section header of the pcapng alone
  EXPECT_TRUE(result.feeds.empty());
}

}  // namespace
}  // namespace wirecause
