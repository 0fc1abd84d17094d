// SPDX-License-Identifier: Apache-2.0
#include "diagnose/page.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kWidth = 100;

std::string paragraph(std::string_view text) {
  std::string out;
  for (const std::string& line : wrapped(text, kWidth)) out += line + "\n";
  return out;
}

std::string section(std::string_view title, std::string_view text) {
  if (text.empty()) return "";
  return fmt::format("\n## {}\n\n{}", title, paragraph(text));
}

std::string item(std::string_view name, std::string_view value) {
  return value.empty() ? "" : fmt::format("- {}: {}\n", name, value);
}

std::string action_text(const Action& action) {
  const bool for_others = action.when == When::other_team;
  const std::string_view mark = action.when == When::safe_now ? "" : "# ";
  std::string out = for_others ? fmt::format("\n{}\n", paragraph(action.command))
                               : fmt::format("\n```sh\n{}{}\n```\n\n", mark, action.command);
  out += item("when", text(action.when));
  out += item("impact", action.impact);
  out += item("takes effect", text(action.takes_effect));
  out += item("persist", action.persist);
  out += item("undo", action.undo);
  out += item("verify", fmt::format("`{}`", action.verify));
  return out;
}

std::string needs_text(const Cause& cause) {
  std::string out = "\n## Evidence\n\n";
  for (const std::string_view name : cause.needs) out += fmt::format("- `{}`\n", name);
  return out;
}

std::string prevention_text(const Cause& cause) {
  std::string out = "\n### 5. Prevention\n\n";
  for (const std::string_view step : cause.runbook.prevention) out += fmt::format("- {}\n", step);
  return out;
}

std::string step(std::string_view title, std::string_view text) {
  return fmt::format("\n### {}\n\n{}", title, paragraph(text));
}

}  // namespace

std::string cause_markdown(const Cause& cause) {
  const Runbook& runbook = cause.runbook;
  std::string out = fmt::format("# {}\n\n{}\n", cause.id, paragraph(fmt::format("{}.", cause.summary)));
  out.pop_back();
  out += section("Mechanism", cause.mechanism);
  out += section("Look-alike", cause.look_alike);
  out += needs_text(cause);
  out += "\n## Runbook\n";
  out += step("1. Detection", runbook.detection);
  out += step("2. Isolation", runbook.isolation);
  out += step("3. Mitigate", runbook.mitigate);
  out += "\n### 4. Fix\n";
  for (const Action& action : runbook.fix) out += action_text(action);
  out += prevention_text(cause);
  out += section("Who acts", text(runbook.act));
  out += section("What to ask", runbook.ask);
  return out;
}

}  // namespace wirecause
