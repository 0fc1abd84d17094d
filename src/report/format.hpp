// A report format: Analysis in, text out. Formats return text and print nothing; adding one is one file
// report/formats/<id>.cpp that defines `report_format_<id>`.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "report/analysis.hpp"

namespace wirecause {

struct ReportOptions {
  std::uint64_t max_list = 100;  // items of a long list; totals are never capped
  bool colour = false;
  bool details = false;  // text: everything, not only what matters first
  int width = 100;       // columns
};

struct ReportFormat {
  std::string_view id;  // "text", "json"
  std::string_view summary;
  std::string (*render)(const Analysis&, const ReportOptions&) = nullptr;
};

std::span<const ReportFormat* const> all_report_formats();

}  // namespace wirecause
