// SPDX-License-Identifier: Apache-2.0
#include "app/cause_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wirecause {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kNeeds[] = {"feed.hole", "capture.dropped"};
constexpr std::string_view kPrevention[] = {"alert on the counter"};
constexpr Action kFix[] = {
    {.command = "ip -s link show {line}",
     .when = When::safe_now,
     .impact = "none",
     .takes_effect = TakesEffect::now,
     .persist = "",
     .undo = "ip link set {line} down",
     .verify = "the counter stays"},
    {.command = "replace the cable of {line}",
     .when = When::after_close,
     .impact = "the line is down",
     .takes_effect = TakesEffect::now,
     .persist = "",
     .undo = "",
     .verify = ""},
};
constexpr Cause kCause{.id = "net_test_loss",
                       .summary = "a test",
                       .mechanism = "something breaks",
                       .look_alike = "something else",
                       .needs = kNeeds,
                       .runbook = {.detection = "how it shows",
                                   .isolation = "how to isolate it",
                                   .mitigate = "stop the bleeding",
                                   .fix = kFix,
                                   .prevention = kPrevention,
                                   .act = Actor::network,
                                   .ask = "which port?"}};

TEST(CausePage, HasTheFiveStepsInOrder) {
  const std::string page = cause_page(kCause);
  std::size_t at = 0;
  for (const char* step : {"1 detection", "2 isolation", "3 mitigate", "4 fix", "5 prevention"}) {
    const std::size_t found = page.find(step, at);
    ASSERT_NE(found, std::string::npos) << step;
    at = found;
  }
}

TEST(CausePage, CommentsOutWhatIsNotSafeNow) {
  const std::string page = cause_page(kCause);
  EXPECT_THAT(page, HasSubstr("\n  ip -s link show {line}\n"));
  EXPECT_THAT(page, HasSubstr("\n  # replace the cable of {line}\n"));
}

TEST(CausePage, LeavesOutWhatAnActionDoesNotSay) {
  EXPECT_THAT(cause_page(kCause), HasSubstr("undo          ip link set {line} down"));
  EXPECT_THAT(cause_page(kCause), Not(HasSubstr("persist")));
}

TEST(CauseJson, HoldsTheWholeTable) {
  const auto page = nlohmann::json::parse(cause_json(kCause));
  EXPECT_EQ(page["schema"], "wirecause.cause/1");
  EXPECT_EQ(page["needs"], (nlohmann::json{"feed.hole", "capture.dropped"}));
  EXPECT_EQ(page["fix"][1]["when"], "after_close");
  EXPECT_EQ(page["prevention"][0], "alert on the counter");
  EXPECT_EQ(page["ask"], "which port?");
}

}  // namespace
}  // namespace wirecause
