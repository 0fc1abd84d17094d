// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "kernel_rp_filter";
constexpr std::string_view kRpFilter = "SKB_DROP_REASON_IP_RPFILTER";
constexpr std::string_view kCounter = "TcpExt.IPReversePathFilter";

EvidenceBuilder counted(std::int64_t packets) {
  return joined(this_host()).measured(kCounter, packets, {}, 0, kHostOfConsumer);
}
Episode seen_by_counters_only() { return drops_25(Checkpoint::ip, kNoReason).by_count("counters only").build(); }

TEST(KernelRpFilter, IsNamedByTheKernelsOwnReason) {
  const Judgement j = only(judged(kId, joined(this_host()), drops_25(Checkpoint::ip, kRpFilter).build()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.subject, kConsumer);
  EXPECT_EQ(j.place, Place::on_this_host);
  EXPECT_EQ(j.severity, Severity::critical);
  EXPECT_EQ(j.strength, Strength::by_number);
  EXPECT_EQ(
      sentence(j.because),
      "25 datagrams from 10.0.0.1 ended at the reverse-path filter of eth1 (IP_RPFILTER); the filter there is strict");
}

TEST(KernelRpFilter, IsAWarningWhereTheOtherLineBroughtEverything) {
  const Episode episode = DropEpisodeBuilder(Checkpoint::ip, std::string(kRpFilter)).recovered(25).build();
  const Judgement j = only(judged(kId, this_host(), episode));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.recovered, 25U);
}

TEST(KernelRpFilter, IsNamedByTheCounterWhereNoReasonIsKnown) {
  const Judgement j = only(judged(kId, counted(40), seen_by_counters_only()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::by_count);
  EXPECT_FALSE(j.bound.has_value());
}

TEST(KernelRpFilter, PaysForNoMoreThanItsCounterMoved) {
  const Judgement j = only(judged(kId, counted(10), seen_by_counters_only()));
  ASSERT_TRUE(j.bound.has_value());
  EXPECT_EQ(j.bound->units, 10U);
}

TEST(KernelRpFilter, CannotBeToldWithoutReasonAndCounter) {
  const Judgement j = only(judged(kId, joined(this_host()), seen_by_counters_only()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_THAT(j.missing, HasSubstr("IPReversePathFilter"));
}

TEST(KernelRpFilter, IsRuledOutWhereItsCounterIsStill) {
  EXPECT_EQ(only(judged(kId, counted(0), seen_by_counters_only())).verdict, Verdict::ruled_out);
}

TEST(KernelRpFilter, IsRuledOutByCountOnAnInterfaceWhereItIsOff) {
  const EvidenceBuilder off = counted(40).value("rp_filter.effective", kInterfaceOfConsumer, 0);
  EXPECT_EQ(only(judged(kId, off, seen_by_counters_only())).verdict, Verdict::ruled_out);
}

// The look-alike: not joined, where the kernel says nothing.
TEST(KernelRpFilter, IsRuledOutWhereTheDropBearsNoReasonOfItsOwn) {
  EXPECT_EQ(only(judged(kId, this_host(), drops_25(Checkpoint::ip, kNotSpecified).build())).verdict,
            Verdict::ruled_out);
}

TEST(KernelRpFilter, IsNoAlarmForALineThatNobodyReadsHere) {
  const Judgement j = only(judged(kId, this_host(), drops_25(Checkpoint::ip, kRpFilter, kLineA).build()));
  EXPECT_EQ(j.severity, Severity::info);
  EXPECT_EQ(j.share, 25U);
  EXPECT_EQ(j.lost, 0U);
}

TEST(KernelRpFilter, IsSilentOnADropElsewhereAndOnHealth) {
  EXPECT_THAT(judged(kId, counted(40), drops_25(Checkpoint::socket, "SKB_DROP_REASON_SOCKET_RCVBUFF").build()),
              IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

TEST(KernelRpFilter, GivesTheExactSysctlAndTheValueThatItHadBefore) {
  const EvidenceBuilder evidence = joined(this_host());
  const Diagnosis diagnosis = diagnosis_of(evidence, drops_25(Checkpoint::ip, kRpFilter).build());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  const FilledAction& fix = diagnosis.findings.front().actions.front();
  EXPECT_TRUE(fix.is_computed);
  EXPECT_EQ(fix.command, "sysctl -w net/ipv4/conf/eth1/rp_filter=2");
  EXPECT_EQ(fix.undo, "sysctl -w net/ipv4/conf/eth1/rp_filter=1");
}

}  // namespace
}  // namespace wirecause::testing
