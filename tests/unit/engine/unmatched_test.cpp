// Options that name what the capture does not show are told: who typed a wrong address is not told that all is well.
// SPDX-License-Identifier: Apache-2.0
#include "engine/unmatched.hpp"

#include <gtest/gtest.h>

#include "support/made_analysis.hpp"

namespace wirecause {
namespace {

using Why = UnmatchedOption::Why;

Endpoint endpoint(std::string_view address, std::uint16_t port) { return {*IpAddress::parse(address), port}; }

// Of the lines of feed_of().
const Endpoint kA = endpoint("239.192.0.1", 26'477);
const Endpoint kB = endpoint("239.192.0.2", 26'477);
const Endpoint kNowhere = endpoint("239.9.9.9", 9);

std::vector<UnmatchedOption> unmatched(const AnalysisOptions& options) {
  const generate::Made made = test::make(test::feed_of(100));
  return test::analyse(made.bytes, options).observer.unmatched;
}

TEST(Unmatched, NothingIsSaidWithoutOptionsAndOfOptionsThatMatched) {
  EXPECT_TRUE(unmatched({}).empty());
  AnalysisOptions options;
  options.framings = {{find_framing("moldudp64"), {}, std::nullopt}};
  options.pairs = {{kA, kB}};
  EXPECT_TRUE(unmatched(options).empty());
  options = {};
  options.framings = {{find_framing("moldudp64"), {}, kA}};
  EXPECT_TRUE(unmatched(options).empty());
}

TEST(Unmatched, AnEndpointThatNoDatagramWentTo) {
  AnalysisOptions options;
  options.framings = {{find_framing("moldudp64"), {}, kNowhere}};
  options.pairs = {{kA, kNowhere}};
  options.recovery = {kNowhere};
  const auto told = unmatched(options);
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].option, "--framing moldudp64@239.9.9.9:9");
  EXPECT_EQ(told[1].option, "--pair 239.9.9.9:9");
  EXPECT_EQ(told[2].option, "--recovery 239.9.9.9:9");
  for (const UnmatchedOption& option : told) EXPECT_EQ(option.why, Why::not_seen);
}

TEST(Unmatched, AFramingThatNothingIs) {
  AnalysisOptions options;
  options.framings = {{find_framing("cboe_pitch"), {}, std::nullopt}};
  const auto told = unmatched(options);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].option, "--framing cboe_pitch");
  EXPECT_EQ(told[0].why, Why::not_recognised);
}

TEST(Unmatched, LinesOfTwoProtocolsAreNoPair) {
  AnalysisOptions options;
  FramingChoice generic{find_framing("generic"), *find_framing("generic")->configure("seq=10/u64be"), kB};
  options.framings = {{find_framing("moldudp64"), {}, kA}, generic};
  options.pairs = {{kA, kB}};
  const auto told = unmatched(options);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].option, "--pair 239.192.0.1:26477=239.192.0.2:26477");
  EXPECT_EQ(told[0].why, Why::not_joined);
}

}  // namespace
}  // namespace wirecause
