// Walks the registry of causes: whoever adds one learns here what is still missing.
// SPDX-License-Identifier: Apache-2.0
#if defined(__GNUC__) && !defined(__clang__)
// With the address sanitizer g++ 12 takes std::regex's own automaton for uninitialised (GCC bug 105562).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <span>
#include <sstream>
#include <string>

#include "app/cause_page.hpp"
#include "base/text.hpp"
#include "diagnose/cause.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/live_values.hpp"
#include "diagnose/page_markdown.hpp"
#include "engine/live/publish.hpp"
#include "engine/publish.hpp"
#include "feed/publish.hpp"
#include "host/collector.hpp"
#include "support/cause_scenarios.hpp"
#include "tap/quality.hpp"

namespace wirecause::testing {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

constexpr std::size_t kSummaryColumns = 72;

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string in_source(std::string_view path) { return fmt::format("{}/{}", WIRECAUSE_SOURCE_DIR, path); }

std::vector<std::string_view> action_texts(const Action& action) {
  return {action.command, action.impact, action.persist, action.undo, action.verify};
}

// Everything that a cause may print.
std::vector<std::string_view> texts_of(const Cause& cause) {
  const Runbook& r = cause.runbook;
  std::vector<std::string_view> texts{
      cause.summary, cause.mechanism, cause.look_alike, r.detection, r.isolation, r.mitigate, r.ask};
  for (const Action& action : r.fix) {
    for (const std::string_view text : action_texts(action)) texts.push_back(text);
  }
  texts.insert(texts.end(), r.prevention.begin(), r.prevention.end());
  return texts;
}

// Lower-case letters only: awk's {print $1} is none (diagnose/placeholders.hpp).
std::set<std::string_view> placeholders_in(std::string_view text) {
  std::set<std::string_view> names;
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const bool is_name = !name.empty() && std::ranges::all_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
    if (is_name) names.insert(name);
  }
  return names;
}

// Whether the first `what` in `text` stands between single quotes.
bool stands_in_quotes(std::string_view text, std::string_view what) {
  const std::size_t at = text.find(what);
  return at != std::string_view::npos && std::ranges::count(text.substr(0, at), '\'') % 2 == 1;
}

// Ids are for ever: what was released once stays.
TEST(Causes, AreStillThoseThatCapturesShowAndThoseOfDropsAtASocket) {
  std::set<std::string_view> ids;
  for (const Cause* cause : all_causes()) ids.insert(cause->id);
  EXPECT_THAT(
      ids, IsSupersetOf({"net_line_loss", "net_common_loss", "net_reordering", "net_duplication", "publisher_restart",
                         "publisher_stall", "capture_dropped", "capture_truncated", "capture_clock",
                         "capture_duplicated", "capture_two_points", "capture_offload_artifact", "socket_rcvbuf_burst",
                         "app_slow_consumer", "app_stalled", "app_cpu_starved", "socket_filter"}));
}

TEST(Causes, HaveIdsOfOneFormThatAreUniqueAndOrdered) {
  const std::regex form("[a-z]+(_[a-z0-9]+)+");
  std::string_view before;
  for (const Cause* cause : all_causes()) {
    EXPECT_TRUE(std::regex_match(std::string(cause->id), form)) << cause->id;
    EXPECT_LT(before, cause->id);
    EXPECT_EQ(find_cause(cause->id), cause);
    before = cause->id;
  }
}

TEST(Causes, HaveASummaryOfOneLine) {
  for (const Cause* cause : all_causes()) {
    EXPECT_THAT(cause->summary, Not(IsEmpty())) << cause->id;
    EXPECT_LE(columns_of(cause->summary), kSummaryColumns) << cause->id;
    EXPECT_NE(cause->summary.back(), '.') << cause->id;
  }
}

