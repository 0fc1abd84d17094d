// SPDX-License-Identifier: Apache-2.0
#include "report/consumer_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "report/consumer_text.hpp"
#include "report/table.hpp"

namespace wirecause {
namespace {

TableRow heading() { return {"consumers", "expected", "read", "queued", "dropped", "before", "unexplained", "", ""}; }

std::string unexplained_text(const ConsumerSummary& consumer) {
  return consumer.seen && consumer.unexplained ? signed_number_text(*consumer.unexplained) : "?";
}

std::string_view state_text(const ConsumerSummary& consumer) {
  if (!consumer.seen) return "unseen";
  return consumer.absent ? "no packet came" : "";
}

// Where only one feed is followed its name tells nothing.
bool have_one_feed(const std::vector<ConsumerSummary>& consumers) {
  const auto same = [&](const ConsumerSummary& consumer) { return consumer.feed == consumers.front().feed; };
  return std::ranges::all_of(consumers, same);
}

std::string line_text(const ConsumerSummary& consumer, bool one_feed) {
  if (consumer.line.empty()) return printable(consumer.feed);
  const std::string line = "line " + consumer.line;
  return printable(one_feed || consumer.feed.empty() ? line : fmt::format("{} of {}", line, consumer.feed));
}

TableRow row_of(const ConsumerSummary& consumer, std::size_t name_columns, bool one_feed) {
  const std::string name = consumer_name(consumer);
  const std::string padding(name_columns - std::min(name_columns, columns_of(name)), ' ');
  const auto known = [&](std::optional<std::uint64_t> figure) { return consumer.seen ? figure_text(figure) : "?"; };
  return {fmt::format("  {}{}  {}", name, padding, line_text(consumer, one_feed)),
          consumer.expected == 0 ? "no data" : number_text(consumer.expected),
          known(consumer.read),
          known(consumer.queued),
          consumer.dropped_unknown.empty() ? known(dropped_units(consumer)) : "?",
          number_text(consumer.lost_before),
          unexplained_text(consumer),
          std::string(state_text(consumer)),
          ""};
}

// What makes a consumer worth a row before another: units that ended here or went nowhere, silence, what nobody sees,
// then what was missing already before.
std::array<std::uint64_t, 4> trouble(const ConsumerSummary& consumer) {
  const std::int64_t unexplained = consumer.unexplained.value_or(0);
  const auto open = static_cast<std::uint64_t>(std::max<std::int64_t>(unexplained, 0));
  return {dropped_units(consumer) + open, consumer.absent ? 1U : 0U, consumer.seen ? 0U : 1U, consumer.lost_before};
}

using Order = std::vector<const ConsumerSummary*>;

Order in_order(const std::vector<ConsumerSummary>& consumers, bool all_fit) {
  Order order;
  for (const ConsumerSummary& consumer : consumers) order.push_back(&consumer);
  const auto worse = [](const ConsumerSummary* a, const ConsumerSummary* b) { return trouble(*a) > trouble(*b); };
  if (!all_fit) std::ranges::stable_sort(order, worse);
  return order;
}

}  // namespace

Lines consumer_table(const std::vector<ConsumerSummary>& consumers, std::size_t max_lines, std::size_t width) {
  const bool all_fit = 1 + consumers.size() <= max_lines;
  if (consumers.empty() || (!all_fit && max_lines < 3)) return {};
  Order shown = in_order(consumers, all_fit);
  if (!all_fit) shown.resize(max_lines - 2);  // heading, and the line that says how many are left out
  std::size_t name_columns = 0;
  for (const ConsumerSummary* consumer : shown) {
    name_columns = std::max(name_columns, columns_of(consumer_name(*consumer)));
  }
  std::vector<TableRow> rows{heading()};
  const bool one_feed = have_one_feed(consumers);
  for (const ConsumerSummary* consumer : shown) rows.push_back(row_of(*consumer, name_columns, one_feed));
  Lines lines = table_lines(rows, width);
  if (!all_fit) {
    const std::string all = count_text(consumers.size(), "consumer");
    lines.push_back(fmt::format("  … {} of {} shown; all with --details", shown.size(), all));
  }
  return lines;
}

}  // namespace wirecause
