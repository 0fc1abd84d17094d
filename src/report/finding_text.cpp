// SPDX-License-Identifier: Apache-2.0
#include "report/finding_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "report/action_text.hpp"
#include "report/impact.hpp"
#include "report/path_text.hpp"
#include "report/style.hpp"

namespace wirecause {
namespace {

// What a reader needs first is given up last.
enum Keep : int {
  kPrevent = 1,
  kVerify,
  kNot,
  kPath,
  kMitigate,
  kCertain,
  kOr,
  kFix,
  kAsk,
  kDecide,
  kWhy,
  kImpact,
  kSubject
};

constexpr std::size_t kFixLines = 4;    // of a report that is read in thirty seconds
constexpr std::size_t kWholeLines = 4;  // more than our sentences need; names in them are others' and may be long

// `zone` stands behind the time of the first heading of a report, and holds for all times below it.
std::string heading(const Finding& finding, std::string_view zone = "") {
  std::string line = severity_heading(finding.severity) + place_text(finding);
  const std::string when = when_text(finding);
  const bool tells_time = (finding.ongoing ? finding.first : finding.last) != kNoTime;
  if (!when.empty()) line += fmt::format(" · {}{}", when, tells_time ? zone : "");
  std::string actors;
  for (const Actor actor : actors_of(finding)) actors += fmt::format("{}{}", actors.empty() ? "" : " or ", text(actor));
  return line + " · act: " + actors;
}

std::string subject_line(const Finding& finding) {
  return fmt::format("{}   {}", cause_text(finding), printable(finding.subject_name));
}

// Sentences in one paragraph: "; " between them, or a space after one that ends itself.
void append_sentence(std::string& paragraph, std::string_view sentence) {
  if (!paragraph.empty()) paragraph += paragraph.back() == '.' ? " " : "; ";
  paragraph += sentence;
}

// The halves that this one is undecided with, each with its own reason.
std::string or_text(const Analysis& analysis, const Finding& finding) {
  std::string out;
  for (const Finding& other : analysis.diagnosis.findings) {
    if (&other == &finding || !is_told_with(finding, other)) continue;
    append_sentence(out, fmt::format("{}: {}", other.cause->id, other.because));
  }
  return out;
}

std::string not_text(const Finding& finding) {
  std::string out;
  for (const RuledOut& ruled_out : finding.ruled_out) {
    append_sentence(out, fmt::format("{}: {}", ruled_out.cause, ruled_out.because));
  }
  return out;
}

// A commented sentence may be cut, a command never: half a command is worse than none.
Lines short_action(const FilledAction& action, std::size_t columns) {
  Lines lines = action_lines(action, columns);
  const bool is_command = action.when == When::safe_now && action.is_computed;
  if (!is_command && lines.size() > 1) lines = {cut_to(lines.front() + " …", columns)};
  return lines;
}

// In a short report `ask` tells what another team is to do, where there is something left for us.
std::vector<FilledAction> told_actions(const Finding& finding, bool all) {
  const auto is_ours = [](const FilledAction& action) { return action.when != When::other_team; };
  if (all || finding.ask.empty() || std::ranges::none_of(finding.actions, is_ours)) return finding.actions;
  std::vector<FilledAction> ours;
  std::ranges::copy_if(finding.actions, std::back_inserter(ours), is_ours);
  return ours;
}

Field fix_field(const Finding& finding, bool all, std::size_t width) {
  const std::size_t columns = width - kLabelColumns;
  const std::vector<FilledAction> actions = told_actions(finding, all);
  Lines lines;
  std::size_t shown = 0;
  for (const FilledAction& action : actions) {
    const Lines more = all ? action_lines(action, columns) : short_action(action, columns);
    if (!all && shown > 0 && lines.size() + more.size() > kFixLines) break;
    append(lines, more);
    ++shown;
  }
  const std::size_t left = actions.size() - shown;
  if (left > 0) lines.push_back(fmt::format("# … {}: --details", count_text(left, "more action")));
  Field fix = field_of_lines("fix", lines, kFix);
  fix.may_cut = false;
  return fix;
}

std::string verify_text(const Finding& finding) {
  const auto has_verify = [](const FilledAction& action) { return !action.verify.empty(); };
  const auto found = std::find_if(finding.actions.begin(), finding.actions.end(), has_verify);
  return found == finding.actions.end() ? std::string() : found->verify;
}

// A reason and a question are told whole: cut at its end, a reason is without the figures that prove it, and a question
// without what it asks.
Field whole_field(std::string_view label, std::string_view text, int keep, bool all, std::size_t width) {
  Field whole = field(label, text, keep, width);
  whole.may_cut = false;
  if (!all && whole.lines.size() > kWholeLines) {
    whole.lines.resize(kWholeLines);
    whole.lines.back() = cut_to(whole.lines.back() + " …", width);
  }
  return whole;
}

// A command: dropped rather than cut or broken.
Field verify_field(const Finding& finding, std::size_t width) {
  const std::string command = printable(verify_text(finding));
  if (command.empty()) return {};
  Field verify = field_of_lines("verify", command_lines(command, width - kLabelColumns), kVerify);
  verify.may_cut = false;
  return verify;
}

std::string prevent_text(const Finding& finding, bool all) {
  std::string out;
  for (const std::string& prevention : finding.prevent) {
    append_sentence(out, prevention);
    if (!all) break;
  }
  append_sentence(out, fmt::format("wirecause explain {}", finding.cause->id));
  return out;
}

// What ended on this host has more to tell: cut at its end it would be without what was lost for good.
Field impact_field(const Finding& finding, const std::string& impact, bool all, std::size_t width) {
  if (finding.checkpoint) return whole_field("lost", impact, kImpact, all, width);
  return field(is_loss(finding) ? "lost" : "impact", impact, kImpact, width);
}

std::vector<Field> fields_of(const Analysis& analysis, const Finding& finding, bool all, std::size_t width) {
  const std::string impact = impact_text(finding, unit_noun(analysis, finding));
  std::vector<Field> fields;
  fields.push_back({Field::kAlways, {cut_to(heading(finding, " UTC"), width)}, false});
  fields.push_back(field("", subject_line(finding), kSubject, width));
  fields.push_back(impact_field(finding, impact, all, width));
  fields.push_back(field("path", path_text(analysis, finding), kPath, width));
  fields.push_back(whole_field("why", finding.because, kWhy, all, width));
  fields.push_back(field("certain", certainty_text(finding), kCertain, width));
  fields.push_back(field("or", or_text(analysis, finding), kOr, width));
  fields.push_back(field("not", not_text(finding), kNot, width));
  fields.push_back(field("decide", finding.would_decide, kDecide, width));
  fields.push_back(field("now", finding.mitigate, kMitigate, width));
  fields.push_back(whole_field("ask", finding.ask, kAsk, all, width));
  fields.push_back(fix_field(finding, all, width));
  fields.push_back(verify_field(finding, width));
  fields.push_back(field("prevent", prevent_text(finding, all), kPrevent, width));
  return fields;
}

}  // namespace

std::string cause_text(const Finding& finding) {
  std::string causes(finding.cause->id);
  for (const std::string_view other : finding.undecided_with) causes += fmt::format(" or {}", other);
  const bool alone = finding.undecided_with.empty();
  return alone && finding.verdict == Verdict::cannot_tell ? causes + " (not proved)" : causes;
}

bool is_told_with(const Finding& finding, const Finding& other) {
  const auto names = [](const Finding& a, const Finding& b) {
    return std::find(a.undecided_with.begin(), a.undecided_with.end(), b.cause->id) != a.undecided_with.end();
  };
  // Of the same episodes: the halves may be about other holes of them.
  const bool overlap = finding.first <= other.last && other.first <= finding.last;
  return overlap && names(finding, other) && names(other, finding);
}

Lines full_block(const Analysis& analysis, const Finding& finding, std::size_t max_lines, std::size_t width) {
  return fitted(fields_of(analysis, finding, max_lines == kEverything, width), max_lines, width);
}

Lines short_block(const Analysis& analysis, const Finding& finding, std::size_t width) {
  const std::string impact = impact_text(finding, unit_noun(analysis, finding));
  const std::string what = impact.empty() ? finding.because : impact;
  const std::string line = fmt::format("{}: {}", subject_line(finding), printable(what));
  return {cut_to(heading(finding), width), std::string(kLabelColumns, ' ') + cut_to(line, width - kLabelColumns)};
}

std::string info_line(const Finding& finding, std::size_t width) {
  const std::string line =
      fmt::format("{}{}: {}", severity_heading(finding.severity), subject_line(finding), printable(finding.because));
  return cut_to(line, width);
}

}  // namespace wirecause
