// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "kernel_firewall";

EvidenceBuilder tracking_dropped(std::int64_t packets) {
  return joined(this_host()).measured("nf_conntrack.drop", packets, {}, 0, kHostOfConsumer);
}
Episode netfilter_drops() { return drops_25(Checkpoint::netfilter, kNetfilterDrop).build(); }

TEST(KernelFirewall, IsNamedWhereConnectionTrackingDroppedNothing) {
  const EvidenceBuilder evidence = tracking_dropped(0).value("netfilter.tables", kHostOfConsumer, 1, "nft inet filter");
  const Judgement j = only(judged(kId, evidence, netfilter_drops()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.place, Place::on_this_host);
  EXPECT_EQ(j.severity, Severity::critical);
  EXPECT_EQ(
      sentence(j.because),
      "netfilter dropped 25 datagrams; tables loaded: nft inet filter; connection tracking dropped nothing meanwhile");
}

// Since 6.7 nftables frees in nft_do_chain(); connection tracking's drops are freed by nf_hook_slow().
TEST(KernelFirewall, IsNamedByTheKernelsSymbolOfARule) {
  const Episode episode = drops_25(Checkpoint::netfilter, kNetfilterDrop).symbol("nft_do_chain").build();
  EXPECT_TRUE(is_decided(only(judged(kId, this_host(), episode))));
}

TEST(KernelFirewall, NamesTheRuleWhoseCounterGrew) {
  const EvidenceBuilder evidence =
      this_host().value("netfilter.rule_packets", kHostOfConsumer, 30, "inet filter input handle 7: drop");
  const Judgement j = only(judged(kId, evidence, netfilter_drops()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_THAT(sentence(j.because), HasSubstr("this rule grew by 30: inet filter input handle 7: drop"));
}

TEST(KernelFirewall, NamesOfTwoRulesTheOneThatCountedMostOverAllReadings) {
  constexpr Subject kSecond{SubjectKind::host, 1};
  constexpr Subject kThird{SubjectKind::host, 2};
  const EvidenceBuilder evidence =
      this_host()
          .value("netfilter.rule_packets", kHostOfConsumer, 12, "inet filter input handle 7: drop")
          .value("netfilter.rule_packets", kSecond, 20, "inet filter input handle 9: drop")
          .value("netfilter.rule_packets", kThird, 13, "inet filter input handle 7: drop");
  const Judgement j = only(judged(kId, evidence, netfilter_drops()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_THAT(sentence(j.because), HasSubstr("this rule grew by 25: inet filter input handle 7: drop"));
}

TEST(KernelFirewall, StaysUndecidedWithConnectionTrackingWhoseCountersWereNotRead) {
  const Judgement j = only(judged(kId, joined(this_host()), netfilter_drops()));
  EXPECT_THAT(j.undecided_with, ElementsAre("kernel_conntrack_full"));
  EXPECT_THAT(j.missing, HasSubstr("conntrack -S"));
}

TEST(KernelFirewall, StaysUndecidedWhereConnectionTrackingDroppedWithRoomInItsTable) {
  const EvidenceBuilder evidence =
      tracking_dropped(25).value("net.netfilter.nf_conntrack_count", kHostOfConsumer, 900).as_reading();
  EXPECT_TRUE(is_undecided(only(judged(kId, evidence, netfilter_drops()))));
}

TEST(KernelFirewall, IsRuledOutWhereConnectionTrackingDroppedThemAll) {
  EXPECT_EQ(only(judged(kId, tracking_dropped(25), netfilter_drops())).verdict, Verdict::ruled_out);
}

TEST(KernelFirewall, TakesWhatConnectionTrackingDidNotCount) {
  const Diagnosis diagnosis = diagnosis_of(tracking_dropped(5), netfilter_drops());
  ASSERT_EQ(diagnosis.findings.size(), 2U);
  EXPECT_EQ(diagnosis.findings[0].cause->id, kId);
  EXPECT_EQ(diagnosis.findings[0].share, 20U);
  EXPECT_EQ(diagnosis.findings[1].share, 5U);
}

TEST(KernelFirewall, GivesTheExactExceptionToTheRuleAndItsUndo) {
  const EvidenceBuilder evidence =
      this_host().value("netfilter.rule_packets", kHostOfConsumer, 30, "inet filter input handle 7: drop");
  const Diagnosis diagnosis = diagnosis_of(evidence, netfilter_drops());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  const FilledAction& fix = diagnosis.findings.front().actions.front();
  EXPECT_EQ(fix.command, "nft insert rule inet filter input ip daddr 239.1.1.1 udp dport 26477 accept");
  EXPECT_THAT(fix.undo, HasSubstr("nft delete rule inet filter input handle"));
}

TEST(KernelFirewall, GivesAnExceptionToThePolicyOfAChainToo) {
  const EvidenceBuilder evidence =
      this_host().value("netfilter.rule_packets", kHostOfConsumer, 30, "inet filter input: drop");
  const Diagnosis diagnosis = diagnosis_of(evidence, netfilter_drops());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  EXPECT_THAT(diagnosis.findings.front().actions.front().command,
              HasSubstr("nft insert rule inet filter input ip daddr"));
}

// The look-alike: a filter of the socket itself bears a reason of its own.
TEST(KernelFirewall, IsSilentOnASocketFilterAndOnHealth) {
  EXPECT_THAT(judged(kId, tracking_dropped(0), drops_25(Checkpoint::udp, "SKB_DROP_REASON_SOCKET_FILTER").build()),
              IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
