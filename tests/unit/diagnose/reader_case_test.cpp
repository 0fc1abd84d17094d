// Who is to blame for a full receive buffer, whichever of the measurements are there. The figures of the tests are those of
// support/socket_scenarios.hpp: the buffer holds 256 datagrams and 4 000 come a second, so it lasts 64 ms.
// SPDX-License-Identifier: Apache-2.0
#include "diagnose/reader_case.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "diagnose/diagnose.hpp"
#include "diagnose/sums.hpp"
#include "support/socket_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

struct Answer {
  std::vector<std::string_view> named;      // without a doubt
  std::vector<std::string_view> undecided;  // between each other
  std::vector<std::string_view> cannot_tell;
};

Answer answer(const EvidenceBuilder& evidence, const Episode& episode = full_buffer()) {
  Answer out;
  const Timeline timeline = evidence.build();
  const Episode attached = evidence.attached(episode);
  for (const std::string_view cause : kReaderCauses) {
    for (const Judgement& j : find_cause(cause)->judge(EvidenceView(timeline), attached)) {
      if (is_decided(j)) out.named.push_back(cause);
      if (is_undecided(j)) out.undecided.push_back(cause);
      if (j.verdict == Verdict::cannot_tell) out.cannot_tell.push_back(cause);
    }
  }
  return out;
}

std::string would_decide(std::string_view cause, const EvidenceBuilder& evidence) {
  return only(judged(cause, evidence, full_buffer())).missing;
}

TEST(ReaderCase, NamesOneOfTheFourInEachOfTheirScenarios) {
  EXPECT_THAT(answer(burst()).named, ElementsAre("socket_rcvbuf_burst"));
  EXPECT_THAT(answer(slow_reader()).named, ElementsAre("app_slow_consumer"));
  EXPECT_THAT(answer(sleeping_reader()).named, ElementsAre("app_stalled"));
  EXPECT_THAT(answer(computing_reader()).named, ElementsAre("app_stalled"));
  EXPECT_THAT(answer(waiting_reader()).named, ElementsAre("app_cpu_starved"));
}

TEST(ReaderCase, KeepsAllFourWhereNothingWasMeasured) {
  const Answer all = answer(consumer_facts());
  EXPECT_THAT(all.undecided, SizeIs(4));
  EXPECT_THAT(all.named, IsEmpty());
  EXPECT_THAT(would_decide("socket_rcvbuf_burst", consumer_facts()), HasSubstr("when the reader read"));
}

