// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "kernel_no_membership";

EvidenceBuilder not_joined() {
  return this_host()
      .value("consumer.is_member", kConsumer, 0)
      .value("consumer.host_membership", kConsumer, 0)
      .value("consumer.memberships", kConsumer, 0);
}
EvidenceBuilder only_others_joined(EvidenceBuilder evidence) {
  return evidence.value("consumer.is_member", kConsumer, 0).value("consumer.host_membership", kConsumer, 1);
}
Episode ended_in_ip() { return drops_25(Checkpoint::ip, kNotSpecified).symbol("ip_rcv_finish_core").build(); }
Episode ended_in_udp() { return drops_25(Checkpoint::udp, kNotSpecified).symbol("__udp4_lib_mcast_deliver").build(); }

TEST(KernelNoMembership, IsNamedWhereTheSocketHasNotJoinedAndItsPacketsEndInIp) {
  const Judgement j = only(judged(kId, not_joined(), ended_in_ip()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.subject, kConsumer);
  EXPECT_EQ(j.place, Place::on_this_host);
  EXPECT_EQ(j.severity, Severity::critical);
  EXPECT_EQ(sentence(j.because), "25 datagrams of 239.1.1.1 ended in IP: the socket has not joined the group on eth1");
}

TEST(KernelNoMembership, SaysThatTheGroupWasJoinedOnAnotherInterface) {
  const EvidenceBuilder evidence = not_joined().value("consumer.memberships", kConsumer, 1, "239.1.1.1@eth0");
  EXPECT_THAT(sentence(only(judged(kId, evidence, ended_in_ip())).because),
              HasSubstr("not joined the group on eth1; it joined the group on another interface: 239.1.1.1@eth0"));
}

TEST(KernelNoMembership, SaysWhatTheSocketJoinedInstead) {
  const EvidenceBuilder evidence = not_joined().value("consumer.memberships", kConsumer, 1, "239.9.9.9@eth1");
  EXPECT_THAT(sentence(only(judged(kId, evidence, ended_in_ip())).because), HasSubstr("; it joined 239.9.9.9@eth1"));
}

// A socket's membership implies one of its interface: where /proc/net/igmp has none, the socket has none.
TEST(KernelNoMembership, IsNamedWithoutTheIteratorWhereNobodyOnThisHostHasJoined) {
  EXPECT_TRUE(is_decided(only(judged(kId, not_joined().without("consumer.is_member"), ended_in_ip()))));
}

TEST(KernelNoMembership, CannotBeToldWithoutTheIteratorWhereSomebodyHasJoined) {
  const EvidenceBuilder evidence = this_host().value("consumer.host_membership", kConsumer, 1);
  const Judgement j = only(judged(kId, evidence, ended_in_ip()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_EQ(j.severity, Severity::critical);
  EXPECT_THAT(j.missing, HasSubstr("the BPF socket iterator"));
}

// IP_ADD_SOURCE_MEMBERSHIP of another source: a member by name, and still IP lets nothing through.
TEST(KernelNoMembership, CannotBeToldWhereTheGroupIsJoinedAndIpStillDrops) {
  const Judgement j = only(judged(kId, joined(this_host()), ended_in_ip()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_THAT(j.missing, HasSubstr("/proc/net/mcfilter"));
}

TEST(KernelNoMembership, IsNamedInUdpForASocketThatTakesOnlyWhatItJoinedItself) {
  const EvidenceBuilder evidence = only_others_joined(this_host()).value("consumer.multicast_all", kConsumer, 0);
  const Judgement j = only(judged(kId, evidence, ended_in_udp()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_THAT(sentence(j.because), HasSubstr("its IP_MULTICAST_ALL is off"));
}

// What the kernel does without a drop (ip_mc_sf_allow): the engine concludes the episode from memberships.
TEST(KernelNoMembership, IsNamedForASocketThatTheKernelPassesBy) {
  const EvidenceBuilder evidence = only_others_joined(this_host()).value("consumer.multicast_all", kConsumer, 0);
  const Episode passed_by =
      drops_25(Checkpoint::ip, kNoReason).symbol("ip_mc_sf_allow").by_count("memberships").build();
  const Judgement j = only(judged(kId, evidence, passed_by));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::by_count);
  EXPECT_THAT(sentence(j.because), HasSubstr("25 datagrams of 239.1.1.1 passed this socket by"));
}

TEST(KernelNoMembership, CannotBeToldInUdpForASocketThatTakesWhatOthersJoined) {
  const EvidenceBuilder evidence = only_others_joined(this_host()).value("consumer.multicast_all", kConsumer, 1);
  EXPECT_EQ(only(judged(kId, evidence, ended_in_udp())).verdict, Verdict::cannot_tell);
}

// The look-alike kernel_rp_filter: joined, and the drop bears its reason.
TEST(KernelNoMembership, IsRuledOutWhereTheKernelGivesAReason) {
  const Episode episode = drops_25(Checkpoint::ip, "SKB_DROP_REASON_IP_RPFILTER").build();
  EXPECT_EQ(only(judged(kId, not_joined(), episode)).verdict, Verdict::ruled_out);
}

TEST(KernelNoMembership, DoesNotApplyToUnicast) {
  EXPECT_THAT(judged(kId, not_joined().text("consumer.group", kConsumer, "10.0.0.9"), ended_in_ip()), IsEmpty());
}

TEST(KernelNoMembershipOfASilentGroup, IsNamedWhereTheSocketWaitsAndHasNotJoined) {
  const EvidenceBuilder evidence = waiting().value("consumer.is_member", kConsumer, 0);
  const Judgement j = only(judged(kId, evidence, absence()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(sentence(j.because), "the socket waits for 239.1.1.1 and has not joined it on eth1");
}

TEST(KernelNoMembershipOfASilentGroup, IsNamedWhereItsPacketsComeOnAnotherInterface) {
  const EvidenceBuilder evidence = joined(waiting()).measured("absence.seen_on", 900, "eth0");
  const Diagnosis diagnosis = diagnosis_of(evidence, absence());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  EXPECT_EQ(diagnosis.findings[0].cause->id, kId);
  EXPECT_EQ(diagnosis.findings[0].severity, Severity::warning);
  EXPECT_EQ(diagnosis.findings[0].because,
            "239.1.1.1 is awaited on eth1 and comes on eth0 instead; it joined 239.1.1.1@eth1");
}

TEST(KernelNoMembershipOfASilentGroup, IsNotNamedForPacketsOnTheInterfaceOnWhichTheyAreAwaited) {
  const EvidenceBuilder evidence = joined(waiting()).measured("absence.seen_on", 900, "eth1");
  EXPECT_EQ(only(judged(kId, evidence, absence())).verdict, Verdict::ruled_out);
}

// The look-alike publisher_stall: the membership is there.
TEST(KernelNoMembershipOfASilentGroup, IsRuledOutWhereTheSocketHasJoined) {
  EXPECT_EQ(only(judged(kId, joined(waiting()), absence())).verdict, Verdict::ruled_out);
}

TEST(KernelNoMembershipOfASilentGroup, IsRuledOutWhereTheSocketTakesWhatOthersJoined) {
  const EvidenceBuilder evidence = only_others_joined(waiting());
  EXPECT_EQ(
      only(judged(kId, EvidenceBuilder(evidence).value("consumer.multicast_all", kConsumer, 1), absence())).verdict,
      Verdict::ruled_out);
  EXPECT_EQ(
      only(judged(kId, EvidenceBuilder(evidence).value("consumer.multicast_all", kConsumer, 0), absence())).verdict,
      Verdict::named);
  EXPECT_EQ(only(judged(kId, evidence, absence())).verdict, Verdict::cannot_tell);
}

TEST(KernelNoMembershipOfASilentGroup, ConcludesNothingOfABypassConsumer) {
  const EvidenceBuilder evidence = waiting().value("consumer.is_member", kConsumer, 0);
  EXPECT_THAT(judged(kId, EvidenceBuilder(evidence).text("consumer.kind", kConsumer, "bypass"), absence()), IsEmpty());
}

TEST(KernelNoMembership, GivesAJoinOfTheHostThatCanBeTakenBack) {
  const Diagnosis diagnosis = diagnosis_of(not_joined(), ended_in_ip());
  ASSERT_EQ(diagnosis.findings.size(), 1U);
  const Finding& finding = diagnosis.findings.front();
  EXPECT_THAT(finding.actions[0].command, HasSubstr("join 239.1.1.1 on eth1 by name"));
  EXPECT_EQ(finding.actions[1].command, "ip address add 239.1.1.1/32 dev eth1 autojoin");
  EXPECT_EQ(finding.actions[1].undo, "ip address del 239.1.1.1/32 dev eth1");
}

TEST(KernelNoMembership, IsSilentOnHealth) { EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty()); }

}  // namespace
}  // namespace wirecause::testing
