// The text report against decisions, "What users see": verdict first, 24 lines of 100 columns, every
// number as in the analysis it was made from.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "base/text.hpp"
#include "report/format.hpp"
#include "support/example_analysis.hpp"

namespace wirecause {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const Analysis& analysis, const ReportOptions& options = {}) {
  for (const ReportFormat* format : all_report_formats()) {
    if (format->id == "text") return format->render(analysis, options);
  }
  return "no text format";
}

std::vector<std::string> lines_of(const std::string& report) {
  std::istringstream in(report);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(TextReport, SaysInOneLineThatNothingIsWrongAndWhatWasLookedAt) {
  EXPECT_EQ(text_of(example::healthy()),
            R"(nothing wrong: 1 feed, 2 lines, 57 674 of 57 674 messages delivered; 13 022 packets, 400.455 s

feeds and lines         expected  delivered  lost  recovered  late  dup
  ITCH  moldudp64         57 674     57 674     0          0
    A  239.1.1.1:26477    57 674     57 674     0                0    0
    B  239.1.1.2:26477    57 674     57 674     0                0    0

  read    open.pcapng: 13 022 packets, 400.455 s; 2024-01-02 14:30:00.000 – 14:36:40.455 +00:00
  unseen  nothing: every packet that the capture saw was kept and read
)");
}

TEST(TextReport, TellsARecoveredLineLossInFullWithTheOtherTeamsActionCommentedOut) {
  EXPECT_EQ(text_of(example::recovered_line_loss()),
            R"(WARNING   BEFORE THIS HOST · over since 14:30:00.431 UTC · act: network
          net_line_loss   feed ITCH line A 239.1.1.1:26477
  lost    120 of 57 674 messages (0.21 %) in 3 holes 14:30:00.118–00.431; all recovered
  path    publisher ✓ → line ✗ 120 → capture
  why     120 messages are missing on line A and present on line B; 4 other streams were whole
          meanwhile
  not     capture_dropped: the capture states 0 dropped packets
  now     line B carries the feed: nothing to do before the close
  ask     Which port on the path of 239.1.1.1 dropped between 14:30:00.118 and 14:30:00.431?
  fix     # other_team, check the output drops of the switch ports on the path of 239.1.1.1
  verify  wirecause analyze FILE shows lost 0 on line A over the next open
  prevent alert on lost messages of each line, not only of both; wirecause explain net_line_loss

feeds and lines         expected  delivered  lost  recovered  late  dup  first by (p50)
  ITCH  moldudp64         57 674     57 674     0        120
    A  239.1.1.1:26477    57 674     57 554   120                0    0
    B  239.1.1.2:26477    57 674     57 674     0                0    0  69.5 %, 8.3 us

  read    open.pcapng: 13 022 packets, 400.455 s; 2024-01-02 14:30:00.000 – 14:36:40.455 +00:00
  unseen  nothing: every packet that the capture saw was kept and read
)");
}

TEST(TextReport, PutsTheFinalLossFirstTheOthersShorterAndInfosInOneLine) {
  EXPECT_EQ(text_of(example::critical_common_loss()),
            R"(CRITICAL  PUBLISHER · ongoing since 14:30:00.118 UTC · act: exchange
          net_common_loss   feed ITCH
  lost    24 of 57 674 messages (0.042 %) in 1 hole 14:30:00.118–00.431; 24 lost for good
  path    publisher ✗ 24 → line → capture
  why     the same 24 numbers are missing on all 2 lines
  fix     gap-request --session 000008367I --first 10021 --count 24
          # (safe now; undo: none needed)
          # after_close, restart feedhandler
  prevent wirecause explain net_common_loss
WARNING   BEFORE THIS HOST · over since 14:30:00.431 · act: network
          net_line_loss   feed ITCH line A 239.1.1.1:26477: 96 of 57 674 messages (0.17 %) in 3 hol…
INFO      net_reordering   feed ITCH line B 239.1.1.2:26477: 7 messages arrived after later ones, n…

feeds and lines         expected  delivered  lost  recovered  late  dup  first by (p50)
  ITCH  moldudp64         57 674     57 650    24         96
    A  239.1.1.1:26477    57 674     57 554   120                0    0
    B  239.1.1.2:26477    57 674     57 650    24                7    0  69.5 %, 8.3 us

  read    open.pcapng: 13 022 packets, 400.455 s; 2024-01-02 14:30:00.000 – 14:36:40.455 +00:00
  unseen  nothing: every packet that the capture saw was kept and read
)");
}

TEST(TextReport, TellsAnUndecidedPairAsOneWithBothReasonsAndWhatWouldDecide) {
  EXPECT_EQ(text_of(example::undecided()),
            R"(CRITICAL  CANNOT TELL · over since 14:30:00.431 UTC · act: network or capture
          net_line_loss or capture_dropped   feed ITCH line A 239.1.1.1:26477
  lost    30 of 57 674 messages (0.052 %) in 3 holes 14:30:00.118–00.431; 30 lost for good
  path    publisher ? → line ? → capture ?
  why     30 messages are missing on the only line
  or      capture_dropped: the capture does not say whether it dropped packets
  decide  a capture that counts its drops (dumpcap to pcapng), or one of the other line
  prevent wirecause explain net_line_loss

feeds and lines    expected  delivered  lost  recovered  late  dup
  ITCH  moldudp64    57 674     57 644    30          0     0    0

  read    open.pcapng: 13 022 packets, 400.455 s; 2024-01-02 14:30:00.000 – 14:36:40.455 +00:00
  unseen  1 input without a count of what the capture dropped
)");
}

// Everything at once, and everything long.
Analysis overloaded() {
  Analysis out = example::critical_common_loss();
  std::string sentence;
  for (int i = 0; i < 60; ++i) sentence += "a rather long explanation ";
  Finding worst = out.diagnosis.findings.front();
  worst.because = worst.mitigate = worst.ask = worst.would_decide = worst.subject_name = sentence;
  worst.ruled_out.assign(5, {"capture_dropped", sentence});
  worst.actions.assign(
      9, example::action("sysctl -w net.core.rmem_max=1048576 'quoted words stay together' " + sentence.substr(0, 200),
                         When::safe_now));
  worst.prevent.assign(4, sentence);
  out.diagnosis.findings.assign(12, worst);
  FeedSummary feed = out.feeds.front();
  feed.name = sentence;
  feed.lines.resize(6, feed.lines.front());
  out.feeds.assign(40, feed);
  out.inputs.assign(30, out.inputs.front());
  out.observer.unmatched.assign(5, {sentence, UnmatchedOption::Why::not_seen});
  out.unrecognised.assign(5, {"10.0.0.1", sentence, 1, {}, 1'000, 2'000});
  out.unrecognised_total = 500;
  return out;
}

TEST(TextReport, NeverTakesMoreThan24LinesOf100Columns) {
  for (const Analysis& analysis : {example::healthy(), example::recovered_line_loss(), example::critical_common_loss(),
                                   example::undecided(), overloaded()}) {
    const auto lines = lines_of(text_of(analysis));
    EXPECT_LE(lines.size(), 24U);
    for (const std::string& line : lines) EXPECT_LE(columns_of(line), 100U) << line;
  }
}

TEST(TextReport, TellsTheWholeReasonAndGivesUpOtherLinesForIt) {
  Analysis analysis = overloaded();
  const std::string reason =
      "nobody brought 10 units: 2 lines lack the same numbers; the capture states 0 dropped packets, and 4 other "
      "streams were whole meanwhile, so that 10 of 10 units were lost before this point";
  Finding& first = analysis.diagnosis.findings.front();
  first.because = reason;
  first.would_decide.clear();  // what is named leaves nothing to decide
  first.mitigate = "Take feed ITCH-X from its other line while that is whole.";
  std::string report = text_of(analysis);
  for (std::size_t at = 0; (at = report.find("\n          ", at)) != std::string::npos;) report.replace(at, 11, " ");
  EXPECT_THAT(report, HasSubstr("why     " + reason));
}

TEST(TextReport, NeverBreaksACommandOrAFilterThatIsThereToBeCopied) {
  const std::string filter =
      "'udp.dstport == 26477 && frame.time_epoch >= 1767623400.079976470 && frame.time_epoch <= "
      "1767623400.150167802'";
  Analysis analysis = example::recovered_line_loss();
  Finding& finding = analysis.diagnosis.findings.front();
  finding.actions.front().verify = "tshark -r demo.pcapng -Y " + filter;
  finding.evidence.front().frames.filter = std::string(60, 'x') + " && " + std::string(60, 'y');
  ReportOptions options;
  options.details = true;
  EXPECT_THAT(text_of(analysis, options), HasSubstr("tshark -r demo.pcapng -Y \\\n            " + filter + "\n"));
  EXPECT_THAT(text_of(analysis, options), HasSubstr("filter  " + finding.evidence.front().frames.filter + "\n"));
}

TEST(TextReport, CountsOneOfAThingInTheSingular) {
  Analysis analysis = example::recovered_line_loss();
  FindingEvidence& shown = analysis.diagnosis.findings.front().evidence.front();
  shown.value = 1;
  shown.unit = Unit::frames;
  shown.frames.frames = {1'234};
  ReportOptions options;
  options.details = true;
  const std::string text = text_of(analysis, options);
  EXPECT_THAT(text, HasSubstr("line.lost = 1 frame of feed ITCH"));
  EXPECT_THAT(text, HasSubstr("frame 1234 of open.pcapng"));
}

TEST(TextReport, ShowsUnitsThatWereOpenAtTheEnd) {
  Analysis analysis = example::healthy();
  analysis.inputs.front().file = "day.pcapng";
  EXPECT_THAT(text_of(analysis), Not(HasSubstr("open")));
  analysis.feeds.front().lines.front().tail_unknown = 8;
  const std::string text = text_of(analysis);
  EXPECT_THAT(text, HasSubstr("57 674 of 57 674 messages delivered, 8 units open at the end"));
  EXPECT_THAT(text, HasSubstr("expected  delivered  lost  open  recovered"));
  EXPECT_THAT(text, HasSubstr("57 674     57 666     0     8"));
}

TEST(TextReport, BracketsIpv6Groups) {
  Analysis analysis = example::healthy();
  for (LineSummary& line : analysis.feeds.front().lines) line.group = "ff15::1";
  analysis.unrecognised = {{"fe80::1", "ff15::2", 26'400, std::nullopt, 3, 300}};
  analysis.unrecognised_total = 1;
  const std::string text = text_of(analysis);
  EXPECT_THAT(text, HasSubstr("[ff15::1]:26477"));
  EXPECT_THAT(text, HasSubstr("[ff15::2]:26400"));
}

TEST(TextReport, SaysHowMuchItLeftOut) {
  const std::string report = text_of(overloaded());
  EXPECT_THAT(report, HasSubstr("findings more"));
  EXPECT_THAT(report, HasSubstr("of 40 feeds shown"));
}

TEST(TextReport, PutsTheFeedThatLostMostFirstWhenNotAllFit) {
  Analysis analysis = example::healthy();
  analysis.feeds.assign(30, analysis.feeds.front());
  analysis.feeds[27].name = "LOSSY";
  analysis.feeds[27].arbitrated = example::sums(57'000, 0, 674);
  const auto lines = lines_of(text_of(analysis));
  const auto is_heading = [](const std::string& line) { return line.starts_with("feeds and lines"); };
  const auto heading = std::find_if(lines.begin(), lines.end(), is_heading);
  ASSERT_LT(heading, lines.end() - 1);
  EXPECT_THAT(*(heading + 1), HasSubstr("LOSSY"));
}

TEST(TextReport, NeverSaysNothingWrongWhenNothingCouldBeJudged) {
  Analysis analysis = example::healthy();
  analysis.feeds.clear();
  EXPECT_THAT(text_of(analysis), HasSubstr("nothing to judge: no feed was recognised"));
  analysis = example::healthy();
  analysis.feeds.front().arbitrated = {};
  for (LineSummary& line : analysis.feeds.front().lines) line.expected = 0;
  EXPECT_THAT(text_of(analysis), HasSubstr("nothing to judge: no numbered data"));
  EXPECT_THAT(text_of(analysis), HasSubstr("no data"));
  EXPECT_THAT(text_of(analysis), Not(HasSubstr("0 %")));
}

TEST(TextReport, SaysThatItWasBlind) {
  Analysis analysis = example::healthy();
  analysis.observer.dropped_by_capture = 17;
  EXPECT_THAT(text_of(analysis), HasSubstr("nothing wrong was seen, but not everything could be"));
  EXPECT_THAT(text_of(analysis), HasSubstr("unseen  17 packets dropped by the capture itself"));
  ReportOptions options;
  options.details = true;
  const std::string text = text_of(analysis, options);
  EXPECT_EQ(text.find("17 packets dropped by the capture itself", text.rfind("unseen")), text.rfind("unseen") + 8);
}

TEST(TextReport, ShowsGapsWithTimesFramesAndADisplayFilterInDetails) {
  ReportOptions options;
  options.details = true;
  const std::string report = text_of(example::recovered_line_loss(), options);
  EXPECT_THAT(
      report,
      HasSubstr("10021 +25  recovered  opened 14:30:00.118000000, closed after 300 us  frame 1234 of open.pcapng"));
  EXPECT_THAT(report, HasSubstr("      display filter for open.pcapng:\n      frame.number in {1234, 1300}\n"));
  EXPECT_THAT(report, HasSubstr("… 1 more (--max-list)"));
  EXPECT_THAT(report, HasSubstr("line B against A: first for 40 000 of 57 554 units (69.5 %)"));
}

TEST(TextReport, NamesTheClockErrorOfALatencyOrCallsItRelative) {
  ReportOptions options;
  options.details = true;
  Analysis analysis = example::healthy();
  LatencySummary latency;
  latency.from = "send time in the message";
  latency.to = "capture time";
  latency.negative = 3;
  latency.histogram = {40, 1'000, 9'000, {{0.5, 2'000}}};
  analysis.feeds.front().latency = latency;
  EXPECT_THAT(text_of(analysis, options), HasSubstr("(relative: above its own floor, the clock error is not known)"));
  EXPECT_THAT(text_of(analysis, options), HasSubstr("3 arrived before they were sent"));
  analysis.feeds.front().latency->relative = false;
  analysis.feeds.front().latency->clock_error = microseconds(1);
  EXPECT_THAT(text_of(analysis, options), HasSubstr("(clock error at most 1 us)"));
}

TEST(TextReport, IsColouredOnlyWhenAsked) {
  EXPECT_THAT(text_of(example::recovered_line_loss()), Not(HasSubstr("\x1b")));
  ReportOptions options;
  options.colour = true;
  EXPECT_THAT(text_of(example::recovered_line_loss(), options), HasSubstr("\x1b[1;33mWARNING\x1b[0m"));
}

TEST(TextReport, LetsNoControlCharacterOfAFileReachTheTerminal) {
  Analysis analysis = example::recovered_line_loss();
  analysis.inputs.front().file = "evil\x1b[2J.pcap";
  analysis.inputs.front().comments = {"\x1b]0;title\x07"};
  analysis.feeds.front().name = "a\tb\n";
  analysis.feeds.front().session = "\x1b";
  analysis.diagnosis.findings.front().subject_name = "x\ny";
  ReportOptions options;
  options.details = true;
  for (const char c : text_of(analysis, options)) {
    ASSERT_FALSE((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) << int{c};
  }
}

TEST(TextReport, EndsEveryLineAndIsTheSameTwice) {
  const std::string report = text_of(overloaded());
  EXPECT_EQ(report.back(), '\n');
  EXPECT_EQ(report, text_of(overloaded()));
}

}  // namespace
}  // namespace wirecause
