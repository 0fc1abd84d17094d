// The busiest window against brute force: every window that begins at a packet, counted one by one.
// SPDX-License-Identifier: Apache-2.0
#include "feed/burst_tracker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace wirecause {
namespace {

struct Packet {
  std::int64_t ns;
  std::uint32_t messages;
  std::uint32_t bytes;
};

struct Most {
  std::uint64_t packets = 0;
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
};

// A packet stamped earlier than the one before counts at the later time.
std::vector<Packet> in_order(std::vector<Packet> packets) {
  for (std::size_t i = 1; i < packets.size(); ++i) packets[i].ns = std::max(packets[i].ns, packets[i - 1].ns);
  return packets;
}

Most brute_force(const std::vector<Packet>& given, std::int64_t width) {
  const std::vector<Packet> packets = in_order(given);
  Most most;
  for (const Packet& from : packets) {
    Most now;
    for (const Packet& p : packets) {
      if (p.ns < from.ns || p.ns >= from.ns + width) continue;
      now.packets += 1;
      now.messages += p.messages;
      now.bytes += p.bytes;
    }
    most.packets = std::max(most.packets, now.packets);
    most.messages = std::max(most.messages, now.messages);
    most.bytes = std::max(most.bytes, now.bytes);
  }
  return most;
}

void expect_same_as_brute_force(const std::vector<Packet>& packets) {
  BurstTracker tracker;
  for (const Packet& p : packets) tracker.packet(TimeNs{p.ns}, p.messages, p.bytes);
  const std::vector<BurstPeak> peaks = tracker.peaks();
  ASSERT_EQ(peaks.size(), 2U);
  for (const BurstPeak& peak : peaks) {
    const Most most = brute_force(packets, peak.window.ns);
    EXPECT_EQ(peak.packets, most.packets);
    EXPECT_EQ(peak.messages, most.messages);
    EXPECT_EQ(peak.bytes, most.bytes);
  }
}

// `packets` packets; the time between two is -`back` to `step`.
std::vector<Packet> random_packets(std::uint64_t seed, int packets, std::int64_t step, std::int64_t back) {
  std::mt19937_64 random(seed);
  std::vector<Packet> made;
  std::int64_t now = 1'000'000'000;
  for (int i = 0; i < packets; ++i) {
    now += static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(step + back + 1)) - back;
    made.push_back({now, static_cast<std::uint32_t>(random() % 9), static_cast<std::uint32_t>(60 + random() % 1'400)});
  }
  return made;
}

TEST(BurstTracker, WindowsAre100MicrosecondsAndOneMillisecond) {
  const std::vector<BurstPeak> peaks = BurstTracker{}.peaks();
  EXPECT_EQ(peaks[0].window.ns, 100'000);
  EXPECT_EQ(peaks[1].window.ns, 1'000'000);
  EXPECT_EQ(peaks[0].packets, 0U);
}

TEST(BurstTracker, PacketsExactlyAWindowApartAreNotInOneWindow) {
  BurstTracker tracker;
  tracker.packet(TimeNs{0}, 1, 100);
  tracker.packet(TimeNs{99'999}, 1, 100);
  tracker.packet(TimeNs{199'999}, 1, 100);
  EXPECT_EQ(tracker.peaks()[0].packets, 2U);
  EXPECT_EQ(tracker.peaks()[1].packets, 3U);
}

TEST(BurstTracker, SaysWhenTheBusiestWindowBegan) {
  BurstTracker tracker;
  tracker.packet(TimeNs{0}, 1, 100);
  for (std::int64_t i = 0; i < 5; ++i) tracker.packet(TimeNs{5'000'000 + i * 1'000}, 1, 100);
  EXPECT_EQ(tracker.peaks()[0].packets, 5U);
  EXPECT_EQ(tracker.peaks()[0].packets_at.ns, 5'000'000);
}

TEST(BurstTracker, AgreesWithBruteForceOverRandomTimes) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    expect_same_as_brute_force(random_packets(seed, 400, 20'000, 0));
    expect_same_as_brute_force(random_packets(seed, 400, 300'000, 0));
  }
}

TEST(BurstTracker, AgreesWithBruteForceWhereManyStampsAreEqual) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<Packet> packets = random_packets(seed, 400, 20'000, 0);
    for (Packet& p : packets) p.ns -= p.ns % 50'000;  // a coarse clock
    expect_same_as_brute_force(packets);
  }
}

TEST(BurstTracker, AgreesWithBruteForceWhereStampsGoBackward) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    expect_same_as_brute_force(random_packets(seed, 400, 30'000, 15'000));
}

// Pauses about as long as the longer window, equal stamps, few packets of many messages, and seconds between bursts, so
// that the 32 bits of a stamp wrap: whatever is remembered of the time before must not count.
TEST(BurstTracker, AgreesWithBruteForceOverBurstsAndPauses) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<Packet> packets;
    std::int64_t now = 4'294'900'000;
    for (int i = 0; i < 1'500; ++i) {
      const std::uint64_t kind = random() % 100;
      if (kind == 0) now += 900'000'000 + static_cast<std::int64_t>(random() % 4'000'000'000);
      if (kind == 1) now += 999'990 + static_cast<std::int64_t>(random() % 20);
      if (kind > 30) now += static_cast<std::int64_t>(random() % 9'000);
      packets.push_back({now, kind == 2 ? 60U : 1U, static_cast<std::uint32_t>(60 + random() % 1'400)});
    }
    expect_same_as_brute_force(packets);
  }
}

TEST(BurstTracker, MoreMessagesOfTheLastPacketCountInItsWindow) {
  BurstTracker tracker;
  tracker.packet(TimeNs{0}, 2, 100);
  tracker.packet(TimeNs{1'000}, 3, 100);
  tracker.more_messages(10);
  EXPECT_EQ(tracker.peaks()[0].messages, 15U);
  EXPECT_EQ(tracker.peaks()[0].packets, 2U);
  tracker.packet(TimeNs{100'500}, 1, 100);  // the first packet has left the window of 100 us, the second has not
  EXPECT_EQ(tracker.peaks()[0].messages, 15U);
  EXPECT_EQ(tracker.peaks()[1].messages, 16U);
}

TEST(BurstTracker, MoreMessagesBeforeAnyPacketAreNobodys) {
  BurstTracker tracker;
  tracker.more_messages(10);
  EXPECT_EQ(tracker.peaks()[0].messages, 0U);
}

TEST(BurstTracker, MemoryIsBoundedAndWhatLeftEarlyIsCounted) {
  BurstTracker tracker;
  const auto stamps = static_cast<std::int64_t>(BurstTracker::kMaxEntries) + 1'000;
  for (std::int64_t i = 0; i < stamps; ++i) tracker.packet(TimeNs{i}, 1, 1);
  EXPECT_GT(tracker.left_early(), 0U);
  EXPECT_EQ(tracker.peaks()[0].packets, 100'000U);
  EXPECT_LE(tracker.peaks()[1].packets, BurstTracker::kMaxEntries);
}

TEST(BurstTracker, StampsAtTheEndsOfTimeDoNoHarm) {
  BurstTracker tracker;
  tracker.packet(TimeNs{std::numeric_limits<std::int64_t>::min() + 1}, 1, 1);
  tracker.packet(TimeNs{std::numeric_limits<std::int64_t>::max()}, 1, 1);
  tracker.packet(TimeNs{0}, 1, 1);
  EXPECT_EQ(tracker.peaks()[0].packets, 2U);  // the third counts at the time of the second
}

}  // namespace
}  // namespace wirecause
