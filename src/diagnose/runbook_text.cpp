// SPDX-License-Identifier: Apache-2.0
#include "diagnose/runbook_text.hpp"

#include <fmt/format.h>

#include "diagnose/placeholders.hpp"
#include "diagnose/points.hpp"

namespace wirecause {
namespace {

void put_text(PlaceholderValues& values, std::string_view name, const EvidenceView& view, std::string_view record,
              Subject subject) {
  const Record* found = view.find(record, subject);
  if (found != nullptr && !found->text.empty()) values[name] = found->text;
}

// Seconds since the epoch: what editcap -A and -B, tshark's frame.time_epoch and wirecause --from take alike.
void put_time(PlaceholderValues& values, std::string_view name, TimeNs time) {
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  if (time == kNoTime || time.ns < 0) return;
  values[name] = fmt::format("{}.{:09}", time.ns / kNsPerSecond, time.ns % kNsPerSecond);
}

Subject point_for(const EvidenceView& view, const Scene& scene, const Finding& finding) {
  return finding.subject.kind == SubjectKind::point ? finding.subject : point_of(view, scene.line);
}

// The file of the point where it is known, else the one whose frames show the finding.
Subject input_for(const EvidenceView& view, const Scene& scene, Subject point) {
  const auto input = view.value("point.input", point);
  return {SubjectKind::input, input && *input >= 0 ? static_cast<std::uint32_t>(*input) : scene.frames.input};
}

PlaceholderValues values_for(const EvidenceView& view, const Scene& scene, const Finding& finding) {
  PlaceholderValues values;
  const Subject line = scene.line;
  const Subject point = point_for(view, scene, finding);
  put_text(values, "line", view, "line.name", line);
  put_text(values, "group", view, "line.group", line);
  put_text(values, "port", view, "line.port", line);
  put_text(values, "source", view, "line.source", line);
  put_text(values, "feed", view, "feed.name", scene.feed);
  put_text(values, "point", view, "point.name", point);
  put_text(values, "interface", view, "point.interface", point);
  put_text(values, "file", view, "input.file", input_for(view, scene, point));
  put_time(values, "from", finding.first);
  put_time(values, "to", finding.last);
  return values;
}

std::string filled_or_empty(std::string_view text, const PlaceholderValues& values) {
  return fill_command(text, values).value_or("");
}

std::string filled_command(const Action& action, const PlaceholderValues& values) {
  if (action.when == When::other_team) return fill_sentence(action.command, values);
  const auto command = fill_command(action.command, values);
  return command ? *command : "cannot be computed: " + command.error().message();
}

FilledAction filled(const Action& action, const PlaceholderValues& values) {
  FilledAction out;
  out.command = filled_command(action, values);
  out.when = action.when;
  out.impact = fill_sentence(action.impact, values);
  out.takes_effect = action.takes_effect;
  out.persist = filled_or_empty(action.persist, values);
  out.undo = filled_or_empty(action.undo, values);
  out.verify = filled_or_empty(action.verify, values);
  return out;
}

}  // namespace

void fill_runbook(const EvidenceView& view, const Scene& scene, Finding& finding) {
  const PlaceholderValues values = values_for(view, scene, finding);
  const Runbook& runbook = finding.cause->runbook;
  finding.mitigate = fill_sentence(runbook.mitigate, values);
  finding.ask = fill_sentence(runbook.ask, values);
  for (const Action& action : runbook.fix) finding.actions.push_back(filled(action, values));
  for (const std::string_view step : runbook.prevention) finding.prevent.push_back(fill_sentence(step, values));
}

}  // namespace wirecause
