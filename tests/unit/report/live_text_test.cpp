// The text of a live run against the example of decisions, "What users see".
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/text.hpp"
#include "report/advice.hpp"
#include "report/format.hpp"
#include "support/example_live.hpp"

namespace wirecause {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const Analysis& analysis, bool details = false) {
  ReportOptions options;
  options.details = details;
  for (const ReportFormat* format : all_report_formats()) {
    if (format->id == "text") return format->render(analysis, options);
  }
  return "no text format";
}

TEST(LiveReport, TellsADropAtTheSocketInTheWordsOfTheDesign) {
  EXPECT_EQ(text_of(example::dropped_at_socket()),
            R"(CRITICAL  ON THIS HOST, at the socket · over since 14:30:00.431 UTC · act: application
          socket_rcvbuf_burst   feed ITCH line A 239.1.1.1:26477 → feedhandler[2435] fd 12
  lost    1 204 of 8 000 113 messages (0.015 %) in 3 holes 14:30:00.118–00.431; 1 180 recovered, 24
          lost for good
  path    publisher ✓ → line ✓ → NIC ✓ → kernel ✓ → socket ✗ 1 204 of 1 204 → application
  why     up to 657 datagrams arrived faster than the reader took them: 534 KiB at 832 B truesize;
          the socket holds 208 KiB
  not     app_slow_consumer: between bursts the queue is empty, the reader is 9 times faster than …
  now     line B carries the feed: nothing to do before the close
  fix     sysctl -w net.core.rmem_max=1048576
          # (safe now; undo: sysctl -w net.core.rmem_max=212992)
          # after_close, restart feedhandler: SO_RCVBUF=524288 (the kernel doubles it)
  verify  ss -uamn 'sport = :26477'

feeds and lines          expected  delivered  lost  recovered  late  dup
  ITCH  moldudp64       8 000 113  8 000 113     0          0
    A  239.1.1.1:26477  8 000 113  8 000 113     0                0    0
    B  239.1.1.2:26477  8 000 113  8 000 113     0                0    0
consumers                           expected       read  queued  dropped  before  unexplained
  feedhandler[2435] fd 12  line A  8 000 113  7 998 909       0    1 204       0            0
  feedhandler[2435] fd 13  line B  8 000 113  8 000 113       0        0       0            0

  watched eth0, eth1 (hardware stamps): 8 000 113 packets, 60 s from 2024-01-02 14:29:58.000 +00:00
  unseen  nothing: every packet that the tap saw was read, every drop was told
)");
}

TEST(LiveReport, SaysOfAHealthyRunWhoReadAndForHowLong) {
  EXPECT_THAT(text_of(example::healthy_live()),
              ::testing::StartsWith("nothing wrong: 1 feed, 2 lines, 8 000 113 of 8 000 113 messages delivered; 2 "
                                    "consumers, 8 000 113\npackets, 60 s\n"));
}

TEST(LiveReport, SaysThatASymptomGoesOn) {
  Analysis analysis = example::dropped_at_socket();
  analysis.diagnosis.findings.front().ongoing = true;
  EXPECT_THAT(text_of(analysis), HasSubstr("at the socket · ongoing since 14:30:00.118 UTC"));
}

// DESIGN D11: what nobody measured is unknown, never zero.
TEST(LiveReport, ShowsAQuestionMarkForWhatWasNotMeasured) {
  Analysis analysis = example::healthy_live();
  ConsumerSummary& consumer = analysis.consumers.front();
  consumer.read.reset();
  consumer.read_unknown = "nobody looked";
  consumer.queued.reset();
  consumer.unexplained.reset();
  const std::string text = text_of(analysis);
  EXPECT_THAT(text, HasSubstr("fd 12  line A  8 000 113          ?       ?        0       0            ?"));
  EXPECT_THAT(text, HasSubstr("1 consumer whose reads were not measured"));
  EXPECT_THAT(text, HasSubstr("(nobody looked)"));
}

