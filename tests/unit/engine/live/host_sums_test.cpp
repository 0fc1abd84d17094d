// Every unit of every consumer is accounted for, none twice (DESIGN D2):
// expected = read + queued + dropped + lost before + unexplained.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/live_report.hpp"

namespace wirecause::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint64_t kReader = 7;

// A reader of a MoldUDP64 line, five units a datagram.
class HostSums : public ::testing::Test {
 protected:
  void SetUp() override {
    lab.socket({.cookie = kReader, .local = "239.1.1.1"});
    lab.joins(kReader).owned_by(kReader, 2'435, "feedhandler").discover(true);
  }
  void send(std::uint64_t first, std::uint64_t last, std::uint64_t hole = 0) {
    for (std::uint64_t number = first; number <= last; number += 5) {
      if (number != hole) lab.mold(number, 5);
    }
    lab.discover();
  }
  // As the program in the kernel counts: datagrams with their numbers.
  void read(std::uint64_t units, std::uint64_t first, std::uint64_t next, std::uint64_t without_number = 0) {
    ReaderCounts& counts = lab.readers.counts[kReader];
    counts.datagrams = units / 5 + without_number;
    counts.units = units;
    counts.first_number = first;
    counts.next_number = next;
    counts.datagrams_without_number = without_number;
    lab.consumers.sample(lab.newest(), 0);
  }
  ConsumerSummary sum() { return LabReporter(lab).report().consumer(kReader); }
  LiveLab lab;
};

void expect_meets(const ConsumerSummary& sum) {
  ASSERT_TRUE(sum.read && sum.queued && sum.unexplained);
  std::uint64_t dropped = 0;
  for (const DroppedAt& at : sum.dropped) dropped += at.units;
  EXPECT_EQ(sum.expected, *sum.read + *sum.queued + dropped + sum.lost_before);
  EXPECT_EQ(sum.unexplained, 0);
}

TEST_F(HostSums, AReaderThatTookEverythingHasNothingElse) {
  send(1, 50);
  read(50, 1, 51);
  const ConsumerSummary all = sum();
  EXPECT_EQ(all.expected, 50U);
  EXPECT_EQ(all.read, 50U);
  EXPECT_EQ(all.queued, 0U);
  EXPECT_EQ(all.lost_before, 0U);
  EXPECT_THAT(all.dropped, IsEmpty());
  EXPECT_EQ(all.owner, "feedhandler");
  EXPECT_EQ(all.pid, 2'435);
  expect_meets(all);
}

TEST_F(HostSums, WhatWasDroppedIsToldWithItsPlaceAndHeldAgainstTheSocketsCounter) {
  send(1, 50);
  lab.socket_of(kReader).drops = 1;
  lab.drop(lab.flow({.socket = kReader}), 41, 5).join();
  read(45, 1, 51);
  lab.probe.refresh_counts();
  const ConsumerSummary one = sum();
  ASSERT_THAT(one.dropped, SizeIs(1));
  EXPECT_EQ(one.dropped[0].place, "socket: SKB_DROP_REASON_SOCKET_RCVBUFF");
  EXPECT_EQ(one.dropped[0].units, 5U);
  EXPECT_EQ(one.dropped[0].datagrams, 1U);
  EXPECT_TRUE(one.dropped[0].is_by_number);
  EXPECT_EQ(one.socket_drops, 1U);
  EXPECT_EQ(one.socket_events, 1U);
  expect_meets(one);
}

// A damaged datagram that is found when it is read names no socket (udp_recvmsg), and the socket's counter moves.
TEST_F(HostSums, WhatTheReaderFoundDamagedIsHeldAgainstTheCounterToo) {
  send(1, 50);
  lab.socket_of(kReader).drops = 1;
  const LabFlow damaged{.place = Checkpoint::read, .reason = "SKB_DROP_REASON_UDP_CSUM", .symbol = "udp_recvmsg"};
  lab.drop(lab.flow(damaged), 41, 5);
  read(45, 1, 51);
  lab.join(true);
  const ConsumerSummary one = sum();
  EXPECT_EQ(one.socket_drops, 1U);
  EXPECT_EQ(one.socket_events, 1U);
  expect_meets(one);
}

TEST_F(HostSums, PlacesAreListedWithTheMostUnitsFirst) {
  send(1, 50);
  const std::uint32_t filter = lab.flow({.socket = kReader, .reason = "SKB_DROP_REASON_SOCKET_FILTER"});
  lab.drop(lab.flow({.socket = kReader}), 1, 5).drop(filter, 41, 5).drop(filter, 46, 5).join();
  const ConsumerSummary both = sum();
  ASSERT_THAT(both.dropped, SizeIs(2));
  EXPECT_EQ(both.dropped[0].units, 10U);
  EXPECT_EQ(both.dropped[1].units, 5U);
}

TEST_F(HostSums, WhatTheReaderHasNotTakenYetWaitsInTheQueue) {
  send(1, 50);
  lab.socket_of(kReader).queue_bytes = 2 * 832;
  read(40, 1, 41);
  EXPECT_EQ(sum().queued, 10U);
  expect_meets(sum());
}

TEST_F(HostSums, OfTheLastTenUnitsFiveWereDroppedAndFiveWait) {
  send(1, 50);
  lab.drop(lab.flow({.socket = kReader}), 46, 5).join();
  lab.socket_of(kReader).queue_bytes = 832;
  read(40, 1, 41);
  EXPECT_EQ(sum().queued, 5U);
  expect_meets(sum());
}

TEST_F(HostSums, WhatTheTapDidNotSeeIsLostBeforeAndDoesNotWait) {
  send(1, 50, 41);
  lab.socket_of(kReader).queue_bytes = 832;
  read(40, 1, 41);
  const ConsumerSummary holed = sum();
  EXPECT_EQ(holed.expected, 50U);
  EXPECT_EQ(holed.lost_before, 5U);
  EXPECT_EQ(holed.queued, 5U);
  expect_meets(holed);
}

TEST_F(HostSums, WhatNobodyExplainsIsSaidToBeUnexplained) {
  send(1, 50);
  read(40, 1, 51);
  EXPECT_EQ(sum().unexplained, 10);
}

TEST_F(HostSums, WhereReadsAreNotObservedNothingIsComputedAsTheRemainder) {
  send(1, 50);
  lab.drop(lab.flow({.socket = kReader}), 46, 5).join();
  EXPECT_EQ(sum().read, std::nullopt);
  EXPECT_THAT(sum().read_unknown, HasSubstr("no program in the kernel"));
  EXPECT_EQ(sum().unexplained, std::nullopt);
  EXPECT_EQ(sum().expected, 50U);
}

// Reads without a number after the first seconds, which the log does not reach.
TEST_F(HostSums, SaysWhyTheReadsOfAConsumerAreNotKnown) {
  send(1, 50);
  lab.pause(seconds(5));
  send(51, 100);
  read(0, 0, 0, 20);
  lab.readers.counts[kReader].units.reset();
  lab.consumers.sample(lab.newest(), 0);
  const ConsumerSummary unread = sum();
  EXPECT_EQ(unread.read, std::nullopt);
  EXPECT_THAT(unread.read_unknown, HasSubstr("20 of its datagrams were read before"));
}

// Three datagrams were read before the kernel knew where the numbers stand: they are the first three that the tap saw.
TEST_F(HostSums, ReadsBeforeTheNumbersWereFollowedAreToldByTheirOrder) {
  send(1, 50);
  read(35, 16, 51, 3);
  EXPECT_EQ(sum().read, 50U);
  expect_meets(sum());
}

// The numbers begin again: those of the first session that are not in the second were read, too.
TEST_F(HostSums, WhatWasReadOfTwoSessionsIsToldByItsOrderWhereAllWasRead) {
  send(1, 50);
  for (std::uint64_t number = 1; number <= 25; number += 5) lab.mold(number, 5, "SESSION002");
  lab.discover();
  ReaderCounts& counts = lab.readers.counts[kReader];
  counts.datagrams = counts.datagrams_without_number = 15;
  lab.consumers.sample(lab.newest(), 0);
  EXPECT_EQ(sum().read, 75U);
  expect_meets(sum());
}

TEST_F(HostSums, ReadsFromBeforeTheLineWasSeenAreNotCounted) {
  send(1'001, 1'050);
  read(60, 991, 1'051);
  EXPECT_EQ(sum().expected, 50U);
  EXPECT_EQ(sum().read, 50U);
  expect_meets(sum());
}

TEST_F(HostSums, ASocketThatHasGoneWasToGetWhatCameBefore) {
  send(1, 50);
  read(50, 1, 51);
  lab.sockets.all.clear();
  lab.discover();
  send(51, 100);
  EXPECT_EQ(sum().expected, 50U);
  EXPECT_EQ(sum().read, 50U);
}

TEST(HostSumsLate, ASocketThatWasFoundByItsFirstDropMeets) {
  LiveLab lab;
  lab.discover(true).mold_run(1, 20).discover();
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).mold_run(21, 22);
  lab.drop(lab.flow({.socket = kReader}), 22).join();
  lab.discover().join();
  lab.mold_run(23, 30);
  ReaderCounts& counts = lab.readers.counts[kReader];
  counts.datagrams = 8;
  counts.units = 8;
  counts.first_number = 23;
  counts.next_number = 31;
  lab.consumers.sample(lab.newest(), 0);
  const ConsumerSummary late = LabReporter(lab).report().consumer(kReader);
  EXPECT_EQ(late.expected, 9U) << "the dropped one and the eight since";
  expect_meets(late);
}

// Joined by another socket; this one takes only what it joined itself, and joined nothing: passed by without a drop.
TEST(HostSumsUnserved, ASocketThatTheKernelPassesByGetsNothing) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.memberships.all.without_multicast_all.push_back(kReader);
  lab.joins(99).discover(true).mold_run(1, 50).discover();
  lab.readers.counts[kReader] = {};
  lab.consumers.sample(lab.newest(), 0);
  const LabReport report = LabReporter(lab).report();
  const ConsumerSummary unserved = report.consumer(kReader);
  EXPECT_EQ(unserved.read, 0U);
  ASSERT_THAT(unserved.dropped, SizeIs(1));
  EXPECT_EQ(unserved.dropped[0].units, 50U);
  EXPECT_FALSE(unserved.dropped[0].is_by_number);
  EXPECT_THAT(unserved.dropped[0].place, HasSubstr("ip_mc_sf_allow"));
  expect_meets(unserved);
  ASSERT_THAT(report.of(Symptom::drop), SizeIs(1));
  EXPECT_EQ(report.of(Symptom::drop)[0].lost, 50U);
}

// It is owed what was sent while it was there, and no more afterwards.
TEST(HostSumsUnserved, ASocketThatCameLateAndWentIsOwedWhatCameBetween) {
  LiveLab lab;
  lab.joins(99).discover(true).mold_run(1, 50).discover();
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.memberships.all.without_multicast_all.push_back(kReader);
  lab.discover().mold_run(51, 60).discover();
  lab.sockets.all.clear();
  lab.discover().mold_run(61, 500).discover();
  const LabReport report = LabReporter(lab).report();
  ASSERT_THAT(report.of(Symptom::drop), SizeIs(1));
  const Episode episode = report.of(Symptom::drop)[0];
  EXPECT_EQ(report.consumer(kReader).expected, 10U);
  EXPECT_EQ(episode.lost, 10U);
  EXPECT_EQ(episode.drop->datagrams, 10U);
  EXPECT_FALSE(episode.at_end);
  EXPECT_LT(episode.last, lab.newest() - milliseconds(400)) << "440 datagrams came after it, a millisecond each";
}

TEST(HostSumsBypass, WhatABypassStackReadsIsUnseenAndNothingIsConcluded) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).owned_by(kReader, 2'435, "feedhandler");
  lab.files.link("/proc/2435/fd/9", "/dev/onload");
  lab.discover(true).mold_run(1, 50).discover();
  const LabReport report = LabReporter(lab).report();
  const ConsumerSummary unseen = report.consumer(kReader);
  EXPECT_FALSE(unseen.seen);
  EXPECT_EQ(unseen.kind, ConsumerKind::bypass);
  EXPECT_EQ(unseen.read, std::nullopt);
  EXPECT_THAT(unseen.read_unknown, HasSubstr("bypass"));
  EXPECT_EQ(unseen.unexplained, std::nullopt);
  EXPECT_NE(EvidenceView(report.timeline).find("consumer.unseen", {SubjectKind::feed, 0}), nullptr);
}

