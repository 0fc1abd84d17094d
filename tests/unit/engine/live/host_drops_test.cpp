// Drops as symptoms: one episode a consumer, place and stretch of time; lost for good, or brought by the other line.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "support/live_report.hpp"

namespace wirecause::test {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint64_t kA = 1;  // the sockets of lines A and B
constexpr std::uint64_t kB = 2;

// Two lines of one feed: the same units, B behind A.
class TwoLines : public ::testing::Test {
 protected:
  void reads_a(std::int32_t pid) {
    lab.socket({.cookie = kA, .local = "239.1.1.1"});
    lab.joins(kA).owned_by(kA, pid, "feedhandler");
  }
  void reads_b(std::int32_t pid) {
    lab.socket({.cookie = kB, .local = "239.1.2.1"});
    lab.joins(kB, "239.1.2.1").owned_by(kB, pid, "feedhandler");
  }
  void readers(std::int32_t pid_a, std::int32_t pid_b) {
    reads_a(pid_a);
    reads_b(pid_b);
    lab.discover(true);
  }
  void send(std::uint64_t first, std::uint64_t last, std::string_view session = "SESSION001",
            std::uint64_t hole_of_b = 0) {
    for (std::uint64_t number = first; number <= last; ++number) {
      lab.on({.group = "239.1.1.1"}).mold(number, 1, session);
      if (number != hole_of_b) lab.on({.group = "239.1.2.1"}).mold(number, 1, session);
    }
    lab.discover();
  }
  std::uint32_t flow_of(std::uint64_t cookie) {
    const auto known = flows_.find(cookie);
    if (known != flows_.end()) return known->second;
    return flows_[cookie] = lab.flow({.socket = cookie, .group = cookie == kA ? "239.1.1.1" : "239.1.2.1"});
  }
  void drop(std::uint64_t cookie, std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t number = first; number <= last; ++number) lab.drop(flow_of(cookie), number);
    lab.join();
  }
  Episode one(std::uint64_t cookie) {
    const LabReport report = LabReporter(lab).report();
    EXPECT_THAT(report.result.feeds, SizeIs(1)) << "A and B are one feed";
    for (const Episode& episode : report.of(Symptom::drop)) {
      const Consumer& consumer = lab.consumers.consumer(episode.subject.id);
      if (lab.consumers.sockets()[consumer.socket].now.cookie == cookie) return episode;
    }
    ADD_FAILURE() << "no episode of socket " << cookie;
    return {};
  }
  void expect(std::uint64_t cookie, std::uint64_t recovered, std::uint64_t lost) {
    const Episode episode = one(cookie);
    EXPECT_EQ(episode.recovered, recovered);
    EXPECT_EQ(episode.lost, lost);
  }
  LiveLab lab;
  std::map<std::uint64_t, std::uint32_t> flows_;
};

TEST_F(TwoLines, WhatTheOtherLineBroughtToTheSameProcessIsRecovered) {
  readers(2'435, 2'435);
  send(1, 100);
  drop(kA, 51, 60);
  expect(kA, 10, 0);
}

