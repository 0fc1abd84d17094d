// SPDX-License-Identifier: Apache-2.0
#include "app/help.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wirecause {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kSeverities[] = {"info", "warning", "critical"};
constexpr Option kOptions[] = {
    {.name = "--fail-on", .value = "SEVERITY", .brief = "exit 1 from here", .help = "Long.", .choices = kSeverities},
    {.name = "--point", .value = "NAME=FILE", .brief = "name a point", .help = "", .repeatable = true},
    {.name = "--rare", .value = "", .brief = "seldom of use", .help = "", .manual_only = true},
};
constexpr Positional kPositionals[] = {{.name = "FILE", .brief = "a capture", .repeatable = true},
                                       {.name = "OTHER", .brief = "another", .required = false}};
constexpr Example kExamples[] = {{.command = "wirecause test a.pcap", .says = "try it"}};
constexpr Command kCommand{.id = "test",
                           .summary = "a test",
                           .description = "What it does.",
                           .positionals = kPositionals,
                           .options = kOptions,
                           .examples = kExamples,
                           .run = nullptr};

TEST(Synopsis, MarksWhatMayBeLeftOutOrRepeated) { EXPECT_EQ(synopsis(kCommand), "test [OPTION]... FILE... [OTHER]"); }

TEST(ShortHelp, AlignsArgumentsAndOptions) {
  EXPECT_EQ(short_help(kCommand),
            "Usage: wirecause test [OPTION]... FILE... [OTHER]\n"
            "a test\n"
            "\n"
            "  FILE                a capture\n"
            "  OTHER               another\n"
            "  --fail-on SEVERITY  exit 1 from here\n"
            "  --point NAME=FILE   name a point\n"
            "  --help              the manual; -h fits one screen\n"
            "\n"
            "Example: wirecause test a.pcap\n");
}

TEST(LongHelp, SaysEverythingTheTableKnows) {
  const std::string help = long_help(kCommand);
  for (const char* part : {"What it does.", "--fail-on SEVERITY", "exit 1 from here", "Long.",
                           "One of: info, warning, critical.", "name a point (repeatable)", "--rare", "try it"}) {
    EXPECT_THAT(help, HasSubstr(part));
  }
}

TEST(ExitMeanings, NameEveryCode) {
  ASSERT_EQ(exit_meanings().size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(static_cast<std::size_t>(exit_meanings()[i].code), i);
}

}  // namespace
}  // namespace wirecause
