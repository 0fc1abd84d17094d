// The report for programs: one JSON object, schema wirecause.analysis/1 (docs/json.md, docs/schema/).
//
// The same analysis gives the same bytes. Integers are written exactly, whatever their size; bytes of file names and
// comments that are not UTF-8 become U+FFFD, so that the output is always valid JSON.
// SPDX-License-Identifier: Apache-2.0
#include "report/analysis_json.hpp"
#include "report/format.hpp"

namespace wirecause {
namespace {

constexpr int kIndent = 2;

std::string render(const Analysis& analysis, const ReportOptions& options) {
  return analysis_json(analysis, options).dump(kIndent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

extern constinit const ReportFormat report_format_json{
    .id = "json",
    .summary = "one JSON object for programs, schema wirecause.analysis/1",
    .render = &render,
};

}  // namespace wirecause
