// Walks the registry of collectors: whoever adds one learns here what is still missing.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "base/text.hpp"
#include "host/collector.hpp"

namespace wirecause {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr std::size_t kSummaryColumns = 72;

std::string in_source(std::string_view path) { return fmt::format("{}/{}", WIRECAUSE_SOURCE_DIR, path); }

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class EveryCollector : public ::testing::TestWithParam<const Collector*> {};

TEST_P(EveryCollector, HasAWellFormedIdASummaryOfOneLineASourceAndWhatItTakes) {
  const Collector& collector = *GetParam();
  EXPECT_THAT(std::string(collector.id), MatchesRegex("[a-z][a-z0-9]*(_[a-z0-9]+)*"));
  EXPECT_EQ(find_collector(collector.id), &collector);
  EXPECT_FALSE(collector.summary.empty());
  EXPECT_LE(columns_of(collector.summary), kSummaryColumns);
  EXPECT_NE(collector.summary.back(), '.');
  EXPECT_FALSE(collector.source.empty());
  EXPECT_FALSE(collector.needs.empty());
  EXPECT_NE(collector.can_run, nullptr);
  EXPECT_NE(collector.open, nullptr);
}

TEST_P(EveryCollector, SaysOfEachNameWhatItMeansAndInOneLine) {
  EXPECT_FALSE(GetParam()->publishes.empty());
  for (const Published& item : GetParam()->publishes) {
    EXPECT_THAT(std::string(item.name), MatchesRegex("[A-Za-z][A-Za-z0-9_.]*"));
    EXPECT_FALSE(item.meaning.empty()) << item.name;
    EXPECT_LE(columns_of(item.meaning), 110U) << item.name;
    EXPECT_NE(item.shape, Shape::interval) << item.name << ": units of a line are not of a collector's world";
  }
}

TEST_P(EveryCollector, SaysWhyItCannotRunAndWhatToDo) {
  HostContext nowhere;
  nowhere.proc = nowhere.sys = "/nonexistent";
  const Availability availability = GetParam()->can_run(nowhere);
  if (availability.state == Availability::State::full) return;
  EXPECT_FALSE(availability.reason.empty());
  EXPECT_FALSE(availability.remedy.empty());
}

TEST_P(EveryCollector, IsInTheDocumentationWithEachOfItsNames) {
  const std::string page = file_text(in_source("docs/collectors.md"));
  EXPECT_THAT(page, HasSubstr(fmt::format("| `{}` |", GetParam()->id)));
  for (const Published& item : GetParam()->publishes) EXPECT_THAT(page, HasSubstr(fmt::format("| `{}` |", item.name)));
}

std::string id_of(const ::testing::TestParamInfo<const Collector*>& info) { return std::string(info.param->id); }
INSTANTIATE_TEST_SUITE_P(Collectors, EveryCollector,
                         ::testing::ValuesIn(all_collectors().begin(), all_collectors().end()), id_of);

TEST(CollectorsMeta, NoNameIsPublishedTwice) {
  std::set<std::string_view> names;
  for (const Collector* collector : all_collectors()) {
    for (const Published& item : collector->publishes) EXPECT_TRUE(names.insert(item.name).second) << item.name;
  }
}

TEST(CollectorsMeta, EachIsTestedOnWhatTheKernelSays) {
  std::string tests;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(in_source("tests/unit/host"))) {
    if (entry.path().extension() == ".cpp") tests += file_text(entry.path().string());
  }
  for (const Collector* collector : all_collectors()) {
    const bool is_tested = tests.find(fmt::format("find_collector(\"{}\")", collector->id)) != std::string::npos ||
                           tests.find(fmt::format("opened_here(\"{}\"", collector->id)) != std::string::npos;
    EXPECT_TRUE(is_tested) << collector->id;
  }
}

}  // namespace
}  // namespace wirecause
