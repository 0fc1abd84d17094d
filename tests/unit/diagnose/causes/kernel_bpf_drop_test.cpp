// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "kernel_bpf_drop";
constexpr std::string_view kTcIngress = "SKB_DROP_REASON_TC_INGRESS";

// Interface 0 is eth1: the consumer that reads there says so.
EvidenceBuilder with_xdp(EvidenceBuilder evidence) {
  return evidence.value("consumer.interface", kConsumer, 0, "eth1")
      .value("interface.xdp", kInterfaceOfConsumer, 42, "native program 42 filter_feeds");
}

TEST(KernelBpfDrop, IsNamedByNumberForWhatAnXdpProgramDroppedBeforeTheTap) {
  const EvidenceBuilder evidence =
      with_xdp(live_point()).measured("drop.before_tap", 25, "SKB_DROP_REASON_XDP", 0, kLineA);
  const Judgement j = only(judged(kId, evidence, a_lacks_25_live().build()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::by_number);
  EXPECT_EQ(j.place, Place::on_this_host);
  EXPECT_EQ(sentence(j.because),
            "an XDP program dropped 25 units before the tap; attached to eth1: native program 42 filter_feeds");
}

TEST(KernelBpfDrop, LeavesToTheNetworkWhatItDidNotDrop) {
  const EvidenceBuilder evidence =
      with_xdp(whole_adapter()).measured("drop.before_tap", 5, "SKB_DROP_REASON_XDP", 0, kLineA);
  const Diagnosis diagnosis = diagnosis_of(evidence, a_lacks_25_live().build());
  ASSERT_EQ(diagnosis.findings.size(), 2U);
  EXPECT_EQ(diagnosis.findings[0].cause->id, "net_line_loss");
  EXPECT_EQ(diagnosis.findings[0].share, 20U);
  EXPECT_EQ(diagnosis.findings[1].share, 5U);
}

TEST(KernelBpfDrop, IsNamedByTheDriversCountOfXdpDrops) {
  const EvidenceBuilder evidence =
      with_xdp(whole_adapter()).measured("nic.rx_xdp_drops", 25, {}, 0, kInterfaceOfConsumer);
  const Diagnosis diagnosis = diagnosis_of(evidence, a_lacks_25_live().build());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  EXPECT_EQ(diagnosis.findings[0].cause->id, kId);
  EXPECT_EQ(diagnosis.findings[0].share, 25U);
  EXPECT_EQ(diagnosis.findings[0].strength, Strength::by_count);
}

TEST(KernelBpfDrop, StaysUndecidedWithTheNetworkWhereAProgramIsAttachedAndNobodyCounts) {
  const Diagnosis diagnosis = diagnosis_of(with_xdp(whole_adapter()), a_lacks_25_live().build());
  ASSERT_EQ(diagnosis.findings.size(), 2U);
  EXPECT_THAT(diagnosis.findings[0].undecided_with, ElementsAre(kId));
  EXPECT_THAT(diagnosis.findings[1].undecided_with, ElementsAre("net_line_loss"));
  EXPECT_THAT(diagnosis.findings[0].would_decide, HasSubstr("the program's own counters"));
  EXPECT_EQ(diagnosis.verdict.place, Place::cannot_tell);
}

TEST(KernelBpfDrop, StaysUndecidedWithACommonLossToo) {
  const Episode episode =
      EpisodeBuilder(Symptom::loss).lost(7).missing(kLineA, "A", 0, 7).missing(kLineB, "B", 0, 7).build();
  const Diagnosis diagnosis = diagnosis_of(with_xdp(whole_adapter()), episode);
  ASSERT_EQ(diagnosis.findings.size(), 2U);
  EXPECT_EQ(diagnosis.findings[0].cause->id, "net_common_loss");
  EXPECT_THAT(diagnosis.findings[0].undecided_with, ElementsAre(kId));
  EXPECT_EQ(diagnosis.findings[1].severity, Severity::critical);
}

TEST(KernelBpfDrop, IsNotBlamedWhereTheDriverCountsAndCountedNothing) {
  const EvidenceBuilder evidence =
      with_xdp(whole_adapter()).measured("nic.rx_xdp_drops", 0, {}, 0, kInterfaceOfConsumer);
  EXPECT_THAT(judged(kId, evidence, a_lacks_25_live().build()), IsEmpty());
}

TEST(KernelBpfDrop, IsNotBlamedWithoutAProgram) {
  const EvidenceBuilder evidence = with_xdp(whole_adapter()).value("interface.xdp", kInterfaceOfConsumer, 0);
  EXPECT_THAT(judged(kId, evidence, a_lacks_25_live().build()), IsEmpty());
}

TEST(KernelBpfDrop, IsNamedAtTcByTheKernelsReasonAndShowsTheProgram) {
  const EvidenceBuilder evidence =
      this_host().value("interface.tc_bpf", kInterfaceOfConsumer, 1, "clsact ingress program 7 police");
  const Judgement j = only(judged(kId, evidence, drops_25(Checkpoint::tc, kTcIngress).build()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(sentence(j.because),
            "a filter or BPF program at tc dropped 25 datagrams (SKB_DROP_REASON_TC_INGRESS); attached to eth1: clsact "
            "ingress program 7 police");
}

TEST(KernelBpfDrop, KeepsTheProgramPinnedSoThatItCanBePutBack) {
  const Diagnosis diagnosis =
      diagnosis_of(with_xdp(whole_adapter()).measured("drop.before_tap", 25, "SKB_DROP_REASON_XDP", 0, kLineA),
                   a_lacks_25_live().build());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  const FilledAction& fix = diagnosis.findings.front().actions.front();
  EXPECT_EQ(fix.command, "bpftool prog pin id 42 /sys/fs/bpf/wirecause_xdp && ip link set dev eth1 xdp off");
  EXPECT_THAT(fix.undo, HasSubstr("bpftool net attach xdp pinned /sys/fs/bpf/wirecause_xdp dev eth1"));
}

// The look-alike: a firewall's drop bears its own reason.
TEST(KernelBpfDrop, IsSilentOnAFirewallAndOnHealth) {
  EXPECT_THAT(judged(kId, with_xdp(this_host()), drops_25(Checkpoint::netfilter, kNetfilterDrop).build()), IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
