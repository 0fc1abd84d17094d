// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "capture_duplicated";

TEST(CaptureDuplicated, IsNamedWhenNearlyEveryPacketComesTwiceAfterAConstantDelay) {
  const Judgement j = only(judged(kId, doubled_capture(), observation()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::info);
  EXPECT_EQ(sentence(j.because),
            "99.0 % of the packets at this point came twice, identical, after 12 us (spread 900 ns)");
}

TEST(CaptureDuplicated, ExplainsTheDuplicatesOfAFeedAtItsPoint) {
  const Episode episode = EpisodeBuilder(Symptom::duplication).duplicates(kLineA, "A", 500).build();
  const Judgement j = only(judged(kId, doubled_capture(), episode));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.subject, kPoint);
  EXPECT_EQ(j.share, 500U);
}

TEST(CaptureDuplicated, IsRuledOutWhenOnlySomePacketsComeTwice) {
  const EvidenceBuilder evidence = doubled_capture().value("capture.repeated_share", kPoint, 949'999);
  EXPECT_EQ(only(judged(kId, evidence, observation())).verdict, Verdict::ruled_out);
}

TEST(CaptureDuplicated, IsRuledOutWhenTheDelayVaries) {
  const EvidenceBuilder evidence = doubled_capture().value("capture.repeated_delay_spread", kPoint, 5'000'000);
  EXPECT_EQ(only(judged(kId, evidence, observation())).verdict, Verdict::ruled_out);
}

TEST(CaptureDuplicated, SaysNothingOfAHandfulOfPackets) {
  const EvidenceBuilder evidence =
      EvidenceBuilder{}.point().value("capture.repeated", kPoint, 2).value("capture.repeated_share", kPoint, 1'000'000);
  EXPECT_NE(only(judged(kId, evidence, observation())).verdict, Verdict::named);
}

TEST(CaptureDuplicated, IsSilentOnHealthAndWhereNobodyLooked) {
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
  EXPECT_THAT(judged(kId, EvidenceBuilder{}.point(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
