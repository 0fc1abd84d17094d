// Runbooks of live findings: what is filled from the consumer's facts, what is computed, and what is left out.
// SPDX-License-Identifier: Apache-2.0
#include "diagnose/live_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "diagnose/diagnose.hpp"
#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr Subject kHostSubject = kHostOfConsumer;

Finding finding(std::string_view cause, const EvidenceBuilder& evidence, const Episode& episode = full_buffer()) {
  const Diagnosis diagnosis = diagnose(evidence.build(), std::vector{evidence.attached(episode)});
  const auto found = std::ranges::find(diagnosis.findings, cause, [](const Finding& f) { return f.cause->id; });
  return found == diagnosis.findings.end() ? Finding{} : *found;
}

std::vector<std::string> commands(const Finding& finding) {
  std::vector<std::string> all;
  for (const FilledAction& action : finding.actions) all.push_back(action.command);
  return all;
}

EvidenceBuilder burst_on_a_default_host() { return burst().value("net.core.rmem_max", kHostSubject, 212'992); }

// decisions, "What users see": 657 x 832 B = 534 KiB, so the sysctl allows 1 048 576 and SO_RCVBUF is half of it.
TEST(RunbookOfABurst, RaisesTheBufferToWhatTheBurstTakesAndStatesTodaysValues) {
  const Finding f = finding("socket_rcvbuf_burst", burst_on_a_default_host());
  ASSERT_THAT(f.actions, SizeIs(3));
  EXPECT_EQ(f.actions[0].command, "sysctl -w net.core.rmem_max=1048576");
  EXPECT_EQ(f.actions[0].undo, "sysctl -w net.core.rmem_max=212992");
  EXPECT_EQ(f.actions[0].when, When::safe_now);
  EXPECT_EQ(f.actions[1].command, "restart feedhandler with SO_RCVBUF=524288 (the kernel doubles it)");
  EXPECT_EQ(f.actions[1].undo, "restart feedhandler with SO_RCVBUF=106496");
  EXPECT_EQ(f.actions[1].when, When::after_close);
  EXPECT_EQ(f.actions[1].verify, "ss -uamn 'sport = :26477'");
}

TEST(RunbookOfABurst, FitsTheLargestBurstOfAllEpisodes) {
  Timeline timeline;
  std::vector<Episode> episodes;
  for (const std::int64_t packets : {657, 2'000, 700}) {
    Episode& episode = episodes.emplace_back(full_buffer());
    const EvidenceBuilder evidence = burst_on_a_default_host().measured("arrival.burst_packets", packets);
    for (const Record& record : evidence.records()) {
      const bool is_fact = record.name == "net.core.rmem_max" || record.name == "socket.rcvbuf";
      if (const auto id = timeline.add(record); !is_fact) episode.evidence.push_back(*id);
    }
  }
  const Diagnosis diagnosis = diagnose(timeline, episodes);
  ASSERT_THAT(diagnosis.findings, SizeIs(1));  // 2 000 x 832 = 1 664 000, up to 2 097 152
  EXPECT_EQ(diagnosis.findings.front().actions[0].command, "sysctl -w net.core.rmem_max=2097152");
}

TEST(RunbookOfABurst, LeavesALimitAloneThatIsLargeEnough) {
  const Finding f = finding("socket_rcvbuf_burst", burst().value("net.core.rmem_max", kHostSubject, 16'777'216));
  EXPECT_THAT(commands(f), Each(Not(HasSubstr("rmem_max"))));
  EXPECT_THAT(commands(f), Contains(HasSubstr("SO_RCVBUF=524288")));
}

TEST(RunbookOfABurst, GuessesNoValueThatWasNotRead) {
  const Finding f = finding("socket_rcvbuf_burst", burst());
  EXPECT_FALSE(f.actions[0].is_computed);
  EXPECT_THAT(f.actions[0].command, StartsWith("cannot be computed: newmax is not known"));
  EXPECT_EQ(f.actions[0].undo, "");
}

// Undecided, and the buffer is 8 MiB already: the busiest stretch is no reason to make it smaller.
TEST(RunbookOfABurst, ShrinksNoBuffer) {
  const EvidenceBuilder evidence =
      burst_on_a_default_host().value("socket.rcvbuf", kConsumer, 8'388'608).without("reader.longest_gap");
  const Finding f = finding("socket_rcvbuf_burst", evidence);
  EXPECT_THAT(commands(f), Contains(StartsWith("cannot be computed: newbuf is not known")));
}

TEST(RunbookOfABurst, AsksForNoBufferThatAnIntCannotHold) {
  const Finding f =
      finding("socket_rcvbuf_burst", burst_on_a_default_host().measured("arrival.burst_packets", 9'000'000));
  EXPECT_THAT(commands(f), Contains(StartsWith("cannot be computed: newbuf is not known")));
}

// 2 ms of every 100 ms, as "2000 100000" in cpu.max says (Documentation/admin-guide/cgroup-v2.rst).
EvidenceBuilder throttled(std::string path) {
  return waiting_reader()
      .measured("cgroup.throttled", 460 * kMs)
      .measured("cgroup.path", 0, std::move(path))
      .measured("cgroup.quota", 2 * kMs)
      .measured("cgroup.period", 100 * kMs);
}

TEST(RunbookOfAStarvedReader, FreesTheCgroupAndStatesItsLimit) {
  const Finding f = finding("app_cpu_starved", throttled("/feed.slice"));
  EXPECT_EQ(f.actions[0].command, "echo 'max 100000' > /sys/fs/cgroup/feed.slice/cpu.max");
  EXPECT_EQ(f.actions[0].undo, "echo '2000 100000' > /sys/fs/cgroup/feed.slice/cpu.max");
  EXPECT_THAT(commands(f), Contains("ps -eLo tid,psr,cls,rtprio,ni,pcpu,comm --sort=-pcpu | awk '$2 == 1'"));
  EXPECT_THAT(commands(f), Contains("chrt -p 2440 | grep -q SCHED_OTHER && chrt -f -p 1 2440"));
}

TEST(RunbookOfAStarvedReader, LeavesTheCgroupOutThatWasNotThrottled) {
  EXPECT_THAT(commands(finding("app_cpu_starved", waiting_reader())), Each(Not(HasSubstr("cpu.max"))));
}

TEST(RunbookOfAStarvedReader, GuessesNoCgroupAndNoLimitThatWasNotRead) {
  for (const char* path : {"", "feed.slice", "/a;b"}) {
    EXPECT_FALSE(finding("app_cpu_starved", throttled(path)).actions[0].is_computed) << path;
  }
  EXPECT_FALSE(finding("app_cpu_starved", throttled("/feed.slice").without("cgroup.period")).actions[0].is_computed);
}

TEST(RunbookOfAStalledReader, LetsAStoppedProcessGoOnAndNoOther) {
  const Finding stopped = finding("app_stalled", sleeping_reader().measured("reader.state", 'T'));
  EXPECT_EQ(stopped.actions[0].command, "kill -CONT 2435");
  EXPECT_EQ(stopped.actions[0].undo, "kill -STOP 2435");
  EXPECT_THAT(commands(finding("app_stalled", sleeping_reader())), Each(Not(HasSubstr("kill"))));
}

TEST(RunbookOfAStalledReader, TellsTheApplicationTeamWhatBlockedIt) {
  const auto all = commands(finding("app_stalled", sleeping_reader()));
  EXPECT_THAT(all,
              Contains(HasSubstr("thread rx-itch (tid 2440) of feedhandler (pid 2435) did not read 239.1.1.1:26477")));
  EXPECT_THAT(all, Contains(HasSubstr("it was in: futex_wait_queue")));
}

TEST(RunbookOfAConsumer, PutsNoHostileProcessNameIntoACommand) {
  const EvidenceBuilder evidence = burst_on_a_default_host().value("consumer.owner", kConsumer, 2'435, "x; rm -rf /");
  for (const FilledAction& action : finding("socket_rcvbuf_burst", evidence).actions) {
    EXPECT_THAT(action.command + action.undo + action.verify + action.persist, Not(HasSubstr("rm -rf")));
  }
}

TEST(RunbookOfAConsumer, NamesNoProcessThatIsNotKnown) {
  const Finding f = finding("socket_filter", consumer_facts().value("consumer.owner", kConsumer, 0), filtered());
  EXPECT_THAT(f.actions[0].command, StartsWith("cannot be computed: pid is not known"));
}

TEST(FindingOfAConsumer, NamesItsFeedAndCountsWhatItExpected) {
  const Finding f = finding("socket_rcvbuf_burst", burst());
  EXPECT_EQ(f.subject, kConsumer);
  EXPECT_EQ(f.subject_name, "feed ITCH-X line A 239.1.1.1:26477 -> feedhandler[2435] fd 12");
  EXPECT_EQ(f.expected, 100'000U);
  EXPECT_EQ(f.share, 1'204U);
  EXPECT_EQ(f.lost, 24U);
  EXPECT_EQ(f.recovered, 1'180U);
}

TEST(FindingOfAConsumer, SendsNobodyToALineThatTheFeedHasNot) {
  constexpr const char* kRest =
      "Request what nobody brought from the recovery channel. The reader itself needs no help: it keeps up.";
  EXPECT_EQ(finding("socket_rcvbuf_burst", burst().value("feed.line_count", kFeed, 1)).mitigate, kRest);
  EXPECT_EQ(finding("socket_rcvbuf_burst", burst().without("feed.line_count")).mitigate, kRest);
  EXPECT_THAT(finding("socket_rcvbuf_burst", burst().value("feed.line_count", kFeed, 2)).mitigate,
              StartsWith("Take feed ITCH-X from its other line while that is whole. Request"));
  EXPECT_THAT(finding("socket_rcvbuf_burst", burst().value("feed.line_count", kFeed, 3)).mitigate,
              StartsWith("Take feed ITCH-X from another of its lines"));
}

// A reader of the first fix must not be sent to look first.
TEST(FindingOfAConsumer, PutsWhatOnlyLooksBehindWhatChangesSomething) {
  for (const FilledAction& action : finding("app_stalled", sleeping_reader()).actions) {
    if (!action.looks) continue;
    EXPECT_THAT(action.impact, ::testing::AnyOf(HasSubstr("reads"), HasSubstr("records")));
  }
  const Finding f = finding("app_stalled", sleeping_reader());
  EXPECT_FALSE(f.actions.front().looks);
  EXPECT_TRUE(std::ranges::is_sorted(f.actions, {}, &FilledAction::looks));
}

TEST(FindingOfAConsumer, ListsItsThreeLookAlikesAndTheFilter) {
  const Finding f = finding("socket_rcvbuf_burst", burst());
  std::vector<std::string_view> ids;
  for (const RuledOut& out : f.ruled_out) ids.push_back(out.cause);
  for (const char* id : {"app_slow_consumer", "app_stalled", "app_cpu_starved", "socket_filter"}) {
    EXPECT_THAT(ids, Contains(Eq(id)));
  }
}

TEST(FindingOfAConsumer, TakesTheLineOfTheEpisodeWhereTheConsumersIsNotKnown) {
  const Finding f = finding("socket_rcvbuf_burst", burst().without("consumer.line").without("consumer.local"));
  EXPECT_THAT(commands(f), Contains("ss -uamn 'sport = :26477'"));
}

// Nothing was written to a file, so nothing can be read from one.
TEST(RunbookOfALiveRun, LeavesOutWhatNeedsACaptureFile) {
  const EvidenceBuilder evidence = EvidenceBuilder{}
                                       .point()
                                       .dropped(19)
                                       .text("point.interface", kPoint, "eth0")
                                       .text("input.file", kInput, "x.pcap");
  const auto needs_file = [](const EvidenceBuilder& run) {
    const Episode episode = EpisodeBuilder(Symptom::duplication).duplicates(kLineA, "A", 30).build();
    const Finding f = finding("net_duplication",
                              EvidenceBuilder(run)
                                  .value("capture.repeated", kPoint, 30)
                                  .value("capture.repeated_share", kPoint, 1'500)
                                  .text("line.port", kLineA, "26477"),
                              episode);
    return std::ranges::count_if(f.actions,
                                 [](const FilledAction& a) { return a.command.find("x.pcap") != std::string::npos; });
  };
  EXPECT_GT(needs_file(evidence), 0);
  EXPECT_EQ(needs_file(EvidenceBuilder(evidence).value("point.live", kPoint, 1)), 0);
}

}  // namespace
}  // namespace wirecause::testing
