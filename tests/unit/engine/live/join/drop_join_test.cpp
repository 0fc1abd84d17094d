// Each raw drop becomes units of a line at one consumer (DESIGN D2, D10): which line, which units, whose.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/join/drop_join.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/live_lab.hpp"

namespace wirecause::test {
namespace {

using ::testing::ElementsAre;

constexpr std::uint64_t kReader = 7;

std::vector<std::pair<std::uint64_t, std::uint64_t>> runs_of(const DroppedUnits& units) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> runs;
  for (const DroppedRun& run : units.runs()) runs.emplace_back(run.first, run.end);
  return runs;
}
std::pair<std::uint64_t, std::uint64_t> units(std::uint64_t first, std::uint64_t end) { return {first, end}; }

// One socket that is bound to the group and has joined it; a MoldUDP64 line of ten datagrams of five units.
class DropJoinTest : public ::testing::Test {
 protected:
  void SetUp() override {
    lab.socket({.cookie = kReader, .local = "239.1.1.1"});
    lab.joins(kReader).discover(true);
    for (std::uint64_t first = 1; first <= 46; first += 5) lab.mold(first, 5);
    lab.discover();
  }
  LiveLab lab;
};

// --- which units

TEST_F(DropJoinTest, ADropWithItsNumberIsTheUnitsOfItsHeader) {
  lab.drop(lab.flow({.socket = kReader}), 41, 5).join();
  EXPECT_THAT(runs_of(lab.dropped(kReader)), ElementsAre(units(41, 46)));
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 1U);
  EXPECT_TRUE(lab.dropped(kReader).is_by_number());
}

TEST_F(DropJoinTest, ADropWithItsFirstBytesIsReadByTheFramingOfItsStream) {
  lab.drop_bytes(lab.flow({.socket = kReader}), mold_payload(36, 5)).join();
  EXPECT_THAT(runs_of(lab.dropped(kReader)), ElementsAre(units(36, 41)));
}

// MoldUDP64: count 0, the number is the next one.
TEST_F(DropJoinTest, AHeartbeatCarriesNoUnit) {
  const std::uint32_t flow = lab.flow({.socket = kReader});
  lab.drop(flow, 51, 0).join();
  lab.drop_bytes(flow, mold_mark(51, 0)).join();
  EXPECT_EQ(lab.dropped(kReader).units(), 0U);
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 2U);
}

// MoldUDP64: count 0xffff, which the kernel tells as none (NumberField::mark_value).
TEST_F(DropJoinTest, AnEndOfSessionCarriesNoUnit) {
  const std::uint32_t flow = lab.flow({.socket = kReader});
  lab.drop(flow, 51, 0).join();
  lab.drop_bytes(flow, mold_mark(51, 0xffff)).join();
  EXPECT_EQ(lab.dropped(kReader).units(), 0U);
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 2U);
}

// D2: a GRO super-packet covers gso_segs datagrams.
TEST_F(DropJoinTest, ASuperPacketIsTheUnitsOfAllItsSegments) {
  const std::uint32_t flow = lab.flow({.socket = kReader});
  lab.drop(flow, 21, 5, 4).join();
  EXPECT_THAT(runs_of(lab.dropped(kReader)), ElementsAre(units(21, 41)));
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 4U);
}

TEST_F(DropJoinTest, ASuperPacketWithItsFirstBytesIsTheUnitsOfAllItsSegments) {
  lab.drop_bytes(lab.flow({.socket = kReader}), mold_payload(21, 5), 4).join();
  EXPECT_EQ(lab.dropped(kReader).units(), 20U);
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 4U);
}

TEST_F(DropJoinTest, ADatagramThatIsDroppedTwiceIsItsUnitsOnce) {
  const std::uint32_t flow = lab.flow({.socket = kReader});
  lab.drop(flow, 41, 5).drop(flow, 41, 5).join();
  EXPECT_EQ(lab.dropped(kReader).units(), 5U);
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 2U);
}

TEST_F(DropJoinTest, WhatCannotBeReadIsToldByCount) {
  lab.drop_bytes(lab.flow({.socket = kReader}), "not a MoldUDP64 header at all").join();
  EXPECT_EQ(lab.dropped(kReader).units(), 5U);  // as many as its datagrams have
  EXPECT_FALSE(lab.dropped(kReader).is_by_number());
}

// The kernel can have dropped behind the tap only what the tap saw: a number that the line has not shown is not one.
TEST_F(DropJoinTest, AForgedNumberIsNoUnitOfTheLine) {
  const std::uint32_t flow = lab.flow({.socket = kReader});
  lab.drop(flow, 1ULL << 40U, 5).join();
  EXPECT_TRUE(runs_of(lab.dropped(kReader)).empty());
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 1U);
  EXPECT_FALSE(lab.dropped(kReader).is_by_number());
}

