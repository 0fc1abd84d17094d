// SPDX-License-Identifier: Apache-2.0
#include "app/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wirecause {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kSeverities[] = {"info", "warning", "critical"};
std::vector<std::string_view> kinds() { return {"causes", "protocols"}; }

constexpr Option kOptions[] = {
    {.name = "--from", .value = "TIME", .brief = "", .help = ""},
    {.name = "--point", .value = "NAME=FILE", .brief = "", .help = "", .repeatable = true},
    {.name = "--fail-on", .value = "SEVERITY", .brief = "", .help = "", .choices = kSeverities},
    {.name = "--json", .value = "", .brief = "", .help = ""},
};
constexpr Positional kFiles[] = {{.name = "FILE", .brief = "a capture", .repeatable = true}};
constexpr Positional kKind[] = {{.name = "KIND", .brief = "what", .values = &kinds}};
constexpr Command kAnalyze{.id = "analyze",
                           .summary = "",
                           .description = "",
                           .positionals = kFiles,
                           .options = kOptions,
                           .examples = {},
                           .run = nullptr};
constexpr Command kList{.id = "list",
                        .summary = "",
                        .description = "",
                        .positionals = kKind,
                        .options = {},
                        .examples = {},
                        .run = nullptr};

Result<Arguments> parsed(const std::vector<std::string>& words) { return parse_arguments(kAnalyze, words); }

std::string message(const Result<Arguments>& result) { return result ? "no error" : result.error().message(); }

TEST(ParseArguments, TakesValuesAfterASpaceOrAnEqualsSign) {
  const auto spaced = parsed({"--from", "09:30", "a.pcap"});
  const auto joined = parsed({"--from=09:30", "a.pcap"});
  ASSERT_TRUE(spaced && joined);
  EXPECT_EQ(spaced->value("--from"), "09:30");
  EXPECT_EQ(joined->value("--from"), "09:30");
  EXPECT_FALSE(spaced->has("--json"));
}

TEST(ParseArguments, LetsOptionsStandAnywhere) {
  const auto arguments = parsed({"a.pcap", "--json", "b.pcap"});
  ASSERT_TRUE(arguments);
  EXPECT_THAT(arguments->positionals(), ElementsAre("a.pcap", "b.pcap"));
  EXPECT_TRUE(arguments->has("--json"));
}

TEST(ParseArguments, KeepsARepeatableOptionInOrder) {
  const auto arguments = parsed({"--point", "tap=a", "x", "--point", "host=b"});
  ASSERT_TRUE(arguments);
  EXPECT_THAT(arguments->values("--point"), ElementsAre("tap=a", "host=b"));
  EXPECT_THAT(arguments->positionals(), ElementsAre("x"));
}

TEST(ParseArguments, LetsTheLastOfARepeatedSingleOptionWin) {
  const auto arguments = parsed({"--from", "1", "--from", "2", "x"});
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->value("--from"), "2");
}

TEST(ParseArguments, TakesADashForAFile) {
  const auto arguments = parsed({"-"});
  ASSERT_TRUE(arguments);
  EXPECT_THAT(arguments->positionals(), ElementsAre("-"));
}

TEST(ParseArguments, TakesEverythingAfterTwoDashesForFiles) {
  const auto arguments = parsed({"--", "--json", "-h"});
  ASSERT_TRUE(arguments);
  EXPECT_THAT(arguments->positionals(), ElementsAre("--json", "-h"));
  EXPECT_FALSE(arguments->has("--json"));
}

// CLI11 would split "[a,b]" into a list and read "{x}" as a default; a file may be named so.
TEST(ParseArguments, TakesBracketsAndCommasLiterally) {
  const auto arguments = parsed({"--from", "[a,b]", "[c,d].pcap", "{x}", "++"});
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->value("--from"), "[a,b]");
  EXPECT_THAT(arguments->positionals(), ElementsAre("[c,d].pcap", "{x}", "++"));
}

TEST(ParseArguments, KeepsAnEmptyValue) {
  const auto arguments = parsed({"--point", "", "x"});
  ASSERT_TRUE(arguments);
  EXPECT_THAT(arguments->values("--point"), ElementsAre(""));
}

TEST(ParseArguments, SuggestsTheNearestOption) {
  EXPECT_EQ(message(parsed({"--jsn", "x"})), "analyze --jsn: no such option; did you mean --json?");
  EXPECT_EQ(message(parsed({"--form=3", "x"})), "analyze --form: no such option; did you mean --from?");
  EXPECT_EQ(message(parsed({"-q", "x"})), "analyze -q: no such option; wirecause analyze -h lists the options");
}

TEST(ParseArguments, ChecksChoices) {
  EXPECT_TRUE(parsed({"--fail-on", "critical", "x"}));
  EXPECT_EQ(message(parsed({"--fail-on", "warn", "x"})),
            "analyze --fail-on: 'warn' is not known; did you mean warning?");
  EXPECT_EQ(message(parsed({"--fail-on", "zzz", "x"})),
            "analyze --fail-on: 'zzz' is not known; it is one of info, warning, critical");
}

TEST(ParseArguments, ChecksThePositionalsThatHaveFixedValues) {
  EXPECT_TRUE(parse_arguments(kList, std::vector<std::string>{"causes"}));
  EXPECT_EQ(message(parse_arguments(kList, std::vector<std::string>{"cause"})),
            "list KIND: 'cause' is not known; did you mean causes?");
}

TEST(ParseArguments, RefusesTooManyTooFewAndValuesOfSwitches) {
  EXPECT_THAT(message(parse_arguments(kList, std::vector<std::string>{"causes", "x"})),
              HasSubstr("one argument too many"));
  EXPECT_THAT(message(parsed({"--json"})), HasSubstr("FILE: is missing (a capture)"));
  EXPECT_THAT(message(parsed({"--json=yes", "x"})), HasSubstr("--json: takes no value"));
  EXPECT_THAT(message(parsed({"x", "--from"})), HasSubstr("--from"));
  EXPECT_EQ(parsed({"x", "--from"}).error().code(), Errc::usage);
}

TEST(Arguments, AnswerForOptionsThatWereNotGiven) {
  const Arguments none;
  EXPECT_FALSE(none.has("--from"));
  EXPECT_FALSE(none.value("--from"));
  EXPECT_THAT(none.values("--from"), IsEmpty());
}

TEST(AsksFor, LooksNoFurtherThanTwoDashes) {
  EXPECT_TRUE(asks_for("-h", std::vector<std::string>{"a", "-h"}));
  EXPECT_FALSE(asks_for("-h", std::vector<std::string>{"--", "-h"}));
}

}  // namespace
}  // namespace wirecause
