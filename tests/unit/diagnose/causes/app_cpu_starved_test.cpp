// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kId = "app_cpu_starved";

Judgement judgement(const EvidenceBuilder& evidence) { return only(judged(kId, evidence, full_buffer())); }

TEST(AppCpuStarved, IsNamedWhenTheReaderCouldRunAndGotNoCpu) {
  const Judgement j = judgement(waiting_reader());
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.subject, kConsumer);
  EXPECT_EQ(j.place, Place::application);
  EXPECT_EQ(
      sentence(j.because),
      "thread rx-itch did not read for 500 ms while datagrams waited: it could run and got no CPU for 480 ms of it; "
      "4 000 datagrams a second came, and the receive buffer holds 256");
}

TEST(AppCpuStarved, NamesWhatRanInstead) {
  const EvidenceBuilder evidence =
      waiting_reader().measured("reader.off_cpu", 470 * kMs, "backup").measured("reader.off_cpu_runnable", 470 * kMs);
  EXPECT_THAT(sentence(judgement(evidence).because), HasSubstr("of it, backup ran instead;"));
}

TEST(AppCpuStarved, NamesTheCgroupAndItsLimit) {
  const EvidenceBuilder evidence = waiting_reader()
                                       .measured("cgroup.throttled", 460 * kMs)
                                       .measured("cgroup.path", 0, "/feed.slice")
                                       .measured("cgroup.quota", 2 * kMs)
                                       .measured("cgroup.period", 100 * kMs);
  EXPECT_THAT(sentence(judgement(evidence).because),
              HasSubstr("its cgroup was throttled for 460 ms (/feed.slice may use 2 ms of 100 ms)"));
  EXPECT_THAT(sentence(judgement(waiting_reader().measured("cgroup.throttled", 0)).because), Not(HasSubstr("cgroup")));
}

TEST(AppCpuStarved, PrintsNoControlCharactersOfACommandsName) {
  const EvidenceBuilder evidence =
      waiting_reader().measured("reader.off_cpu", 470 * kMs, "a\x1b[2J").measured("reader.off_cpu_runnable", 470 * kMs);
  EXPECT_THAT(sentence(judgement(evidence).because), Not(HasSubstr("\x1b")));
}

TEST(AppCpuStarved, IsRuledOutWhereTheReaderSleptOrHadItsCpu) {
  EXPECT_EQ(sentence(judgement(sleeping_reader()).because),
            "of the 500 ms without a read it slept or was blocked for most");
  EXPECT_EQ(judgement(sleeping_reader()).verdict, Verdict::ruled_out);
  EXPECT_EQ(sentence(judgement(computing_reader()).because), "of the 500 ms without a read it ran for 496 ms");
}

TEST(AppCpuStarved, IsRuledOutWhereReadsWentOn) {
  EXPECT_EQ(judgement(burst()).verdict, Verdict::ruled_out);
  EXPECT_EQ(judgement(slow_reader()).verdict, Verdict::ruled_out);
}

TEST(AppCpuStarved, IsNotConcludedFromInvoluntarySwitchesAlone) {
  EXPECT_FALSE(is_decided(judgement(stopped_reader().measured("reader.involuntary_switches", 900))));
}

TEST(AppCpuStarved, CannotTellWhereTheHypervisorTookAsMuchAsTheReaderWaited) {
  const Judgement j = judgement(waiting_reader().measured("cpu.steal", 480 * kMs, {}, 0, kCpu1));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_THAT(j.missing, HasSubstr("host_steal"));
}

TEST(AppCpuStarved, StaysUndecidedWithTheStalledWhereNobodySawWhatItDid) {
  EXPECT_THAT(judgement(stopped_reader()).undecided_with, ElementsAre("app_stalled"));
}

TEST(AppCpuStarved, IsSilentOnHealth) { EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty()); }

}  // namespace
}  // namespace wirecause::testing
