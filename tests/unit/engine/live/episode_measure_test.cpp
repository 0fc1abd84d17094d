// Stories of a socket in samples ten milliseconds apart, and what must be measured of each: the figures are worked out by
// hand. Buffer 100 000 bytes, 1 000 bytes a datagram.
// SPDX-License-Identifier: Apache-2.0
#include "engine/live/episode_measure.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace wirecause {
namespace {

constexpr TimeNs kStart{1'767'623'400'000'000'000};
TimeNs at(std::int64_t ms) { return kStart + milliseconds(ms); }

class EpisodeMeasureTest : public testing::Test {
 protected:
  // Samples from `from` to `to`; `tell` fills in queue and counts.
  void story(std::int64_t from, std::int64_t to, const std::function<void(std::int64_t, SocketSample&)>& tell) {
    for (std::int64_t ms = from; ms <= to; ms += 10) {
      SocketSample sample;
      sample.time = at(ms);
      sample.buffer_bytes = 100'000;
      tell(ms, sample);
      std::optional<ReadPause> pause;
      if (sample.reads) pause = ReadPause{sample.time - microseconds(500), sample.time};
      trail.add(sample, pause);
    }
  }
  void arrive(std::int64_t from, std::int64_t to, std::uint64_t each_ms) {
    for (std::int64_t ms = from; ms < to; ++ms) {
      for (std::uint64_t i = 0; i < each_ms; ++i) bins->add(at(ms));
    }
  }
  EpisodeMeasure measured(std::int64_t first, std::int64_t last) const {
    DropEpisode episode;
    episode.first = at(first);
    episode.last = at(last);
    return measure_episode(episode, trail, {bins.get()});
  }
  static std::uint64_t count(std::int64_t n) { return static_cast<std::uint64_t>(n); }

