// SPDX-License-Identifier: Apache-2.0
#include "report/action_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace wirecause {
namespace {

// Words of a shell command: spaces within quotes do not separate.
Lines shell_words(std::string_view command) {
  Lines words;
  std::string word;
  char quote = '\0';
  for (const char c : command) {
    if (c == ' ' && quote == '\0') {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
      continue;
    }
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    }
    word += c;
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

// "(safe now; undo: …)", "(takes effect after a restart; undo: …)".
std::string remark(const FilledAction& action) {
  std::string out = action.when == When::safe_now ? "safe now" : std::string();
  const auto add = [&out](const std::string& part) { out += (out.empty() ? "" : "; ") + part; };
  if (action.takes_effect != TakesEffect::now) add(fmt::format("takes effect: {}", text(action.takes_effect)));
  if (!action.undo.empty()) add("undo: " + printable(action.undo));
  return out.empty() ? out : "(" + out + ")";
}

Lines commented(std::string_view sentence, std::size_t columns) {
  Lines lines = wrapped(sentence, columns > 2 ? columns - 2 : columns);
  for (std::string& line : lines) line.insert(0, "# ");
  return lines;
}

}  // namespace

Lines command_lines(std::string_view command, std::size_t columns) {
  constexpr std::string_view kContinued = " \\";
  Lines lines;
  std::string line;
  for (const std::string& word : shell_words(command)) {
    const bool fits = line.empty() || columns_of(line) + 1 + columns_of(word) + kContinued.size() <= columns;
    if (!fits) {
      lines.push_back(line + std::string(kContinued));
      line = "  ";
    }
    if (!line.empty() && line != "  ") line += ' ';
    line += word;
  }
  lines.push_back(std::move(line));
  return lines;
}

Lines action_lines(const FilledAction& action, std::size_t columns) {
  const std::string command = printable(action.command);
  if (!action.is_computed) return commented(command, columns);
  const std::string note = remark(action);
  if (action.when != When::safe_now) {
    return commented(fmt::format("{}, {}{}{}", text(action.when), command, note.empty() ? "" : "  ", note), columns);
  }
  Lines lines = command_lines(command, columns);
  if (lines.size() == 1 && columns_of(lines[0]) + 3 + columns_of(note) + 2 <= columns) {
    // A shell ignores what follows '#': the line can be pasted as it stands.
    lines[0] += "  # " + note;
    return lines;
  }
  // A command that is not commented out is safe now: that alone is worth no line.
  const bool says_more = action.takes_effect != TakesEffect::now || !action.undo.empty();
  if (says_more) append(lines, commented(note, columns));
  return lines;
}

}  // namespace wirecause
