// SPDX-License-Identifier: Apache-2.0
#include "report/style.hpp"

#include <fmt/format.h>

#include <array>

#include "report/text_field.hpp"

namespace wirecause {
namespace {

struct Paint {
  std::string_view word;
  std::string_view begin;
};

constexpr std::string_view kEnd = "\x1b[0m";
constexpr std::array<Paint, 4> kPaints{{
    {"CRITICAL", "\x1b[1;31m"},
    {"WARNING", "\x1b[1;33m"},
    {"INFO", "\x1b[36m"},
    {"nothing wrong:", "\x1b[32m"},
}};

std::string_view word_of(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "INFO";
    case Severity::warning:
      return "WARNING";
    case Severity::critical:
      return "CRITICAL";
  }
  return "INFO";
}

}  // namespace

std::string severity_heading(Severity severity) { return fmt::format("{:<{}}", word_of(severity), kLabelColumns); }

std::string painted(std::string line, const ReportOptions& options) {
  if (!options.colour) return line;
  for (const Paint& paint : kPaints) {
    if (line.starts_with(paint.word))
      return fmt::format("{}{}{}{}", paint.begin, paint.word, kEnd, line.substr(paint.word.size()));
  }
  return line;
}

}  // namespace wirecause
