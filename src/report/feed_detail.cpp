// SPDX-License-Identifier: Apache-2.0
#include "report/feed_detail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "report/words.hpp"

namespace wirecause {
namespace {

// 0.999 as "p99.9"; q is one of the few that a summary holds.
std::string percentile_name(double q) { return fmt::format("p{:g}", q * 100); }

std::string histogram_text(const HistogramSummary& histogram) {
  if (histogram.count == 0) return "no data";
  std::string out = fmt::format("{}, min {}", count_text(histogram.count, "value"), duration_text({histogram.min_ns}));
  for (const auto& p : histogram.percentiles)
    out += fmt::format(", {} {}", percentile_name(p.q), duration_text({p.ns}));
  return out + fmt::format(", max {}", duration_text({histogram.max_ns}));
}

std::string burst_text(const BurstPeak& peak, bool counts_messages) {
  std::string out = fmt::format("    busiest {:<7} {} at {}", duration_text(peak.window),
                                count_text(peak.packets, "packet"), clock_text(peak.packets_at));
  if (counts_messages)
    out += fmt::format(", {} at {}", count_text(peak.messages, "message"), clock_text(peak.messages_at));
  return out + fmt::format(", {} at {}", bytes_text(peak.bytes), clock_text(peak.bytes_at));
}

std::string volume_text(const LineSummary& line) {
  std::string out = fmt::format("    {}, {}, {}", count_text(line.packets, "packet"),
                                count_text(line.messages, "message"), bytes_text(line.bytes));
  const auto add_count = [&out](std::uint64_t count, std::string_view what) {
    if (count > 0) out += fmt::format(", {}", count_text(count, what));
  };
  add_count(line.heartbeats, "heartbeat");
  add_count(line.unsequenced, "unnumbered packet");
  add_count(line.retransmissions, "retransmitted unit");
  add_count(line.reordered_packets, "reordered packet");
  add_count(line.out_of_range_packets, "packet far out of range");
  add_count(line.resets, "reset");
  add_count(line.tail_unknown, "unit unknown at the end");
  return out;
}

const std::string& file_of(const Analysis& analysis, std::uint32_t input) {
  static const std::string kUnknown = "unknown input";
  return input < analysis.inputs.size() ? analysis.inputs[input].file : kUnknown;
}

std::string gap_text(const Analysis& analysis, const Gap& gap) {
  std::string out = fmt::format("      {} +{}  {}  opened {}", gap.first_sequence, number_text(gap.count),
                                text(gap.closed_by), clock_text(gap.opened));
  if (gap.opened != kNoTime && gap.closed != kNoTime)
    out += fmt::format(", closed after {}", duration_text(gap.closed - gap.opened));
  if (gap.frame != 0) out += fmt::format("  frame {} of {}", gap.frame, printable(file_of(analysis, gap.input)));
  return out;
}

// One ready filter an input: the frames that showed the holes.
Lines gap_filters(const Analysis& analysis, const std::vector<Gap>& gaps) {
  std::map<std::uint32_t, std::set<std::uint64_t>> frames;
  for (const Gap& gap : gaps) {
    if (gap.frame != 0) frames[gap.input].insert(gap.frame);
  }
  Lines lines;
  for (const auto& [input, numbers] : frames) {
    const std::string list = fmt::format("{}", fmt::join(numbers, ", "));
    // On a line of its own however long: it is there to be copied.
    lines.push_back(fmt::format("      display filter for {}:", printable(file_of(analysis, input))));
    lines.push_back(fmt::format("      frame.number in {{{}}}", list));
  }
  return lines;
}

Lines gap_lines(const Analysis& analysis, std::string_view title, const GapList& gaps, std::uint64_t max_list) {
  if (gaps.total == 0) return {};
  Lines lines{fmt::format("    {}: {}", title, number_text(gaps.total))};
  const auto shown = std::min<std::uint64_t>(gaps.listed.size(), max_list);
  const std::vector<Gap> listed(gaps.listed.begin(), gaps.listed.begin() + static_cast<std::ptrdiff_t>(shown));
  for (const Gap& gap : listed) lines.push_back(gap_text(analysis, gap));
  if (gaps.total > shown) lines.push_back(fmt::format("      … {} more (--max-list)", number_text(gaps.total - shown)));
  append(lines, gap_filters(analysis, listed));
  return lines;
}

Lines line_detail(const Analysis& analysis, const LineSummary& line, const ReportOptions& options) {
  const std::string vlan = line.vlan ? fmt::format(" vlan {}", *line.vlan) : std::string();
  Lines lines{
      printable(fmt::format("  line {}  {} → {}{}  at {}", line.name, line.source, endpoint_text(line.group, line.port),
                            vlan, line.point.empty() ? "unnamed point" : line.point)),
      volume_text(line)};
  if (line.messages_lost && line.lost > 0) {
    lines.push_back(fmt::format("    messages lost: {}", number_text(*line.messages_lost)));
  }
  for (const BurstPeak& peak : line.bursts) lines.push_back(burst_text(peak, line.messages > 0));
  lines.push_back("    between packets: " + histogram_text(line.inter_arrival));
  append(lines, gap_lines(analysis, "gaps of this line", line.gaps, options.max_list));
  return lines;
}

std::string bound_text(const LatencySummary& latency) {
  if (latency.relative) return "relative: above its own floor, the clock error is not known";
  return latency.clock_error ? "clock error at most " + duration_text(*latency.clock_error) : "clock error not known";
}

Lines latency_lines(const LatencySummary& latency) {
  Lines lines{printable(fmt::format("  latency from {} to {} ({})", latency.from, latency.to, bound_text(latency))),
              "    " + histogram_text(latency.histogram)};
  if (latency.negative > 0) {
    lines.push_back(fmt::format("    {} arrived before they were sent, by more than the clock error: left out",
                                number_text(latency.negative)));
  }
  return lines;
}

Lines lead_lines(const LeadSummary& lead) {
  return {fmt::format("  line {} against {}: first for {} of {} ({})", lead.leader, lead.follower,
                      number_text(lead.led), count_text(lead.compared, "unit"), percent_text(lead.led, lead.compared)),
          "    ahead by:  " + histogram_text(lead.lead), "    behind by: " + histogram_text(lead.lag)};
}

std::string feed_heading(const FeedSummary& feed) {
  std::string out = fmt::format("feed {}  {}", feed.name, feed.protocol);
  if (!feed.session.empty()) out += "  session " + feed.session;
  if (feed.channel != 0) out += fmt::format("  channel {}", feed.channel);
  if (feed.epochs > 1) out += fmt::format("  {} epochs", number_text(feed.epochs));
  return printable(out);
}

}  // namespace

Lines feed_detail(const Analysis& analysis, const FeedSummary& feed, const ReportOptions& options) {
  Lines lines{feed_heading(feed)};
  for (const LineSummary& line : feed.lines) append(lines, line_detail(analysis, line, options));
  for (const LeadSummary& lead : feed.leads) append(lines, lead_lines(lead));
  if (feed.latency) append(lines, latency_lines(*feed.latency));
  append(lines, gap_lines(analysis, "gaps after arbitration", feed.arbitrated.gaps, options.max_list));
  return lines;
}

}  // namespace wirecause
