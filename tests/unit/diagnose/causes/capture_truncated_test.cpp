// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "capture_truncated";

EvidenceBuilder cut(std::int64_t packets) { return EvidenceBuilder{}.value("capture.truncated", kPoint, packets); }

TEST(CaptureTruncated, IsAWarningWhenHeadersWereCut) {
  const Judgement j = only(judged(kId, cut(60).value("capture.truncated_headers", kPoint, 2), observation()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(
      sentence(j.because),
      "shorter in the file than on the wire: 60 packets; 2 end in the headers or right behind them, 0 lack part of a feed's "
      "framing");
}

TEST(CaptureTruncated, IsAWarningWhenAFeedsFramingWasCut) {
  const Judgement j = only(judged(kId, cut(60).value("feed.truncated_datagrams", kFeed, 11), observation()));
  EXPECT_EQ(j.severity, Severity::warning);
}

TEST(CaptureTruncated, IsWorthKnowingWhenOnlyPayloadWasCut) {
  const Judgement j = only(judged(kId, cut(60).value("capture.truncated_headers", kPoint, 0), observation()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::info);
}

TEST(CaptureTruncated, IsRuledOutWhenEveryPacketIsWhole) {
  EXPECT_EQ(only(judged(kId, healthy_capture(), observation())).verdict, Verdict::ruled_out);
}

TEST(CaptureTruncated, SaysNothingWhereNobodyLooked) {
  EXPECT_THAT(judged(kId, EvidenceBuilder{}.point(), observation()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
