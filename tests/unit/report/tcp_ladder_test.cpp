// The ladder, the graph and the JSON of one connection, from a trail made by hand.
// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_ladder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/connection_json.hpp"
#include "report/tcp_plot.hpp"
#include "support/tcp_talk.hpp"

namespace wirecause {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kWidth = 100;

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
  const Lines lines = connection_ladder(connection(), trail, kWidth, false);
  EXPECT_THAT(lines.front(), HasSubstr("connection 3  10.0.0.1:40000 → 10.0.0.2:443"));
  EXPECT_THAT(lines, Contains("  start   1970-01-01 00:00:00.000000000 UTC"));
  EXPECT_THAT(lines, Contains(HasSubstr("time: 250 ms recovery (timer)")));
  EXPECT_THAT(lines, Contains(HasSubstr("1 timer")));
  EXPECT_THAT(lines.back(), HasSubstr("#9"));
  EXPECT_THAT(lines.back(), HasSubstr("sent again: timer"));
}

TEST(ConnectionLadder, NamesEveryStallHoweverShortAndOtherTimeFromAHundredth) {
  tcp::ConnectionSummary c = connection();
  c.directions[0].time[static_cast<std::size_t>(tcp::Wait::write_pattern)] = microseconds(9);
  c.directions[0].time[static_cast<std::size_t>(tcp::Wait::pacing)] = microseconds(9);
  const Lines lines = connection_ladder(c, {}, kWidth, false);
  EXPECT_THAT(lines, Contains(HasSubstr("time: 9 us write pattern (Nagle)")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("pacing"))));
}

TEST(ConnectionLadder, PutsAStallBeforeThePacketThatEndedIt) {
  tcp::Trail trail;
  trail.steps = {data(0, 7, std::nullopt), data(250, 9, tcp::Resend::timeout)};
  tcp::ConnectionSummary c = connection();
  c.stalls = {{TimeNs{0}, TimeNs{0} + milliseconds(250), tcp::Wait::recovery_timeout, 1, 7, 9}};
  c.stalls_total = 3;
  const Lines lines = connection_ladder(c, trail, kWidth, false);
  EXPECT_EQ(lines[lines.size() - 2], "  — 250 ms server waited: recovery (timer) —");
  EXPECT_THAT(lines.back(), HasSubstr("#9"));
  EXPECT_THAT(lines, Contains(HasSubstr("3 waits in which a sender could have gone on; the 1 longest")));
}

TEST(ConnectionLadder, OfALongConnectionShowsWhatHappenedAndCountsTheRest) {
  tcp::Trail trail;
  for (std::int64_t i = 0; i < 1'000; ++i)
    trail.steps.push_back(data(i, static_cast<std::uint64_t>(i + 1), std::nullopt));
  trail.steps[500].note.resend = tcp::Resend::fast;
  tcp::ConnectionSummary c = connection();
  c.stalls = {{TimeNs{0} + milliseconds(698), TimeNs{0} + milliseconds(699), tcp::Wait::receiver_window, 1, 699, 700}};
  c.stalls_total = 1;
  const Lines lines = connection_ladder(c, trail, kWidth, false);
  for (const char* frame : {"#1 ", "#3 ", "#499 ", "#501 ", "#503 ", "#699 ", "#700 ", "#702 ", "#1000 "})
    EXPECT_THAT(lines, Contains(HasSubstr(frame))) << frame;
  EXPECT_THAT(lines, Contains(HasSubstr("receiver's window —")));
  EXPECT_THAT(lines, Contains("  … 493 packets …"));  // 6 to 498
  EXPECT_THAT(lines, Not(Contains(HasSubstr("#400 "))));
  EXPECT_THAT(lines.back(), HasSubstr("of 1 000 packets shown"));
  EXPECT_THAT(connection_ladder(c, trail, kWidth, true), Contains(HasSubstr("#400 ")));
}

TEST(ConnectionLadder, FitsAScreenHoweverMuchHappenedAndCountsWhatItLeavesOut) {
  tcp::Trail trail;
  for (std::int64_t i = 0; i < 5'000; ++i)
    trail.steps.push_back(data(i, static_cast<std::uint64_t>(i + 1), tcp::Resend::timeout));
  const Lines lines = connection_ladder(connection(), trail, kWidth, false);
  EXPECT_LE(lines.size(), 60U + 20U);
  EXPECT_THAT(lines, Contains(HasSubstr("packets, 4 940 sent again …")));
}

TEST(ConnectionLadder, ShowsALonePacketRatherThanThatItIsLeftOut) {
  tcp::Trail trail;
  for (std::int64_t i = 0; i < 200; ++i)
    trail.steps.push_back(data(i, static_cast<std::uint64_t>(i + 1), std::nullopt));
  trail.steps[8].note.resend = tcp::Resend::fast;  // 0 to 4, 6 to 10 are shown
  const Lines lines = connection_ladder(connection(), trail, kWidth, false);
  EXPECT_THAT(lines, Contains(HasSubstr("#6 ")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("1 packet …"))));
}

TEST(ConnectionLadder, GivesACapturedCopyTheNumbersOfItsOriginal) {
  test::TcpTalk talk;
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .len = 198, .ip_id = 77});
  const tcp::Note note = talk.after(5).client({.seq = 1, .ack = 1, .len = 198, .ip_id = 77});
  ASSERT_TRUE(note.has(tcp::Mark::copy));
  tcp::Trail trail;
  trail.steps = {data(0, 9, std::nullopt)};
  trail.steps[0].note = note;
  trail.steps[0].length = 198;
  EXPECT_THAT(connection_ladder(connection(), trail, kWidth, false).back(),
              HasSubstr("1:199 ack 1   the capture holds it twice"));
}

