// SPDX-License-Identifier: Apache-2.0
#include "report/feed_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "report/table.hpp"
#include "report/words.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kOpen = 4;
using Row = TableRow;
using Rows = std::vector<Row>;

Row heading() {
  // Open: shown too late before the end to be called lost.
  return {"feeds and lines", "expected", "delivered", "lost", "open", "recovered", "late", "dup", "first by (p50)"};
}

// "61.2 %, 8.3 us": of the line that led more often, how often and the median of by how much.
std::string lead_text(const FeedSummary& feed, const LineSummary& line) {
  for (const LeadSummary& lead : feed.leads) {
    if (lead.leader != line.name || lead.led == 0) continue;
    const auto& percentiles = lead.lead.percentiles;
    const bool has_median = !percentiles.empty() && percentiles.front().q == 0.5;
    const std::string by =
        has_median ? duration_text({percentiles.front().ns}) : "max " + duration_text({lead.lead.max_ns});
    return fmt::format("{}, {}", percent_text(lead.led, lead.compared), by);
  }
  return {};
}

// "ITCH  moldudp64"; a name that tells its protocol does not tell it twice.
std::string feed_text(const FeedSummary& feed) {
  const bool told = feed.name.find(feed.protocol) != std::string::npos;
  return printable(told ? feed.name : fmt::format("{}  {}", feed.name, feed.protocol));
}

std::string expected_text(std::uint64_t expected) { return expected == 0 ? "no data" : number_text(expected); }

std::string stream_text(const LineSummary& line) {
  const std::string vlan = line.vlan ? fmt::format(" vlan {}", *line.vlan) : std::string();
  return printable(endpoint_text(line.group, line.port) + vlan);
}

Row line_row(const FeedSummary& feed, const LineSummary& line) {
  const std::uint64_t brought = line.expected - std::min(line.expected, line.lost + line.tail_unknown);
  return {fmt::format("    {}  {}", printable(line.name), stream_text(line)),
          expected_text(line.expected),
          number_text(brought),
          number_text(line.lost),
          number_text(line.tail_unknown),
          "",
          number_text(line.late),
          number_text(line.duplicates),
          lead_text(feed, line)};
}

Row feed_row(const FeedSummary& feed) {
  const ArbitratedSummary& sums = feed.arbitrated;
  Row row{"  " + feed_text(feed),
          expected_text(sums.expected),
          number_text(sums.delivered),
          number_text(sums.lost),
          number_text(sums.tail_unknown),
          number_text(sums.recovered),
          "",
          "",
          ""};
  if (feed.lines.size() == 1) {
    row[6] = number_text(feed.lines.front().late);
    row[7] = number_text(feed.lines.front().duplicates);
  }
  return row;
}

Rows rows_of(const FeedSummary& feed) {
  Rows rows{feed_row(feed)};
  if (feed.lines.size() < 2) return rows;
  for (const LineSummary& line : feed.lines) rows.push_back(line_row(feed, line));
  return rows;
}

// What makes a feed worth a row before another: units lost, then recovered, then late or doubled ones.
std::array<std::uint64_t, 3> trouble(const FeedSummary& feed) {
  std::uint64_t disorder = 0;
  for (const LineSummary& line : feed.lines) disorder += line.late + line.duplicates;
  return {feed.arbitrated.lost, feed.arbitrated.recovered, disorder};
}

std::vector<const FeedSummary*> in_order(const std::vector<FeedSummary>& feeds, bool all_fit) {
  std::vector<const FeedSummary*> order;
  for (const FeedSummary& feed : feeds) order.push_back(&feed);
  const auto worse = [](const FeedSummary* a, const FeedSummary* b) { return trouble(*a) > trouble(*b); };
  if (!all_fit) std::stable_sort(order.begin(), order.end(), worse);
  return order;
}

std::size_t line_count(const std::vector<FeedSummary>& feeds) {
  std::size_t count = 0;
  for (const FeedSummary& feed : feeds) count += feed.lines.size() < 2 ? 1 : 1 + feed.lines.size();
  return count;
}

// A capture that ends between two bursts leaves nothing open: then the column only takes room.
void drop_unused_open(Rows& rows) {
  const auto is_open = [](const Row& row) { return !row[kOpen].empty() && row[kOpen] != "0"; };
  if (std::any_of(rows.begin() + 1, rows.end(), is_open)) return;
  for (Row& row : rows) row[kOpen].clear();
}

// Where no two lines were compared the last column has no heading either, and names have its room.
void drop_unused_lead(Rows& rows) {
  const auto has_lead = [](const Row& row) { return !row.back().empty(); };
  if (std::none_of(rows.begin() + 1, rows.end(), has_lead)) rows.front().back().clear();
}

}  // namespace

Lines feed_table(const std::vector<FeedSummary>& feeds, std::size_t max_lines, std::size_t width) {
  if (feeds.empty() || max_lines < 2) return {};
  const bool all_fit = 1 + line_count(feeds) <= max_lines;
  const std::size_t most_rows = all_fit ? max_lines : max_lines - 1;  // the last line says how many are left out
  Rows rows{heading()};
  std::size_t shown = 0;
  for (const FeedSummary* feed : in_order(feeds, all_fit)) {
    const Rows more = rows_of(*feed);
    if (rows.size() + more.size() > most_rows && rows.size() + 1 > most_rows) break;
    const bool with_lines = rows.size() + more.size() <= most_rows;
    rows.insert(rows.end(), more.begin(), with_lines ? more.end() : more.begin() + 1);
    ++shown;
  }
  drop_unused_open(rows);
  drop_unused_lead(rows);
  Lines lines = table_lines(rows, width);
  if (!all_fit)
    lines.push_back(fmt::format("  … {} of {} shown; all with --details", shown, count_text(feeds.size(), "feed")));
  return lines;
}

}  // namespace wirecause
