// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "kernel_no_listener";
constexpr std::string_view kNoSocket = "SKB_DROP_REASON_NO_SOCKET";

EvidenceBuilder unicast() { return this_host().text("line.group", kLineA, "10.0.0.9"); }
Episode seen_by_counters_only() {
  return drops_25(Checkpoint::udp, kNoReason, kLineA).by_count("counters only").build();
}

TEST(KernelNoListener, IsNamedByTheKernelsOwnReason) {
  const Judgement j = only(judged(kId, unicast(), drops_25(Checkpoint::udp, kNoSocket, kLineA).build()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.subject, kLineA);
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.share, 25U);
  EXPECT_EQ(j.lost, 0U);
  EXPECT_EQ(sentence(j.because), "25 datagrams came for port 26477, which nobody had bound");
}

TEST(KernelNoListener, IsNamedByTheCountOfNoPorts) {
  const EvidenceBuilder evidence = unicast().measured("Udp.NoPorts", 30, {}, 0, kHostOfConsumer);
  const Judgement j = only(judged(kId, evidence, seen_by_counters_only()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::by_count);
  EXPECT_THAT(sentence(j.because), HasSubstr("Udp.NoPorts moved by 30"));
}

TEST(KernelNoListener, PaysForNoMoreThanNoPortsMoved) {
  const EvidenceBuilder evidence = unicast().measured("Udp.NoPorts", 10, {}, 0, kHostOfConsumer);
  EXPECT_EQ(only(judged(kId, evidence, seen_by_counters_only())).share, 10U);
}

TEST(KernelNoListener, CannotBeToldWithoutReasonAndCounter) {
  const Judgement j = only(judged(kId, unicast(), seen_by_counters_only()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_THAT(j.missing, HasSubstr("UdpNoPorts"));
}

TEST(KernelNoListener, IsRuledOutWhereNoPortsIsStill) {
  const EvidenceBuilder evidence = unicast().measured("Udp.NoPorts", 0, {}, 0, kHostOfConsumer);
  EXPECT_EQ(only(judged(kId, evidence, seen_by_counters_only())).verdict, Verdict::ruled_out);
}

TEST(KernelNoListener, ReadsTheCounterOfTheLinesFamily) {
  const EvidenceBuilder evidence = this_host()
                                       .text("line.group", kLineA, "2001:db8::9")
                                       .measured("Udp.NoPorts", 0, {}, 0, kHostOfConsumer)
                                       .measured("Udp6NoPorts", 25, {}, 0, kHostOfConsumer);
  EXPECT_TRUE(is_decided(only(judged(kId, evidence, seen_by_counters_only()))));
}

// What reaches UDP has passed IP, and multicast passes IP only where the group is joined.
TEST(KernelNoListener, IsNamedForAJoinedGroupWhosePortNobodyBound) {
  const Episode episode = drops_25(Checkpoint::udp, kNotSpecified, kLineA).symbol("__udp4_lib_mcast_deliver").build();
  const EvidenceBuilder evidence = this_host().measured("Udp.IgnoredMulti", 25, {}, 0, kHostOfConsumer);
  const Judgement j = only(judged(kId, evidence, episode));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(sentence(j.because),
            "the group is joined on this host, and nobody has bound port 26477 for it: 25 datagrams ended in UDP; "
            "Udp.IgnoredMulti moved by 25");
}

TEST(KernelNoListener, IsNoFindingForAGroupThatNobodyHereAskedFor) {
  const Episode episode = drops_25(Checkpoint::ip, kNotSpecified, kLineA).symbol("ip_rcv_finish_core").build();
  EXPECT_THAT(diagnosis_of(this_host(), episode).findings, IsEmpty());
}

// The look-alike: bound, and not joined.
TEST(KernelNoListener, IsRuledOutWhereASocketIsBound) {
  EXPECT_EQ(only(judged(kId, this_host(), drops_25(Checkpoint::udp, kNotSpecified).build())).verdict,
            Verdict::ruled_out);
  EXPECT_THAT(judged(kId, this_host(), drops_25(Checkpoint::ip, kNotSpecified).build()), IsEmpty());
}

TEST(KernelNoListener, IsCriticalWhereTheReaderWasGoneForAWhile) {
  const EvidenceBuilder evidence = unicast().text("consumer.group", kConsumer, "10.0.0.9");
  const Judgement j = only(judged(kId, evidence, drops_25(Checkpoint::udp, kNoSocket).build()));
  EXPECT_EQ(j.severity, Severity::critical);
}

TEST(KernelNoListener, IsSilentOnHealth) { EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty()); }

}  // namespace
}  // namespace wirecause::testing
