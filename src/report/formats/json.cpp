// The report for programs: one JSON object, schema wirecause.analysis/1 (docs/json.md, docs/schema/).
//
// The same analysis gives the same bytes. Integers are written exactly, whatever their size; bytes of file names and
// comments that are not UTF-8 become U+FFFD, so that the output is always valid JSON.
// SPDX-License-Identifier: Apache-2.0
#include "report/feed_json.hpp"
#include "report/finding_json.hpp"
#include "report/format.hpp"
#include "report/input_json.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kSchema = "wirecause.analysis/1";
constexpr int kIndent = 2;

std::string render(const Analysis& analysis, const ReportOptions& options) {
  Json json;
  json["schema"] = kSchema;
  json["version"] = analysis.version;
  json["verdict"] = json_of(analysis.diagnosis.verdict);
  put_capped(json, "findings", analysis.diagnosis.findings, options.max_list,
             analysis.diagnosis.findings.size() + analysis.diagnosis.suppressed,
             [&](const Finding& finding) { return json_of(finding, options); });
  json["inputs"] = list_of(analysis.inputs, [&](const InputSummary& input) { return json_of(input, options); });
  json["feeds"] = list_of(analysis.feeds, [&](const FeedSummary& feed) { return json_of(feed, options); });
  put_capped(json, "unrecognised", analysis.unrecognised, options.max_list, analysis.unrecognised_total,
             [](const UnrecognisedStream& stream) { return json_of(stream); });
  json["observer"] = observer_json(analysis);
  return json.dump(kIndent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

extern constinit const ReportFormat report_format_json{
    .id = "json",
    .summary = "one JSON object for programs, schema wirecause.analysis/1",
    .render = &render,
};

}  // namespace wirecause
