// What a finding of a generated fault tells people to do and to ask: with the real names, whole.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/made_analysis.hpp"

namespace wirecause {
namespace {

using test::feed_of;
using test::make;

const Finding* found(const AnalysisResult& result, std::string_view cause) {
  for (const Finding& finding : result.diagnosis.findings) {
    if (finding.cause->id == cause) return &finding;
  }
  return nullptr;
}

// Everything that is told, one text a line.
std::string told(const Finding& finding) {
  std::string all = finding.because + "\n" + finding.ask + "\n" + finding.mitigate + "\n";
  for (const FilledAction& action : finding.actions) {
    all += action.command + "\n" + action.persist + "\n" + action.undo + "\n" + action.verify + "\n" + action.impact;
  }
  for (const std::string& step : finding.prevent) all += "\n" + step;
  return all;
}

void expect_all_is_known(const AnalysisResult& result, std::string_view cause) {
  const Finding* finding = found(result, cause);
  ASSERT_NE(finding, nullptr) << cause;
  EXPECT_EQ(told(*finding).find("not known"), std::string::npos) << told(*finding);
  EXPECT_NE(told(*finding).find("239.192.0.1:26477"), std::string::npos) << told(*finding);
  for (const FilledAction& action : finding->actions) {
    EXPECT_TRUE(action.is_computed) << action.command;
    EXPECT_FALSE(action.verify.empty()) << action.command;
  }
}

TEST(Runbooks, ARestartNamesTheLinesOfItsFeed) {
  generate::FeedPlan feed = feed_of(1'000);
  feed.restarts = {500};
  expect_all_is_known(test::analyse(make(feed).bytes), "publisher_restart");
}

TEST(Runbooks, AStallNamesTheLinesOfItsFeed) {
  generate::FeedPlan feed = feed_of(1'000);
  feed.heartbeat_interval = milliseconds(100);
  feed.pauses = {{500, seconds(10), generate::Pause::Kind::unsent}};
  expect_all_is_known(test::analyse(make(feed).bytes), "publisher_stall");
}

// Frames of an episode are of any of its lines: an address in the filter would hide some of them.
TEST(Evidence, EveryFilterShowsAllItsFrames) {
  generate::FeedPlan feed = feed_of(1'000);
  for (const char* lines : {"B:packets=300-309", "A:packets=305-314"}) {
    feed = test::with(std::move(feed), generate::Fault::Kind::duplicate, lines);
  }
  feed = test::with(std::move(feed), generate::Fault::Kind::reorder, "*:packets=500-503,by=5");
  feed.restarts = {700};
  const AnalysisResult result = test::analyse(make(feed).bytes);
  std::size_t shown = 0;
  for (const Finding& finding : result.diagnosis.findings) {
    for (const FindingEvidence& evidence : finding.evidence) {
      if (evidence.frames.frames.empty()) continue;
      ++shown;
      EXPECT_EQ(evidence.frames.filter, fmt::format("frame.number in {{{}}}", fmt::join(evidence.frames.frames, ", ")))
          << evidence.name;
    }
  }
  EXPECT_GE(shown, 3U);
}

}  // namespace
}  // namespace wirecause
