// SPDX-License-Identifier: Apache-2.0
#include "report/live_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "support/example_live.hpp"

namespace wirecause {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

ReportOptions of_width(int width) {
  ReportOptions options;
  options.width = width;
  return options;
}

LiveSymptom drop() {
  return {example::at(118'000'123), Symptom::drop, "feed ITCH line A 239.1.1.1:26477 → feedhandler[2435] fd 12", 45,
          "SKB_DROP_REASON_SOCKET_RCVBUFF at the socket"};
}

// The only newline is the last character.
bool is_one_line(const std::string& text) { return text.find('\n') + 1 == text.size(); }

TEST(LiveLine, TellsASymptomWithItsNanoseconds) {
  EXPECT_EQ(symptom_text(drop(), of_width(0)),
            "14:30:00.118000123  drop        feed ITCH line A 239.1.1.1:26477 → feedhandler[2435] fd 12: 45 units, "
            "SKB_DROP_REASON_SOCKET_RCVBUFF at the socket\n");
  LiveSymptom silence{example::at(1), Symptom::silence, "feed ITCH", 0, "no packet for 5 s"};
  EXPECT_EQ(symptom_text(silence, of_width(0)), "14:30:00.000000001  silence     feed ITCH: no packet for 5 s\n");
}

TEST(LiveLine, TellsAFindingWithItsPlaceCauseAndImpact) {
  EXPECT_EQ(finding_text(example::rcvbuf_burst(), of_width(0)),
            "14:30:00.431000000  CRITICAL  ON THIS HOST, at the socket: socket_rcvbuf_burst  feed ITCH line A "
            "239.1.1.1:26477 → feedhandler[2435] fd 12: 1 204 of 8 000 113 units (0.015 %) in 3 holes "
            "14:30:00.118–00.431; 1 180 recovered, 24 lost for good\n");
}

TEST(LiveLine, TellsWhatIsWatchedAndWhatIsMissing) {
  LiveSummary live = example::watched();
  live.gaps = {{"drops one by one", "no BTF", "a kernel with CONFIG_DEBUG_INFO_BTF", "drops are counted only", true}};
  EXPECT_EQ(start_text(live, of_width(0)),
            "watching eth0, eth1 (hardware stamps) from 2024-01-02 14:29:58.000000000 +00:00; Ctrl-C ends it with the "
            "report\n"
            "  missing drops one by one (no BTF): drops are counted only; a kernel with CONFIG_DEBUG_INFO_BTF\n");
}

TEST(LiveLine, IsCutAtTheWidthOfATerminalAndPaintedInside) {
  ReportOptions options = of_width(60);
  EXPECT_EQ(columns_of(symptom_text(drop(), options)), 61U);
  EXPECT_EQ(columns_of(finding_text(example::rcvbuf_burst(), options)), 61U);
  options.colour = true;
  EXPECT_THAT(finding_text(example::rcvbuf_burst(), options),
              ::testing::StartsWith("14:30:00.431000000  \x1b[1;31mCRITICAL\x1b[0m  ON THIS HOST"));
}

TEST(LiveLine, IsOneLineWhateverIsInTheNames) {
  LiveSymptom symptom = drop();
  symptom.subject_name = "evil\n\x1b[2J\xff";
  symptom.text = "\r\n";
  Finding finding = example::rcvbuf_burst();
  finding.subject_name = symptom.subject_name;
  const std::string texts = symptom_text(symptom, of_width(0));
  EXPECT_TRUE(is_one_line(texts));
  EXPECT_EQ(texts.find('\x1b'), std::string::npos);
  EXPECT_TRUE(is_one_line(finding_text(finding, of_width(0))));
  for (const std::string& line : {symptom_json(symptom), finding_json(finding, {})}) {
    EXPECT_TRUE(is_one_line(line));
    EXPECT_FALSE(json::parse(line, nullptr, false).is_discarded());
  }
}

TEST(JsonLines, BeginWithWhatIsObservedAndWhatIsMissing) {
  LiveSummary live = example::watched();
  live.gaps = {{"drops one by one", "no BTF", "another kernel", "", true}};
  const std::string line = start_json(live, "0.3.0");
  EXPECT_THAT(line, ::testing::StartsWith(R"({"event":"start","schema":"wirecause.live/1","version":"0.3.0",)"));
  const json parsed = json::parse(line);
  EXPECT_EQ(parsed["interfaces"][0]["name"], "eth0");
  EXPECT_EQ(parsed["interfaces"][0]["stamps"], "hardware");
  EXPECT_EQ(parsed["unobserved"][0]["what"], "drops one by one");
  EXPECT_TRUE(parsed["unobserved"][0]["claim"].is_null());
}

TEST(JsonLines, HoldASymptomWithExactTimeAndUnits) {
  EXPECT_EQ(symptom_json(drop()),
            R"({"event":"symptom","time_ns":1704205800118000123,"kind":"drop","subject":"feed ITCH line A )"
            R"(239.1.1.1:26477 → feedhandler[2435] fd 12","units":45,"text":"SKB_DROP_REASON_SOCKET_RCVBUFF at the )"
            "socket\"}\n");
}

TEST(JsonLines, HoldAFindingWithTheKeysOfTheReport) {
  const Analysis analysis = example::dropped_at_socket();
  const json finding = json::parse(finding_json(analysis.diagnosis.findings.front(), {}));
  const json report = json::parse(report_json(analysis, {}));
  json expected = report["findings"][0];
  expected["event"] = "finding";
  EXPECT_EQ(finding, expected);
  EXPECT_EQ(finding["checkpoint"], "socket");
  EXPECT_EQ(finding["consumer"], 0);
}

TEST(JsonLines, EndWithTheWholeReportOnOneLine) {
  const std::string line = report_json(example::dropped_at_socket(), {});
  EXPECT_TRUE(is_one_line(line));
  EXPECT_THAT(line, ::testing::StartsWith(R"({"event":"report","schema":"wirecause.analysis/1",)"));
  EXPECT_EQ(json::parse(line)["consumers"].size(), 2U);
}

}  // namespace
}  // namespace wirecause
