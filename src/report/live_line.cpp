// SPDX-License-Identifier: Apache-2.0
#include "report/live_line.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/analysis_json.hpp"
#include "report/consumer_json.hpp"
#include "report/finding_json.hpp"
#include "report/finding_text.hpp"
#include "report/impact.hpp"
#include "report/path_text.hpp"
#include "report/run_text.hpp"
#include "report/style.hpp"
#include "report/words.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kSchema = "wirecause.live/1";

// Behind `used` columns of the same line.
std::string line_of(std::string_view text, const ReportOptions& options, std::size_t used = 0) {
  const std::string line = printable(text);
  if (options.width <= 0) return line + "\n";
  const auto width = static_cast<std::size_t>(options.width);
  return cut_to(line, width - std::min(width, used)) + "\n";
}

// One object on one line; bytes that are not UTF-8 become U+FFFD, as in the report.
std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json event(std::string_view name) {
  Json json;
  json["event"] = name;
  return json;
}

// The same keys as in the report, behind the name of the event.
std::string event_line(std::string_view name, const Json& keys) {
  Json json = event(name);
  json.update(keys);
  return line_of(json);
}

std::string gap_text(const EvidenceGap& gap) {
  std::string line = "  missing " + gap.what;
  if (!gap.reason.empty()) line += fmt::format(" ({})", gap.reason);
  if (!gap.claim.empty()) line += fmt::format(": {}", gap.claim);
  if (!gap.remedy.empty()) line += fmt::format("; {}", gap.remedy);
  return line;
}

}  // namespace

std::string start_text(const LiveSummary& live, const ReportOptions& options) {
  const std::string begun = fmt::format("watching {} from {}; Ctrl-C ends it with the report", interfaces_text(live),
                                        date_clock_text(live.started));
  std::string out = line_of(begun, options);
  for (const EvidenceGap& gap : live.gaps) out += line_of(gap_text(gap), options);
  return out;
}

std::string symptom_text(const LiveSymptom& symptom, const ReportOptions& options) {
  std::string line = fmt::format("{}  {:<11} {}", clock_text(symptom.time), text(symptom.kind), symptom.subject_name);
  if (symptom.units > 0) line += fmt::format(": {}", count_text(symptom.units, "unit"));
  if (!symptom.text.empty()) line += fmt::format("{} {}", symptom.units > 0 ? "," : ":", symptom.text);
  return line_of(line, options);
}

std::string finding_text(const Finding& finding, const ReportOptions& options) {
  const std::string impact = impact_text(finding, "unit");
  const std::string_view what = impact.empty() ? std::string_view(finding.because) : std::string_view(impact);
  const std::string time = clock_text(finding.last) + "  ";
  const std::string said = fmt::format("{}{}: {}  {}: {}", severity_heading(finding.severity), place_text(finding),
                                       cause_text(finding), finding.subject_name, what);
  return time + painted(line_of(said, options, columns_of(time)), options);
}

std::string start_json(const LiveSummary& live, std::string_view version) {
  const Json whole = json_of(live);
  Json json = event("start");
  json["schema"] = kSchema;
  json["version"] = version;
  for (const std::string_view key : {"started_ns", "interfaces", "unobserved", "capabilities_kept"}) {
    json[std::string(key)] = whole[std::string(key)];
  }
  return line_of(json);
}

std::string symptom_json(const LiveSymptom& symptom) {
  Json json = event("symptom");
  json["time_ns"] = json_of(symptom.time);
  json["kind"] = text(symptom.kind);
  json["subject"] = json_or_null(symptom.subject_name);
  json["units"] = symptom.units;
  json["text"] = json_or_null(symptom.text);
  return line_of(json);
}

std::string finding_json(const Finding& finding, const ReportOptions& options) {
  return event_line("finding", json_of(finding, options));
}

std::string report_json(const Analysis& analysis, const ReportOptions& options) {
  return event_line("report", analysis_json(analysis, options));
}

}  // namespace wirecause
