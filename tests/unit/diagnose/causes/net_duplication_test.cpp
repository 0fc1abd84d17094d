// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "net_duplication";

Episode a_again_30() { return EpisodeBuilder(Symptom::duplication).duplicates(kLineA, "A", 30).build(); }

TEST(NetDuplication, IsNamedWhenALineBringsSomeNumbersAgain) {
  const EvidenceBuilder evidence =
      EvidenceBuilder{}.point().value("capture.repeated", kPoint, 30).value("capture.repeated_share", kPoint, 1'500);
  const Judgement j = only(judged(kId, evidence, a_again_30()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::info);
  EXPECT_EQ(j.share, 30U);
  EXPECT_EQ(sentence(j.because), "line A brought 30 units again, while 0.15 % of all packets at this point came twice");
}

TEST(NetDuplication, IsRuledOutWhenTheCaptureDoublesEveryPacket) {
  EXPECT_EQ(only(judged(kId, doubled_capture(), a_again_30())).verdict, Verdict::ruled_out);
}

TEST(NetDuplication, IsRuledOutWhenTheCaptureHoldsTwoPoints) {
  EXPECT_EQ(only(judged(kId, two_points(), a_again_30())).verdict, Verdict::ruled_out);
}

TEST(NetDuplication, IsNamedWhenEverythingComesTwiceAtVaryingDelays) {
  const EvidenceBuilder evidence = doubled_capture().value("capture.repeated_delay_spread", kPoint, 5'000'000);
  EXPECT_TRUE(is_decided(only(judged(kId, evidence, a_again_30()))));
}

TEST(NetDuplication, CannotBeToldWhereNobodyCountedRepeats) {
  EXPECT_EQ(only(judged(kId, EvidenceBuilder{}.point(), a_again_30())).verdict, Verdict::cannot_tell);
}

TEST(NetDuplication, IsSilentOnHealth) { EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty()); }

}  // namespace
}  // namespace wirecause::testing
