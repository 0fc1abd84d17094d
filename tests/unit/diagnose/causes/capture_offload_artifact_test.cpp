// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "capture_offload_artifact";

TEST(CaptureOffloadArtifact, IsNamedAsNoFaultWhenAllChecksumsOfASourceAreBad) {
  const EvidenceBuilder evidence = EvidenceBuilder{}
                                       .value("capture.checksum_hosts_all_bad", kPoint, 1, "10.0.0.1")
                                       .value("capture.checksum_bad", kPoint, 900)
                                       .value("capture.checksum_checked", kPoint, 1'000);
  const Judgement j = only(judged(kId, evidence, observation()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::info);
  EXPECT_EQ(sentence(j.because), "(nearly) every checksum of 1 source is bad, 900 of 1 000 verified at this point");
}

TEST(CaptureOffloadArtifact, IsNamedByFramesLargerThanTheWireCarries) {
  const Judgement j = only(judged(kId, EvidenceBuilder{}.value("capture.oversize_frames", kPoint, 44), observation()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(sentence(j.because), "44 frames larger than the wire carries");
}

TEST(CaptureOffloadArtifact, IsRuledOutWhenOnlySomeChecksumsOfASourceAreBad) {
  const EvidenceBuilder evidence = EvidenceBuilder{}
                                       .value("capture.checksum_hosts_all_bad", kPoint, 0)
                                       .value("capture.checksum_hosts_some_bad", kPoint, 1, "10.0.0.1")
                                       .value("capture.checksum_bad", kPoint, 9);
  EXPECT_EQ(only(judged(kId, evidence, observation())).verdict, Verdict::ruled_out);
}

TEST(CaptureOffloadArtifact, SaysNothingWhereNobodyLooked) {
  EXPECT_THAT(judged(kId, EvidenceBuilder{}.point(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