TEST(LiveReport, ConcludesNothingAboutAConsumerThatIsUnseen) {
  Analysis analysis = example::healthy_live();
  ConsumerSummary& consumer = analysis.consumers.front();
  consumer.kind = ConsumerKind::bypass;
  consumer.detail = "Onload (/dev/onload)";
  consumer.seen = false;
  consumer.read.reset();
  consumer.unexplained.reset();
  const std::string text = text_of(analysis);
  EXPECT_THAT(text, HasSubstr("nothing wrong was seen, but not everything could be"));
  EXPECT_THAT(text, HasSubstr("1 consumer of a kernel bypass, invisible here: feedhandler[2435] Onload (/dev/onload)"));
  EXPECT_THAT(text, HasSubstr("?  unseen\n"));
}

TEST(LiveReport, SaysThatAConsumerWaitsInVain) {
  Analysis analysis = example::healthy_live();
  analysis.consumers.front().absent = true;
  analysis.consumers.front().expected = 0;
  EXPECT_THAT(text_of(analysis), HasSubstr("no data"));
  EXPECT_THAT(text_of(analysis), HasSubstr("no packet came\n"));
}

TEST(LiveReport, SaysWhenASumDoesNotMeetInsteadOfSpreadingIt) {
  Analysis analysis = example::healthy_live();
  analysis.consumers.front().unexplained = 3;
  EXPECT_THAT(text_of(analysis), HasSubstr("nothing wrong was seen, but not everything could be"));
  EXPECT_THAT(text_of(analysis), HasSubstr("1 consumer whose sum does not meet: feedhandler[2435] fd 12"));
  analysis.consumers.front().unexplained = 0;
  analysis.consumers.front().socket_drops = 5;
  analysis.consumers.front().socket_events = 4;
  EXPECT_THAT(text_of(analysis, true), HasSubstr("seen to end there: 4: the sum does not meet"));
}

TEST(LiveReport, NeverCallsHealthyAHostThatDroppedWithoutANamedCause) {
  Analysis analysis = example::dropped_at_socket();
  analysis.diagnosis.findings.clear();
  const std::string text = text_of(analysis);
  EXPECT_THAT(text, ::testing::StartsWith("units were dropped on this host, and no cause is named: 1 feed"));
  EXPECT_THAT(text,
              HasSubstr("unseen  1 consumer that lost units on this host without a named cause: feedhandler[2435]"));
  EXPECT_TRUE(is_blind(analysis));
}

TEST(LiveReport, TellsWhyTheCertaintyIsLessThanTheBest) {
  Analysis analysis = example::dropped_at_socket();
  EXPECT_THAT(text_of(analysis), Not(HasSubstr("  certain ")));
  Finding& finding = analysis.diagnosis.findings.front();
  finding.step_down = "socket from udp_fail_queue_rcv_skb (kernel < 6.11)";
  EXPECT_THAT(text_of(analysis),
              HasSubstr("  certain by number: socket from udp_fail_queue_rcv_skb (kernel < 6.11)\n"));
  finding.by_count = 204;
  EXPECT_THAT(text_of(analysis), HasSubstr("  certain 1 000 by number, 204 by count: socket from"));
  finding.by_count = 1'204;
  finding.step_down.clear();
  EXPECT_THAT(text_of(analysis), HasSubstr("  certain by count\n"));
}

TEST(LiveReport, MarksOnlyWhatPacketsWereSeenToPass) {
  Analysis analysis = example::dropped_at_socket();
  Finding& finding = analysis.diagnosis.findings.front();
  finding.checkpoint = Checkpoint::netfilter;
  EXPECT_THAT(text_of(analysis), HasSubstr("ON THIS HOST, in netfilter"));
  EXPECT_THAT(text_of(analysis), HasSubstr("NIC ✓ → kernel (netfilter) ✗ 1 204 of 1 204 → socket → application"));
  finding.checkpoint = Checkpoint::nic;
  EXPECT_THAT(text_of(analysis), HasSubstr("publisher ? → line ? → NIC ✗ 1 204 of 1 204 → kernel"));
  finding.checkpoint.reset();
  finding.place = Place::before_this_host;
  EXPECT_THAT(text_of(analysis), HasSubstr("publisher ? → line ✗ 1 204 → tap\n"));
}

