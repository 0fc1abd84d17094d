// What is given to nobody is counted, and apart where a line's loss may hide among it.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/live_lab.hpp"

namespace wirecause::test {
namespace {

constexpr std::uint64_t kReader = 7;

// One reader of a MoldUDP64 line of ten datagrams of five units.
class Unjoined : public ::testing::Test {
 protected:
  void SetUp() override {
    lab.socket({.cookie = kReader, .local = "239.1.1.1"});
    lab.joins(kReader).discover(true);
    for (std::uint64_t first = 1; first <= 46; first += 5) lab.mold(first, 5);
    lab.discover();
  }
  void count(std::uint32_t flow, std::uint64_t datagrams) {
    lab.probe.count_only(flow, datagrams);
    lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
  }
  DropJoin::Unjoined unjoined() { return lab.joined().unjoined(); }
  LiveLab lab;
};

// --- flows of many sources, which the table cannot keep apart

TEST_F(Unjoined, OfManySourcesWhatASocketLostAndTheLineHasShownIsTheLines) {
  lab.drop(lab.flow({.socket = kReader, .source = "::"}), 41, 5).join();
  EXPECT_EQ(lab.dropped(kReader).units(), 5U);
  const DropPlace& place = lab.joined().places().at(lab.dropped(kReader).episodes()[0].place);
  EXPECT_NE(place.step_down, "");
  EXPECT_EQ(unjoined().of_lines, 0U);
}

TEST_F(Unjoined, OfManySourcesANumberThatTheLineHasNotShownIsNotIts) {
  lab.drop(lab.flow({.socket = kReader, .source = "::"}), 1ULL << 40U, 5).join();
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 0U);
  EXPECT_EQ(unjoined().of_lines, 1U);
}

// A strict reverse path: whoever forges sources may forge numbers, too.
TEST_F(Unjoined, OfManySourcesWhatNoSocketLostBlamesNoReader) {
  const LabFlow flow{.place = Checkpoint::ip, .reason = "SKB_DROP_REASON_IP_RPFILTER", .source = "::"};
  lab.drop(lab.flow(flow), 41, 5).join();
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 0U);
  EXPECT_EQ(unjoined().of_lines, 1U);
}

TEST_F(Unjoined, OfManySourcesWhatIsOnlyCountedMayBeALinesLoss) {
  count(lab.flow({.socket = kReader, .source = "::"}), 9);
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 0U);
  EXPECT_EQ(unjoined().of_lines, 9U);
  lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
  EXPECT_EQ(unjoined().of_lines, 9U) << "once";
}

TEST_F(Unjoined, TwoSourcesOfOneGroupAndPortAreNotToldApart) {
  lab.on({.source = "10.0.0.2"}).mold_run(1, 5).discover();
  lab.drop(lab.flow({.socket = kReader, .source = "::"}), 3).join();
  EXPECT_EQ(lab.dropped(kReader, 0).datagrams(), 0U);
  lab.take_and_join(kLabStart + seconds(10));
  EXPECT_EQ(unjoined().of_lines, 1U);
}

// --- counted only

TEST_F(Unjoined, WhatIsCountedOfADestinationThatNoLineHasIsUnrelated) {
  count(lab.flow({.group = "239.9.9.9"}), 9);
  EXPECT_EQ(unjoined().of_lines, 0U);
  EXPECT_EQ(unjoined().others, 9U);
}

TEST(UnjoinedChannels, WhatIsCountedOfAStreamOfSeveralLinesMayBeAnyOnes) {
  FramingChoice choice;
  choice.framing = find_framing("cboe_pitch");
  LabOptions options;
  options.analysis.framings.push_back(choice);
  LiveLab lab(std::move(options));
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).discover(true);
  for (std::uint32_t first = 1; first <= 9; first += 2) {
    lab.datagram(pitch_payload(1, first, 2));
    lab.datagram(pitch_payload(2, 1'000 + first, 2));
  }
  lab.discover();
  lab.probe.count_only(lab.flow({.socket = kReader}), 3);
  lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
  EXPECT_EQ(lab.joined().unjoined().of_lines, 3U);
  EXPECT_EQ(lab.probe.followed_by_bytes.size(), 1U) << "so that this is rare: its drops come with their first bytes";
}

// --- not asked for

TEST_F(Unjoined, UnicastToAPortThatNobodyBoundWaitsForNoStream) {
  const LabFlow flow{.place = Checkpoint::udp, .reason = "SKB_DROP_REASON_NO_SOCKET", .group = "10.0.0.2", .port = 9};
  lab.drop_bytes(lab.flow(flow), "x").join();
  EXPECT_EQ(unjoined().others, 1U) << "at once";
}

// The same feed on an interface that nobody watches.
TEST_F(Unjoined, WhatIsDroppedOnAnotherInterfaceHidesNoLossOfTheLine) {
  lab.drop(lab.flow({.socket = kReader, .ifindex = 9}), 41, 5).join();
  EXPECT_EQ(unjoined().of_lines, 0U);
  EXPECT_EQ(unjoined().others, 1U);
}

TEST_F(Unjoined, AnotherNamespacesDropsAreNotMissedHere) {
  lab.drop(lab.flow({.group = "239.9.9.9", .netns = kOtherNetns}), 41, 5);
  count(lab.flow({.group = "239.9.9.9", .netns = kOtherNetns}), 9);
  lab.take_and_join(kLabStart + seconds(10));
  EXPECT_EQ(unjoined().of_lines + unjoined().others, 0U);
}

// --- a flood beside

TEST_F(Unjoined, AFloodToOtherPortsTakesNoNumbersFromTheLine) {
  const std::uint32_t of_line = lab.flow({.socket = kReader});
  const std::uint32_t flood = lab.flow({.group = "239.9.9.9"});
  for (std::size_t i = 0; i < DropJoin::kMaxWaiting + 1'000; ++i) {
    lab.drop_bytes(flood, "flood");
    if (i % 50'000 == 0) lab.joined().take(lab.probe, lab.clocks);
  }
  lab.joined().take(lab.probe, lab.clocks);
  lab.drop(of_line, 41, 5).join();
  EXPECT_EQ(lab.dropped(kReader).units(), 5U);
  EXPECT_TRUE(lab.dropped(kReader).is_by_number());
  lab.take_and_join(kLabStart + seconds(10));
  lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
  EXPECT_EQ(unjoined().others, DropJoin::kMaxWaiting + 1'000) << "none is forgotten";
}

}  // namespace
}  // namespace wirecause::test
