// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "kernel_checksum";
constexpr std::string_view kUdpCsum = "SKB_DROP_REASON_UDP_CSUM";

EvidenceBuilder counted(std::int64_t packets) {
  return joined(this_host()).point().measured("Udp.InCsumErrors", packets, {}, 0, kHostOfConsumer);
}
Episode seen_by_counters_only() { return drops_25(Checkpoint::udp, kNoReason).by_count("counters only").build(); }

TEST(KernelChecksum, IsNamedByTheKernelsOwnReason) {
  const Judgement j = only(judged(kId, joined(this_host()).point(), drops_25(Checkpoint::udp, kUdpCsum).build()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::by_number);
  EXPECT_EQ(j.place, Place::on_this_host);
  EXPECT_EQ(sentence(j.because), "the kernel found the checksum of 25 datagrams wrong (UDP_CSUM)");
}

TEST(KernelChecksum, ShowsThatTheTapSawSomePacketsFailAmongMostThatVerify) {
  const EvidenceBuilder evidence =
      counted(25).value("capture.checksum_hosts_some_bad", kPoint, 1, "10.0.0.1 (25 of 900)");
  const Judgement j = only(judged(kId, evidence, drops_25(Checkpoint::udp, kUdpCsum).build()));
  EXPECT_THAT(sentence(j.because), HasSubstr("some packets of a source fail while most verify"));
}

TEST(KernelChecksum, IsNamedByCountWhereTheTapShowsDamagedPacketsAmongWholeOnes) {
  const EvidenceBuilder evidence = counted(25).value("capture.checksum_hosts_some_bad", kPoint, 1);
  const Judgement j = only(judged(kId, evidence, seen_by_counters_only()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.strength, Strength::by_count);
}

// The look-alike: behind a software link every checksum looks wrong, and the kernel minds none.
TEST(KernelChecksum, CannotBeToldByCountWhereTheTapSeesEveryChecksumFail) {
  const EvidenceBuilder evidence = counted(25).value("capture.checksum_hosts_all_bad", kPoint, 1);
  EXPECT_EQ(only(judged(kId, evidence, seen_by_counters_only())).verdict, Verdict::cannot_tell);
}

TEST(KernelChecksum, CannotBeToldWithoutReasonAndCounter) {
  const Judgement j = only(judged(kId, this_host(), seen_by_counters_only()));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_THAT(j.missing, HasSubstr("InCsumErrors"));
}

TEST(KernelChecksum, IsRuledOutWhereTheKernelsCountIsStill) {
  EXPECT_EQ(only(judged(kId, counted(0), seen_by_counters_only())).verdict, Verdict::ruled_out);
}

TEST(KernelChecksum, IsSilentOnAFullBufferAndOnOffloadsThatNobodyMinds) {
  EXPECT_THAT(judged(kId, counted(25), drops_25(Checkpoint::socket, "SKB_DROP_REASON_SOCKET_RCVBUFF").build()),
              IsEmpty());
  EXPECT_THAT(judged(kId, healthy_capture().value("capture.checksum_hosts_all_bad", kPoint, 1), observation()),
              IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