TEST(LiveReport, CountsWhatItsOwnTapLostAsItsOwn) {
  Analysis analysis = example::healthy_live();
  analysis.live->interfaces[0].dropped = 17;
  EXPECT_THAT(text_of(analysis), HasSubstr("unseen  17 packets dropped by this tool's own tap"));
  EXPECT_THAT(text_of(analysis, true), HasSubstr("remedy  a larger --ring"));
}

TEST(LiveReport, NamesMissingEvidenceAndWhatIsClaimedLess) {
  Analysis analysis = example::healthy_live();
  analysis.live->gaps = {{"reader threads", "no CAP_PERFMON", "run as root", "app_stalled cannot be told", false}};
  EXPECT_THAT(text_of(analysis), HasSubstr("nothing wrong: "));
  EXPECT_THAT(text_of(analysis),
              HasSubstr("unseen  1 evidence source missing, so that less is claimed: reader threads (no CAP_PERFMON)"));
  const std::string details = text_of(analysis, true);
  EXPECT_THAT(details, HasSubstr("  missing reader threads: no CAP_PERFMON\n          app_stalled cannot be told\n"
                                 "  remedy  run as root\n"));
  analysis.live->gaps.front().hides_loss = true;
  EXPECT_THAT(text_of(analysis), HasSubstr("nothing wrong was seen, but not everything could be"));
}

TEST(LiveReport, KeepsForTheDetailsWhatIsMissingAndCostsNothing) {
  Analysis analysis = example::healthy_live();
  analysis.live->gaps = {{"collector ethtool", "veth has no such statistics", "", "", false}};
  EXPECT_THAT(text_of(analysis), HasSubstr("unseen  nothing: "));
  EXPECT_THAT(text_of(analysis, true), HasSubstr("  missing collector ethtool: veth has no such statistics\n"));
}

TEST(LiveReport, ShowsTheWayThroughThisHostInDetails) {
  const std::string details = text_of(example::dropped_at_socket(), true);
  EXPECT_THAT(details, HasSubstr("  nic        ?  nobody looked at it\n"
                                 "  tap        passed 8 000 113, dropped 0  counted (AF_PACKET tap eth0)\n"
                                 "  socket     passed 7 998 909, dropped 1 204  counted (skb:kfree_skb)\n"));
  EXPECT_THAT(details, HasSubstr("dropped 1 204 units at socket: SKB_DROP_REASON_SOCKET_RCVBUFF, in 1 204 datagrams, "
                                 "by number\n"));
}

// A thousand readers, each with an owner that somebody chose.
Analysis crowded() {
  Analysis out = example::dropped_at_socket();
  ConsumerSummary other = out.consumers[1];
  other.owner = std::string(300, 'x') + "\x1b[2J\n";
  other.feed = std::string(300, 'y');
  out.consumers.insert(out.consumers.begin(), 1'000, other);
  out.live->gaps.assign(40, {std::string(200, 'w'), "why not", "how", "less", true});
  out.diagnosis.findings.assign(9, out.diagnosis.findings.front());
  return out;
}

TEST(LiveReport, NeverTakesMoreThan24LinesOf100ColumnsAndShowsTheWorstConsumerFirst) {
  for (const Analysis& analysis : {example::healthy_live(), example::dropped_at_socket(), crowded()}) {
    std::istringstream in(text_of(analysis));
    std::size_t count = 0;
    for (std::string line; std::getline(in, line); ++count) EXPECT_LE(columns_of(line), 100U) << line;
    EXPECT_LE(count, 24U);
  }
  const std::string text = text_of(crowded());
  const auto table = text.find("\nconsumers ");
  ASSERT_NE(table, std::string::npos);
  EXPECT_THAT(text.substr(text.find('\n', table + 1), 40), HasSubstr("  feedhandler[2435] fd 12"));
  EXPECT_THAT(text, HasSubstr("of 1 002 consumers shown"));
}

TEST(LiveReport, LetsNoControlCharacterOfANameReachTheTerminal) {
  for (const char c : text_of(crowded(), true)) {
    ASSERT_FALSE((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) << int{c};
  }
}

}  // namespace
}  // namespace wirecause
