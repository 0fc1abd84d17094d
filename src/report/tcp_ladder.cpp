// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "report/tcp_heading.hpp"
#include "report/tcp_ladder_choice.hpp"
#include "report/tcp_ladder_row.hpp"
#include "report/tcp_words.hpp"

namespace wirecause {
namespace {

using tcp::Step;

std::string stall_text(const tcp::Stall& stall) {
  return fmt::format("  — {} {} waited: {} —", duration_text(stall.length()),
                     stall.direction == 0 ? "client" : "server", words_of(stall.wait));
}

// Lines that stand before a packet, by its index: the stalls that it ended.
std::multimap<std::size_t, std::string> stall_lines(const tcp::ConnectionSummary& connection, const tcp::Trail& trail) {
  std::multimap<std::size_t, std::string> lines;
  for (const tcp::Stall& stall : connection.stalls) lines.emplace(end_of(stall, trail), stall_text(stall));
  return lines;
}

// [first, last) is passed over.
std::string gap_text(const tcp::Trail& trail, std::size_t first, std::size_t last) {
  const auto begin = trail.steps.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = trail.steps.begin() + static_cast<std::ptrdiff_t>(last);
  const auto resent = std::count_if(begin, end, [](const Step& step) { return step.note.resend.has_value(); });
  const std::string again =
      resent == 0 ? std::string() : fmt::format(", {} sent again", number_text(static_cast<std::uint64_t>(resent)));
  return fmt::format("  … {}{} …", count_text(last - first, "packet"), again);
}

}  // namespace

Lines connection_ladder(const tcp::ConnectionSummary& connection, const tcp::Trail& trail, std::size_t width,
                        bool shows_all) {
  Lines lines = connection_heading(connection, width);
  lines.emplace_back();
  const std::size_t packets = trail.steps.size();
  const std::vector<bool> shown = shows_all ? std::vector<bool>(packets, true) : rows_to_show(connection, trail);
  const auto stalls = stall_lines(connection, trail);
  for (std::size_t i = 0; i < packets; ++i) {
    if (!shown[i]) {
      const std::size_t first = i;
      while (i + 1 < packets && !shown[i + 1]) ++i;
      lines.push_back(gap_text(trail, first, i + 1));
      continue;
    }
    const auto [before, end] = stalls.equal_range(i);
    std::for_each(before, end, [&](const auto& stall) { lines.push_back(stall.second); });
    lines.push_back(ladder_row(trail.steps[i], connection.first));
  }
  if (trail.omitted > 0) lines.push_back(fmt::format("  … {} more", count_text(trail.omitted, "packet")));
  const auto rows = static_cast<std::size_t>(std::ranges::count(shown, true));
  if (rows < packets) {
    lines.push_back(fmt::format("  {} of {} shown, around what happened; --details for all", number_text(rows),
                                count_text(packets, "packet")));
  }
  return lines;
}

}  // namespace wirecause