TEST(ConnectionLadder, CountsThePacketsThatItHasNoRoomFor) {
  tcp::Trail trail;
  trail.omitted = 4;
  EXPECT_THAT(connection_ladder(connection(), trail, kWidth, false).back(), HasSubstr("4 packets more"));
}

TEST(ConnectionPlot, DrawsWhatWasSentAgainApartAndOnlyDirectionsWithData) {
  tcp::Trail trail;
  trail.steps = {data(0, 7, std::nullopt), data(250, 9, tcp::Resend::timeout)};
  const std::string svg = connection_svg(connection(), trail);
  EXPECT_THAT(svg, HasSubstr("class=\"again\""));
  EXPECT_THAT(svg, HasSubstr("<title>#9 timer</title>"));
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

tcp::Step acknowledgement(std::int64_t ms, tcp::Offset ack, std::uint64_t window) {
  tcp::Step step = data(ms, 3, std::nullopt);
  step.from_client = true;
  step.length = 0;
  step.note.begin = step.note.end = 1;
  step.note.ack = ack;
  step.window = window;
  return step;
}

TEST(ConnectionPlot, DoesNotDrawAWindowThatIsFarAboveTheDataAsALimit) {
  tcp::Trail trail;
  trail.steps = {data(0, 7, std::nullopt), acknowledgement(1, 101, 65'000)};
  EXPECT_THAT(connection_svg(connection(), trail), Not(HasSubstr("class=\"window\"")));
  trail.steps.back().window = 50;
  const std::string svg = connection_svg(connection(), trail);
  EXPECT_THAT(svg, HasSubstr("class=\"window\""));
  EXPECT_THAT(svg, HasSubstr(">byte 151<"));  // the picture goes up to it
}

TEST(ConnectionPlot, EndsTheWindowWhereItLeavesThePictureAndTakesItUpAgain) {
  tcp::Trail trail;
  trail.steps = {data(0, 7, std::nullopt), acknowledgement(100, 101, 50), acknowledgement(200, 101, 65'000),
                 acknowledgement(300, 101, 50)};
  // 1010 columns for 300 ms from 130 on; 360 lines down from 60 for bytes 1 to 151.
  EXPECT_THAT(connection_svg(connection(), trail), HasSubstr("class=\"window\" d=\"M466 60H803V60M1140 60\""));
}

TEST(ConnectionPlot, SaysWhatItsAxesAndColoursMean) {
  tcp::Trail trail;
  trail.steps = {data(0, 7, std::nullopt), data(250, 9, tcp::Resend::timeout)};
  const std::string svg = connection_svg(connection(), trail);
  for (const char* said : {">byte 1<", ">byte 101<", ">0 s<", ">250 ms<", "from 1970-01-01 00:00:00.000000000 UTC",
                           ">sent again<", ">end of the receiver's window<"})
    EXPECT_THAT(svg, HasSubstr(said));
}

TEST(ConnectionJson, HoldsTheConnectionAndEveryPacketWithItsReason) {
  tcp::Trail trail;
  trail.steps = {data(0, 7, std::nullopt), data(250, 9, tcp::Resend::spurious)};
  trail.steps[1].note.sent_as = tcp::Resend::timeout;
  trail.steps[1].note.set(tcp::Mark::seen_again);
  trail.omitted = 2;
  const auto json = nlohmann::json::parse(connection_json(connection(), trail, "1.0"));
  EXPECT_EQ(json["schema"], "wirecause.connection/1");
  EXPECT_EQ(json["connection"]["id"], 3);
  EXPECT_EQ(json["packets_omitted"], 2);
  ASSERT_EQ(json["packets"].size(), 2U);
  EXPECT_TRUE(json["packets"][0]["resend"].is_null());
  const auto& again = json["packets"][1];
  EXPECT_EQ(again["frame"], 9);
  EXPECT_EQ(again["from"], "server");
  EXPECT_EQ(again["begin"], 1);
  EXPECT_EQ(again["end"], 101);
  EXPECT_EQ(again["resend"], "spurious");
  EXPECT_EQ(again["sent_as"], "timeout");
  EXPECT_EQ(again["marks"], nlohmann::json::array({"seen_again"}));
  EXPECT_EQ(again["flags"], nlohmann::json::array({"ack"}));
}

TEST(ConnectionJson, IsWholeWithoutAPacket) {
  EXPECT_TRUE(nlohmann::json::parse(connection_json(connection(), {}, "1.0"))["packets"].empty());
}

}  // namespace
}  // namespace wirecause
