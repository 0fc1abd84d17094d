// The relay's rules, without sockets: frames are built by hand, times are given.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "relay/options.hpp"
#include "relay/path.hpp"

namespace lab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t kUdpAt = 34;
constexpr std::size_t kPayloadAt = 42;
constexpr std::size_t kNumberAt = kPayloadAt + 10;
const Field kMold{10, 8, false};

// Ethernet, IPv4, UDP 30000 -> 26477, a MoldUDP64 header with this number.
Bytes datagram(std::uint64_t number, std::size_t extra = 20) {
  Bytes frame(kPayloadAt + 20 + extra, 0);
  write_big(frame, 0, 0x01005e4d0101, 6);
  write_big(frame, 12, 0x0800, 2);
  frame[14] = 0x45;
  write_big(frame, 16, frame.size() - 14, 2);
  frame[22] = 8;
  frame[23] = kUdp;
  write_big(frame, 26, 0x0a4d0101, 4);
  write_big(frame, 30, 0xef4d0101, 4);
  write_big(frame, kUdpAt, 30'000, 2);
  write_big(frame, kUdpAt + 2, 26'477, 2);
  write_big(frame, kUdpAt + 4, frame.size() - kUdpAt, 2);
  write_big(frame, kUdpAt + 6, 1, 2);  // it has a checksum
  write_big(frame, kNumberAt, number, 8);
  fix_network_checksum(frame, layout_of(frame));
  fix_transport_checksum(frame, layout_of(frame));
  return frame;
}

struct Bench {
  explicit Bench(const std::string& rule, std::uint64_t seed = 1)
      : path(Direction::down, {rule_of(rule)}, kMold, seed, [this](const Deed& deed) {
          if (deed.action != "pass") deeds.push_back(deed.action + " " + std::to_string(deed.number.value_or(0)));
        }) {}

  // Numbers 1 to `count`, one a millisecond; numbers in the order of leaving.
  std::vector<std::uint64_t> send(std::uint64_t count) {
    for (std::uint64_t n = 1; n <= count; ++n) {
      now = static_cast<std::int64_t>(n) * 1'000'000;
      path.take(datagram(n), now);
      collect();
    }
    now += 10'000'000'000;
    collect();
    return numbers;
  }

  void collect() {
    for (const Bytes& frame : path.leave(now)) numbers.push_back(read_big(frame, kNumberAt, 8));
  }

  std::vector<std::string> deeds;
  std::vector<std::uint64_t> numbers;
  std::int64_t now = 0;
  Path path;
};

TEST(Relay, WithoutAMatchingRuleEverythingPassesInOrder) {
  Bench bench("up block");
  EXPECT_THAT(bench.send(5), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(bench.deeds, IsEmpty());
}

TEST(Relay, LosesGivenNumbersAndWritesThemDown) {
  Bench bench("down loss numbers=2-3,5");
  EXPECT_THAT(bench.send(6), ElementsAre(1, 4, 6));
  EXPECT_THAT(bench.deeds, ElementsAre("loss 2", "loss 3", "loss 5"));
}

TEST(Relay, LosesEveryThirdAndWithARunTheOnesBehindIt) {
  EXPECT_THAT(Bench("down loss every=3").send(7), ElementsAre(1, 2, 4, 5, 7));
  EXPECT_THAT(Bench("down loss every=3 run=2").send(8), ElementsAre(1, 2, 5, 8));
}

TEST(Relay, OrdinalsAreCountedAmongThoseThatMayBeMeant) {
  EXPECT_THAT(Bench("down loss ordinals=2 port=26477").send(3), ElementsAre(1, 3));
  EXPECT_THAT(Bench("down loss ordinals=2 port=26478").send(3), ElementsAre(1, 2, 3));
  EXPECT_THAT(Bench("down loss ordinals=2 min_size=2000").send(3), ElementsAre(1, 2, 3));
}

TEST(Relay, AWindowOfTimeBeginsWithTheFirstPacket) {
  EXPECT_THAT(Bench("down block from_ms=2 to_ms=4").send(6), ElementsAre(1, 2, 5, 6));
}

TEST(Relay, ARuleThatIsOffWaitsForItsName) {
  Bench bench("down block name=cut on=no");
  bench.send(2);
  EXPECT_TRUE(bench.path.turn("cut", true));
  EXPECT_FALSE(bench.path.turn("another", true));
  bench.send(2);
  EXPECT_THAT(bench.numbers, ElementsAre(1, 2));
}

TEST(Relay, ChanceFollowsTheSeed) {
  const auto once = Bench("down loss probability=0.3", 7).send(400);
  EXPECT_EQ(once, Bench("down loss probability=0.3", 7).send(400));
  EXPECT_NE(once, Bench("down loss probability=0.3", 8).send(400));
  EXPECT_NEAR(static_cast<double>(once.size()), 280, 40);
}

TEST(Relay, AGilbertPathLosesInBursts) {
  Bench bench("down loss gilbert=0.01,0.2,1", 3);
  const auto left = bench.send(2000);
  std::size_t holes = 0;
  for (std::size_t i = 1; i < left.size(); ++i) holes += left[i] != left[i - 1] + 1 ? 1U : 0U;
  ASSERT_GT(holes, 0U);
  EXPECT_NEAR(static_cast<double>(2000 - left.size()) / static_cast<double>(holes), 5, 2.5);  // 1 / 0.2
}

TEST(Relay, DelaysInOrderUnlessToldOtherwise) {
  Bench bench("down delay us=500");
  bench.path.take(datagram(1), 0);
  EXPECT_EQ(bench.path.next_due(), 500'000);
  EXPECT_THAT(bench.path.leave(499'999), IsEmpty());
  EXPECT_THAT(bench.path.leave(500'000), SizeIs(1));
  EXPECT_TRUE(std::ranges::is_sorted(Bench("down delay us=100 jitter_us=9000").send(200)));
  EXPECT_FALSE(std::ranges::is_sorted(Bench("down delay us=100 jitter_us=9000 ordered=no").send(200)));
}

TEST(Relay, HoldsAPacketUntilOthersHavePassed) {
  Bench bench("down reorder numbers=2 behind=2");
  EXPECT_THAT(bench.send(5), ElementsAre(1, 3, 4, 2, 5));
  EXPECT_THAT(bench.deeds, ElementsAre("reorder 2"));
}

TEST(Relay, AHeldPacketLeavesAtItsDeadlineWhenNobodyPasses) {
  Bench bench("down reorder numbers=2 behind=9 hold_ms=1");
  bench.path.take(datagram(2), 0);
  EXPECT_THAT(bench.path.leave(999'999), IsEmpty());
  EXPECT_THAT(bench.path.leave(1'000'000), SizeIs(1));
}

TEST(Relay, DoublesWithAGap) {
  Bench bench("down duplicate numbers=2 gap_us=2500");
  EXPECT_THAT(bench.send(5), ElementsAre(1, 2, 3, 4, 2, 5));
  EXPECT_THAT(Bench("down duplicate every=2 copies=2").send(2), ElementsAre(1, 2, 2, 2));
}

TEST(Relay, CorruptsABitAndMayMendTheChecksum) {
  for (const bool is_mended : {false, true}) {
    Bench bench(std::string("down corrupt ordinals=1 offset=25 bit=3 fix_checksum=") + (is_mended ? "yes" : "no"));
    bench.path.take(datagram(1), 0);
    const Bytes frame = bench.path.leave(0).at(0);
    EXPECT_EQ(frame[kPayloadAt + 25], 8);
    Bytes mended = frame;
    fix_transport_checksum(mended, layout_of(mended));
    EXPECT_EQ(mended == frame, is_mended);
  }
}

TEST(Relay, ARateDelaysAndAFullQueueDropsTheTail) {
  Bench bench("down rate bps=656000 queue_packets=2");  // 82 bytes: 1 ms each
  for (std::uint64_t n = 1; n <= 4; ++n) bench.path.take(datagram(n), 0);
  EXPECT_THAT(bench.deeds, ElementsAre("rate 3", "rate 4"));
  EXPECT_EQ(bench.path.next_due(), 1'000'000);
  EXPECT_THAT(bench.path.leave(1'000'000), SizeIs(1));
  EXPECT_EQ(bench.path.next_due(), 2'000'000);
}

TEST(Relay, APolicerDropsAboveItsBurstAndFillsUpAgain) {
  Bench bench("down police bps=656000 burst_bytes=164");
  for (std::uint64_t n = 1; n <= 3; ++n) bench.path.take(datagram(n), 0);
  bench.path.take(datagram(4), 1'000'000);
  bench.path.take(datagram(5), 1'000'000);
  EXPECT_THAT(bench.deeds, ElementsAre("police 3", "police 5"));
}

TEST(Relay, RewritesTheTtlAndItsChecksum) {
  Bench bench("down ttl set=1");
  bench.path.take(datagram(1), 0);
  const Bytes frame = bench.path.leave(0).at(0);
  EXPECT_EQ(frame[22], 1);
  EXPECT_EQ(internet_checksum(std::span(frame).subspan(14, 20)), 0);
}

TEST(Relay, TooLargeIsDroppedAndToldToTheSender) {
  Bench bench("down mtu bytes=100");
  bench.path.take(datagram(1, 0), 0);
  bench.path.take(datagram(2, 100), 0);
  EXPECT_THAT(bench.path.leave(0), SizeIs(1));
  EXPECT_THAT(bench.deeds, ElementsAre("mtu 2"));
  const Bytes reply = bench.path.replies().at(0);
  EXPECT_EQ(read_big(reply, 30, 4), 0x0a4d0101U);  // to the sender
  EXPECT_EQ(read_big(reply, 34, 2), 0x0304U);      // fragmentation needed
  EXPECT_EQ(read_big(reply, 40, 2), 100U);
  EXPECT_EQ(internet_checksum(std::span(reply).subspan(34)), 0);
  Bench silent("down mtu bytes=100 icmp=no");
  silent.path.take(datagram(2, 100), 0);
  EXPECT_THAT(silent.path.replies(), IsEmpty());
}

TEST(Relay, StripsOptionsOfASynOnly) {
  Bytes syn(14 + 20 + 20 + 20, 0);
  write_big(syn, 12, 0x0800, 2);
  syn[14] = 0x45;
  write_big(syn, 16, 60, 2);
  syn[23] = kTcp;
  syn[34 + 12] = 0xa0;
  syn[34 + 13] = 2;
  const Bytes options{2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7};
  std::copy(options.begin(), options.end(), syn.begin() + 54);
  Bench bench("down strip options=sack,wscale");
  bench.path.take(syn, 0);
  const Bytes frame = bench.path.leave(0).at(0);
  EXPECT_THAT(Bytes(frame.begin() + 54, frame.end()),
              ElementsAre(2, 4, 5, 0xb4, 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1));
  syn[34 + 13] = 0x10;
  bench.path.take(syn, 0);
  EXPECT_EQ(bench.path.leave(0).at(0), syn);
}

TEST(Relay, ATaggedFrameIsReadBehindItsTag) {
  Bytes frame = datagram(2);
  const Bytes tag{0x81, 0, 0, 100};
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  Bench bench("down loss numbers=2");
  bench.path.take(frame, 0);
  EXPECT_THAT(bench.deeds, ElementsAre("loss 2"));
}

TEST(Relay, AFrameCutAnywhereIsCarriedOrMeantButNeverReadBeyond) {
  const Bytes whole = datagram(2);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    Bench bench("both corrupt every=1 offset=3");
    bench.path.take(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)), 0);
    EXPECT_THAT(bench.path.leave(0), SizeIs(1)) << length;
  }
}

std::string refusal(const std::vector<std::string>& words) {
  try {
    relay_options(words);
  } catch (const BadRule& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Relay, WhatIsNotUnderstoodIsRefusedWithOneSentence) {
  const std::vector<std::pair<std::string, std::string>> cases{{"down", "DIRECTION ACTION"},
                                                               {"left loss every=2", "down, up or both"},
                                                               {"down los every=2", "no such action: los"},
                                                               {"down loss", "needs a choice"},
                                                               {"down loss every=x", "not a whole number"},
                                                               {"down loss evry=2", "no such word: evry=2"},
                                                               {"down loss every=2 probability=0.1", "choose by one"},
                                                               {"down loss probability=1.5", "no probability"},
                                                               {"down loss numbers=9-3", "ends before it begins"},
                                                               {"down rate queue_packets=3", "needs bps="},
                                                               {"down police bps=1000", "burst_bytes="},
                                                               {"down ttl", "needs set="},
                                                               {"down strip options=mss", "of sack"},
                                                               {"down mtu bytes=20", "at least 68"},
                                                               {"down loss numbers=3", "needs field="},
                                                               {"down block name=a\"b", "letters"}};
  for (const auto& [rule, why] : cases)
    EXPECT_THAT(refusal({"left=a", "right=b", "rule=" + rule}), HasSubstr(why)) << rule;
  EXPECT_THAT(refusal({"left=a"}), HasSubstr("right=INTERFACE"));
  EXPECT_EQ(refusal({"left=a", "right=b", "rule=down loss numbers=3", "field=10,8,big"}), "accepted");
}

}  // namespace
}  // namespace lab
