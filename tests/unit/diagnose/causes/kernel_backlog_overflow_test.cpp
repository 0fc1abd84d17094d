// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "kernel_backlog_overflow";
constexpr std::string_view kCpuBacklog = "SKB_DROP_REASON_CPU_BACKLOG";
constexpr Subject kCpu0{SubjectKind::cpu, 0};
constexpr Subject kCpu1{SubjectKind::cpu, 1};

EvidenceBuilder softnet_dropped(std::int64_t on_0, std::int64_t on_1) {
  return whole_adapter()
      .measured("softnet_stat.dropped", on_0, {}, 0, kCpu0)
      .measured("softnet_stat.dropped", on_1, {}, 0, kCpu1);
}

TEST(KernelBacklogOverflow, IsNamedByNumberForWhatEndedAtTheQueue) {
  const EvidenceBuilder evidence =
      live_point().measured("drop.before_tap", 25, "SKB_DROP_REASON_CPU_BACKLOG at enqueue_to_backlog", 0, kLineA);
  const Judgement j = only(judged(kId, evidence, a_lacks_25_live().build()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::by_number);
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(
      sentence(j.because),
      "25 units ended at a full per-CPU input queue (CPU_BACKLOG) before the tap; net.core.netdev_max_backlog is 1 000");
}

TEST(KernelBacklogOverflow, ClaimsWhatNobodyBroughtFromTheFeed) {
  const EvidenceBuilder evidence = whole_adapter().measured("drop.before_tap", 3, std::string(kCpuBacklog), 4, kLineA);
  const Episode episode = EpisodeBuilder(Symptom::loss).lost(4).missing(kLineA, "A", 3, 4).build();
  const Diagnosis diagnosis = diagnosis_of(evidence, episode);
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  EXPECT_EQ(diagnosis.findings[0].share, 7U);
  EXPECT_EQ(diagnosis.findings[0].lost, 4U);
  EXPECT_EQ(diagnosis.findings[0].severity, Severity::critical);
}

TEST(KernelBacklogOverflow, CountsAUnitThatTwoLinesLostHereOnlyOnce) {
  const EvidenceBuilder evidence = whole_adapter()
                                       .measured("drop.before_tap", 0, std::string(kCpuBacklog), 7, kLineA)
                                       .measured("drop.before_tap", 0, std::string(kCpuBacklog), 7, kLineB);
  const Episode episode =
      EpisodeBuilder(Symptom::loss).lost(20).missing(kLineA, "A", 0, 20).missing(kLineB, "B", 0, 20).build();
  const Diagnosis diagnosis = diagnosis_of(evidence, episode);
  ASSERT_EQ(diagnosis.findings.size(), 2U);
  EXPECT_EQ(diagnosis.findings[0].cause->id, "net_common_loss");
  EXPECT_EQ(diagnosis.findings[0].lost, 13U);
  EXPECT_EQ(diagnosis.findings[1].lost, 7U);
}

TEST(KernelBacklogOverflow, SaysSoWhereAPartWasOnlyCounted) {
  const EvidenceBuilder evidence = live_point()
                                       .measured("drop.before_tap", 25, std::string(kCpuBacklog), 0, kLineA)
                                       .measured("drop.before_tap_by_count", 10, {}, 0, kLineA);
  EXPECT_EQ(only(judged(kId, evidence, a_lacks_25_live().build())).strength, Strength::by_count);
}

TEST(KernelBacklogOverflow, IsNamedByCountAndPaysForNoMoreThanSoftnetCounted) {
  const Diagnosis diagnosis = diagnosis_of(softnet_dropped(3, 7), a_lacks_25_live().build());
  ASSERT_EQ(diagnosis.findings.size(), 2U);
  EXPECT_EQ(diagnosis.findings[0].cause->id, "net_line_loss");
  EXPECT_EQ(diagnosis.findings[0].share, 15U);
  EXPECT_EQ(diagnosis.findings[1].cause->id, kId);
  EXPECT_EQ(diagnosis.findings[1].share, 10U);
  EXPECT_THAT(diagnosis.findings[1].because, HasSubstr("softnet_stat counts 10 packets dropped"));
}

TEST(KernelBacklogOverflow, TakesTheSumOverAllCpusWhereThereIsOne) {
  const EvidenceBuilder evidence = softnet_dropped(3, 7).measured("softnet_stat.dropped", 10, {}, 0, kHostOfConsumer);
  EXPECT_THAT(sentence(only(judged(kId, evidence, a_lacks_25_live().build())).because),
              HasSubstr("softnet_stat counts 10 packets"));
}

// Other packets end between adapter and tap, too: what ran short of memory is not a full queue.
TEST(KernelBacklogOverflow, IsNotEveryDropAtThatPlace) {
  const EvidenceBuilder evidence =
      whole_adapter().measured("drop.before_tap", 25, "SKB_DROP_REASON_PFMEMALLOC at process_backlog", 0, kLineA);
  EXPECT_EQ(only(judged(kId, evidence, a_lacks_25_live().build())).verdict, Verdict::ruled_out);
}

TEST(KernelBacklogOverflow, TakesADroppedPacketForAsManyUnitsAsTheFeedsPacketsCarry) {
  const Diagnosis diagnosis = diagnosis_of(softnet_dropped(5, 0).carried(100'000, 20'000), a_lacks_25_live().build());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  EXPECT_EQ(diagnosis.findings[0].share, 25U);
}

TEST(KernelBacklogOverflow, IsRuledOutByCountWhereEveryDropIsReportedAndNoneIsOfThisFeed) {
  const EvidenceBuilder evidence = softnet_dropped(3, 7).value("drop.probe", kHostOfConsumer, 1);
  EXPECT_EQ(only(judged(kId, evidence, a_lacks_25_live().build())).verdict, Verdict::ruled_out);
  const EvidenceBuilder with_losses = EvidenceBuilder(evidence).measured("drop.records_lost", 1);
  EXPECT_EQ(only(judged(kId, with_losses, a_lacks_25_live().build())).verdict, Verdict::named);
}

// The look-alikes: the adapter's counters move and softnet's do not, or neither moves.
TEST(KernelBacklogOverflow, IsRuledOutWhereSoftnetIsStill) {
  EXPECT_EQ(only(judged(kId, softnet_dropped(0, 0), a_lacks_25_live().build())).verdict, Verdict::ruled_out);
}

TEST(KernelBacklogOverflow, CannotBeToldWhereTheFlowLimitDropped) {
  const EvidenceBuilder evidence = softnet_dropped(10, 0).measured("softnet_stat.flow_limit_count", 10, {}, 0, kCpu0);
  const Judgement j = only(judged(kId, evidence, a_lacks_25_live().build()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_THAT(j.missing, HasSubstr("flow_limit"));
}

TEST(KernelBacklogOverflow, SaysNothingWhereNobodyReadSoftnet) {
  EXPECT_THAT(judged(kId, live_point().dropped(0), a_lacks_25_live().build()), IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

TEST(KernelBacklogOverflow, GivesTheExactLengthAndTheOneBefore) {
  const Diagnosis diagnosis = diagnosis_of(softnet_dropped(25, 0), a_lacks_25_live().build());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  const FilledAction& fix = diagnosis.findings.front().actions.front();
  EXPECT_EQ(fix.command, "sysctl -w net.core.netdev_max_backlog=4000");
  EXPECT_EQ(fix.undo, "sysctl -w net.core.netdev_max_backlog=1000");
}

}  // namespace
}  // namespace wirecause::testing
