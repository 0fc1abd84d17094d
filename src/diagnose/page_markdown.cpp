// SPDX-License-Identifier: Apache-2.0
#include "diagnose/page_markdown.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "diagnose/page.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kWidth = 100;

std::string paragraph(std::string_view text) {
  std::string out;
  for (const std::string& line : wrapped(text, kWidth)) out += line + "\n";
  return out;
}

std::string heading(const PagePart& part) {
  std::string title(part.title);
  if (!title.empty() && title.front() >= 'a' && title.front() <= 'z') title.front() -= 'a' - 'A';
  return part.step > 0 ? fmt::format("\n### {}. {}\n", part.step, title) : fmt::format("\n## {}\n", title);
}

std::string command_text(const Action& action) {
  if (is_request(action)) return fmt::format("\n{}\n", paragraph(action.command));
  return fmt::format("\n```sh\n{}{}\n```\n\n", is_safe_to_paste(action) ? "" : "# ", action.command);
}

std::string action_text(const Action& action) {
  std::string out = command_text(action);
  for (const ActionDetail& detail : details_of(action)) {
    const std::string_view mark = detail.wording == Wording::command ? "`" : "";
    out += fmt::format("- {}: {}{}{}\n", detail.name, mark, detail.text, mark);
  }
  return out;
}

std::string part_text(const PagePart& part) {
  std::string out = heading(part);
  if (!part.text.empty()) out += "\n" + paragraph(part.text);
  if (!part.names.empty() || !part.advice.empty()) out += "\n";
  for (const std::string_view name : part.names) out += fmt::format("- `{}`\n", name);
  for (const std::string_view sentence : part.advice) out += fmt::format("- {}\n", sentence);
  for (const Action* action : part.actions) out += action_text(*action);
  return out;
}

}  // namespace

std::string cause_markdown(const Cause& cause) {
  std::string out = fmt::format("# {}\n\n{}", cause.id, paragraph(fmt::format("{}.", cause.summary)));
  bool in_runbook = false;
  for (const PagePart& part : page_of(cause)) {
    if (part.step > 0 && !in_runbook) out += "\n## Runbook\n";
    in_runbook = part.step > 0;
    out += part_text(part);
  }
  return out;
}

}  // namespace wirecause
