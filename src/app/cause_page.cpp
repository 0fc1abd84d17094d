// SPDX-License-Identifier: Apache-2.0
#include "app/cause_page.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/layout.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kPageWidth = 100;  // as the reports
constexpr std::size_t kIndent = 2;
constexpr std::size_t kActionIndent = 4;

std::string section(std::string_view title, std::string_view text) {
  if (text.empty()) return "";
  return fmt::format("\n{}\n{}", title, paragraphs(text, kIndent, kPageWidth));
}

std::string in_words(When when) {
  switch (when) {
    case When::safe_now:
      return "safe now";
    case When::drain_first:
      return "drain the traffic first";
    case When::after_close:
      return "after the close";
    case When::other_team:
      return "another team's to do";
  }
  return std::string(text(when));
}

std::string in_words(TakesEffect effect) {
  switch (effect) {
    case TakesEffect::now:
      return "at once";
    case TakesEffect::new_sockets:
      return "for sockets opened afterwards";
    case TakesEffect::restart:
      return "after a restart of the process";
    case TakesEffect::reboot:
      return "after a reboot";
    case TakesEffect::next_capture:
      return "with the next capture";
  }
  return std::string(text(effect));
}

std::string commented_unless_safe(const Action& action) {
  const std::string_view mark = action.when == When::safe_now ? "" : "# ";
  return fmt::format("{:{}}{}{}\n", "", kIndent, mark, action.command);
}

std::string action_lines(const Action& action) {
  std::vector<Row> rows;
  if (!action.looks) rows = {{"when", in_words(action.when)}, {"takes effect", in_words(action.takes_effect)}};
  const auto add = [&rows](std::string_view name, std::string_view value) {
    if (!value.empty()) rows.push_back({std::string(name), std::string(value)});
  };
  add("impact", action.impact);
  add("persist", action.persist);
  add("undo", action.undo);
  add("verify", action.verify);
  return commented_unless_safe(action) + aligned(rows, kActionIndent);
}

// Those that only look, or those that change something or ask somebody.
std::string actions_text(std::span<const Action> actions, bool looks) {
  std::string out;
  for (const Action& action : actions) {
    if (action.looks == looks) out += action_lines(action);
  }
  return out;
}

std::string prevention_section(std::span<const std::string_view> prevention) {
  std::string out = "\n5 prevention\n";
  for (const std::string_view step : prevention) out += paragraphs(step, kIndent, kPageWidth);
  return out;
}

nlohmann::ordered_json action_json(const Action& action) {
  return {{"command", action.command}, {"when", text(action.when)},
          {"impact", action.impact},   {"takes_effect", text(action.takes_effect)},
          {"persist", action.persist}, {"undo", action.undo},
          {"verify", action.verify},   {"looks", action.looks}};
}

}  // namespace

std::string cause_page(const Cause& cause) {
  std::string out = fmt::format("{}: {}\n", cause.id, cause.summary);
  out += section("mechanism", cause.mechanism);
  out += section("looks like", cause.look_alike);
  out += section("evidence", fmt::format("{}", fmt::join(cause.needs, ", ")));
  out += section("1 detection", cause.runbook.detection);
  out += section("2 isolation", cause.runbook.isolation);
  out += actions_text(cause.runbook.fix, true);
  out += section("3 mitigate", cause.runbook.mitigate);
  out += "\n4 fix\n" + actions_text(cause.runbook.fix, false);
  out += prevention_section(cause.runbook.prevention);
  out += section("who acts", text(cause.runbook.act));
  out += section("what to ask them", cause.runbook.ask);
  return out;
}

std::string cause_json(const Cause& cause) {
  nlohmann::ordered_json fix = nlohmann::ordered_json::array();
  for (const Action& action : cause.runbook.fix) fix.push_back(action_json(action));
  const nlohmann::ordered_json page{
      {"schema", "wirecause.cause/1"},
      {"id", cause.id},
      {"summary", cause.summary},
      {"mechanism", cause.mechanism},
      {"look_alike", cause.look_alike},
      {"needs", std::vector<std::string_view>(cause.needs.begin(), cause.needs.end())},
      {"detection", cause.runbook.detection},
      {"isolation", cause.runbook.isolation},
      {"mitigate", cause.runbook.mitigate},
      {"fix", fix},
      {"prevention", std::vector<std::string_view>(cause.runbook.prevention.begin(), cause.runbook.prevention.end())},
      {"act", text(cause.runbook.act)},
      {"ask", cause.runbook.ask}};
  return page.dump(2) + "\n";
}

}  // namespace wirecause
