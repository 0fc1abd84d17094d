// Words are KEY=VALUE; rules may also come from a file, one a line, # begins a comment.
// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <cstdlib>
#include <fstream>

namespace lab {
namespace {

Rule named_rule(const std::string& text) {
  Rule rule = rule_of(text);
  for (const char c : rule.name) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!is_plain) throw BadRule("rule '" + text + "': a name is letters, digits, _ and -");
  }
  return rule;
}

void read_file(RelayOptions& options, const std::string& path) {
  std::ifstream file(path);
  if (!file) throw BadRule("rules=" + path + ": cannot be read");
  for (std::string line; std::getline(file, line);) {
    line.erase(std::min(line.find('#'), line.size()));
    if (line.find_first_not_of(" \t") != std::string::npos) options.rules.push_back(named_rule(line));
  }
}

std::uint64_t seed_of(const std::string& text) {
  char* end = nullptr;
  const std::uint64_t seed = std::strtoull(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0') throw BadRule("seed=" + text + ": a whole number");
  return seed;
}

}  // namespace

RelayOptions relay_options(const std::vector<std::string>& words) {
  RelayOptions options;
  for (const std::string& word : words) {
    const auto equals = word.find('=');
    const std::string key = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    if (key == "left")
      options.left = value;
    else if (key == "right")
      options.right = value;
    else if (key == "journal")
      options.journal = value;
    else if (key == "rule")
      options.rules.push_back(named_rule(value));
    else if (key == "rules")
      read_file(options, value);
    else if (key == "field")
      options.field = field_of(value);
    else if (key == "seed")
      options.seed = seed_of(value);
    else if (key == "all")
      options.keeps_passes = value == "1";
    else
      throw BadRule("no such word: " + word);
  }
  if (options.left.empty() || options.right.empty()) throw BadRule("left=INTERFACE right=INTERFACE are needed");
  for (const Rule& rule : options.rules) {
    if (!rule.choice.numbers.empty() && options.field.width == 0)
      throw BadRule("numbers= needs field=OFFSET,WIDTH,big|little");
  }
  return options;
}

}  // namespace lab
