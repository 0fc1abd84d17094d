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
    {.command = "ip link set {line} up",
     .when = When::safe_now,
     .impact = "none",
     .takes_effect = TakesEffect::now,
     .persist = "",
     .undo = "ip link set {line} down",
     .verify = "the counter stays"},
    {.command = "ip -s link show {line}", .impact = "none", .verify = "none", .looks = true},
    {.command =
         "Network team: read the errors, the discards and the queue drops of every port on the way of {line}, and say which "
         "counter moved.",
     .when = When::other_team,
     .impact = "none",
     .verify =
         "the counter of the adapter stays, whatever comes, which is a line that is much longer than the page is wide"},
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
  EXPECT_THAT(page, HasSubstr("\n  ip link set {line} up\n"));
  EXPECT_THAT(page, HasSubstr("\n  # replace the cable of {line}\n"));
}

TEST(CausePage, LeavesOutWhatAnActionDoesNotSay) {
  EXPECT_THAT(cause_page(kCause), HasSubstr("undo          ip link set {line} down"));
  EXPECT_THAT(cause_page(kCause), Not(HasSubstr("persist")));
}

TEST(CausePage, ShowsWhatOnlyLooksUnderTheIsolation) {
  const std::string page = cause_page(kCause);
  EXPECT_LT(page.find("ip -s link show"), page.find("\n3 mitigate"));
  EXPECT_GT(page.find("ip link set {line} up"), page.find("\n4 fix"));
}

TEST(CausePage, BreaksSentencesAndNoCommands) {
  const std::string page = cause_page(kCause);
  EXPECT_THAT(page, HasSubstr("of every port on the way of\n  # {line}, and say which counter moved.\n"));
  EXPECT_THAT(page, HasSubstr("which is a line that is much longer than the page is wide\n"));
}

TEST(CauseJson, HoldsTheWholeTable) {
  const auto page = nlohmann::json::parse(cause_json(kCause));
  EXPECT_EQ(page["schema"], "wirecause.cause/1");
  EXPECT_EQ(page["needs"], (nlohmann::json{"feed.hole", "capture.dropped"}));
  EXPECT_EQ(page["fix"][3]["when"], "after_close");
  EXPECT_EQ(page["prevention"][0], "alert on the counter");
  EXPECT_EQ(page["ask"], "which port?");
}

}  // namespace
}  // namespace wirecause