TEST_F(TwoLines, WhatTheOtherLineBroughtToAnotherProcessIsLost) {
  readers(2'435, 77);
  send(1, 100);
  drop(kA, 51, 60);
  expect(kA, 0, 10);
}

TEST_F(TwoLines, WhatWasDroppedOnBothLinesIsLost) {
  readers(2'435, 2'435);
  send(1, 100);
  drop(kA, 51, 60);
  drop(kB, 56, 65);
  expect(kA, 5, 5);
  expect(kB, 5, 5);
}

TEST_F(TwoLines, WhatTheOtherLineDidNotBringToThisHostIsLost) {
  readers(2'435, 2'435);
  send(1, 100, "SESSION001", 55);
  drop(kA, 51, 60);
  expect(kA, 9, 1);
}

TEST_F(TwoLines, ASocketThatHasGoneBringsNothingMore) {
  readers(2'435, 2'435);
  send(1, 50);
  std::erase_if(lab.sockets.all, [](const UdpSocket& socket) { return socket.cookie == kB; });
  lab.discover();
  send(51, 100);
  drop(kA, 46, 55);
  expect(kA, 5, 5);
}

TEST_F(TwoLines, ASocketThatCameLaterDidNotBringWhatWasBefore) {
  reads_a(2'435);
  lab.discover(true);
  send(1, 50);
  reads_b(2'435);
  lab.discover();
  send(51, 100);
  drop(kA, 46, 55);
  expect(kA, 5, 5);
}

// Its beginning was at number 51 of the session before: that says nothing of the numbers of this one.
TEST_F(TwoLines, ASocketThatCameInAnEarlierSessionBringsAllOfThisOne) {
  reads_a(2'435);
  lab.discover(true);
  send(1, 50);
  reads_b(2'435);
  lab.discover();
  send(1, 50, "SESSION002");
  drop(kA, 11, 20);
  expect(kA, 10, 0);
}

// How many it lost meanwhile is known, which is not.
TEST_F(TwoLines, ALineThatLostByCountIsNotTrustedToHaveBrought) {
  readers(2'435, 2'435);
  send(1, 100);
  drop(kA, 51, 60);
  drop(kB, 1, 1);
  lab.probe.count_only(flow_of(kB), 3);
  lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
  expect(kA, 0, 10);
}

TEST_F(TwoLines, ARestartDoesNotLoseWhatWasRecovered) {
  readers(2'435, 2'435);
  send(1, 100);
  drop(kA, 51, 60);
  expect(kA, 10, 0);
  send(1, 50, "SESSION002");
  drop(kA, 41, 42);
  expect(kA, 12, 0);
}

TEST_F(TwoLines, AnEpisodeNamesItsPlaceItsReasonAndItsLine) {
  readers(2'435, 2'435);
  send(1, 100);
  drop(kA, 51, 60);
  const Episode episode = one(kA);
  EXPECT_EQ(episode.drop->place, Checkpoint::socket);
  EXPECT_EQ(episode.drop->reason, "SKB_DROP_REASON_SOCKET_RCVBUFF");
  EXPECT_TRUE(episode.drop->socket_is_known);
  EXPECT_EQ(episode.drop->step_down, "");
  EXPECT_EQ(episode.drop->by_number, 10U);
  EXPECT_EQ(episode.drop->datagrams, 10U);
  EXPECT_EQ(episode.hole_count, 1U);
  EXPECT_EQ(episode.expected, 100U);
  ASSERT_THAT(episode.lines, SizeIs(1));
  EXPECT_EQ(episode.lines[0].name, "A");
  EXPECT_EQ(episode.lines[0].missing, 10U);
}

TEST_F(TwoLines, HeartbeatsThatWereDroppedAreNoSymptom) {
  readers(2'435, 2'435);
  send(1, 100);
  lab.drop(flow_of(kA), 101, 0).join();
  EXPECT_THAT(LabReporter(lab).report().of(Symptom::drop), IsEmpty());
}

TEST(OwnSocket, WhatThisToolsSocketLosesIsNoUsersFinding) {
  LiveLab lab;
  lab.socket({.cookie = kA, .local = "239.1.1.1"});
  lab.joins(kA).discover(true).mold_run(1, 50).discover();
  lab.consumers.sockets()[0].kind = ConsumerKind::this_tool;
  lab.drop(lab.flow({.socket = kA}), 50).join();
  EXPECT_THAT(LabReporter(lab).report().of(Symptom::drop), IsEmpty());
}

TEST(Strangers, APortThatNobodyBoundIsASymptomOfItsOwn) {
  LiveLab lab;
  lab.discover(true).mold_run(1, 50).discover();
  const std::uint32_t flow =
      lab.flow({.place = Checkpoint::udp, .reason = "SKB_DROP_REASON_NO_SOCKET", .group = "10.0.0.2", .port = 9'999});
  for (int i = 0; i < 20; ++i) lab.drop_bytes(flow, "x");
  lab.join();
  lab.probe.refresh_counts();
  const LabReport report = LabReporter(lab).report();
  ASSERT_THAT(report.of(Symptom::drop), SizeIs(1));
  const Episode episode = report.of(Symptom::drop)[0];
  EXPECT_EQ(episode.lost, 20U);
  EXPECT_EQ(episode.drop->by_count, 20U);
  EXPECT_EQ(report.timeline.subject_name(episode.subject), "10.0.0.2:9999 from 10.0.0.1");
}

// As a statsd client of this host that writes to a port of its own which nobody reads.
TEST(Strangers, OfAnInterfaceThatIsNotFollowedAreNoSymptom) {
  LiveLab lab;
  lab.discover(true).mold_run(1, 50).discover();
  const std::uint32_t flow = lab.flow({.place = Checkpoint::udp,
                                       .reason = "SKB_DROP_REASON_NO_SOCKET",
                                       .group = "127.0.0.1",
                                       .port = 8'125,
                                       .ifindex = 1});
  for (int i = 0; i < 40; ++i) lab.drop_bytes(flow, "x");
  lab.join();
  lab.probe.refresh_counts();
  EXPECT_THAT(LabReporter(lab).report().of(Symptom::drop), IsEmpty());
}

// A and B of one feed on one port of one socket, and no drop probe: one counter, two lines.
TEST(Undivided, WhatTheCounterOfASocketOfTwoLinesShowsIsNeithersAlone) {
  LiveLab lab;
  lab.socket({.cookie = kA, .local = "0.0.0.0"});
  lab.joins(kA).joins(kA, "239.1.2.1").discover(true);
  lab.on({.group = "239.1.1.1"}).mold_run(1, 50).discover();
  constexpr std::size_t socket = 0;
  EXPECT_TRUE(lab.joined().by_counter(socket, 7, lab.newest()));
  EXPECT_EQ(LabReporter(lab).report().consumer(kA).dropped.size(), 1U) << "one line is known";
  lab.on({.group = "239.1.2.1"}).mold_run(1, 50).discover();
  EXPECT_TRUE(lab.joined().by_counter(socket, 0, lab.newest()));
  EXPECT_TRUE(lab.joined().by_counter(socket, 5, lab.newest()));
  const LabReport report = LabReporter(lab).report();
  ASSERT_THAT(report.result.consumers, SizeIs(2));
  for (const ConsumerSummary& sum : report.result.consumers) {
    EXPECT_THAT(sum.dropped, IsEmpty());
    EXPECT_THAT(sum.dropped_unknown, ::testing::HasSubstr("reads 2 lines"));
    EXPECT_EQ(sum.unexplained, std::nullopt);
  }
  ASSERT_THAT(report.of(Symptom::drop), SizeIs(1));
  const Episode episode = report.of(Symptom::drop)[0];
  EXPECT_EQ(episode.drop->datagrams, 12U) << "what the first line was given is in it";
  EXPECT_THAT(episode.drop->step_down, ::testing::HasSubstr("which of them lost is not known"));
}

TEST(Undivided, ASocketWithoutALineIsAskedAgain) {
  LiveLab lab;
  lab.socket({.cookie = kA, .local = "239.1.1.1"});
  lab.joins(kA).discover(true);
  EXPECT_FALSE(lab.joined().by_counter(0, 7, lab.newest()));
}

TEST(Unread, DropsOfALineThatNobodyWaitsForAreToldOfTheLine) {
  LiveLab lab;
  lab.discover(true).mold_run(1, 50).discover();
  lab.drop(lab.flow({.place = Checkpoint::ip, .reason = "SKB_DROP_REASON_NOT_SPECIFIED"}), 50).join();
  const LabReport report = LabReporter(lab).report();
  ASSERT_THAT(report.of(Symptom::drop), SizeIs(1));
  EXPECT_EQ(report.of(Symptom::drop)[0].subject, (Subject{SubjectKind::line, 0}));
  EXPECT_EQ(report.of(Symptom::drop)[0].lost, 1U);
}

// --- holes that the tap saw, and what ended before it

class Holes : public ::testing::Test {
 protected:
  void SetUp() override {
    lab.socket({.cookie = kA, .local = "239.1.1.1"});
    lab.joins(kA).discover(true).mold_run(1, 50).discover();
  }
  // Of the first loss, how many units nobody brought are matched; nothing: none was.
  std::optional<std::uint64_t> matched(const LabReport& made, std::string_view name, std::size_t loss = 0) {
    const std::vector<Episode> losses = made.of(Symptom::loss);
    if (loss >= losses.size()) ADD_FAILURE() << "only " << losses.size() << " losses";
    const Record* record = loss < losses.size() ? made.measured(losses[loss], name) : nullptr;
    return record == nullptr ? std::nullopt : std::optional(record->count);
  }
  void drop(std::uint32_t flow, std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t number = first; number <= last; ++number) lab.drop(flow, number);
  }
  LabReport report() { return LabReporter(lab).report(seconds(120)); }
  const LabFlow backlog{.place = Checkpoint::backlog, .reason = "SKB_DROP_REASON_CPU_BACKLOG"};
  const LabFlow elsewhere{.place = Checkpoint::netfilter, .netns = kOtherNetns};
  LiveLab lab;
};

TEST_F(Holes, WhatThisHostDroppedBeforeTheTapExplainsTheHole) {
  drop(lab.flow(backlog), 51, 55);
  lab.mold_run(56, 80).join();
  EXPECT_EQ(matched(report(), "drop.before_tap"), 5U);
  EXPECT_EQ(matched(report(), "drop.other_namespace"), std::nullopt);
}

// A burst of drops before the line was followed: the kernel tells a part of them one by one, and counts the others.
TEST_F(Holes, WhatWasOnlyCountedBeforeTheTapExplainsWhatNoNumberDoes) {
  const std::uint32_t flow = lab.flow(backlog);
  drop(flow, 51, 55);
  lab.mold_run(71, 80).join();
  lab.probe.count_only(flow, 12);
  lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
  const LabReport made = report();
  EXPECT_EQ(matched(made, "drop.before_tap"), 17U) << "of 20 that are missing";
  EXPECT_TRUE(made.measured(made.of(Symptom::loss)[0], "drop.before_tap_by_count") != nullptr);
}

TEST_F(Holes, WhereDropsBeforeTheTapWereOnlyCountedTheProbeHasNotToldAll) {
  const auto tells_all = [this] {
    const LabReport made = report();
    return EvidenceView(made.timeline).value("drop.probe", kHost);
  };
  EXPECT_EQ(tells_all(), 1);
  lab.drop_bytes(lab.flow(backlog), "").join();
  EXPECT_EQ(tells_all(), 0);
}

TEST_F(Holes, ACountExplainsNoMoreThanIsMissingAndNoHoleTwice) {
  const std::uint32_t flow = lab.flow(backlog);
  drop(flow, 51, 51);
  lab.mold_run(54, 80).join();
  lab.probe.count_only(flow, 10);
  lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
  EXPECT_EQ(matched(report(), "drop.before_tap"), 3U);
}

TEST_F(Holes, WhatWasOnlyCountedInAnotherNamespaceExplainsNoHole) {
  const std::uint32_t flow = lab.flow(elsewhere);
  drop(flow, 51, 55);
  lab.mold_run(71, 80).join();
  lab.probe.count_only(flow, 12);
  lab.joined().add_untold(lab.probe, lab.clocks, lab.newest());
  EXPECT_EQ(matched(report(), "drop.other_namespace"), 5U);
}

TEST_F(Holes, WhatAnotherNamespaceDroppedExplainsTheHoleAsSuch) {
  drop(lab.flow(elsewhere), 51, 55);
  lab.mold_run(56, 80).join();
  EXPECT_EQ(matched(report(), "drop.other_namespace"), 5U);
  EXPECT_EQ(matched(report(), "drop.before_tap"), std::nullopt);
}

// A bridge floods copies to a port whose namespace drops all of them: that explains no hole here.
TEST_F(Holes, APlaceThatAlsoDroppedWhatArrivedHereDropsCopies) {
  drop(lab.flow(elsewhere), 41, 55);
  lab.mold_run(56, 80).join();
  EXPECT_EQ(matched(report(), "drop.other_namespace"), std::nullopt);
}

// No number shows that they are missing, so that they are in no hole; nor did the tap see them.
TEST_F(Holes, WhatIsDroppedAfterTheLastNumberOfALineIsNoCopy) {
  drop(lab.flow(backlog), 51, 55);
  lab.mold_run(56, 80).join();
  drop(lab.flow(backlog), 81, 83);
  lab.join();
  EXPECT_EQ(matched(report(), "drop.before_tap"), 5U);
}

TEST(HolesOfALineThatBeganLater, WhatIsDroppedBeforeItsFirstNumberIsNoCopy) {
  LiveLab lab;
  lab.socket({.cookie = kA, .local = "239.1.1.1"});
  lab.joins(kA).discover(true).mold_run(11, 50).discover();
  const std::uint32_t flow = lab.flow({.place = Checkpoint::xdp, .reason = "SKB_DROP_REASON_XDP"});
  for (const std::uint64_t number : {9U, 10U, 51U, 52U}) lab.drop(flow, number);
  lab.mold_run(53, 80).join();
  const LabReport made = LabReporter(lab).report(seconds(120));
  ASSERT_THAT(made.of(Symptom::loss), SizeIs(1));
  const Record* record = made.measured(made.of(Symptom::loss)[0], "drop.before_tap");
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->count, 2U);
}

// Ten seconds earlier units with the same numbers, of a session that has ended, were dropped before the tap.
TEST_F(Holes, TheSameNumbersOfAnEarlierSessionExplainNoHoleOfThisOne) {
  drop(lab.flow(backlog), 51, 55);
  lab.mold_run(56, 80).join();
  lab.pause(seconds(10));
  for (std::uint64_t number = 1; number <= 80; ++number) {
    if (number < 51 || number > 55) lab.mold(number, 1, "SESSION002");
  }
  const LabReport made = report();
  EXPECT_EQ(matched(made, "drop.before_tap", 0), 5U);
  EXPECT_EQ(matched(made, "drop.before_tap", 1), std::nullopt);
}

}  // namespace
}  // namespace wirecause::test
