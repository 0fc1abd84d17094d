// The report for people: read in thirty seconds at 09:30, at most 24 lines before details (decisions, "What users see").
//
// Verdict first: the first finding at warning or above in full, the others in two lines each, infos in one; then feeds
// and lines, of a live run their consumers, what was not recognised, what was read, what was not seen. Times are UTC and
// say so. Nothing is decided here.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/consumer_table.hpp"
#include "report/detail_text.hpp"
#include "report/feed_table.hpp"
#include "report/finding_text.hpp"
#include "report/format.hpp"
#include "report/run_text.hpp"
#include "report/style.hpp"
#include "report/tcp_pair_table.hpp"
#include "report/tcp_table.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kMaxLines = 24;
constexpr int kNarrowest = 60;                // columns; below it a table is unreadable anyway
constexpr std::size_t kTableAtLeast = 4;      // heading, a feed, two lines: kept free before other findings are listed
constexpr std::size_t kConsumersAtLeast = 4;  // heading, the two that lack most, how many there are: likewise
constexpr std::size_t kConnectionsAtLeast = 5;  // heading, the three that matter most, how many there are: likewise
constexpr std::size_t kOthersAtLeast =
    5;  // two more findings, or one and infos: kept free before the first is told at length

// Findings in diagnose's order, apart by how they are told.
struct Told {
  const Finding* first = nullptr;
  std::vector<const Finding*> others;  // at warning or above
  std::vector<const Finding*> infos;
};

bool is_usual(const Analysis& analysis, const Finding& finding) {
  return analysis.live && finding.severity == Severity::info && finding.cause->is_usual_live;
}

Told told(const Analysis& analysis) {
  Told out;
  for (const Finding& finding : analysis.diagnosis.findings) {
    if (is_usual(analysis, finding)) continue;
    const auto is_half = [&](const Finding* other) { return is_told_with(*other, finding); };
    if (finding.severity == Severity::info) {
      out.infos.push_back(&finding);
    } else if (out.first == nullptr) {
      out.first = &finding;
    } else if (!is_half(out.first) && std::none_of(out.others.begin(), out.others.end(), is_half)) {
      out.others.push_back(&finding);
    }
  }
  return out;
}

// Further findings and infos in at most `max_lines`; what does not fit is counted.
Lines other_lines(const Analysis& analysis, const Told& findings, std::size_t max_lines, std::size_t width) {
  std::vector<Lines> blocks;
  for (const Finding* finding : findings.others) blocks.push_back(short_block(analysis, *finding, width));
  for (const Finding* finding : findings.infos) blocks.push_back({info_line(*finding, width)});
  std::size_t needed = 0;
  for (const Lines& block : blocks) needed += block.size();
  const std::size_t room = needed <= max_lines ? max_lines : max_lines - std::min<std::size_t>(max_lines, 1);
  Lines lines;
  std::size_t shown = 0;
  for (const Lines& block : blocks) {
    if (lines.size() + block.size() > room) break;
    append(lines, block);
    ++shown;
  }
  if (shown < blocks.size() && max_lines > 0) {
    lines.push_back(fmt::format("          … {} more: --details", count_text(blocks.size() - shown, "finding")));
  }
  return lines;
}

Lines run_lines(const Analysis& analysis, std::size_t width) {
  constexpr std::size_t kMost = 5;
  return fitted(
      {unrecognised_field(analysis, 1, width), inputs_field(analysis, 3, width), observer_field(analysis, 2, width)},
      kMost);
}

// What is kept for the tables before findings are told at length.
struct Least {
  std::size_t feeds = 0;
  std::size_t consumers = 0;
  std::size_t connections = 0;

  std::size_t all() const { return feeds + consumers + connections; }
};

Least least_of(const Analysis& analysis, std::size_t width) {
  return {std::min(feed_table(analysis.feeds, kMaxLines, width).size(), kTableAtLeast),
          std::min(consumer_table(analysis.consumers, kMaxLines, width).size(), kConsumersAtLeast),
          std::min(connection_table(analysis.tcp, kMaxLines, width).size(), kConnectionsAtLeast)};
}

// Feeds, consumers, connections, and where there is room the sums of their hosts, in `max_lines`; each takes what those
// before it leave, but what is kept for the others. Connections of which there is nothing to tell take the least.
Lines tables_of(const Analysis& analysis, std::size_t max_lines, const Least& least, bool is_brief, std::size_t width) {
  const auto left = [&](const Lines& used, std::size_t kept) {
    return max_lines - std::min(max_lines, used.size() + kept);
  };
  Lines tables = feed_table(analysis.feeds, left({}, least.consumers + least.connections), width);
  append(tables, consumer_table(analysis.consumers, left(tables, least.connections), width));
  const std::size_t left_for_tcp = left(tables, 0);
  if (is_brief) {
    append(tables, connection_table(analysis.tcp, std::min(left_for_tcp, kConnectionsAtLeast), width));
    return tables;
  }
  append(tables, connection_table(analysis.tcp, left_for_tcp, width));
  append(tables, host_pair_table(analysis.tcp, left(tables, 0), width));
  return tables;
}

Lines summary_lines(const Analysis& analysis, bool has_details, std::size_t width) {
  const Told findings = told(analysis);
  const Lines run = run_lines(analysis, width);
  const Least least = least_of(analysis, width);
  const std::size_t table_least = least.all();
  const std::size_t blanks = table_least > 0 ? 2 : 1;
  const std::size_t others = std::min(2 * findings.others.size() + findings.infos.size(), kOthersAtLeast);

  std::size_t left = kMaxLines - run.size() - blanks;
  Lines lines;
  if (findings.first == nullptr) {
    lines = wrapped(printable(healthy_line(analysis)), width);
  } else {
    lines = full_block(analysis, *findings.first, left - std::min(left, table_least + others), width);
  }
  left -= std::min(left, lines.size());
  const std::size_t least_told = others > 0 ? 1 : 0;  // that there are more
  append(lines, other_lines(analysis, findings, std::max(least_told, left - std::min(left, table_least)), width));
  const std::size_t used = lines.size() + run.size() + blanks;
  const bool is_brief = findings.first == nullptr && !has_details;
  const Lines tables = tables_of(analysis, kMaxLines - std::min(kMaxLines, used), least, is_brief, width);
  if (!tables.empty()) lines.emplace_back();
  append(lines, tables);
  lines.emplace_back();
  append(lines, run);
  return lines;
}

std::string render(const Analysis& analysis, const ReportOptions& given) {
  ReportOptions options = given;
  options.width = std::max(given.width, kNarrowest);
  Lines lines = summary_lines(analysis, options.details, static_cast<std::size_t>(options.width));
  if (options.details) append(lines, detail_lines(analysis, options));
  std::string out;
  for (std::string& line : lines) out += painted(std::move(line), options) + "\n";
  return out;
}

}  // namespace

extern constinit const ReportFormat report_format_text{
    .id = "text",
    .summary = "the report for people: verdict, impact, fix, then feeds and inputs",
    .render = &render,
};

}  // namespace wirecause