TEST(HostSumsAbsent, AGroupThatBringsNothingIsARowAndASymptom) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.7.7.7"});
  lab.joins(kReader, "239.7.7.7").owned_by(kReader, 2'435, "feedhandler").discover(true).mold_run(1, 50).discover();
  const LabReport report = LabReporter(lab).report(seconds(10));
  ASSERT_THAT(report.result.consumers, SizeIs(1));
  EXPECT_TRUE(report.result.consumers[0].absent);
  EXPECT_EQ(report.result.consumers[0].group, "239.7.7.7");
  ASSERT_THAT(report.of(Symptom::absence), SizeIs(1));
  const Record* waited = report.measured(report.of(Symptom::absence)[0], "absence.waited");
  ASSERT_NE(waited, nullptr);
  EXPECT_GE(waited->value, seconds(10).ns);
}

TEST_F(HostSums, ThePathCountsADatagramOnceAtItsCheckpoint) {
  lab.socket({.cookie = 8, .local = "239.1.1.1"});
  lab.joins(8).discover();
  send(1, 50);
  lab.drop(lab.flow({.place = Checkpoint::netfilter, .reason = "SKB_DROP_REASON_NETFILTER_DROP"}), 41, 5);
  lab.drop(lab.flow({.socket = kReader}), 46, 5).join();
  read(40, 1, 41);
  const LabReport report = LabReporter(lab).report();
  const auto at = [&](Checkpoint checkpoint) {
    for (const PathPoint& point : report.result.path) {
      if (point.at == checkpoint) return point;
    }
    return PathPoint{};
  };
  EXPECT_EQ(at(Checkpoint::tap).passed, 10U);
  EXPECT_EQ(at(Checkpoint::netfilter).dropped, 1U) << "one datagram, two consumers";
  EXPECT_EQ(at(Checkpoint::netfilter).passed, 9U);
  EXPECT_EQ(at(Checkpoint::udp).passed, 9U);
  EXPECT_EQ(at(Checkpoint::socket).dropped, 1U);
  EXPECT_EQ(at(Checkpoint::read).passed, 8U);
  EXPECT_EQ(at(Checkpoint::nic).how, Obtained::unknown);
  EXPECT_EQ(at(Checkpoint::nic).dropped, std::nullopt);
}

// The kernel counts what was read by destination: of a stranger on the same group it counts the numbers, too.
TEST_F(HostSums, WhatWasReadIsNotKnownWhereAStrangerSendsToTheGroup) {
  send(1, 50);
  lab.on({.source = "10.0.0.66"}).datagram("forged").datagram("forged").on({});
  send(51, 100);
  read(110, 1, 101);
  const ConsumerSummary all = sum();
  EXPECT_EQ(all.expected, 100U);
  EXPECT_EQ(all.read, std::nullopt);
  EXPECT_EQ(all.unexplained, std::nullopt);
}

TEST_F(HostSums, AStrangerOnAnotherGroupOfThePortIsNoMatter) {
  lab.on({.group = "239.9.9.9", .source = "10.0.0.66"}).datagram("other").datagram("other").on({});
  send(1, 50);
  read(50, 1, 51);
  expect_meets(sum());
}

TEST_F(HostSums, MoreReadThanThereWasIsNotOfThisLineAlone) {
  send(1, 50);
  read(60, 1, 51);
  const ConsumerSummary all = sum();
  EXPECT_EQ(all.read, std::nullopt);
  EXPECT_EQ(all.unexplained, std::nullopt);
}

}  // namespace
}  // namespace wirecause::test