TEST(Causes, HaveAWholeRunbook) {
  for (const Cause* cause : all_causes()) {
    const Runbook& r = cause->runbook;
    for (const std::string_view step : {cause->mechanism, cause->look_alike, r.detection, r.isolation, r.mitigate}) {
      EXPECT_THAT(step, Not(IsEmpty())) << cause->id;
    }
    const auto changes = [](const Action& action) { return !action.looks; };
    EXPECT_TRUE(std::ranges::any_of(r.fix, changes)) << cause->id << " only looks";
    EXPECT_FALSE(r.prevention.empty()) << cause->id;
    for (const Action& action : r.fix) {
      for (const std::string_view text : {action.command, action.impact, action.verify}) {
        EXPECT_THAT(text, Not(IsEmpty())) << cause->id;
      }
    }
  }
}

TEST(Causes, SayHowToTakeBackWhatIsNotSafeToDoAtAnyTime) {
  for (const Cause* cause : all_causes()) {
    for (const Action& action : cause->runbook.fix) {
      const bool needs_undo = action.when == When::drain_first || action.when == When::after_close;
      EXPECT_FALSE(needs_undo && action.undo.empty()) << cause->id << ": " << action.command;
    }
  }
}

TEST(Causes, OfAnotherTeamSayExactlyWhatToAsk) {
  for (const Cause* cause : all_causes()) {
    const bool other_team = cause->runbook.act == Actor::network || cause->runbook.act == Actor::exchange;
    EXPECT_EQ(cause->runbook.ask.empty(), !other_team) << cause->id;
    if (other_team) {
      EXPECT_EQ(cause->runbook.ask.back(), '?') << cause->id;
    }
  }
}

TEST(Causes, UseOnlyPlaceholdersThatCanBeFilled) {
  std::set<std::string_view> known{"line", "group", "port", "source", "feed",       "interface", "point",
                                   "file", "from",  "to",   "server", "serverport", "connection"};
  const auto live = live_value_names();
  known.insert(live.begin(), live.end());
  for (const Cause* cause : all_causes()) {
    for (const std::string_view text : texts_of(*cause))
      EXPECT_THAT(known, IsSupersetOf(placeholders_in(text))) << text;
  }
}

TEST(Causes, PutNoValueWithSpacesBetweenQuotes) {
  for (const Cause* cause : all_causes()) {
    for (const Action& action : cause->runbook.fix) {
      for (const std::string_view text : action_texts(action)) EXPECT_FALSE(stands_in_quotes(text, "{file}")) << text;
    }
  }
}

// Advice that was right once, or never, and is still found on the web.
TEST(Causes, PrintNoObsoleteOrWrongAdvice) {
  struct Forbidden {
    std::regex pattern;
    std::regex unless;
  };
  const std::regex never("(?!)");
  const std::vector<Forbidden> list{
      {std::regex("tcp_low_latency"), never},
      {std::regex("tcp_tw_recycle"), never},
      {std::regex("udp_mem[^\n]*(bytes|[0-9]{7})"), never},
      {std::regex("keepalive[^\n]*reset|reset[^\n]*keepalive"), never},
      {std::regex("taskset"), std::regex("taskset -a")},
      {std::regex("\\b(average|mean latency)\\b"), never},
      {std::regex("100 % CPU"), never},
  };
  for (const Cause* cause : all_causes()) {
    for (const std::string_view view : texts_of(*cause)) {
      const std::string text(view);
      for (const Forbidden& forbidden : list) {
        const bool found = std::regex_search(text, forbidden.pattern) && !std::regex_search(text, forbidden.unless);
        EXPECT_FALSE(found) << cause->id << ": " << text;
      }
    }
  }
}

// ... of it: a longer backlog helps against nothing but drops that softnet_stat counted.
TEST(Causes, RaiseTheBacklogOnlyOnTheEvidenceOfSoftnetDrops) {
  for (const Cause* cause : all_causes()) {
    for (const std::string_view text : texts_of(*cause)) {
      if (text.find("netdev_max_backlog") == std::string_view::npos) continue;
      EXPECT_THAT(cause->needs, Contains("softnet_stat.dropped")) << cause->id << ": " << text;
    }
  }
}

TEST(Causes, NeedOnlyEvidenceThatSomebodyPublishes) {
  std::set<std::string_view> published;
  const auto put = [&published](std::span<const Published> table) {
    for (const Published& entry : table) published.insert(entry.name);
  };
  for (const auto table : {tap_publishes(), feed_publishes(), engine_publishes(), live_publishes()}) put(table);
  for (const Collector* collector : all_collectors()) put(collector->publishes);
  for (const Cause* cause : all_causes()) {
    EXPECT_FALSE(cause->needs.empty()) << cause->id;
    for (const std::string_view need : cause->needs) EXPECT_THAT(published, Contains(need)) << cause->id;
  }
}