  SocketTrail trail;
  std::unique_ptr<ArrivalBins> bins = std::make_unique<ArrivalBins>();
};

// Two datagrams a millisecond, read as they come; from 3 000 to 3 004 a hundred a millisecond. Drops from 3 001 to 3 004.
TEST_F(EpisodeMeasureTest, ABurstIsWhatArrivedAroundTheDropsBeyondTheUsual) {
  story(0, 6'000, [](std::int64_t ms, SocketSample& sample) {
    const std::int64_t more = ms > 3'000 ? 490 : 0;  // 5 ms of 100 instead of 2
    sample.arrived = count(2 * ms + more);
    sample.reads = ms == 3'010 ? 6'000 : count(2 * ms + more);
    sample.queue_bytes = ms == 3'010 ? 95'000 : 0;
  });
  arrive(0, 3'000, 2);
  arrive(3'000, 3'005, 100);
  arrive(3'005, 6'000, 2);
  const EpisodeMeasure burst = measured(3'001, 3'004);
  EXPECT_EQ(burst.from, at(2'000));
  EXPECT_EQ(burst.to, at(4'000));
  EXPECT_EQ(burst.samples, 201U);
  EXPECT_EQ(burst.full_samples, 1U);
  EXPECT_EQ(burst.queue_peak, 95'000U);
  EXPECT_EQ(burst.queue_before, 0U);
  EXPECT_EQ(burst.queue_after, 0U);
  // (8 490 - 4 000) datagrams in two seconds
  EXPECT_EQ(burst.arrival_rate, 2'245U);
  EXPECT_EQ(burst.burst.packets, 500U);
  EXPECT_EQ(burst.burst.length, milliseconds(5));
  EXPECT_EQ(burst.reads, 4'490U);
  ASSERT_TRUE(burst.gap);
  EXPECT_LT(burst.gap->to - burst.gap->from, milliseconds(20));
  EXPECT_FALSE(burst.absence);
}

// Three datagrams a millisecond arrive, two are read: the queue is full all the time, and reading never pauses.
TEST_F(EpisodeMeasureTest, ASlowReaderReadsAllTheTimeAndItsQueueIsNeverEmpty) {
  story(0, 6'000, [](std::int64_t ms, SocketSample& sample) {
    sample.arrived = count(3 * ms);
    sample.reads = count(2 * ms);
    sample.queue_bytes = static_cast<std::uint32_t>(std::min<std::int64_t>(100'000, ms * 1'000));
  });
  arrive(0, 6'000, 3);
  const EpisodeMeasure slow = measured(3'000, 4'000);
  EXPECT_EQ(slow.samples, 301U);
  EXPECT_EQ(slow.full_samples, 301U);
  EXPECT_EQ(slow.queue_before, 100'000U);
  EXPECT_EQ(slow.queue_after, 100'000U);
  EXPECT_EQ(slow.arrival_rate, 3'000U);
  EXPECT_EQ(slow.read_rate, 2'000U);
  ASSERT_TRUE(slow.gap);
  EXPECT_LT(slow.gap->to - slow.gap->from, milliseconds(2)) << "it read in every sample";
}

// Two a millisecond; from 3 000 to 3 400 nothing is read. The buffer holds a hundred: drops from 3 050 to 3 400.
void stall(std::int64_t ms, SocketSample& sample) {
  sample.arrived = static_cast<std::uint64_t>(2 * ms);
  const bool is_stalled = ms > 3'000 && ms < 3'400;
  sample.reads = static_cast<std::uint64_t>(is_stalled ? 6'000 : 2 * ms - (ms > 3'000 ? 700 : 0));
  sample.queue_bytes =
      is_stalled ? static_cast<std::uint32_t>(std::min<std::int64_t>(100'000, 2'000 * (ms - 3'000))) : 0;
}

TEST_F(EpisodeMeasureTest, AStalledReaderHasOneLongGapAndAnEmptyQueueBefore) {
  story(0, 3'390, stall);
  SocketSample back;
  back.time = at(3'400);
  back.buffer_bytes = 100'000;
  stall(3'400, back);
  trail.add(back, ReadPause{at(3'000), at(3'398)});
  story(3'410, 6'000, stall);
  arrive(0, 6'000, 2);
  const EpisodeMeasure stalled = measured(3'050, 3'397);
  EXPECT_EQ(stalled.queue_peak, 100'000U);
  EXPECT_EQ(stalled.queue_before, 60'000U);  // 20 ms before the first drop it was filling
  EXPECT_EQ(stalled.queue_after, 0U);
  ASSERT_TRUE(stalled.gap);
  EXPECT_EQ(stalled.gap->from, at(3'000));
  EXPECT_EQ(stalled.gap->to, at(3'398));
}

// The program in the kernel saw the reader's thread leave its CPU at 3 000 and come back at 3 398.
TEST_F(EpisodeMeasureTest, AStarvedReaderWasOffItsCpuWhileItWantedToRun) {
  story(0, 6'000, stall);
  arrive(0, 6'000, 2);
  trail.add(ReaderAbsence{at(1'000), at(1'900), milliseconds(900), "other[9]"});  // not around these drops
  trail.add(ReaderAbsence{at(3'100), at(3'110), milliseconds(1), "short[8]"});
  trail.add(ReaderAbsence{at(3'000), at(3'398), milliseconds(390), "burner[7]"});
  const EpisodeMeasure starved = measured(3'050, 3'397);
  ASSERT_TRUE(starved.absence);
  EXPECT_EQ(starved.absence->instead, "burner[7]");
  EXPECT_EQ(starved.absence->runnable, milliseconds(390));
}

// Nothing came from 3 000 to 3 380: of the pause until 3 398 only the end is a gap.
TEST_F(EpisodeMeasureTest, AGapBeginsWithTheFirstDatagramThatCameInIt) {
  story(0, 3'390, stall);
  SocketSample back;
  back.time = at(3'400);
  back.buffer_bytes = 100'000;
  stall(3'400, back);
  trail.add(back, ReadPause{at(3'000), at(3'398)});
  arrive(0, 3'000, 2);
  arrive(3'380, 3'400, 50);
  const EpisodeMeasure late = measured(3'385, 3'397);
  ASSERT_TRUE(late.gap);
  EXPECT_EQ(late.gap->from, at(3'380));
  EXPECT_EQ(late.gap->to, at(3'398));
}

TEST_F(EpisodeMeasureTest, WhereReadsAreNotObservedNothingIsSaidOfThem) {
  story(0, 6'000, [](std::int64_t ms, SocketSample& sample) {
    sample.arrived = count(2 * ms);
    sample.queue_bytes = 90'000;
  });
  const EpisodeMeasure blind = measured(3'000, 3'100);
  EXPECT_EQ(blind.reads, std::nullopt);
  EXPECT_EQ(blind.read_rate, std::nullopt);
  EXPECT_FALSE(blind.gap);
  EXPECT_EQ(blind.arrival_rate, 2'000U);
}

TEST_F(EpisodeMeasureTest, AnEpisodeThatWasNotSampledIsNotMeasured) {
  EXPECT_EQ(measured(3'000, 3'100).samples, 0U);
  story(10'000, 11'000, [](std::int64_t, SocketSample&) {});
  EXPECT_EQ(measured(3'000, 3'100).samples, 0U);
  EXPECT_EQ(measured(3'000, 3'100).arrival_rate, std::nullopt);
}

TEST_F(EpisodeMeasureTest, AnEpisodeAtTheFirstSampleIsMeasuredFromThere) {
  story(3'000, 5'000, [](std::int64_t ms, SocketSample& sample) { sample.arrived = count(2 * ms); });
  const EpisodeMeasure early = measured(3'005, 3'100);
  EXPECT_EQ(early.from, at(3'000));
  EXPECT_EQ(early.to, at(4'100));
  EXPECT_EQ(early.queue_before, std::nullopt) << "nobody looked";
}

TEST_F(EpisodeMeasureTest, AnEpisodeThatGoesOnIsMeasuredAsFarAsItWasSampled) {
  story(0, 3'100, [](std::int64_t ms, SocketSample& sample) { sample.arrived = count(2 * ms); });
  const EpisodeMeasure open = measured(3'000, 3'095);
  EXPECT_EQ(open.to, at(3'100));
  EXPECT_EQ(open.queue_after, std::nullopt);
}

// From 1 000 on a quota leaves the reader 2 ms of every 100: sixty are read, four hundred come. The queue was empty at
// 1 000 for the last time and is full from 1 300 on; the kernel writes each wait down when it is over.
TEST_F(EpisodeMeasureTest, FallingBehindBeginsLongBeforeTheFirstDropAndEndsWithTheReadAfterTheLast) {
  story(0, 3'000, [](std::int64_t ms, SocketSample& sample) {
    const std::int64_t periods = ms <= 1'000 ? 0 : std::min<std::int64_t>((ms - 1'000) / 100, 10);
    const std::int64_t behind = std::clamp<std::int64_t>(ms - 1'000, 0, 1'000);
    sample.arrived = count(4 * ms);
    sample.reads = ms > 2'000 ? count(4 * ms - 3'400) : count(4 * std::min<std::int64_t>(ms, 1'000) + 60 * periods);
    sample.queue_bytes = ms > 2'000 ? 0 : static_cast<std::uint32_t>(std::min<std::int64_t>(behind * 330, 100'000));
    sample.thread.emplace();
    sample.thread->run_delay_ns = count(periods * 98'000'000);
    sample.thread->on_cpu_ns = count(periods * 2'000'000);
    sample.throttled_us = count(periods * 97'000);
  });
  const EpisodeMeasure measure = measured(1'310, 1'955);
  ASSERT_TRUE(measure.behind);
  EXPECT_EQ(measure.behind->from, at(1'030));  // a tenth of the buffer
  EXPECT_EQ(measure.behind->to, at(2'000));
  EXPECT_EQ(measure.behind->arrived, 3'880U);
  EXPECT_EQ(measure.behind->reads, 600U);
  EXPECT_EQ(measure.behind->run_delay_ns, 980'000'000U);
  EXPECT_EQ(measure.behind->on_cpu_ns, 20'000'000U);
  EXPECT_EQ(measure.behind->throttled_us, 970'000U);
}

}  // namespace
}  // namespace wirecause