TEST(ReaderCase, TellsBurstFromSlowByTheQueueAloneAndKeepsTheStops) {
  const EvidenceBuilder emptied =
      consumer_facts().measured("socket.queue_full_share", 17'000).measured("socket.queue_samples", 231);
  EXPECT_THAT(answer(emptied).undecided, ElementsAre("socket_rcvbuf_burst", "app_stalled", "app_cpu_starved"));
  const EvidenceBuilder stood =
      consumer_facts().measured("socket.queue_full_share", 930'000).measured("socket.queue_samples", 231);
  EXPECT_THAT(answer(stood).undecided, ElementsAre("app_slow_consumer", "app_stalled", "app_cpu_starved"));
}

TEST(ReaderCase, KeepsBurstAndSlowWhereReadsWentOnAndTheQueueWasNotSampled) {
  const EvidenceBuilder evidence = burst().without("socket.queue_full_share");
  EXPECT_THAT(answer(evidence).undecided, ElementsAre("socket_rcvbuf_burst", "app_slow_consumer"));
  EXPECT_THAT(would_decide("socket_rcvbuf_burst", evidence), HasSubstr("ss -uamn"));
}

TEST(ReaderCase, TakesNoMajorityOfAHandfulOfSamples) {
  EXPECT_THAT(answer(burst().measured("socket.queue_samples", 39)).undecided,
              ElementsAre("socket_rcvbuf_burst", "app_slow_consumer"));
}

TEST(ReaderCase, KeepsBothWhereQueueAndRatesContradictEachOther) {
  // The queue is empty most of the time, and yet fewer are read a second than come, and most of them are lost.
  EXPECT_THAT(answer(burst().measured("reader.read_rate", 3'000).measured("reader.reads", 1'203)).undecided,
              ElementsAre("socket_rcvbuf_burst", "app_slow_consumer"));
  // The queue stands, and yet more was read in that time than came in all.
  EXPECT_THAT(answer(slow_reader().measured("reader.read_rate", 5'000)).undecided,
              ElementsAre("socket_rcvbuf_burst", "app_slow_consumer"));
}

TEST(ReaderCase, TakesAPauseForAStopIfHalfTheBufferFillsInItAtTheSteadyRate) {
  EXPECT_THAT(answer(sleeping_reader().measured("reader.longest_gap", 32 * kMs)).named, ElementsAre("app_stalled"));
  EXPECT_THAT(answer(burst().measured("reader.longest_gap", 15 * kMs)).named, ElementsAre("socket_rcvbuf_burst"));
}

TEST(ReaderCase, KeepsBothSidesForAPauseBetweenAQuarterAndAHalf) {
  const Answer both = answer(burst()
                                 .measured("reader.longest_gap", 24 * kMs)
                                 .measured("reader.run_delay", 1 * kMs)
                                 .measured("reader.state", 'S'));
  EXPECT_THAT(both.undecided, ElementsAre("socket_rcvbuf_burst", "app_stalled"));
}

// The same ratios at another rate and another buffer: 20 000 datagrams of 1 664 B truesize in 32 MiB at 600 000 a second.
TEST(ReaderCase, JudgesByRatiosWhateverTheRateAndTheBuffer) {
  const EvidenceBuilder large = burst()
                                    .value("socket.rcvbuf", kConsumer, 33'554'432)
                                    .measured("drop.truesize", 1'664)
                                    .measured("arrival.rate", 600'000);
  const EvidenceBuilder large_burst = EvidenceBuilder(large)
                                          .measured("reader.read_rate", 1'200'000)
                                          .measured("arrival.burst_packets", 40'000)
                                          .measured("arrival.burst", 8 * kMs);
  EXPECT_THAT(answer(large_burst).named, ElementsAre("socket_rcvbuf_burst"));
  const EvidenceBuilder large_stop = EvidenceBuilder(large)
                                         .measured("reader.longest_gap", 20 * kMs)
                                         .measured("reader.run_delay", 19 * kMs)
                                         .measured("reader.state", 'R');
  EXPECT_THAT(answer(large_stop).named, ElementsAre("app_cpu_starved"));
}

// 2 304 bytes hold two datagrams: at 100 000 a second 50 us without a read fill them, and that is an ordinary wake-up.
TEST(ReaderCase, TakesNoWakeUpForAStopHoweverSmallTheBuffer) {
  const EvidenceBuilder tiny = burst()
                                   .value("socket.rcvbuf", kConsumer, 2'304)
                                   .measured("arrival.rate", 100'000)
                                   .measured("reader.read_rate", 400'000)
                                   .measured("arrival.burst", kMs)
                                   .measured("reader.longest_gap", 50'000);
  EXPECT_THAT(answer(tiny).named, ElementsAre("socket_rcvbuf_burst"));
}

// A buffer of 1 442 datagrams: 94 ms without a read let a quarter of it come and no more; ten such periods fill it.
EvidenceBuilder throttled_in_every_period() {
  return full_socket()
      .value("socket.rcvbuf", kConsumer, 1'200'000)
      .measured("socket.queue_full_share", 410'000)
      .measured("reader.read_rate", 1'800)
      .measured("reader.longest_gap", 85 * kMs)
      .measured("reader.run_delay", 84 * kMs)
      .measured("arrival.burst_packets", 3'825)
      .measured("arrival.burst", 998 * kMs)
      .measured("reader.behind", 1'000 * kMs)
      .measured("reader.behind_run_delay", 940 * kMs)
      .measured("cgroup.behind_throttled", 920 * kMs)
      .measured("reader.behind_on_cpu", 22 * kMs)
      .measured("reader.behind_reads", 620)
      .measured("reader.behind_arrived", 4'000);
}

TEST(ReaderCase, NamesAQuotaThatTakesTheCpuAgainAndAgainHoweverLargeTheBuffer) {
  EXPECT_THAT(answer(throttled_in_every_period()).named, ElementsAre("app_cpu_starved"));
  // Either measure of it will do.
  EXPECT_THAT(answer(throttled_in_every_period().without("cgroup.behind_throttled")).named,
              ElementsAre("app_cpu_starved"));
  EXPECT_THAT(answer(throttled_in_every_period().measured("reader.behind_run_delay", 20 * kMs)).named,
              ElementsAre("app_cpu_starved"));
}

// Of its half of the CPU it makes 2 000 a second of its own time, where 4 000 come: the whole of it would not be enough.
TEST(ReaderCase, DoesNotNameTheQuotaOfAReaderThatWouldBeTooSlowWithoutIt) {
  const EvidenceBuilder slow = throttled_in_every_period()
                                   .measured("reader.behind_run_delay", 500 * kMs)
                                   .measured("cgroup.behind_throttled", 500 * kMs)
                                   .measured("reader.behind_on_cpu", 500 * kMs)
                                   .measured("reader.behind_reads", 1'000)
                                   .measured("socket.queue_full_share", 930'000)
                                   .measured("reader.longest_gap", 50 * kMs)
                                   .measured("reader.run_delay", 49 * kMs);
  EXPECT_THAT(answer(slow).named, ElementsAre("app_slow_consumer"));
  // In a small buffer each pause of the quota alone would do, and so would its slowness.
  const EvidenceBuilder small = EvidenceBuilder(slow).value("socket.rcvbuf", kConsumer, 212'992);
  EXPECT_THAT(answer(small).named, IsEmpty());
  EXPECT_THAT(answer(small).undecided, ElementsAre("app_slow_consumer", "app_cpu_starved"));
  // Nor where the rate of the seconds around hides how much came while it fell behind.
  EXPECT_THAT(answer(EvidenceBuilder(slow).measured("arrival.rate", 1'600)).named,
              Not(::testing::Contains("app_cpu_starved")));
}

TEST(ReaderCase, NamesABurstOfWhichLittleTimeWasThrottled) {
  const EvidenceBuilder evidence = burst()
                                       .measured("reader.behind", 14 * kMs)
                                       .measured("reader.behind_run_delay", 1 * kMs)
                                       .measured("cgroup.behind_throttled", 0)
                                       .measured("reader.behind_on_cpu", 12 * kMs)
                                       .measured("reader.behind_reads", 400)
                                       .measured("reader.behind_arrived", 700);
  EXPECT_THAT(answer(evidence).named, ElementsAre("socket_rcvbuf_burst"));
  // Nor of which much was, where that is too short for the steady rate to fill anything.
  EXPECT_THAT(answer(EvidenceBuilder(evidence).measured("cgroup.behind_throttled", 10 * kMs)).named,
              ElementsAre("socket_rcvbuf_burst"));
}

TEST(ReaderCase, LetsTheHypervisorAnswerForWhatItStoleOfARepeatedWait) {
  const EvidenceBuilder stolen = throttled_in_every_period().measured("cpu.steal", 940 * kMs, {}, 0, kCpu1);
  EXPECT_THAT(answer(stolen).named, IsEmpty());
}

TEST(ReaderCase, KeepsStalledAndStarvedWhereNobodySawWhatTheReaderDid) {
  EXPECT_THAT(answer(stopped_reader()).undecided, ElementsAre("app_stalled", "app_cpu_starved"));
  EXPECT_THAT(would_decide("app_stalled", stopped_reader()), HasSubstr("run-queue delay"));
}

TEST(ReaderCase, KeepsBothWhereNeitherMadeUpMostOfThePause) {
  const EvidenceBuilder mixed = stopped_reader()
                                    .measured("reader.run_delay", 200 * kMs)
                                    .measured("reader.on_cpu", 240 * kMs)
                                    .measured("reader.state", 'R');
  EXPECT_THAT(answer(mixed).undecided, ElementsAre("app_stalled", "app_cpu_starved"));
}

// Threads are sampled every 10 ms. 40 000 datagrams a second fill half of the buffer in 3.2 ms.
TEST(ReaderCase, BelievesNoSampleOfAPauseThatIsShorterThanSamplesAreApart) {
  const EvidenceBuilder brief = waiting_reader()
                                    .measured("arrival.rate", 40'000)
                                    .measured("reader.longest_gap", 6 * kMs)
                                    .measured("reader.run_delay", 6 * kMs);
  EXPECT_THAT(answer(brief).undecided, ElementsAre("app_stalled", "app_cpu_starved"));
}

// A pause and a time off the CPU, each with its own from and to.
struct Stop {
  DurationNs pause;
  DurationNs off_from;
  DurationNs off;
  DurationNs runnable;
};

Answer answer(const EvidenceBuilder& evidence, const Stop& stop) {
  Timeline timeline;
  Episode episode = full_buffer();
  const EvidenceBuilder whole = EvidenceBuilder(evidence)
                                    .measured("reader.longest_gap", stop.pause.ns)
                                    .measured("reader.off_cpu", stop.off.ns, "backup")
                                    .measured("reader.off_cpu_runnable", stop.runnable.ns);
  for (Record record : whole.records()) {
    if (record.name == "reader.longest_gap") record.to = record.from + stop.pause;
    if (record.name == "reader.off_cpu") record.from = record.from + stop.off_from;
    if (record.name == "reader.off_cpu") record.to = record.from + stop.off;
    const bool is_fact = record.name.starts_with("consumer.") || record.name == "socket.rcvbuf";
    if (const auto id = timeline.add(std::move(record)); !is_fact) episode.evidence.push_back(*id);
  }
  Answer out;
  for (const std::string_view cause : kReaderCauses) {
    const Judgement j = only(find_cause(cause)->judge(EvidenceView(timeline), episode));
    if (is_decided(j)) out.named.push_back(cause);
    if (is_undecided(j)) out.undecided.push_back(cause);
  }
  return out;
}

TEST(ReaderCase, BelievesTheSchedulersOwnWordOfABriefPause) {
  const EvidenceBuilder fast = stopped_reader().measured("arrival.rate", 40'000);
  const DurationNs pause = milliseconds(6);
  EXPECT_THAT(answer(fast, {pause, {}, pause, milliseconds(5)}).named, ElementsAre("app_cpu_starved"));
  EXPECT_THAT(answer(fast, {pause, {}, pause, {}}).named, ElementsAre("app_stalled"));
}

// 500 ms off the CPU and wanting to run for all of it, but 400 ms of the pause were over.
TEST(ReaderCase, BlamesNobodyForTimeOffTheCpuThatLiesBesideThePause) {
  const DurationNs half_a_second = milliseconds(500);
  EXPECT_THAT(answer(stopped_reader(), {half_a_second, milliseconds(400), half_a_second, half_a_second}).undecided,
              ElementsAre("app_stalled", "app_cpu_starved"));
  EXPECT_THAT(answer(stopped_reader(), {half_a_second, milliseconds(100), half_a_second, half_a_second}).named,
              ElementsAre("app_cpu_starved"));
}

TEST(ReaderCase, BelievesNoTimeOffTheCpuThatDoesNotSayWhenItWas) {
  EXPECT_THAT(answer(stopped_reader()
                         .measured("reader.off_cpu", 500 * kMs, "backup")
                         .measured("reader.off_cpu_runnable", 500 * kMs))
                  .undecided,
              ElementsAre("app_stalled", "app_cpu_starved"));
}

TEST(ReaderCase, KnowsAThrottledThreadByItsCgroupWhereTheRunQueueWasNotRead) {
  const EvidenceBuilder evidence = stopped_reader()
                                       .measured("reader.on_cpu", 10 * kMs)
                                       .measured("reader.state", 'R')
                                       .measured("cgroup.throttled", 490 * kMs);
  EXPECT_THAT(answer(evidence).named, ElementsAre("app_cpu_starved"));
  // A sleeper is not throttled, whatever the others of its cgroup are.
  EXPECT_THAT(answer(EvidenceBuilder(evidence).measured("reader.state", 'S').measured("reader.run_delay", 0)).named,
              ElementsAre("app_stalled"));
}

TEST(ReaderCase, CannotTellStarvedFromAHypervisorThatTookTheCpu) {
  for (const EvidenceBuilder& evidence :
       {waiting_reader().measured("cpu.steal", 485 * kMs, {}, 0, kCpu1), waiting_reader().without("cpu.steal")}) {
    EXPECT_THAT(answer(evidence).named, IsEmpty());
    EXPECT_THAT(answer(evidence).cannot_tell, ElementsAre("app_cpu_starved"));
    EXPECT_THAT(would_decide("app_cpu_starved", evidence), HasSubstr("host_steal"));
  }
}

TEST(ReaderCase, CannotTellOwnCodeFromAHypervisorThatTookTheCpu) {
  const EvidenceBuilder evidence = computing_reader().measured("cpu.steal", 497 * kMs, {}, 0, kCpu1);
  EXPECT_THAT(answer(evidence).cannot_tell, ElementsAre("app_stalled"));
  EXPECT_THAT(would_decide("app_stalled", evidence), HasSubstr("host_steal"));
}

TEST(ReaderCase, NeedsNoStealTimeForAReaderThatSleeps) {
  EXPECT_THAT(answer(sleeping_reader().without("cpu.steal")).named, ElementsAre("app_stalled"));
}

// The sum over the CPUs is there, and this CPU has no part in it.
TEST(ReaderCase, TakesACpuWithoutGrowthForOneThatLostNothing) {
  const EvidenceBuilder evidence =
      waiting_reader().without("cpu.steal").measured("cpu.steal", 0, {}, 0, kHostOfConsumer);
  EXPECT_THAT(answer(evidence).named, ElementsAre("app_cpu_starved"));
}

TEST(ReaderCase, LooksAtTheStealTimeOfThePinnedReadersCpuOnly) {
  const Subject other{SubjectKind::cpu, 0};
  EvidenceBuilder evidence = waiting_reader();
  Timeline timeline;
  Episode episode = full_buffer();
  evidence.value("reader.affinity", kConsumer, 1, "1");
  for (const Record& record : evidence.records()) {
    const auto id = timeline.add(record);
    if (!record.name.starts_with("consumer.")) episode.evidence.push_back(*id);
  }
  Record stolen;
  stolen.name = "cpu.steal";
  stolen.subject = other;
  stolen.value = 600 * kMs;
  episode.evidence.push_back(*timeline.add(stolen));
  EXPECT_TRUE(is_decided(only(find_cause("app_cpu_starved")->judge(EvidenceView(timeline), episode))));
}

// What excludes one of the four or proves it.
constexpr std::array<std::string_view, 12> kDeciding{
    "socket.rcvbuf",    "drop.truesize",           "arrival.rate",       "reader.read_rate",
    "reader.reads",     "socket.queue_full_share", "socket.queue_after", "reader.longest_gap",
    "reader.run_delay", "reader.on_cpu",           "reader.state",       "cpu.steal"};

TEST(ReaderCase, NeverNamesTwoOrNamesByLessEvidence) {
  const std::vector<EvidenceBuilder> scenarios{burst(), slow_reader(), sleeping_reader(), computing_reader(),
                                               waiting_reader()};
  for (const EvidenceBuilder& whole : scenarios) {
    const Answer all = answer(whole);
    ASSERT_THAT(all.named, SizeIs(1));
    for (std::size_t i = 0; i < kDeciding.size(); ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        const Answer less = answer(whole.without(kDeciding[i]).without(kDeciding[j]));
        EXPECT_LE(less.named.size(), 1U);
        EXPECT_TRUE(less.named.empty() || less.named == all.named) << kDeciding[i] << " and " << kDeciding[j];
        EXPECT_NE(less.undecided.size(), 1U) << "undecided with whom?";
      }
    }
  }
}

// Any two figures are wrong: measurements that cannot all be true.
TEST(ReaderCase, NeverNamesTwoWhateverTheMeasurementsSay) {
  constexpr std::int64_t kFigures[] = {std::numeric_limits<std::int64_t>::min(), 0, 500 * kMs,
                                       std::numeric_limits<std::int64_t>::max()};
  const EvidenceBuilder whole =
      waiting_reader().measured("reader.off_cpu", 300 * kMs, "backup").measured("reader.off_cpu_runnable", 200 * kMs);
  const auto subject = [](std::string_view name) { return name == "cpu.steal" ? kCpu1 : kConsumer; };
  for (std::size_t a = 0; a < kDeciding.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      for (const std::int64_t figure : kFigures) {
        EvidenceBuilder lies = whole;
        lies.value(kDeciding[a], subject(kDeciding[a]), figure);
        lies.value(kDeciding[b], subject(kDeciding[b]), figure);
        const Answer told = answer(lies);
        EXPECT_LE(told.named.size(), 1U) << kDeciding[a] << " and " << kDeciding[b] << " are " << figure;
        EXPECT_TRUE(told.named.empty() || told.undecided.empty());
      }
    }
  }
}

TEST(ReaderCase, SharesTheUnitsOfWhatRemainsOnce) {
  const Episode episode = full_buffer();
  const EvidenceBuilder evidence = stopped_reader();
  const Diagnosis diagnosis = diagnose(evidence.build(), std::vector{evidence.attached(episode)});
  ASSERT_THAT(diagnosis.findings, SizeIs(2));
  for (const Finding& finding : diagnosis.findings) {
    EXPECT_EQ(finding.share, 1'204U);
    EXPECT_EQ(finding.lost, 24U);
    EXPECT_EQ(finding.place, Place::on_this_host);  // the kernel said where it dropped
  }
}

// --- without the kernel's word

Episode counted() {
  Episode episode = full_buffer();
  episode.drop->reason.clear();
  episode.drop->by_number = 0;
  episode.drop->by_count = episode.drop->units;
  return episode;
}

TEST(ReaderCase, TakesTheWordOfTheKernelsCountersWhereNothingElseWasRefused) {
  const EvidenceBuilder evidence = sleeping_reader()
                                       .measured("Udp.RcvbufErrors", 1'204, {}, 0, kHostOfConsumer)
                                       .measured("Udp.InErrors", 1'204, {}, 0, kHostOfConsumer);
  EXPECT_THAT(answer(evidence, counted()).named, ElementsAre("app_stalled"));
  EXPECT_EQ(only(judged("app_stalled", evidence, counted())).strength, Strength::by_count);
}

TEST(ReaderCase, CannotTellWhatWasRefusedForAnUnknownReason) {
  const EvidenceBuilder others = sleeping_reader()
                                     .measured("Udp.RcvbufErrors", 1'204, {}, 0, kHostOfConsumer)
                                     .measured("Udp.InErrors", 1'209, {}, 0, kHostOfConsumer);
  for (const EvidenceBuilder& evidence : {others, sleeping_reader()}) {
    const Answer told = answer(evidence, counted());
    EXPECT_THAT(told.named, IsEmpty());
    EXPECT_THAT(told.cannot_tell, ElementsAre("socket_rcvbuf_burst"));
  }
}

TEST(ReaderCase, SaysNothingOfDropsForAnotherReason) {
  const Episode checksum = DropEpisodeBuilder(Checkpoint::udp, "SKB_DROP_REASON_UDP_CSUM").lost(3).build();
  for (const std::string_view cause : kReaderCauses) EXPECT_THAT(judged(cause, burst(), checksum), IsEmpty()) << cause;
}

}  // namespace
}  // namespace wirecause::testing
