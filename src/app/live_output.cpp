// SPDX-License-Identifier: Apache-2.0
#include "app/live_output.hpp"

#include <algorithm>

#include "app/output.hpp"
#include "app/terminal.hpp"
#include "app/version.hpp"
#include "report/live_line.hpp"

namespace wirecause {
namespace {

// A terminal's line is cut at its width, a log's never.
ReportOptions line_options() {
  const Terminal terminal = stderr_terminal();
  ReportOptions options;
  options.colour = terminal.colour;
  options.width = terminal.is_terminal ? terminal.width : 0;
  return options;
}

const ReportFormat* text_format() {
  return *std::ranges::find(all_report_formats(), std::string_view("text"), &ReportFormat::id);
}

}  // namespace

LiveOutput::LiveOutput(const WatchRequest& request, const StopSignals& stop)
    : json_(request.json),
      details_(request.details),
      lines_(line_options()),
      max_list_(request.options.analysis.feed.max_list),
      stop_(stop) {
  lines_.max_list = max_list_;
}

void LiveOutput::say_json(std::string_view line) {
  if (refused_) return;
  Result<void> printed = print(line);
  if (printed) return;
  refused_ = std::move(printed).error();
  stop_.request();
}

void LiveOutput::started(const LiveSummary& live) {
  if (json_) return say_json(start_json(live, version()));
  note(start_text(live, lines_));
}

void LiveOutput::symptom(const LiveSymptom& symptom) {
  if (json_) return say_json(symptom_json(symptom));
  note(symptom_text(symptom, lines_));
}

void LiveOutput::finding(const Finding& finding) {
  if (json_) return say_json(finding_json(finding, lines_));
  note(finding_text(finding, lines_));
}

Result<void> LiveOutput::report(const Analysis& analysis) {
  ReportOptions shown;
  shown.max_list = max_list_;
  if (json_) say_json(report_json(analysis, shown));
  if (refused_) return tl::unexpected(*refused_);
  if (json_) return {};
  const Terminal terminal = stdout_terminal();
  shown.colour = terminal.colour;
  shown.width = std::min(terminal.width, 100);
  shown.details = details_;
  return print(text_format()->render(analysis, shown));
}

}  // namespace wirecause
