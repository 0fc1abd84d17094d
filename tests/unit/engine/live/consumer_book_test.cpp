// Which sockets read which lines, as the kernel delivers: net/ipv4/udp.c __udp_is_mcast_sock() and compute_score(),
// net/ipv4/igmp.c ip_mc_sf_allow().
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/consumer_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/live_lab.hpp"

namespace wirecause::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint64_t kReader = 7;
constexpr std::uint64_t kOther = 8;

// --- matching a socket with the line 10.0.0.1 -> 239.1.1.1:26477 on eth1 (ifindex 2)

class Matching : public ::testing::Test {
 protected:
  bool reads(const LabSocket& socket) {
    lab.socket(socket);
    lab.discover(true).mold_run(1, 5).discover();
    EXPECT_EQ(lab.front.lines().size(), 1U);
    const WatchedSocket* watched = lab.consumers.socket_by(socket.cookie, 0);
    return watched != nullptr && lab.consumers.of(*watched, 0).has_value();
  }
  const Consumer& consumer() { return lab.consumer_of(kReader); }
  LiveLab lab;
};

TEST_F(Matching, ASocketBoundToTheGroupThatHasJoinedIt) {
  lab.joins(kReader);
  EXPECT_TRUE(reads({.cookie = kReader, .local = "239.1.1.1"}));
  EXPECT_EQ(consumer().is_member, true);
  EXPECT_TRUE(consumer().host_is_member);
}

TEST_F(Matching, ASocketBoundToAnyAddressThatHasJoinedTheGroup) {
  lab.joins(kReader);
  EXPECT_TRUE(reads({.cookie = kReader}));
}

TEST_F(Matching, ASocketBoundToAnyAddressOfEitherFamily) {
  lab.joins(kReader);
  EXPECT_TRUE(reads({.cookie = kReader, .local = "::"}));
}

// IP_MULTICAST_ALL is on unless it was switched off: whatever group arrives on the port is delivered.
TEST_F(Matching, ASocketBoundToAnyAddressIsServedByWhatAnotherJoined) {
  lab.joins(kOther).joins(kReader, "239.9.9.9");
  EXPECT_TRUE(reads({.cookie = kReader}));
  EXPECT_EQ(consumer().is_member, false);
}

TEST_F(Matching, WithMulticastAllSwitchedOffItIsServedByItsOwnMembershipsOnly) {
  lab.joins(kOther).joins(kReader, "239.9.9.9");
  lab.memberships.all.without_multicast_all.push_back(kReader);
  EXPECT_FALSE(reads({.cookie = kReader}));
}

// Nobody joined on this interface: the kernel drops the group's packets before any socket.
TEST_F(Matching, ASocketThatJoinedAnotherGroupIsNotServedWhereNobodyJoined) {
  lab.joins(kReader, "239.9.9.9");
  EXPECT_FALSE(reads({.cookie = kReader}));
}

TEST_F(Matching, ASocketBoundToAnyAddressThatJoinedNowhereWaitsForTheLine) {
  EXPECT_TRUE(reads({.cookie = kReader}));
  EXPECT_EQ(consumer().is_member, false);
  EXPECT_FALSE(consumer().host_is_member);
}

TEST_F(Matching, ASocketBoundToTheGroupThatJoinedNowhereWaitsForTheLine) {
  EXPECT_TRUE(reads({.cookie = kReader, .local = "239.1.1.1"}));
  EXPECT_EQ(consumer().is_member, false);
}

TEST_F(Matching, ASocketBoundToAnotherGroupIsNoReader) {
  lab.joins(kReader);
  EXPECT_FALSE(reads({.cookie = kReader, .local = "239.1.1.2"}));
}

