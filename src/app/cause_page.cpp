// SPDX-License-Identifier: Apache-2.0
#include "app/cause_page.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/layout.hpp"
#include "base/text.hpp"
#include "diagnose/page.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kPageWidth = 100;  // as the reports
constexpr std::size_t kIndent = 2;
constexpr std::size_t kActionIndent = 4;
constexpr std::size_t kDetailColumn = 18;  // behind "takes effect"

std::string heading(const PagePart& part) {
  return part.step > 0 ? fmt::format("\n{} {}\n", part.step, part.title) : fmt::format("\n{}\n", part.title);
}

// A sentence is broken at spaces; a command stands on one line, however long, so that it can be pasted.
std::vector<std::string> lines_of(std::string_view text, bool is_sentence, std::size_t columns) {
  return is_sentence ? wrapped(text, columns) : std::vector{std::string(text)};
}

std::string command_text(const Action& action) {
  const std::string_view mark = is_safe_to_paste(action) ? "" : "# ";
  std::string out;
  for (const std::string& line : lines_of(action.command, is_request(action), kPageWidth - kIndent - mark.size())) {
    out += fmt::format("{:{}}{}{}\n", "", kIndent, mark, line);
  }
  return out;
}

std::string detail_text(const ActionDetail& detail) {
  const bool is_sentence = detail.wording == Wording::sentence;
  std::string out;
  for (const std::string& line : lines_of(detail.text, is_sentence, kPageWidth - kDetailColumn)) {
    out += fmt::format("{:{}}{:{}}{}\n", "", kActionIndent, out.empty() ? detail.name : "",
                       kDetailColumn - kActionIndent, line);
  }
  return out;
}

std::string action_text(const Action& action) {
  std::string out = command_text(action);
  for (const ActionDetail& detail : details_of(action)) out += detail_text(detail);
  return out;
}

std::string part_text(const PagePart& part) {
  std::string out = heading(part) + paragraphs(part.text, kIndent, kPageWidth);
  out += paragraphs(fmt::format("{}", fmt::join(part.names, ", ")), kIndent, kPageWidth);
  for (const std::string_view sentence : part.advice) out += paragraphs(sentence, kIndent, kPageWidth);
  for (const Action* action : part.actions) out += action_text(*action);
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
  for (const PagePart& part : page_of(cause)) out += part_text(part);
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
