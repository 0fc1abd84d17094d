// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "kernel_conntrack_full";

EvidenceBuilder tracking_dropped(std::int64_t packets) {
  return joined(this_host()).measured("nf_conntrack.drop", packets, {}, 0, kHostOfConsumer);
}
EvidenceBuilder with_entries(EvidenceBuilder evidence, std::int64_t entries) {
  return evidence.value("net.netfilter.nf_conntrack_count", kHostOfConsumer, entries).as_reading();
}
Episode netfilter_drops() { return drops_25(Checkpoint::netfilter, kNetfilterDrop).build(); }

TEST(KernelConntrackFull, IsNamedWhereItsDropCounterMovedAndItsTableWasFull) {
  const Judgement j = only(judged(kId, with_entries(tracking_dropped(31), 262'144), netfilter_drops()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::by_count);
  EXPECT_EQ(
      sentence(j.because),
      "netfilter dropped 25 datagrams, and connection tracking counts 31 drops of its own; its table held 262 144 of "
      "262 144 entries");
}

TEST(KernelConntrackFull, IsNamedWhereEntriesWereThrownOutHoweverManyThereAreNow) {
  const EvidenceBuilder evidence =
      with_entries(tracking_dropped(25), 900).measured("nf_conntrack.early_drop", 400, {}, 0, kHostOfConsumer);
  EXPECT_TRUE(is_decided(only(judged(kId, evidence, netfilter_drops()))));
}

TEST(KernelConntrackFull, PaysForNoMoreThanItsCounterMoved) {
  const Judgement j = only(judged(kId, tracking_dropped(5), netfilter_drops()));
  ASSERT_TRUE(j.bound.has_value());
  EXPECT_EQ(j.bound->units, 5U);
}

TEST(KernelConntrackFull, StaysUndecidedWithTheFirewallWhereItsCountersWereNotRead) {
  const Judgement j = only(judged(kId, joined(this_host()), netfilter_drops()));
  EXPECT_THAT(j.undecided_with, ElementsAre("kernel_firewall"));
  EXPECT_THAT(j.missing, HasSubstr("table full"));
}

TEST(KernelConntrackFull, StaysUndecidedWhereItDroppedWithRoomInItsTable) {
  EXPECT_TRUE(is_undecided(only(judged(kId, with_entries(tracking_dropped(25), 900), netfilter_drops()))));
}

// The look-alike: a rule drops for the same reason.
TEST(KernelConntrackFull, IsRuledOutWhereItDroppedNothing) {
  EXPECT_EQ(only(judged(kId, tracking_dropped(0), netfilter_drops())).verdict, Verdict::ruled_out);
}

// early_drop counts entries that were thrown out, not packets.
TEST(KernelConntrackFull, IsRuledOutWhereItOnlyThrewEntriesOut) {
  const EvidenceBuilder evidence = tracking_dropped(0).measured("nf_conntrack.early_drop", 400, {}, 0, kHostOfConsumer);
  EXPECT_EQ(only(judged(kId, evidence, netfilter_drops())).verdict, Verdict::ruled_out);
}

// The growth of a level, which the engine measures under the same name, says nothing of how full the table is.
TEST(KernelConntrackFull, DoesNotTakeTheGrowthOfItsTableForItsLevel) {
  const EvidenceBuilder evidence =
      tracking_dropped(31).measured("net.netfilter.nf_conntrack_count", 12, {}, 0, kHostOfConsumer);
  EXPECT_TRUE(is_decided(only(judged(kId, evidence, netfilter_drops()))));
}

TEST(KernelConntrackFull, AddsTheDropsOfAllCpus) {
  const EvidenceBuilder evidence = this_host()
                                       .measured("nf_conntrack.drop", 10, {}, 0, {SubjectKind::cpu, 0})
                                       .measured("nf_conntrack.drop", 15, {}, 0, {SubjectKind::cpu, 1});
  EXPECT_FALSE(only(judged(kId, evidence, netfilter_drops())).bound.has_value());
}

TEST(KernelConntrackFull, GivesTheExactLimitAndTheOneBefore) {
  const Diagnosis diagnosis = diagnosis_of(tracking_dropped(25), netfilter_drops());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  const FilledAction& fix = diagnosis.findings.front().actions.front();
  EXPECT_EQ(fix.command, "sysctl -w net.netfilter.nf_conntrack_max=524288");
  EXPECT_EQ(fix.undo, "sysctl -w net.netfilter.nf_conntrack_max=262144");
}

TEST(KernelConntrackFull, IsSilentOnOtherDropsAndOnHealth) {
  EXPECT_THAT(judged(kId, tracking_dropped(25), drops_25(Checkpoint::ip, kNotSpecified).build()), IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