TEST_F(Matching, ASocketOnAnotherPortIsNoReader) {
  lab.joins(kReader);
  EXPECT_FALSE(reads({.cookie = kReader, .local = "239.1.1.1", .port = 26'478}));
}

TEST_F(Matching, AConnectedSocketReadsItsPeer) {
  lab.joins(kReader);
  EXPECT_TRUE(reads({.cookie = kReader, .local = "239.1.1.1", .remote = "10.0.0.1"}));
}

TEST_F(Matching, ASocketConnectedToSomebodyElseIsNoReader) {
  lab.joins(kReader);
  EXPECT_FALSE(reads({.cookie = kReader, .local = "239.1.1.1", .remote = "10.0.0.9"}));
}

// udp_sk_bound_dev_eq(): a socket of another device never gets it, whatever it is bound to.
TEST_F(Matching, ASocketBoundToAnotherDeviceIsNoReader) {
  lab.joins(kReader, "239.1.1.1", 3);
  EXPECT_FALSE(reads({.cookie = kReader, .local = "239.1.1.1", .interface = 3}));
}

TEST_F(Matching, ASocketBoundToThisDeviceIsAReader) {
  lab.joins(kReader);
  EXPECT_TRUE(reads({.cookie = kReader, .interface = 2}));
}

TEST_F(Matching, AMembershipOnAnotherInterfaceIsNoneHere) {
  lab.joins(kReader, "239.1.1.1", 3);
  EXPECT_TRUE(reads({.cookie = kReader, .local = "239.1.1.1"}));
  EXPECT_EQ(consumer().is_member, false);
  EXPECT_FALSE(consumer().host_is_member);
}

TEST_F(Matching, OfASocketWithMoreMembershipsThanAreListedItIsNotSaidThatItDidNotJoin) {
  lab.joins(kReader, "239.9.9.9").host_joins("239.1.1.1");
  lab.memberships.all.incomplete.push_back(kReader);
  EXPECT_TRUE(reads({.cookie = kReader}));
  EXPECT_EQ(consumer().is_member, std::nullopt);
}

TEST(MatchingWithoutMemberships, AnySocketOnThePortMayReadAGroupThatTheHostJoined) {
  LabOptions options;
  options.has_memberships = false;
  LiveLab lab(std::move(options));
  lab.socket({.cookie = kReader});
  lab.host_joins("239.1.1.1").discover(true).mold_run(1, 5).discover();
  EXPECT_EQ(lab.consumer_of(kReader).is_member, std::nullopt);
}

TEST(MatchingUnicast, IsByAddressAndPort) {
  LiveLab lab;
  lab.socket({.cookie = 1});                        // any
  lab.socket({.cookie = 2, .local = "10.0.0.2"});   // the destination
  lab.socket({.cookie = 3, .local = "10.0.0.3"});   // another address of this host
  lab.socket({.cookie = 4, .local = "239.1.1.1"});  // a group
  lab.discover(true).on({.group = "10.0.0.2"}).mold_run(1, 5).discover();
  EXPECT_THAT(lab.consumers.of_line(0), SizeIs(2));
  EXPECT_TRUE(lab.consumers.of(*lab.consumers.socket_by(1, 0), 0));
  EXPECT_TRUE(lab.consumers.of(*lab.consumers.socket_by(2, 0), 0));
  EXPECT_EQ(lab.consumer_of(1).is_member, std::nullopt) << "no membership is needed";
}

// --- a socket and its lines

TEST(ConsumerBook, ASocketOfTwoGroupsIsTwoConsumers) {
  LiveLab lab;
  lab.socket({.cookie = kReader});
  lab.joins(kReader).joins(kReader, "239.1.1.2").discover(true);
  lab.mold_run(1, 5).on({.group = "239.1.1.2"}).mold_run(1, 5).discover();
  EXPECT_THAT(lab.consumers.consumers(), SizeIs(2));
  EXPECT_EQ(lab.consumers.arrived(*lab.consumers.socket_by(kReader, 0)), 10U);
}

TEST(ConsumerBook, ALineIsGivenToItsReaderOnceHoweverOftenItLooks) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).discover(true).mold_run(1, 5).discover().discover().discover();
  EXPECT_THAT(lab.consumers.consumers(), SizeIs(1));
  EXPECT_TRUE(lab.consumers.has_looked_for(0));
  EXPECT_FALSE(lab.consumers.has_looked_for(1));
}

TEST(ConsumerBook, ASocketOfTheBeginningIsToGetAllOfItsLine) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.socket_of(kReader).drops = 100;
  lab.joins(kReader).discover(true).mold_run(1, 5).discover();
  EXPECT_EQ(lab.consumer_of(kReader).since.expected, 0U);
  EXPECT_EQ(lab.consumers.sockets()[0].drops_before, 100U);
}

