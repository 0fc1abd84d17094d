// SPDX-License-Identifier: Apache-2.0
#include "diagnose/runbook_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.hpp"
#include "diagnose/live_values.hpp"
#include "diagnose/placeholders.hpp"
#include "diagnose/points.hpp"

namespace wirecause {
namespace {

void put_text(PlaceholderValues& values, std::string_view name, const EvidenceView& view, std::string_view record,
              Subject subject) {
  const Record* found = view.find(record, subject);
  if (found != nullptr && !found->text.empty()) values[name] = found->text;
}

// For commands: seconds since the epoch, which editcap -A and -B, tshark's frame.time_epoch and wirecause --from take
// alike.
void put_epoch_time(PlaceholderValues& values, std::string_view name, TimeNs time) {
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  if (time == kNoTime || time.ns < 0) return;
  values[name] = fmt::format("{}.{:09}", time.ns / kNsPerSecond, time.ns % kNsPerSecond);
}

// For people: "2026-01-05 14:30:00.079976470", and the clock alone where `to` is of the same day. UTC: the sentence says
// so.
void put_clock_times(PlaceholderValues& values, const Finding& finding) {
  const auto date_and_clock = [](TimeNs time) { return fmt::format("{} {}", date_text(time), clock_text(time)); };
  const bool one_day = date_text(finding.first) == date_text(finding.last);
  if (finding.first != kNoTime) values["from"] = date_and_clock(finding.first);
  if (finding.last != kNoTime) values["to"] = one_day ? clock_text(finding.last) : date_and_clock(finding.last);
}

Subject point_for(const EvidenceView& view, const Scene& scene, const Finding& finding) {
  if (scene.connection) return scene.connection->point;
  return finding.subject.kind == SubjectKind::point ? finding.subject : point_of(view, scene.line);
}

// The file whose frames show the finding; of what no frame shows, the first file of the point.
Subject input_for(const EvidenceView& view, const Scene& scene, Subject point) {
  if (scene.input) return {SubjectKind::input, *scene.input};
  const auto input = view.value("point.input", point);
  return {SubjectKind::input, input && *input >= 0 ? static_cast<std::uint32_t>(*input) : 0};
}

// Numbers of connections are those of the whole run: of one of several files they would be others.
void put_connection(PlaceholderValues& values, const EvidenceView& view, const Scene& scene) {
  if (!scene.connection) return;
  values["server"] = scene.connection->server_address;
  if (scene.connection->server_port != 0) values["serverport"] = fmt::format("{}", scene.connection->server_port);
  const bool is_one = scene.connection_subject.kind == SubjectKind::connection;
  if (is_one && view.all("input.file").size() == 1) {
    values["connection"] = fmt::format("{}", scene.connection_subject.id);
  }
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
  put_connection(values, view, scene);
  put_live_values(values, view, scene, finding);
  return values;
}

// The same values but for the times, which a shell and a reader take in other forms.
struct Values {
  PlaceholderValues commands;
  PlaceholderValues sentences;
};

Values with_times(const PlaceholderValues& values, const Finding& finding) {
  Values out{values, values};
  put_epoch_time(out.commands, "from", finding.first);
  put_epoch_time(out.commands, "to", finding.last);
  put_clock_times(out.sentences, finding);
  // As {group}:{port} it must not run into the port.
  if (const auto group = out.sentences.find("group"); group != out.sentences.end()) {
    const bool is_v6 = group->second.find(':') != std::string::npos;
    if (is_v6) group->second = "[" + group->second + "]";
  }
  return out;
}

std::string filled_or_empty(std::string_view text, const PlaceholderValues& values) {
  return fill_command(text, values).value_or("");
}

void fill_into(FilledAction& out, const Action& action, const Values& values) {
  if (action.when == When::other_team) {
    out.command = fill_sentence(action.command, values.sentences);
    return;
  }
  const auto command = fill_command(action.command, values.commands);
  out.is_computed = command.has_value();
  out.command =
      command ? *command : fmt::format("cannot be computed: {}: {}", command.error().message(), action.command);
}

FilledAction filled(const Action& action, const Values& values) {
  FilledAction out;
  fill_into(out, action, values);
  out.when = action.when;
  out.impact = fill_sentence(action.impact, values.sentences);
  out.takes_effect = action.takes_effect;
  out.persist = filled_or_empty(action.persist, values.commands);
  out.undo = filled_or_empty(action.undo, values.commands);
  out.verify = filled_or_empty(action.verify, values.commands);
  out.looks = action.looks;
  return out;
}

bool is_about(std::string_view text, const std::set<std::string_view>& names) {
  return std::ranges::any_of(names, [text](std::string_view name) {
    return text.find(fmt::format("{{{}}}", name)) != std::string_view::npos;
  });
}

// About something that is not there. A sentence for others says what is not known instead.
bool is_left_out(const Action& action, const std::set<std::string_view>& absent) {
  return action.when != When::other_team && is_about(action.command, absent);
}

// Of a paragraph its first sentence, taken off: up to a full stop before a capital.
std::string_view take_sentence(std::string_view& rest) {
  constexpr std::string_view kStop = ". ";
  std::size_t end = rest.find(kStop);
  const auto is_capital = [&rest](std::size_t at) { return at < rest.size() && rest[at] >= 'A' && rest[at] <= 'Z'; };
  while (end != std::string_view::npos && !is_capital(end + kStop.size())) end = rest.find(kStop, end + kStop.size());
  const std::size_t length = end == std::string_view::npos ? rest.size() : end + 1;
  const std::string_view sentence = rest.substr(0, length);
  rest.remove_prefix(std::min(rest.size(), length + 1));
  return sentence;
}

// Without the sentences about something that is not there.
std::string applicable(std::string_view paragraph, const std::set<std::string_view>& absent) {
  std::string out;
  while (!paragraph.empty()) {
    const std::string_view sentence = take_sentence(paragraph);
    if (!is_about(sentence, absent)) out += fmt::format("{}{}", out.empty() ? "" : " ", sentence);
  }
  return out;
}

}  // namespace

void fill_runbook(const EvidenceView& view, const Scene& scene, Finding& finding) {
  const PlaceholderValues known = values_for(view, scene, finding);
  const std::set<std::string_view> absent = not_applicable(known, view, scene);
  const Values values = with_times(known, finding);
  const Runbook& runbook = finding.cause->runbook;
  finding.mitigate = fill_sentence(applicable(runbook.mitigate, absent), values.sentences);
  finding.ask = fill_sentence(runbook.ask, values.sentences);
  for (const Action& action : runbook.fix) {
    if (!is_left_out(action, absent)) finding.actions.push_back(filled(action, values));
  }
  // First what changes something or asks somebody.
  std::stable_partition(finding.actions.begin(), finding.actions.end(),
                        [](const FilledAction& action) { return !action.looks; });
  for (const std::string_view step : runbook.prevention)
    finding.prevent.push_back(fill_sentence(step, values.sentences));
}

}  // namespace wirecause
