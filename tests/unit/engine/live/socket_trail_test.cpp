// What a followed socket did, told sample by sample: when its reader took nothing although datagrams waited.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/socket_trail.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

constexpr TimeNs kStart{1'767'623'400'000'000'000};

TimeNs at(std::int64_t ms) { return kStart + milliseconds(ms); }

SocketSample sample(std::int64_t ms, std::uint32_t queue, std::uint64_t arrived, std::optional<std::uint64_t> reads) {
  SocketSample made;
  made.time = at(ms);
  made.queue_bytes = queue;
  made.buffer_bytes = 212'992;
  made.arrived = arrived;
  made.reads = reads;
  return made;
}

ReadPause pause(std::int64_t from, std::int64_t to) { return {at(from), at(to)}; }

// --- samples

TEST(SocketTrail, FindsTheLastSampleAtOrBeforeATime) {
  SocketTrail trail;
  EXPECT_EQ(trail.last_at_or_before(at(0)), std::nullopt);
  trail.add(sample(10, 0, 0, 0), std::nullopt);
  trail.add(sample(20, 0, 0, 0), std::nullopt);
  EXPECT_EQ(trail.last_at_or_before(at(9)), std::nullopt);
  EXPECT_EQ(trail.last_at_or_before(at(10)), 0U);
  EXPECT_EQ(trail.last_at_or_before(at(19)), 0U);
  EXPECT_EQ(trail.last_at_or_before(at(20)), 1U);
  EXPECT_EQ(trail.last_at_or_before(at(9'999)), 1U);
}

TEST(SocketTrail, KeepsTheNewestTwentySeconds) {
  SocketTrail trail;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(SocketTrail::kSamples) + 10; ++i) {
    trail.add(sample(10 * i, 0, 0, 0), std::nullopt);
  }
  EXPECT_EQ(trail.size(), SocketTrail::kSamples);
  EXPECT_EQ(trail.at(0).time, at(100));
  EXPECT_EQ(trail.last_at_or_before(at(99)), std::nullopt);
}

// --- gaps

TEST(SocketTrail, AReaderThatKeepsUpHasNoGap) {
  SocketTrail trail;
  for (std::int64_t i = 0; i < 50; ++i) {
    const auto reads = static_cast<std::uint64_t>(20 * i);
    trail.add(sample(10 * i, 0, reads, reads), pause(10 * i - 1, 10 * i));
  }
  EXPECT_TRUE(trail.gaps().empty());
}

// It read last at 100, datagrams waited from 110 on, and it came back at 400.
TEST(SocketTrail, NoReadWhileDatagramsWaitIsAGap) {
  SocketTrail trail;
  trail.add(sample(90, 0, 90, 90), pause(89, 90));
  trail.add(sample(100, 0, 100, 100), pause(99, 100));
  for (std::int64_t ms = 110; ms <= 390; ms += 10) {
    trail.add(sample(ms, static_cast<std::uint32_t>(ms * 832), static_cast<std::uint64_t>(ms), 100), std::nullopt);
  }
  ASSERT_EQ(trail.gaps().size(), 1U) << "as far as it has come";
  EXPECT_EQ(trail.gaps()[0].from, at(100));
  EXPECT_EQ(trail.gaps()[0].to, at(390));
  trail.add(sample(410, 0, 410, 410), pause(100, 400));
  ASSERT_EQ(trail.gaps().size(), 1U);
  EXPECT_EQ(trail.gaps()[0].from, at(100));
  EXPECT_EQ(trail.gaps()[0].to, at(400));
}

// Shorter than a sample: only the program in the kernel saw it.
TEST(SocketTrail, APauseBetweenTwoSamplesIsAGapWhereDatagramsWaited) {
  SocketTrail trail;
  trail.add(sample(0, 832, 10, 5), pause(-1, 0));
  trail.add(sample(10, 832, 100, 60), pause(1, 8));
  ASSERT_EQ(trail.gaps().size(), 1U);
  EXPECT_EQ(trail.gaps()[0].from, at(1));
  EXPECT_EQ(trail.gaps()[0].to, at(8));
}

TEST(SocketTrail, APauseShorterThanTwoMillisecondsIsNone) {
  SocketTrail trail;
  trail.add(sample(0, 832, 10, 5), pause(-1, 0));
  trail.add(sample(10, 832, 100, 60), ReadPause{at(5), at(7) - nanoseconds(1)});
  EXPECT_TRUE(trail.gaps().empty());
}

// Nothing came for a second: nobody missed a read. What came then was taken within its sample.
TEST(SocketTrail, WaitingForADatagramIsNoGap) {
  SocketTrail trail;
  trail.add(sample(0, 0, 10, 10), pause(-1, 0));
  for (std::int64_t ms = 10; ms <= 1'000; ms += 10) trail.add(sample(ms, 0, 10, 10), std::nullopt);
  trail.add(sample(1'010, 0, 11, 11), pause(0, 1'005));
  for (const ReadGap& gap : trail.gaps()) EXPECT_LE(gap.to - gap.from, milliseconds(10));
}

TEST(SocketTrail, WhereReadsAreNotObservedThereAreNoGapsAndNoGuesses) {
  SocketTrail trail;
  for (std::int64_t ms = 0; ms < 500; ms += 10) {
    trail.add(sample(ms, 200'000, static_cast<std::uint64_t>(ms), std::nullopt), std::nullopt);
  }
  EXPECT_TRUE(trail.gaps().empty());
  EXPECT_FALSE(trail.wants_reason(at(1'000)));
}

TEST(SocketTrail, KeepsTheNewestGaps) {
  SocketTrail trail;
  const auto gaps = static_cast<std::int64_t>(SocketTrail::kGaps) + 5;
  trail.add(sample(-5, 832, 1, 1), pause(-6, -5));
  for (std::int64_t i = 0; i < gaps; ++i) {
    const auto count = static_cast<std::uint64_t>(i) + 2;
    trail.add(sample(10 * i, 832, count, count), pause(10 * i - 4, 10 * i));
  }
  EXPECT_EQ(trail.gaps().size(), SocketTrail::kGaps);
  EXPECT_EQ(trail.gaps().back().to, at(10 * (gaps - 1)));
}

// --- what its reader did in the gap

ThreadSample thread(char state, std::uint64_t on_cpu_ms, std::uint64_t delay_ms, std::uint64_t involuntary) {
  ThreadSample made;
  made.state = state;
  made.on_cpu_ns = on_cpu_ms * 1'000'000;
  made.run_delay_ns = delay_ms * 1'000'000;
  made.involuntary_switches = involuntary;
  return made;
}

TEST(SocketTrail, AGapKnowsWhatItsReaderDidMeanwhile) {
  SocketTrail trail;
  SocketSample before = sample(100, 0, 100, 100);
  before.thread = thread('R', 1'000, 10, 5);
  before.throttled_us = 50;
  trail.add(before, pause(99, 100));
  for (std::int64_t ms = 110; ms < 150; ms += 10) {
    SocketSample waiting = sample(ms, 832, static_cast<std::uint64_t>(ms), 100);
    waiting.thread = thread(ms < 140 ? 'S' : 'R', 1'000, 10, 5);
    trail.add(waiting, std::nullopt);
  }
  SocketSample after = sample(150, 0, 150, 150);
  after.thread = thread('R', 1'003, 44, 7);
  after.throttled_us = 30'050;
  trail.add(after, pause(100, 148));
  ASSERT_EQ(trail.gaps().size(), 1U);
  const ReadGap gap = trail.gaps()[0];
  EXPECT_EQ(gap.on_cpu_ns, 3'000'000U);
  EXPECT_EQ(gap.run_delay_ns, 34'000'000U);
  EXPECT_EQ(gap.involuntary, 2U);
  EXPECT_EQ(gap.throttled_us, 30'000U);
  EXPECT_EQ(gap.states, (std::array<std::uint32_t, 4>{1, 3, 0, 0}));  // R, S, D, T
}

// The reader's thread was found only in the gap, or another thread reads now: its counters tell nothing of the gap.
TEST(SocketTrail, CountersThatFellOrWereNotReadAreUnknown) {
  SocketTrail trail;
  SocketSample before = sample(0, 0, 1, 1);
  before.thread = thread('R', 1'000, 10, 5);
  trail.add(before, pause(-1, 0));
  trail.add(sample(10, 832, 2, 1), std::nullopt);
  SocketSample after = sample(20, 0, 3, 3);
  after.thread = thread('R', 900, 12, 5);
  trail.add(after, pause(0, 18));
  ASSERT_EQ(trail.gaps().size(), 1U);
  EXPECT_EQ(trail.gaps()[0].on_cpu_ns, std::nullopt);
  EXPECT_EQ(trail.gaps()[0].run_delay_ns, 2'000'000U);
  EXPECT_EQ(trail.gaps()[0].throttled_us, std::nullopt);
}

TEST(SocketTrail, AStoppedThreadIsStoppedHoweverItIsSpelled) {
  SocketTrail trail;
  trail.add(sample(0, 0, 1, 1), pause(-1, 0));
  for (const char state : {'T', 't', 'D', 'Z'}) {
    SocketSample waiting = sample(10, 832, 2, 1);
    waiting.thread = thread(state, 0, 0, 0);
    trail.add(waiting, std::nullopt);
  }
  ASSERT_EQ(trail.gaps().size(), 1U);
  EXPECT_EQ(trail.gaps()[0].states, (std::array<std::uint32_t, 4>{0, 0, 1, 2}));
}

TEST(SocketTrail, AsksOnceInEachGapWhatTheReaderWaitsIn) {
  SocketTrail trail;
  trail.add(sample(0, 0, 1, 1), pause(-1, 0));
  trail.add(sample(10, 832, 2, 1), std::nullopt);
  EXPECT_FALSE(trail.wants_reason(at(14)));
  EXPECT_TRUE(trail.wants_reason(at(15)));
  trail.set_reason("recvmsg, futex_wait_queue");
  EXPECT_FALSE(trail.wants_reason(at(100)));
  EXPECT_EQ(trail.gaps().at(0).waits_in, "recvmsg, futex_wait_queue");
  trail.add(sample(20, 832, 3, 2), pause(0, 18));
  EXPECT_EQ(trail.gaps().at(0).waits_in, "recvmsg, futex_wait_queue");
  trail.add(sample(30, 832, 4, 2), std::nullopt);
  EXPECT_TRUE(trail.wants_reason(at(50)));
  EXPECT_EQ(trail.gaps().back().waits_in, "");
}

TEST(SocketTrail, KeepsTheNewestAbsencesFromTheCpu) {
  SocketTrail trail;
  for (std::size_t i = 0; i < SocketTrail::kOffCpu + 3; ++i) {
    ReaderAbsence absence;
    absence.from = at(static_cast<std::int64_t>(i));
    trail.add(std::move(absence));
  }
  EXPECT_EQ(trail.absences().size(), SocketTrail::kOffCpu);
  EXPECT_EQ(trail.absences().front().from, at(3));
}

}  // namespace
}  // namespace wirecause