TEST(ConsumerBook, ASocketThatCameLaterIsToGetWhatCameAfterIt) {
  LiveLab lab;
  lab.discover(true).mold_run(1, 8).discover();
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).discover();
  EXPECT_EQ(lab.consumer_of(kReader).since.expected, 8U);
  EXPECT_EQ(lab.consumer_of(kReader).since.next, 9U);
}

TEST(ConsumerBook, SocketsBeyondTheBoundAreCounted) {
  LiveLab lab;
  for (std::uint64_t cookie = 1; cookie <= ConsumerBook::kMaxSockets + 5; ++cookie) {
    lab.socket({.cookie = cookie, .local = "239.1.1.1"});
  }
  lab.discover(true).discover();
  EXPECT_THAT(lab.consumers.sockets(), SizeIs(ConsumerBook::kMaxSockets));
  EXPECT_EQ(lab.consumers.left_out(), 5U) << "each once, however often it looks";
}

TEST(ConsumerBook, ASocketThatGoesAwayIsToGetNothingMore) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).discover(true).mold_run(1, 5).discover();
  lab.sockets.all.clear();
  lab.discover().mold_run(6, 10);
  ASSERT_TRUE(lab.consumer_of(kReader).until);
  EXPECT_EQ(lab.consumer_of(kReader).until->expected, 5U);
  EXPECT_TRUE(lab.consumers.sockets()[0].is_gone);
}

TEST(ConsumerBook, ASocketThatGoesAwayBetweenTwoLooksIsNoticedWhenItIsRead) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).discover(true).mold_run(1, 5).discover();
  lab.sockets.all.clear();
  lab.consumers.sample(lab.newest(), 0);
  EXPECT_TRUE(lab.consumers.sockets()[0].is_gone);
  lab.discover();  // its memberships are listed a moment longer
}

// --- owners, bypass

TEST(ConsumerBook, TheOwnerIsTheProcessThatHasTheSocketOpen) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).owned_by(kReader, 2'435, "feedhandler").discover(true);
  const WatchedSocket& socket = lab.consumers.sockets()[0];
  ASSERT_THAT(socket.owners, SizeIs(1));
  EXPECT_EQ(socket.owners[0].pid, 2'435);
  EXPECT_EQ(socket.owners[0].command, "feedhandler");
  EXPECT_EQ(socket.owners[0].fd, 3);
}

TEST(ConsumerBook, AProcessOfABypassStackHidesWhatBecomesOfItsSocket) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).owned_by(kReader, 2'435, "feedhandler");
  lab.files.link("/proc/2435/fd/9", "/dev/onload");
  lab.discover(true).mold_run(1, 5).discover();
  EXPECT_EQ(lab.consumers.sockets()[0].kind, ConsumerKind::bypass);
  EXPECT_THAT(lab.consumers.unseen_reader(0), HasSubstr("Onload"));
}

TEST(ConsumerBook, AProcessOfABypassStackWithoutAnySocketMayReadAnyLine) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).owned_by(kReader, 2'435, "feedhandler");
  lab.files.file("/proc/99/comm", "bypass-app\n").link("/proc/99/fd/9", "/dev/onload");
  lab.discover(true).mold_run(1, 5).discover();
  EXPECT_EQ(lab.consumers.sockets()[0].kind, ConsumerKind::udp_socket);
  EXPECT_THAT(lab.consumers.unseen_reader(0), HasSubstr("bypass-app[99]"));
}

TEST(ConsumerBook, WithoutBypassNoLineHasAnUnseenReader) {
  LiveLab lab;
  lab.discover(true).mold_run(1, 5).discover();
  EXPECT_EQ(lab.consumers.unseen_reader(0), "");
  EXPECT_EQ(lab.consumers.unseen_reader(99), "");
}

// --- groups of which nothing comes

class Absences : public ::testing::Test {
 protected:
  std::vector<Absence> after(DurationNs time) { return lab.consumers.absences(kLabStart + time); }
  LiveLab lab;
};

