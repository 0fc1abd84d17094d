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

// What a reader needs first is given up last. What he must do (now, decide, the first fix) is never given up.
enum Keep : int { kPrevent = 1, kVerify, kLook, kNot, kCertain, kPath, kOr, kAsk, kImpact, kSubject };

constexpr std::size_t kFixLines = 4;    // of a report that is read in thirty seconds
constexpr std::size_t kWholeLines = 4;  // more than our sentences need; names in them are others' and may be long
constexpr std::size_t kMustLines = 3;   // of what is never given up

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

// What changes something or asks somebody. In a short report `ask` tells what another team is to do, where there is
// something left for us.
std::vector<FilledAction> fixes_of(const Finding& finding, bool all) {
  std::vector<FilledAction> fixes;
  const auto is_fix = [](const FilledAction& action) { return !action.looks; };
  std::ranges::copy_if(finding.actions, std::back_inserter(fixes), is_fix);
  const auto is_theirs = [](const FilledAction& action) { return action.when == When::other_team; };
  if (!all && !finding.ask.empty() && !std::ranges::all_of(fixes, is_theirs)) std::erase_if(fixes, is_theirs);
  return fixes;
}

// As many as fit into so many lines, but one at least; how many are left.
Lines lines_of(const std::vector<FilledAction>& actions, std::size_t most, bool all, std::size_t columns) {
  Lines lines;
  std::size_t shown = 0;
  for (const FilledAction& action : actions) {
    const Lines more = all ? action_lines(action, columns) : short_action(action, columns);
    if (!all && shown > 0 && lines.size() + more.size() > most) break;
    append(lines, more);
    ++shown;
  }
  const std::size_t left = actions.size() - shown;
  if (left > 0) lines.push_back(fmt::format("# … {}: --details", count_text(left, "more action")));
  return lines;
}

// The first one is never given up.
Field fix_field(const Finding& finding, bool all, std::size_t width) {
  const std::size_t columns = width - kLabelColumns;
  const std::vector<FilledAction> fixes = fixes_of(finding, all);
  Field fix = field_of_lines("fix", lines_of(fixes, kFixLines, all, columns), Field::kAlways);
  const Field first = field_of_lines("fix", lines_of(fixes, 1, all, columns), Field::kAlways);
  if (first.lines.size() < fix.lines.size()) fix.shorter = first.lines;
  return fix;
}

// What only shows more: in a short report the first that can be pasted.
Field look_field(const Finding& finding, bool all, std::size_t width) {
  const std::size_t columns = width - kLabelColumns;
  Lines lines;
  for (const FilledAction& action : finding.actions) {
    if (!action.looks || (!all && (!action.is_computed || !lines.empty()))) continue;
    append(lines, all ? action_lines(action, columns) : short_action(action, columns));
  }
  return field_of_lines("look", lines, kLook);
}

std::string verify_text(const Finding& finding) {
  const auto has_verify = [](const FilledAction& action) { return !action.verify.empty(); };
  const auto found = std::find_if(finding.actions.begin(), finding.actions.end(), has_verify);
  return found == finding.actions.end() ? std::string() : found->verify;
}

Lines first_lines(Lines lines, std::size_t most, std::size_t width) {
  if (lines.size() <= most) return lines;
  lines.resize(most);
  lines.back() = cut_to(lines.back() + " …", width);
  return lines;
}

// A question is told whole: cut at its end it is without what it asks.
Field whole_field(std::string_view label, std::string_view text, int keep, bool all, std::size_t width) {
  Field whole = field(label, text, keep, width);
  whole.shorter.clear();
  if (!all) whole.lines = first_lines(std::move(whole.lines), keep == Field::kAlways ? kMustLines : kWholeLines, width);
  return whole;
}

// The reason is what the finding is believed for: of a long one two lines stay, with most of the figures.
Field why_field(const Finding& finding, bool all, std::size_t width) {
  constexpr std::size_t kLeast = 2;
  Field why = whole_field("why", finding.because, Field::kAlways, all, width);
  if (why.lines.size() > kLeast) why.shorter = first_lines(why.lines, kLeast, width);
  return why;
}

// Where there is nothing else to do than to ask, the question stays.
int keep_of_ask(const Finding& finding) { return fixes_of(finding, false).empty() ? Field::kAlways : int{kAsk}; }

// A command: dropped rather than cut or broken.
Field verify_field(const Finding& finding, std::size_t width) {
  const std::string command = printable(verify_text(finding));
  if (command.empty()) return {};
  return field_of_lines("verify", command_lines(command, width - kLabelColumns), kVerify);
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
  fields.push_back({Field::kAlways, {cut_to(heading(finding, " UTC"), width)}});
  fields.push_back(field("", subject_line(finding), kSubject, width));
  fields.push_back(impact_field(finding, impact, all, width));
  fields.push_back(field("path", path_text(analysis, finding), kPath, width));
  fields.push_back(why_field(finding, all, width));
  fields.push_back(field("certain", certainty_text(finding), kCertain, width));
  fields.push_back(field("or", or_text(analysis, finding), kOr, width));
  fields.push_back(field("not", not_text(finding), kNot, width));
  fields.push_back(whole_field("decide", finding.would_decide, Field::kAlways, all, width));
  fields.push_back(whole_field("now", finding.mitigate, Field::kAlways, all, width));
  fields.push_back(whole_field("ask", finding.ask, keep_of_ask(finding), all, width));
  fields.push_back(fix_field(finding, all, width));
  fields.push_back(look_field(finding, all, width));
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
  return fitted(fields_of(analysis, finding, max_lines == kEverything, width), max_lines);
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
