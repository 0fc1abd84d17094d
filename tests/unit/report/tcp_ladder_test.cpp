// The ladder and the graph of one connection, from a trail made by hand.
// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_ladder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/tcp_plot.hpp"

namespace wirecause {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

tcp::ConnectionSummary connection() {
  tcp::ConnectionSummary c;
  c.id = 3;
  c.client = {*IpAddress::parse("10.0.0.1"), 40'000};
  c.server = {*IpAddress::parse("10.0.0.2"), 443};
  c.first = TimeNs{0};
  c.last = TimeNs{0} + milliseconds(300);
  c.directions[1].time[static_cast<std::size_t>(tcp::Wait::recovery_timeout)] = milliseconds(250);
  c.directions[1].counts.of(tcp::Resend::timeout) = 1;
  return c;
}

tcp::Step data(std::int64_t ms, std::uint64_t frame, std::optional<tcp::Resend> resend) {
  tcp::Step step;
  step.time = TimeNs{0} + milliseconds(ms);
  step.frame = frame;
  step.flags = 16;
  step.length = 100;
  step.note.begin = 1;
  step.note.end = 101;
  step.note.resend = resend;
  return step;
}

TEST(ConnectionLadder, SaysWhereTheTimeWentAndWhyAPacketWasSentAgain) {
  tcp::Trail trail;
  trail.steps = {data(0, 7, std::nullopt), data(250, 9, tcp::Resend::timeout)};
  const Lines lines = connection_ladder(connection(), trail, 100);
  EXPECT_THAT(lines.front(), HasSubstr("connection 3  10.0.0.1:40000 → 10.0.0.2:443"));
  EXPECT_THAT(lines, Contains(HasSubstr("time: 250 ms recovery_timeout")));
  EXPECT_THAT(lines, Contains(HasSubstr("1 timeout")));
  EXPECT_THAT(lines.back(), HasSubstr("#9"));
  EXPECT_THAT(lines.back(), HasSubstr("sent again: timeout"));
}

TEST(ConnectionLadder, CountsThePacketsThatItHasNoRoomFor) {
  tcp::Trail trail;
  trail.omitted = 4;
  EXPECT_THAT(connection_ladder(connection(), trail, 100).back(), HasSubstr("4 packets more"));
}

TEST(ConnectionPlot, DrawsWhatWasSentAgainApartAndOnlyDirectionsWithData) {
  tcp::Trail trail;
  trail.steps = {data(0, 7, std::nullopt), data(250, 9, tcp::Resend::timeout)};
  const std::string svg = connection_svg(connection(), trail);
  EXPECT_THAT(svg, HasSubstr("class=\"again\""));
  EXPECT_THAT(svg, HasSubstr("<title>#9 timeout</title>"));
  EXPECT_THAT(svg, HasSubstr("viewBox=\"0 0 1200 480\""));
  EXPECT_THAT(svg, HasSubstr("10.0.0.2:443 → 10.0.0.1:40000"));
  EXPECT_THAT(svg, Not(HasSubstr("10.0.0.1:40000 → 10.0.0.2:443")));
  EXPECT_EQ(svg.substr(svg.size() - 7), "</svg>\n");
}

TEST(ConnectionPlot, KeepsToItsPanelWhateverTheNumbersAre) {
  tcp::Trail trail;
  trail.steps = {data(0, 1, std::nullopt), data(1, 2, std::nullopt)};
  trail.steps[1].note.begin = -(std::int64_t{1} << 62);
  trail.steps[1].note.end = std::int64_t{1} << 61;
  tcp::Step ack = data(2, 3, std::nullopt);
  ack.from_client = true;
  ack.length = 0;
  ack.note.end = 1;
  ack.window = ~std::uint64_t{0};
  trail.steps.push_back(ack);
  EXPECT_THAT(connection_svg(connection(), trail), HasSubstr("class=\"window\""));
}

}  // namespace
}  // namespace wirecause