TEST_F(Absences, AMembershipWithoutAPacketIsAbsentAfterFiveSeconds) {
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).discover(true);
  EXPECT_THAT(after(milliseconds(4'999)), IsEmpty());
  const std::vector<Absence> absent = after(seconds(5));
  ASSERT_THAT(absent, SizeIs(1));
  EXPECT_EQ(absent[0].group, *IpAddress::parse("239.1.1.1"));
  EXPECT_EQ(absent[0].port, 26'477);
  EXPECT_EQ(absent[0].interface, "eth1");
  EXPECT_TRUE(absent[0].is_member);
}

TEST_F(Absences, OnePacketOfTheGroupEndsIt) {
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).discover(true);
  ASSERT_THAT(after(seconds(6)), SizeIs(1));
  lab.datagram("anything");
  EXPECT_THAT(after(seconds(6)), IsEmpty()) << "whether it has looked since or not";
}

TEST_F(Absences, PacketsOfAnotherPortOrGroupDoNotEndIt) {
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).discover(true);
  lab.on({.port = 26'478}).datagram("x").on({.group = "239.1.1.2"}).datagram("x").discover();
  EXPECT_THAT(after(seconds(6)), SizeIs(1));
}

TEST_F(Absences, ASocketBoundToAGroupThatItJoinedNowhereIsSaidToWaitForIt) {
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.discover(true);
  const std::vector<Absence> absent = after(seconds(6));
  ASSERT_THAT(absent, SizeIs(1));
  EXPECT_FALSE(absent[0].is_member);
  EXPECT_EQ(absent[0].interface, "");
}

TEST_F(Absences, WhereMembershipsAreNotKnownNothingIsConcluded) {
  LabOptions options;
  options.has_memberships = false;
  LiveLab blind(std::move(options));
  blind.socket({.cookie = kReader, .local = "239.1.1.1"});
  blind.discover(true);
  EXPECT_THAT(blind.consumers.absences(kLabStart + seconds(6)), IsEmpty());
}

TEST_F(Absences, AMembershipOnAnInterfaceThatIsNotFollowedIsNotAbsent) {
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader, "239.1.1.1", 9).discover(true);
  EXPECT_THAT(after(seconds(6)), IsEmpty());
}

TEST_F(Absences, ASocketThatHasGoneWaitsForNothing) {
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).discover(true);
  lab.sockets.all.clear();
  lab.discover();
  EXPECT_THAT(after(seconds(6)), IsEmpty());
}

// mDNS, SSDP and PTP are silent where nobody asks (RFC 5771 section 4; IEEE 1588-2019 annex C).
TEST_F(Absences, GroupsOfTheNetworksOwnProtocolsAreNotMissed) {
  for (const std::string_view group : {"224.0.0.251", "239.255.255.250", "224.0.1.129", "ff02::fb", "ff05::c"}) {
    lab.socket({.cookie = kReader, .local = "0.0.0.0"});
    lab.joins(kReader, group).discover(true);
    EXPECT_THAT(after(seconds(6)), IsEmpty()) << group;
  }
  lab.joins(kReader, "224.0.2.1").discover(true);
  EXPECT_THAT(after(seconds(6)), SizeIs(1));
}

// A DHCP client that asks for two seconds.
TEST(LatePorts, AreForgottenWithTheirSocket) {
  LiveLab lab;
  lab.discover(true);
  lab.socket({.cookie = kReader, .local = "0.0.0.0", .port = 68});
  lab.discover();
  EXPECT_THAT(lab.consumers.late_ports(), ::testing::ElementsAre(68));
  lab.sockets.all.clear();
  lab.discover();
  EXPECT_THAT(lab.consumers.late_ports(), IsEmpty());
}

TEST_F(Absences, NothingIsConcludedOfTheGroupsOfABypassStack) {
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).owned_by(kReader, 2'435, "feedhandler");
  lab.files.link("/proc/2435/fd/9", "/dev/onload");
  lab.discover(true);
  EXPECT_THAT(after(seconds(6)), IsEmpty());
}

// --- samples

TEST(ConsumerSamples, TellWhatTheSocketAndItsReaderShow) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).owned_by(kReader, 2'435, "feedhandler").discover(true).mold_run(1, 5).discover();
  lab.files.file("/proc/2435/task/2437/comm", "rx-itch\n").file("/proc/2435/task/2437/schedstat", "5000 600 7\n");
  lab.files.file("/proc/2435/task/2437/stat",
                 "2437 (rx-itch) S 1 2435 2435 0 -1 0 0 0 0 0 1 2 0 0 -51 0 2 0 98765 1 1 1 1 1 0 0 0 0 0 0 0 0 0 0 17 "
                 "1 50 1 0 0 0 0 0 0 0 0 0 0 0\n");
  lab.files.file("/proc/2435/task/2437/status", "voluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t9\n");
  lab.socket_of(kReader).queue_bytes = 4'160;
  lab.socket_of(kReader).drops = 3;
  lab.readers.counts[kReader].datagrams = 4;
  lab.readers.counts[kReader].thread = 2'437;
  lab.consumers.sample(lab.newest(), 0);
  const WatchedSocket& socket = lab.consumers.sockets()[0];
  ASSERT_EQ(socket.trail.size(), 1U);
  EXPECT_EQ(socket.trail.at(0).queue_bytes, 4'160U);
  EXPECT_EQ(socket.trail.at(0).buffer_bytes, 212'992U);
  EXPECT_EQ(socket.trail.at(0).drops, 3U);
  EXPECT_EQ(socket.trail.at(0).arrived, 5U);
  EXPECT_EQ(socket.trail.at(0).reads, 4U);
  EXPECT_EQ(socket.reader_command, "rx-itch");
  ASSERT_TRUE(socket.trail.at(0).thread);
  EXPECT_EQ(socket.trail.at(0).thread->run_delay_ns, 600U);
  EXPECT_THAT(lab.readers.threads, ::testing::ElementsAre(2'437U)) << "its time off the CPU is of interest";
}

TEST(ConsumerSamples, SocketsThatWaitForAGroupAreFollowedBeforeTheirLineIsKnown) {
  LiveLab lab;
  lab.socket({.cookie = 1, .local = "239.1.1.1"});
  lab.socket({.cookie = 2});
  lab.socket({.cookie = 3});
  lab.joins(2).discover(true);
  EXPECT_THAT(lab.readers.sockets, ::testing::UnorderedElementsAre(1U, 2U));
}

TEST(ConsumerSamples, OnlySocketsThatReadALineAreSampled) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.discover(true);
  lab.consumers.sample(kLabStart, 0);
  EXPECT_EQ(lab.consumers.sockets()[0].trail.size(), 0U);
}

TEST(ConsumerSamples, WithoutSocketsThereIsNothingToSample) {
  LabOptions options;
  options.has_sockets = false;
  LiveLab lab(std::move(options));
  lab.discover(true).mold_run(1, 5).discover();
  lab.consumers.sample(lab.newest(), 0);
  EXPECT_THAT(lab.consumers.sockets(), IsEmpty());
}

TEST(ConsumerBookAnew, ASocketThatOneDumpPassedByIsThereAgain) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.1.1.1"});
  lab.joins(kReader).discover(true).mold_run(1, 5).discover();
  const std::vector<UdpSocket> all = std::exchange(lab.sockets.all, {});
  lab.discover();
  EXPECT_TRUE(lab.consumers.socket_by(kReader, 0)->is_gone);
  EXPECT_TRUE(lab.consumer_of(kReader).until);
  lab.sockets.all = all;
  lab.discover();
  EXPECT_FALSE(lab.consumers.socket_by(kReader, 0)->is_gone);
  EXPECT_FALSE(lab.consumer_of(kReader).until);
  EXPECT_THAT(lab.consumers.consumers(), SizeIs(1));
}

TEST(ConsumerBookAnew, AMembershipThatTheKernelToldTwiceIsOne) {
  LiveLab lab;
  lab.socket({.cookie = kReader, .local = "239.7.7.7"});
  lab.joins(kReader, "239.7.7.7").joins(kReader, "239.7.7.7").discover(true).mold_run(1, 50).discover();
  EXPECT_THAT(*lab.consumers.socket_by(kReader, 0)->memberships, SizeIs(1));
  EXPECT_THAT(lab.consumers.absences(lab.newest() + seconds(10)), SizeIs(1));
}

}  // namespace
}  // namespace wirecause::test