TEST_F(DropJoinTest, AForgedCountReachesNoFurtherThanTheLineHasShown) {
  lab.drop(lab.flow({.socket = kReader}), 46, 60'000).join();
  EXPECT_THAT(runs_of(lab.dropped(kReader)), ElementsAre(units(46, 51)));
}

TEST_F(DropJoinTest, WhatWasDroppedBeforeTheLineWasFirstSeenIsNoPartOfTheRun) {
  LiveLab late;
  late.socket({.cookie = kReader, .local = "239.1.1.1"});
  late.joins(kReader).discover(true);
  late.mold(1'001, 5).mold(1'006, 5).mold(1'011, 5).discover();
  const std::uint32_t flow = late.flow({.socket = kReader});
  late.drop(flow, 991, 5).drop(flow, 999, 5).join();
  EXPECT_THAT(runs_of(late.dropped(kReader)), ElementsAre(units(1'001, 1'004)));
}

// --- framings without a number at a fixed place, and streams of several channels

class FirstBytes : public ::testing::Test {
 protected:
  void reads(std::string_view framing) {
    FramingChoice choice;
    choice.framing = find_framing(framing);
    LabOptions options;
    options.analysis.framings.push_back(choice);
    lab.emplace(std::move(options));
    lab->socket({.cookie = kReader, .local = "239.1.1.1"});
    lab->joins(kReader).discover(true);
  }
  std::optional<LiveLab> lab;
};

// OPRA 6.3.a: number at 6, count of messages at 10; line integrity is the category 'H' and the type 'N' at 22.
TEST_F(FirstBytes, AnOpraBlockSaysHowManyMessagesItHoldsUntilItsNumberIsFollowed) {
  reads("opra");
  for (std::uint32_t first = 1; first <= 31; first += 10) lab->datagram(opra_payload(first, 10));
  lab->discover();
  ASSERT_EQ(lab->probe.followed.size(), 1U);
  const NumberField& field = lab->probe.followed[0];
  EXPECT_EQ(std::pair(field.number_offset, field.number_width), (std::pair<std::uint8_t, std::uint8_t>(6, 4)));
  EXPECT_EQ(std::pair(field.count_offset, field.count_width), (std::pair<std::uint8_t, std::uint8_t>(10, 1)));
  EXPECT_EQ(field.mark_offset, 22);
  EXPECT_EQ(field.mark_value, 'H' << 8 | 'N');
  lab->drop_bytes(lab->flow({.socket = kReader}), opra_payload(21, 10)).join();
  EXPECT_THAT(runs_of(lab->dropped(kReader)),
              ElementsAre(units(lab->back.tracked(0).feed->straight(21), lab->back.tracked(0).feed->straight(31))));
  EXPECT_EQ(lab->dropped(kReader).units(), 10U);
}

// The length that a flow carries is that of its first drop: blocks differ.
TEST_F(FirstBytes, ADatagramThatIsLongerThanTheFirstDropOfItsFlowIsReadAllTheSame) {
  reads("opra");
  for (std::uint32_t first = 1; first <= 31; first += 10) lab->datagram(opra_payload(first, 10));
  lab->discover();
  lab->drop_bytes(lab->flow({.socket = kReader, .payload_length = 41}), opra_payload(21, 10)).join();
  EXPECT_EQ(lab->dropped(kReader).units(), 10U);
  EXPECT_TRUE(lab->dropped(kReader).is_by_number());
}

// D2: a datagram of several frames covers [n, the next number seen at the same point).
TEST_F(FirstBytes, ADeribitDatagramIsAllItsFramesThoughTheFirstBytesShowOnlyOne) {
  reads("deribit");
  for (std::uint32_t first = 0; first < 40; first += 4) {
    lab->datagram(deribit_payload({{0, first}, {0, first + 1}, {0, first + 2}, {0, first + 3}}));
    if (first == 12) lab->discover();
  }
  lab->discover();
  lab->drop_bytes(lab->flow({.socket = kReader}), deribit_payload({{0, 32}, {0, 33}, {0, 34}, {0, 35}})).join();
  EXPECT_EQ(lab->dropped(kReader).units(), 4U);
  EXPECT_TRUE(lab->dropped(kReader).is_by_number());
  EXPECT_EQ(lab->dropped(kReader).datagrams(), 1U);
}

TEST_F(FirstBytes, APitchDatagramIsUnitsOfTheUnitThatItNames) {
  reads("cboe_pitch");
  for (std::uint32_t first = 1; first <= 9; first += 2) {
    lab->datagram(pitch_payload(1, first, 2));
    lab->datagram(pitch_payload(2, 1'000 + first, 2));
  }
  lab->discover();
  ASSERT_EQ(lab->front.lines().size(), 2U);
  EXPECT_TRUE(lab->probe.followed.empty()) << "the kernel cannot tell units apart";
  const std::uint32_t flow = lab->flow({.socket = kReader});
  lab->drop_bytes(flow, pitch_payload(2, 1'005, 2)).drop_bytes(flow, pitch_payload(1, 9, 2)).join();
  EXPECT_EQ(lab->dropped(kReader, 0).units(), 2U);
  EXPECT_EQ(lab->dropped(kReader, 1).units(), 2U);
  EXPECT_TRUE(lab->dropped(kReader, 0).contains(lab->back.tracked(0).feed->straight(9)));
  EXPECT_TRUE(lab->dropped(kReader, 1).contains(lab->back.tracked(1).feed->straight(1'005)));
}

// One unit when the kernel was told where the numbers stand, two since: the header's unit is not in what it reads.
TEST_F(FirstBytes, ANumberOfAStreamOfSeveralUnitsBelongsToTheOneThatHasShownIt) {
  reads("cboe_pitch");
  for (std::uint32_t first = 1; first <= 9; first += 2) lab->datagram(pitch_payload(1, first, 2));
  lab->discover();
  ASSERT_EQ(lab->probe.followed.size(), 1U);
  for (std::uint32_t first = 1'001; first <= 1'009; first += 2) lab->datagram(pitch_payload(2, first, 2));
  lab->discover();
  lab->drop(lab->flow({.socket = kReader}), 1'005, 2).join();
  EXPECT_EQ(lab->dropped(kReader, 0).datagrams(), 0U);
  EXPECT_EQ(lab->dropped(kReader, 1).units(), 2U);
}

TEST_F(FirstBytes, ANumberThatTwoUnitsHaveShownIsGivenToNeither) {
  reads("cboe_pitch");
  for (std::uint32_t first = 1; first <= 9; first += 2) lab->datagram(pitch_payload(1, first, 2));
  lab->discover();
  for (std::uint32_t first = 1; first <= 9; first += 2) lab->datagram(pitch_payload(2, first, 2));
  lab->discover();
  lab->drop(lab->flow({.socket = kReader}), 5, 2).join();
  EXPECT_EQ(lab->dropped(kReader, 0).datagrams(), 0U);
  EXPECT_EQ(lab->dropped(kReader, 1).datagrams(), 0U);
  EXPECT_EQ(lab->joined().unjoined().of_lines, 1U);
}

// After 65535 comes 0 (RFC 3550).
TEST_F(FirstBytes, NumbersThatHaveWrappedGoOn) {
  reads("rtp");
  for (std::uint32_t n = 65'530; n < 65'546; ++n) lab->datagram(rtp_payload(static_cast<std::uint16_t>(n)));
  lab->discover();
  const std::uint32_t flow = lab->flow({.socket = kReader});
  for (std::uint32_t n = 65'534; n < 65'538; ++n) lab->drop_bytes(flow, rtp_payload(static_cast<std::uint16_t>(n)));
  lab->join();
  EXPECT_EQ(lab->dropped(kReader).units(), 4U);
  EXPECT_EQ(lab->dropped(kReader).runs().size(), 1U);
  for (std::uint32_t n = 65'538; n < 65'540; ++n) lab->drop(flow, n & 0xffffU);  // as the kernel reads them
  lab->join();
  EXPECT_EQ(lab->dropped(kReader).units(), 6U);
  EXPECT_EQ(lab->dropped(kReader).runs().size(), 1U);
}

// Cboe: after 2^32-1 comes 1.
TEST_F(FirstBytes, ThirtyTwoBitNumbersThatHaveWrappedGoOn) {
  reads("cboe_pitch");
  for (const std::uint32_t n :
       {0xffff'fffaU, 0xffff'fffbU, 0xffff'fffcU, 0xffff'fffdU, 0xffff'fffeU, 0xffff'ffffU, 1U, 2U, 3U})
    lab->datagram(pitch_payload(1, n, 1));
  lab->discover();
  const std::uint32_t flow = lab->flow({.socket = kReader});
  for (const std::uint32_t n : {0xffff'ffffU, 1U, 2U}) lab->drop_bytes(flow, pitch_payload(1, n, 1));
  lab->join();
  EXPECT_EQ(lab->dropped(kReader).units(), 3U);
  EXPECT_EQ(lab->dropped(kReader).runs().size(), 1U);
}

// --- when

TEST_F(DropJoinTest, ADropWaitsUntilTheTapHasHandedOutThePacketsUpToIt) {
  lab.drop(lab.flow({.socket = kReader}), 41, 5);
  lab.take_and_join(lab.newest());  // 10 us before the drop
  EXPECT_EQ(lab.dropped(kReader).units(), 0U);
  lab.take_and_join(lab.newest() + microseconds(10));
  EXPECT_EQ(lab.dropped(kReader).units(), 5U);
}

TEST(DropJoin, ADropWaitsUntilItsLineIsRecognised) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).discover(true);
  const std::uint32_t flow = lab.flow({.socket = kReader});
  lab.mold(1, 5).drop_bytes(flow, mold_payload(1, 5));  // one packet may be anything
  EXPECT_FALSE(lab.join());
  lab.mold(6, 5).mold(11, 5).discover();
  lab.join();
  EXPECT_EQ(lab.dropped(kReader).units(), 5U);
  EXPECT_EQ(lab.joined().unjoined().of_lines, 0U);
}

TEST(DropJoin, ADropWaitsForAStreamNoLongerThanItMust) {
  LiveLab lab;
  lab.drop(lab.flow(), 1, 5);
  lab.join();
  EXPECT_EQ(lab.joined().unjoined().others, 0U);
  lab.take_and_join(kLabStart + seconds(4));
  EXPECT_EQ(lab.joined().unjoined().others, 1U);
  lab.take_and_join(kLabStart + seconds(8));
  EXPECT_EQ(lab.joined().unjoined().others, 1U);
  EXPECT_EQ(lab.joined().unjoined().of_lines, 0U);
}

TEST(DropJoin, ADropAtASocketThatIsNotKnownYetAsksForItAndWaits) {
  LiveLab lab;
  lab.mold(1, 5).mold(6, 5).mold(11, 5).discover();
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader);
  lab.mold(16, 5).drop(lab.flow({.socket = kReader}), 16, 5);
  EXPECT_TRUE(lab.join());
  lab.discover();
  EXPECT_FALSE(lab.join());
  EXPECT_EQ(lab.dropped(kReader).units(), 5U);
}

TEST(DropJoin, NothingIsWaitedForWhereSocketsCannotBeListed) {
  LabOptions options;
  options.has_sockets = options.has_memberships = false;
  LiveLab lab(std::move(options));
  lab.mold(1, 5).mold(6, 5).mold(11, 5).discover();
  lab.drop(lab.flow({.place = Checkpoint::ip, .reason = "SKB_DROP_REASON_IP_RPFILTER"}), 11, 5);
  EXPECT_FALSE(lab.join());
  ASSERT_EQ(lab.joined().unread().size(), 1U);
  EXPECT_EQ(lab.joined().unread().at(0).units(), 5U);
}

TEST(DropJoin, TheTapSeesTheSameDatagramWhateverItsPartsOfTheKernelSay) {
  LiveLab lab;
  EXPECT_FALSE(lab.joined().changed_since_asked());
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).discover(true).mold(1, 5).mold(6, 5).mold(11, 5).discover();
  lab.drop(lab.flow({.socket = kReader}), 11, 5).join();
  EXPECT_TRUE(lab.joined().changed_since_asked());
  EXPECT_FALSE(lab.joined().changed_since_asked());
  EXPECT_EQ(lab.joined().records(), 1U);
}

// --- whose

// Three sockets on one group, two of them slow: three sums.
TEST(DropJoin, EverySocketHasASumOfItsOwn) {
  LiveLab lab;
  for (const std::uint64_t cookie : {1U, 2U, 3U}) {
    lab.socket({.cookie = cookie, .local = "239.1.1.1"});
    lab.joins(cookie);
  }
  lab.discover(true).mold_run(1, 20).discover();
  const std::uint32_t at_first = lab.flow({.socket = 1});
  const std::uint32_t at_third = lab.flow({.socket = 3});
  for (std::uint64_t number = 11; number <= 14; ++number) lab.drop(at_first, number);
  for (std::uint64_t number = 13; number <= 20; ++number) lab.drop(at_third, number);
  lab.join();
  EXPECT_THAT(runs_of(lab.dropped(1)), ElementsAre(units(11, 15)));
  EXPECT_EQ(lab.dropped(2).datagrams(), 0U);
  EXPECT_THAT(runs_of(lab.dropped(3)), ElementsAre(units(13, 21)));
  EXPECT_EQ(lab.joined().datagrams_at(0, Checkpoint::socket), 12U);
}

// Before a socket is chosen there is one datagram for all of them.
TEST(DropJoin, WhatIsDroppedBeforeASocketIsChosenIsMissingAtEveryReader) {
  LiveLab lab;
  lab.socket({.cookie = 1, .local = "239.1.1.1"});
  lab.socket({.cookie = 2, .local = "239.1.1.1"});
  lab.joins(1).joins(2).discover(true).mold_run(1, 10).discover();
  lab.drop(lab.flow({.place = Checkpoint::ip, .reason = "SKB_DROP_REASON_IP_RPFILTER"}), 10);
  lab.join();
  EXPECT_EQ(lab.dropped(1).units(), 1U);
  EXPECT_EQ(lab.dropped(2).units(), 1U);
  EXPECT_EQ(lab.joined().datagrams_at(0, Checkpoint::ip), 1U);
  EXPECT_TRUE(lab.joined().unread().empty());
}

TEST(DropJoin, WhatNobodyReadsIsToldOfItsLine) {
  LiveLab lab;
  lab.discover(true).mold_run(1, 10).discover();
  lab.drop(lab.flow({.place = Checkpoint::ip, .reason = "SKB_DROP_REASON_NOT_SPECIFIED"}), 10).join();
  ASSERT_EQ(lab.joined().unread().count(0), 1U);
  EXPECT_EQ(lab.joined().unread().at(0).units(), 1U);
}

// A socket that has gone, or of which nothing is known: its loss is not that of the others.
TEST(DropJoin, WhatASocketOfNobodyLosesIsNotGivenToOthers) {
  LiveLab lab;
  lab.socket({.cookie = 1, .local = "239.1.1.1"});
  lab.joins(1).discover(true).mold_run(1, 10).discover();
  lab.drop(lab.flow({.socket = 99}), 10);
  lab.join();
  lab.take_and_join(kLabStart + seconds(10));
  EXPECT_EQ(lab.dropped(1).units(), 0U);
  EXPECT_EQ(lab.joined().unjoined().of_lines, 1U);
}

TEST(DropJoin, ASocketIsKnownByItsInodeWhereItsCookieIsNot) {
  LiveLab lab;
  lab.socket({.cookie = 1, .local = "239.1.1.1", .inode = 555});
  lab.joins(1).discover(true).mold_run(1, 10).discover();
  const std::uint32_t flow = lab.flow({.socket = 1});
  lab.probe.flow(flow).socket = {0, 555};
  lab.drop(flow, 10).join();
  EXPECT_EQ(lab.dropped(1).units(), 1U);
}

// --- before the tap, other namespaces

TEST_F(DropJoinTest, WhatEndsBeforeTheTapIsNoLossOfAConsumer) {
  lab.drop(lab.flow({.place = Checkpoint::backlog, .reason = "SKB_DROP_REASON_CPU_BACKLOG"}), 51, 5).join();
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 0U);
  ASSERT_EQ(lab.joined().before_tap().size(), 1U);
  EXPECT_THAT(runs_of(lab.joined().before_tap().at({0, 1})), ElementsAre(units(51, 56)));
  EXPECT_EQ(lab.joined().datagrams_at(0, Checkpoint::backlog), 1U);
}

TEST_F(DropJoinTest, WhatEndsInAnotherNamespaceIsToldAsSuch) {
  lab.drop(lab.flow({.place = Checkpoint::ip, .netns = kOtherNetns}), 51, 5).join();
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 0U);
  EXPECT_TRUE(lab.joined().before_tap().empty());
  ASSERT_EQ(lab.joined().elsewhere().size(), 1U);
  const DroppedUnits& there = lab.joined().elsewhere().at({0, 1});
  EXPECT_EQ(there.units(), 5U);
  EXPECT_THAT(lab.joined().places().at(there.episodes()[0].place).elsewhere, ::testing::HasSubstr("eth1"));
  EXPECT_EQ(lab.joined().datagrams_at(0, Checkpoint::ip), 0U);
}

TEST_F(DropJoinTest, WhatASocketOfAnotherNamespaceLosesIsItsOwnAffair) {
  lab.drop(lab.flow({.socket = 99, .netns = kOtherNetns}), 41, 5).join();
  EXPECT_TRUE(lab.joined().elsewhere().empty());
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 0U);
}

// Neither an interface nor a socket: in which namespace it was, nobody knows.
TEST_F(DropJoinTest, AnUnknownNamespaceIsNotSaidToBeAnother) {
  lab.drop(lab.flow({.place = Checkpoint::ip, .reason = "SKB_DROP_REASON_NOT_SPECIFIED", .netns = 0}), 51, 5).join();
  EXPECT_TRUE(lab.joined().elsewhere().empty());
}

// The same datagram is flooded to a bridge's port in another namespace: drops there carry numbers that the tap has seen.
TEST_F(DropJoinTest, OtherNamespacesHaveInterfacesOfOtherNumbers) {
  lab.drop(lab.flow({.place = Checkpoint::tc, .ifindex = 77, .netns = kOtherNetns}), 46, 5).join();
  EXPECT_EQ(lab.joined().elsewhere().at({0, 1}).units(), 5U);
}

TEST_F(DropJoinTest, ADropOnAnInterfaceThatIsNotFollowedIsNoneOfTheLine) {
  lab.drop(lab.flow({.socket = kReader, .ifindex = 9}), 41, 5).join();
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 0U);
}

TEST_F(DropJoinTest, WhereTheInterfaceIsNotKnownAnyMoreTheAddressesDecide) {
  lab.drop(lab.flow({.socket = kReader, .ifindex = 0}), 41, 5).join();
  EXPECT_EQ(lab.dropped(kReader).units(), 5U);
}

TEST_F(DropJoinTest, OtherSourcesGroupsAndPortsAreOtherStreams) {
  lab.drop(lab.flow({.socket = kReader, .source = "10.0.0.9"}), 41, 5);
  lab.drop(lab.flow({.socket = kReader, .group = "239.1.1.2"}), 41, 5);
  lab.drop(lab.flow({.socket = kReader, .port = 26'478}), 41, 5);
  lab.take_and_join(kLabStart + seconds(10));
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 0U);
  EXPECT_EQ(lab.joined().unjoined().of_lines, 1U)
      << "of a source that the tap has not seen, to a group and port that are followed";
  EXPECT_EQ(lab.joined().unjoined().others, 2U);
}

// --- restarts

TEST_F(DropJoinTest, AfterARestartTheSameNumbersAreOtherUnits) {
  const std::uint32_t flow = lab.flow({.socket = kReader});
  lab.drop(flow, 46, 5).join();
  for (std::uint64_t first = 1; first <= 46; first += 5) lab.mold(first, 5, "SESSION002");
  lab.drop(flow, 46, 5).join();
  EXPECT_EQ(lab.dropped(kReader).units(), 10U);
  std::uint64_t settled = 0;
  for (const DropEpisode& episode : lab.dropped(kReader).episodes()) settled += episode.settled_lost;
  EXPECT_EQ(settled, 5U);
}

// The drop is of the old session, and is joined after the new one has begun: its numbers are beyond what the new one has
// shown.
TEST_F(DropJoinTest, ADropOfTheOldSessionIsNoUnitOfTheNewOne) {
  const std::uint32_t flow = lab.flow({.socket = kReader});
  lab.drop(flow, 46, 5);
  lab.mold(1, 5, "SESSION002").mold(6, 5, "SESSION002").mold(11, 5, "SESSION002").join();
  EXPECT_FALSE(lab.dropped(kReader).contains(46));
  EXPECT_EQ(lab.dropped(kReader).units(), 5U);
}

// --- by count

TEST_F(DropJoinTest, WhatDidNotFitTheRingIsToldByCount) {
  const std::uint32_t flow = lab.flow({.socket = kReader});
  lab.drop(flow, 41, 5).join();
  lab.probe.count_only(flow, 3);
  lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
  EXPECT_EQ(lab.dropped(kReader).units(), 20U);  // five units a datagram
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 4U);
  EXPECT_EQ(lab.dropped(kReader).episodes()[0].by_number, 5U);
  EXPECT_EQ(lab.dropped(kReader).episodes()[0].by_count, 15U);
  lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 4U) << "once";
}

// Else one pause of a reader would be two episodes, the second of which nothing explains.
TEST_F(DropJoinTest, WhatIsOnlyCountedGoesWithTheLastThatWasTold) {
  const std::uint32_t flow = lab.flow({.socket = kReader});
  lab.drop(flow, 41, 5).join();
  const TimeNs told = lab.dropped(kReader).episodes()[0].last;
  lab.probe.count_only(flow, 3);
  lab.joined().add_untold(lab.probe, lab.clocks, told + seconds(1));
  ASSERT_EQ(lab.dropped(kReader).episodes().size(), 1U);
  EXPECT_EQ(lab.dropped(kReader).episodes()[0].last, told);

  lab.probe.count_only(flow, 2);  // none was told since: no earlier than the look before
  lab.joined().add_untold(lab.probe, lab.clocks, told + seconds(2));
  ASSERT_EQ(lab.dropped(kReader).episodes().size(), 2U);
  EXPECT_EQ(lab.dropped(kReader).episodes()[1].first, told + seconds(1));
}

TEST_F(DropJoinTest, WhatWaitsInTheRingIsNotToldByCount) {
  lab.drop(lab.flow({.socket = kReader}), 41, 5);
  lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
  lab.join();
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 1U);
  EXPECT_TRUE(lab.dropped(kReader).is_by_number());
}

TEST_F(DropJoinTest, MoreThanCanWaitIsToldByCount) {
  const std::uint32_t flow = lab.flow({.socket = kReader});
  const std::uint64_t more = DropJoin::kMaxWaiting + 1'000;
  lab.drop_at(kLabStart + seconds(1));  // the tap has not handed out so far
  for (std::uint64_t i = 0; i < more; ++i) {
    lab.drop(flow, 41, 5);
    if (i % 50'000 == 0) lab.joined().take(lab.probe, lab.clocks);
  }
  lab.take_and_join(lab.newest());
  lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
  lab.take_and_join(kLabStart + seconds(1));
  EXPECT_EQ(lab.dropped(kReader).datagrams(), more);
  EXPECT_EQ(lab.dropped(kReader).episodes()[0].by_count, 5'000U);
}

TEST_F(DropJoinTest, WithoutAProbeTheSocketsOwnCounterTells) {
  EXPECT_TRUE(lab.joined().by_counter(0, 3, lab.newest()));
  EXPECT_EQ(lab.dropped(kReader).units(), 15U);
  EXPECT_EQ(lab.dropped(kReader).datagrams(), 3U);
  const DropPlace& place = lab.joined().places().at(lab.dropped(kReader).episodes()[0].place);
  EXPECT_THAT(place.step_down, ::testing::HasSubstr("no drop probe"));
  EXPECT_EQ(place.reason, "") << "a counter has none";
  EXPECT_EQ(place.at, Checkpoint::socket);
}

// Which of its lines a counter moved for, nobody knows.
TEST(DropJoin, TheCounterOfASocketOfTwoLinesIsGivenToNeither) {
  LiveLab lab;
  lab.socket({.cookie = kReader});
  lab.joins(kReader).joins(kReader, "239.1.1.2").discover(true);
  lab.mold_run(1, 5).on({.group = "239.1.1.2"}).mold_run(1, 5).discover();
  ASSERT_EQ(lab.consumers.sockets()[0].consumers.size(), 2U);
  EXPECT_TRUE(lab.joined().by_counter(0, 3, lab.newest()));
  EXPECT_EQ(lab.dropped(kReader, 0).datagrams(), 0U);
  EXPECT_EQ(lab.dropped(kReader, 1).datagrams(), 0U);
  EXPECT_EQ(lab.joined().undivided().at(0).datagrams, 3U);
}

// --- a socket that came while the line was going on

// It is found because of its first drop: what it was to get begins with that unit, so that its sum meets (D2).
TEST(DropJoin, TheDropThatMadeASocketKnownIsPartOfWhatItWasToGet) {
  LiveLab lab;
  lab.mold_run(1, 20).discover();
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).mold_run(21, 24).drop(lab.flow({.socket = kReader}), 23);
  EXPECT_TRUE(lab.join());
  lab.discover().join();
  EXPECT_EQ(lab.dropped(kReader).units(), 1U);
  EXPECT_EQ(lab.consumer_of(kReader).dropped_before_since, 1U);
}

// --- certainty

TEST_F(DropJoinTest, ASocketThatAnOlderKernelOnlyImpliesLowersTheCertainty) {
  lab.drop(lab.flow({.socket = kReader, .socket_source = SocketSource::udp_failure}), 41, 5).join();
  const DropPlace& place = lab.joined().places().at(lab.dropped(kReader).episodes()[0].place);
  EXPECT_TRUE(place.socket_is_known);
  EXPECT_THAT(place.step_down, ::testing::HasSubstr("before 6.11"));
}

TEST_F(DropJoinTest, ADropBeforeASocketIsChosenDoesNotClaimOne) {
  lab.drop(lab.flow({.place = Checkpoint::udp, .reason = "SKB_DROP_REASON_UDP_CSUM"}), 41, 5).join();
  const DropPlace& place = lab.joined().places().at(lab.dropped(kReader).episodes()[0].place);
  EXPECT_FALSE(place.socket_is_known);
  EXPECT_TRUE(place.step_down.empty());
}

TEST_F(DropJoinTest, WhatDropTellsCanBeHeldAgainstTheSocketsOwnCounter) {
  const std::uint32_t full = lab.flow({.socket = kReader});
  const std::uint32_t filter = lab.flow({.socket = kReader, .reason = "SKB_DROP_REASON_SOCKET_FILTER"});
  lab.drop(full, 41, 5).drop(filter, 46, 5);
  lab.probe.count_only(full, 2);
  lab.probe.refresh_counts();
  EXPECT_EQ(DropJoin::SocketEvents(lab.probe).of(lab.socket_of(kReader)), 4U);
}

// --- what the programs in the kernel are told

TEST_F(DropJoinTest, ProgramsAreToldWhereNumbersStandOnce) {
  lab.discover();
  ASSERT_EQ(lab.probe.followed.size(), 1U);
  const NumberField& field = lab.probe.followed[0];
  EXPECT_EQ(field.destination, *IpAddress::parse("239.1.1.1"));
  EXPECT_EQ(field.port, 26'477);
  EXPECT_EQ(field.number_offset, 10);
  EXPECT_EQ(field.number_width, 8);
  EXPECT_TRUE(field.number_big_endian);
  EXPECT_EQ(field.count_offset, 18);
  EXPECT_EQ(field.count_width, 2);
  EXPECT_EQ(lab.readers.numbers.size(), 1U);
}

// A reader that takes the end of a session has not read 65 535 messages.
TEST_F(DropJoinTest, ProgramsAreToldWhichCountsAreMarks) {
  EXPECT_EQ(lab.readers.numbers.at(0).mark_offset, 18);
  EXPECT_EQ(lab.readers.numbers.at(0).mark_value, 0xffff);
}

// --- ports that nobody bound

TEST(DropJoin, DatagramsForAPortThatNobodyBoundAreToldByTheirAddress) {
  LiveLab lab;
  const std::uint32_t flow =
      lab.flow({.place = Checkpoint::udp, .reason = "SKB_DROP_REASON_NO_SOCKET", .group = "10.0.0.2"});
  lab.drop_bytes(flow, "x").drop_bytes(flow, "y").join();
  lab.probe.refresh_counts();
  const std::vector<Stranger> strangers = lab.joined().strangers(lab.probe);
  ASSERT_EQ(strangers.size(), 1U);
  EXPECT_EQ(strangers[0].destination, *IpAddress::parse("10.0.0.2"));
  EXPECT_EQ(strangers[0].port, 26'477);
  EXPECT_EQ(strangers[0].dropped.datagrams, 2U);
}

TEST(DropJoin, SourcesOfOnePortThatNobodyBoundAreOneStranger) {
  LiveLab lab;
  for (const char* source : {"10.0.0.1", "10.0.0.3"}) {
    lab.drop_bytes(
        lab.flow(
            {.place = Checkpoint::udp, .reason = "SKB_DROP_REASON_NO_SOCKET", .group = "10.0.0.2", .source = source}),
        "x");
  }
  lab.join();
  lab.probe.refresh_counts();
  ASSERT_EQ(lab.joined().strangers(lab.probe).size(), 1U);
  EXPECT_EQ(lab.joined().strangers(lab.probe)[0].dropped.datagrams, 2U);
}

// --- above the tapped interface

constexpr std::uint32_t kVlan100 = 12;
constexpr std::uint32_t kVlan200 = 13;

struct OnAVlan : ::testing::Test {
  OnAVlan() {
    lab.on({.vlan = 100});
    lab.socket({.cookie = kReader, .local = "239.1.1.1"});
    lab.joins(kReader, "239.1.1.1", kVlan100).discover(true).mold_run(1, 20).discover();
  }
  LiveLab lab{LabOptions{.uppers = {{kVlan100, 100}, {kVlan200, 200}}}};
};

TEST_F(OnAVlan, ADropThereIsOfTheLineThatTheTapSawBelow) {
  lab.drop(lab.flow({.socket = kReader, .ifindex = kVlan100}), 11).join();
  EXPECT_THAT(runs_of(lab.dropped(kReader)), ElementsAre(units(11, 12)));
  EXPECT_EQ(lab.consumer_of(kReader).is_member, true);
  EXPECT_TRUE(lab.consumer_of(kReader).host_is_member);
  EXPECT_EQ(lab.joined().unjoined().of_lines, 0U);
}

TEST_F(OnAVlan, ADropOfAnotherVlanIsNotOfTheLine) {
  lab.drop(lab.flow({.socket = kReader, .ifindex = kVlan200}), 11).join(true);
  EXPECT_EQ(lab.dropped(kReader).units(), 0U);
}

TEST_F(OnAVlan, ASocketThatIsBoundToAnotherVlanDoesNotReadTheLine) {
  lab.socket({.cookie = 8, .local = "239.1.1.1", .interface = kVlan200});
  lab.socket({.cookie = 9, .local = "239.1.1.1", .interface = kVlan100});
  lab.discover();
  EXPECT_FALSE(lab.consumers.of(*lab.consumers.socket_by(8, 0), 0));
  EXPECT_TRUE(lab.consumers.of(*lab.consumers.socket_by(9, 0), 0));
}

// --- bounds

TEST_F(DropJoinTest, EpisodesOfAllConsumersTogetherAreBoundedAndTheirUnitsAreNot) {
  constexpr std::uint64_t kSockets = 30;
  constexpr std::uint64_t kEach = 500;
  std::vector<std::uint32_t> flows;
  for (std::uint64_t cookie = 100; cookie < 100 + kSockets; ++cookie) {
    lab.socket({.cookie = cookie, .local = "239.1.1.1"});
    lab.joins(cookie);
    flows.push_back(lab.flow({.socket = cookie}));
  }
  lab.discover();
  for (std::uint64_t i = 0; i < kEach; ++i) {
    lab.pause(seconds(2)).mold(51 + i);
    for (const std::uint32_t flow : flows) lab.drop(flow, 51 + i);
    lab.join();
  }
  std::size_t episodes = 0;
  for (std::uint64_t cookie = 100; cookie < 100 + kSockets; ++cookie) {
    EXPECT_EQ(lab.dropped(cookie).units(), kEach);
    episodes += lab.dropped(cookie).episodes().size();
  }
  EXPECT_EQ(episodes, DropJoin::kMaxEpisodes);
  EXPECT_EQ(lab.joined().merged(), kSockets * kEach - DropJoin::kMaxEpisodes);
}

}  // namespace
}  // namespace wirecause::test
