// The table of connections, and how much of it a report shows.
// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "report/format.hpp"
#include "support/example_analysis.hpp"

namespace wirecause {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::size_t kWidth = 100;

tcp::ConnectionSummary connection(std::uint64_t id) {
  tcp::ConnectionSummary c;
  c.id = id;
  c.client = {*IpAddress::parse("10.97.187.101"), 54'374};
  c.server = {*IpAddress::parse("10.97.187.102"), 29'348};
  c.directions[0].state = c.directions[1].state = tcp::State::established;
  c.directions[0].counts.bytes = 1'000;
  c.first = TimeNs{0};
  c.last = TimeNs{0} + seconds(1);
  return c;
}

void spend(tcp::ConnectionSummary& c, tcp::Wait wait, std::int64_t us) {
  c.directions[0].time[static_cast<std::size_t>(wait)] = microseconds(us);
}

tcp::TcpSummary summary_of(std::vector<tcp::ConnectionSummary> connections) {
  tcp::TcpSummary tcp;
  tcp.totals.connections = connections.size();
  tcp.connections = std::move(connections);
  return tcp;
}

TEST(ConnectionTable, SaysWhichShareOfTheLostTimeWentToWhatTookMost) {
  tcp::ConnectionSummary c = connection(1);
  spend(c, tcp::Wait::recovery_fast, 62'100);
  spend(c, tcp::Wait::recovery_probe, 800);
  const Lines lines = connection_table(summary_of({c}), 24, kWidth);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[1], EndsWith("  62.1 of 62.9 ms recovery (fast)"));
}

TEST(ConnectionTable, SaysOneFigureWhereAllWentToOneThingAndBothUnitsWhereTheyDiffer) {
  tcp::ConnectionSummary c = connection(1);
  spend(c, tcp::Wait::write_pattern, 619'000);
  EXPECT_THAT(connection_table(summary_of({c}), 24, kWidth)[1], EndsWith("  619 ms write pattern (Nagle)"));
  c = connection(1);
  spend(c, tcp::Wait::recovery_fast, 900);
  spend(c, tcp::Wait::recovery_probe, 800);
  EXPECT_THAT(connection_table(summary_of({c}), 24, kWidth)[1], EndsWith("  900 us of 1.7 ms recovery (fast)"));
}

TEST(ConnectionTable, CutsAddressesBeforeWords) {
  tcp::ConnectionSummary c = connection(1);
  c.base_round_trip = microseconds(7'570);
  spend(c, tcp::Wait::receiver_window, 62'100);
  spend(c, tcp::Wait::recovery_probe, 800);
  const Lines lines = connection_table(summary_of({c}), 24, kWidth);
  EXPECT_LE(columns_of(lines[1]), kWidth);
  EXPECT_THAT(lines[1], EndsWith("62.1 of 62.9 ms receiver's window"));
  EXPECT_THAT(lines[1], HasSubstr("  1  10.97.187.101 → "));
  EXPECT_THAT(connection_table(summary_of({c}), 24, 200)[1], HasSubstr("10.97.187.101:54374 → 10.97.187.102:29348"));
  EXPECT_THAT(connection_table(summary_of({c}), 24, 115)[1], HasSubstr("10.97.187.101 → 10.97.187.102:29348"));
}

std::string text_of(const Analysis& analysis, bool details) {
  ReportOptions options;
  options.details = details;
  for (const ReportFormat* format : all_report_formats()) {
    if (format->id == "text") return format->render(analysis, options);
  }
  return "no text format";
}

TEST(ConnectionTable, IsShortAndWithoutHostsWhereNothingIsWrong) {
  std::vector<tcp::ConnectionSummary> connections;
  for (std::uint64_t id = 1; id <= 8; ++id) connections.push_back(connection(id));
  Analysis analysis = example::healthy();
  analysis.tcp = summary_of(connections);
  EXPECT_THAT(text_of(analysis, false), HasSubstr("… 3 of 8 connections shown"));
  EXPECT_THAT(text_of(analysis, false), Not(HasSubstr("\nhosts")));
  EXPECT_THAT(text_of(analysis, true), Not(HasSubstr("… 3 of 8 connections shown")));
  EXPECT_THAT(text_of(analysis, true), HasSubstr("\nhosts"));
}

}  // namespace
}  // namespace wirecause