TEST(Causes, AreUndecidedOnlyWithCausesThatExistAndSaySoToo) {
  for (const Scenario& scenario : named_scenarios()) {
    const Scenario rest = scenario.without_decisive();
    const Diagnosis diagnosis = diagnose(rest.evidence.build(), std::vector{rest.evidence.attached(rest.episode)});
    for (const Finding& finding : diagnosis.findings) {
      for (const std::string_view partner : finding.undecided_with) {
        ASSERT_NE(find_cause(partner), nullptr) << partner;
        EXPECT_TRUE(std::ranges::any_of(diagnosis.findings,
                                        [&](const Finding& other) {
                                          const auto& back = other.undecided_with;
                                          return other.cause->id == partner &&
                                                 std::ranges::find(back, finding.cause->id) != back.end();
                                        }))
            << finding.cause->id << " and " << partner;
      }
    }
  }
}

TEST(Causes, HaveATestOfTheirOwn) {
  for (const Cause* cause : all_causes()) {
    const std::string path = in_source(fmt::format("tests/unit/diagnose/causes/{}_test.cpp", cause->id));
    EXPECT_TRUE(std::filesystem::exists(path)) << path;
  }
}

TEST(Causes, ThatTheLabProvesHaveAScenario) {
  for (const Cause* cause : all_causes()) {
    if (cause->lab != Lab::scenario && cause->lab != Lab::replay) continue;
    const std::string path = in_source(fmt::format("lab/scenarios/{}/scenario.py", cause->id));
    EXPECT_TRUE(std::filesystem::exists(path)) << path << ": tools/new-item scenario writes its skeleton";
  }
}

TEST(Causes, HaveAPageThatSaysWhatTheCodeSays) {
  for (const Cause* cause : all_causes()) {
    const std::string path = in_source(fmt::format("docs/causes/{}.md", cause->id));
    EXPECT_EQ(file_text(path), cause_markdown(*cause)) << path << ": tools/update-docs writes it";
  }
}

TEST(Causes, ShowWhatOnlyLooksBeforeTheFix) {
  for (const Cause* cause : all_causes()) {
    const std::string markdown = cause_markdown(*cause);
    const std::string page = cause_page(*cause);
    for (const Action& action : cause->runbook.fix) {
      if (!action.looks) continue;
      // What is not safe at any time is commented out there, too.
      const std::string command = (action.when == When::safe_now ? "" : "# ") + std::string(action.command);
      EXPECT_LT(markdown.find(fmt::format("\n{}\n", command)), markdown.find("\n### 4. Fix\n")) << cause->id;
      EXPECT_LT(page.find(fmt::format("\n  {}\n", command)), page.find("\n4 fix\n")) << cause->id;
    }
  }
}

TEST(Causes, HaveAPageOfAHundredColumnsButForCommands) {
  constexpr std::size_t kColumns = 100;
  for (const Cause* cause : all_causes()) {
    std::set<std::string_view> commands;
    for (const Action& action : cause->runbook.fix) {
      if (action.when != When::other_team) commands.insert(action.command);
      commands.insert({action.undo, action.verify});
    }
    std::istringstream page(cause_page(*cause));
    for (std::string line; std::getline(page, line);) {
      const auto is_in_line = [&line](std::string_view command) { return !command.empty() && line.ends_with(command); };
      EXPECT_TRUE(columns_of(line) <= kColumns || std::ranges::any_of(commands, is_in_line))
          << cause->id << ": " << line;
    }
  }
}

TEST(Causes, HaveNoPageWithoutACause) {
  for (const auto& entry : std::filesystem::directory_iterator(in_source("docs/causes"))) {
    const std::string stem = entry.path().stem().string();
    if (stem != "README") {
      EXPECT_NE(find_cause(stem), nullptr) << stem;
    }
  }
}

}  // namespace
}  // namespace wirecause::testing
