// Walks the tables of all commands: what every command, present or future, owes to its users.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "app/bash_completion.hpp"
#include "app/catalogue.hpp"
#include "app/command.hpp"
#include "app/help.hpp"
#include "app/man_page.hpp"
#include "app/parse.hpp"
#include "base/text.hpp"
#include "generate/framing_writer.hpp"

namespace wirecause {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr std::size_t kScreenLines = 24;
constexpr std::size_t kScreenColumns = 100;
constexpr std::size_t kSummaryColumns = 72;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void expect_one_screen(const std::string& help) {
  const auto lines = lines_of(help);
  EXPECT_LE(lines.size(), kScreenLines) << help;
  for (const std::string& line : lines) EXPECT_LE(columns_of(line), kScreenColumns) << line;
}

// The words of an example up to the first pipe or redirection, without the program's name; quotes are taken off.
std::vector<std::string> words_of(std::string_view example) {
  std::vector<std::string> words;
  std::string word;
  char quote = '\0';
  for (const char c : std::string(example) + " ") {
    if (quote == '\0' && (c == '|' || c == '>' || c == '<')) break;
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    } else if (c == ' ' && quote == '\0') {
      if (!word.empty()) words.push_back(word);
      word.clear();
    } else {
      word += c;
    }
  }
  words.erase(words.begin());
  return words;
}

// An example may start with a pipe into wirecause: "zcat a.gz | wirecause analyze -".
std::string_view from_program_name(std::string_view example) {
  const std::size_t at = example.find("wirecause ");
  return at == std::string_view::npos ? std::string_view{} : example.substr(at);
}

class EveryCommand : public ::testing::TestWithParam<const Command*> {};

TEST_P(EveryCommand, HasAWellFormedIdASummaryADescriptionAndAFunction) {
  const Command& command = *GetParam();
  EXPECT_THAT(std::string(command.id), MatchesRegex("[a-z][a-z_]+"));
  EXPECT_FALSE(command.summary.empty());
  EXPECT_LE(columns_of(command.summary), kSummaryColumns) << command.summary;
  EXPECT_FALSE(command.description.empty());
  EXPECT_NE(command.run, nullptr);
}

TEST_P(EveryCommand, DescribesEachOptionOnce) {
  std::set<std::string_view> seen{"--help", "-h"};
  for (const Option& option : GetParam()->options) {
    EXPECT_THAT(std::string(option.name), MatchesRegex("--[a-z][a-z0-9-]+"));
    EXPECT_TRUE(seen.insert(option.name).second) << option.name << " twice, or reserved";
    EXPECT_FALSE(option.brief.empty()) << option.name;
  }
}

TEST_P(EveryCommand, NamesTheValuesOfItsOptionsAndArguments) {
  for (const Option& option : GetParam()->options) {
    EXPECT_THAT(std::string(option.value), MatchesRegex("([A-Z][][A-Z0-9:,=.@-]*)?")) << option.name;
    EXPECT_TRUE(allowed_values(option).empty() || !option.value.empty()) << option.name << ": choices need a value";
  }
  for (const Positional& positional : GetParam()->positionals) {
    EXPECT_THAT(std::string(positional.name), MatchesRegex("[A-Z][A-Z0-9:=.-]*"));
    EXPECT_FALSE(positional.brief.empty()) << positional.name;
  }
}

TEST_P(EveryCommand, RepeatsOnlyItsLastArgument) {
  const auto positionals = GetParam()->positionals;
  for (std::size_t i = 0; i + 1 < positionals.size(); ++i)
    EXPECT_FALSE(positionals[i].repeatable) << positionals[i].name;
}

TEST_P(EveryCommand, HasAShortHelpOfOneScreen) { expect_one_screen(short_help(*GetParam())); }

TEST_P(EveryCommand, ShowsExamplesThatItsOwnTableAccepts) {
  const Command& command = *GetParam();
  EXPECT_FALSE(command.examples.empty());
  for (const Example& example : command.examples) {
    EXPECT_FALSE(example.says.empty()) << example.command;
    auto words = words_of(from_program_name(example.command));
    ASSERT_FALSE(words.empty()) << example.command;
    EXPECT_EQ(words.front(), command.id) << example.command;
    words.erase(words.begin());
    const auto arguments = parse_arguments(command, words);
    EXPECT_TRUE(arguments) << example.command << ": " << (arguments ? "" : arguments.error().message());
  }
}

TEST_P(EveryCommand, IsWhollyInTheManualTheManPageAndTheCompletion) {
  const Command& command = *GetParam();
  const std::string help = long_help(command);
  const std::string completion = bash_completion();
  std::string page = man_page();
  page.erase(std::remove(page.begin(), page.end(), '\\'), page.end());
  EXPECT_THAT(page, HasSubstr(".SS wirecause " + synopsis(command)));
  EXPECT_THAT(completion, HasSubstr("    " + std::string(command.id) + ") options="));
  for (const Option& option : command.options) {
    EXPECT_THAT(help, HasSubstr("  " + signature(option)));
    EXPECT_THAT(page, HasSubstr(".B " + signature(option) + "\n"));
    EXPECT_THAT(completion, HasSubstr(std::string(option.name)));
  }
}

std::string id_of(const ::testing::TestParamInfo<const Command*>& info) { return std::string(info.param->id); }
INSTANTIATE_TEST_SUITE_P(Cli, EveryCommand, ::testing::ValuesIn(all_commands().begin(), all_commands().end()), id_of);

TEST(CliMeta, CommandsAreUniqueAndOrdered) {
  std::vector<std::string_view> ids;
  for (const Command* command : all_commands()) ids.push_back(command->id);
  EXPECT_TRUE(std::ranges::is_sorted(ids));
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
  for (const std::string_view id : ids) EXPECT_EQ(find_command(id)->id, id);
  EXPECT_EQ(find_command("no_such"), nullptr);
}

TEST(CliMeta, TheProgramsShortHelpIsOneScreen) { expect_one_screen(short_help()); }

TEST(CliMeta, SendOffersEveryFramingThatCanBeWritten) {
  const auto options = find_command("send")->options;
  const auto framing = std::ranges::find(options, "--framing", &Option::name);
  ASSERT_NE(framing, options.end());
  for (const FramingWriter* writer : all_framing_writers()) {
    EXPECT_THAT(allowed_values(*framing), ::testing::Contains(writer->id));
  }
}

TEST(CliMeta, EveryRowOfEveryListHasEachColumnOnce) {
  for (const Catalogue& catalogue : all_catalogues()) {
    std::set<std::string> ids;
    for (const Row& row : catalogue.rows()) {
      EXPECT_EQ(row.size(), catalogue.columns.size()) << catalogue.kind;
      EXPECT_TRUE(ids.insert(row.front()).second) << catalogue.kind << " " << row.front() << " twice";
    }
  }
}

}  // namespace
}  // namespace wirecause
