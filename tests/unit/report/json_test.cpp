// The shape as a whole is checked by tests/golden/json_schema_test.py; here is what a schema cannot say.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "report/connection_json.hpp"
#include "report/format.hpp"
#include "report/live_line.hpp"
#include "support/example_live.hpp"

namespace wirecause {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string json_text(const Analysis& analysis, const ReportOptions& options = {}) {
  for (const ReportFormat* format : all_report_formats()) {
    if (format->id == "json") return format->render(analysis, options);
  }
  return "no json format";
}

TEST(JsonReport, BeginsWithItsSchema) {
  EXPECT_TRUE(json_text(example::healthy()).starts_with("{\n  \"schema\": \"wirecause.analysis/1\",\n"));
}

// Every kind of object that the schema knows occurs in one of the examples.
std::vector<Analysis> examples() {
  Analysis full = example::critical_common_loss();
  FeedSummary& feed = full.feeds.front();
  LatencySummary latency;
  latency.from = "send time in the message";
  latency.to = "capture time";
  latency.histogram = {40, 1'000, 9'000, {{0.5, 2'000}}};
  feed.latency = latency;
  feed.lines.front().vlan = 17;
  feed.lines.front().bursts = {{microseconds(100), 5, example::at(1), 50, example::at(2), 5'000, kNoTime}};
  full.inputs.front().undecoded = {{"ethertype 0x88cc (LLDP)", 3}};
  full.inputs.front().cut = "ends inside block 17";
  full.inputs.front().comments = {"a comment"};
  full.unrecognised = {{"10.0.0.1", "239.9.9.9", 1, {}, 10, 20}};
  full.unrecognised_total = 1;
  Analysis live = example::dropped_at_socket();
  live.diagnosis.findings.front().step_down = "socket from udp_fail_queue_rcv_skb (kernel < 6.11)";
  live.live->gaps = {{"reader threads", "no CAP_PERFMON", "run as root", "app_stalled cannot be told", false}};
  live.live->slowed = {"ethtool"};
  live.live->capabilities_kept = {"cap_sys_ptrace"};
  live.consumers.emplace_back();  // nothing is known of it
  live.consumers.back().seen = false;
  live.path.push_back({});
  Analysis nothing;
  nothing.version = "0.1.0";
  return {example::healthy(), example::recovered_line_loss(), example::undecided(), full, live, nothing};
}

// What `wirecause watch --json` prints.
std::string live_lines() {
  const Analysis analysis = example::dropped_at_socket();
  const LiveSymptom symptom{example::at(1), Symptom::drop, "feed ITCH", 45, ""};
  return start_json(*analysis.live, "0.1.0") + symptom_json(symptom) +
         finding_json(analysis.diagnosis.findings.front(), {}) + report_json(analysis, {});
}

// Packets with every kind of content.
std::string connection_document() {
  tcp::Trail trail;
  tcp::Step step;
  step.time = example::at(1);
  step.frame = 7;
  step.flags = static_cast<std::uint8_t>(0xffU & ~unsigned{tcp::kRst});
  step.note.marks = (1U << 18U) - 1 - static_cast<std::uint32_t>(tcp::Mark::copy) -
                    static_cast<std::uint32_t>(tcp::Mark::out_of_window);
  step.sack[0] = {1, 101};
  step.sack_count = 1;
  step.note.resend = tcp::Resend::spurious;
  step.note.sent_as = tcp::Resend::rack;
  step.note.round_trip_ns = 9;
  trail.steps.push_back(step);
  step.flags = tcp::kRst;
  step.note = {};
  trail.steps.push_back(step);
  tcp::ConnectionSummary connection;
  connection.id = 1;
  return connection_json(connection, trail, "0.1.0");
}

TEST(JsonReport, IsValidAgainstItsSchema) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("wirecause-json-{}", getpid());
  std::filesystem::create_directory(folder);
  std::string command =
      "WIRECAUSE_SOURCE_DIR=" WIRECAUSE_SOURCE_DIR " python3 " WIRECAUSE_SOURCE_DIR "/tests/support/schema.py";
  std::size_t number = 0;
  for (const Analysis& analysis : examples()) {
    const std::filesystem::path file = folder / fmt::format("{}.json", number++);
    std::ofstream(file) << json_text(analysis);
    command += " " + file.string();
  }
  const std::filesystem::path connection = folder / "connection.json";
  std::ofstream(connection) << connection_document();
  command += " " + connection.string();
  const std::filesystem::path lines = folder / "watch.jsonl";
  std::ofstream(lines) << live_lines();
  command += " " + lines.string();
  const int status = std::system(command.c_str());
  std::filesystem::remove_all(folder);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) GTEST_SKIP() << "python3-jsonschema is not installed";
  EXPECT_EQ(status, 0);
}

TEST(JsonReport, KeepsNumbersBeyondFiftyThreeBitsExact) {
  Analysis analysis = example::recovered_line_loss();
  LineSummary& line = analysis.feeds.front().lines.front();
  line.first_sequence = 9'223'372'036'854'775'808U;  // 2^63
  line.last_sequence = std::numeric_limits<std::uint64_t>::max();
  line.gaps.listed.front().first_sequence = 9'007'199'254'740'993U;  // 2^53 + 1
  analysis.inputs.front().first = TimeNs{1'704'205'800'118'000'123};
  const std::string text = json_text(analysis);
  EXPECT_THAT(text, HasSubstr("\"first_sequence\": 9223372036854775808,"));
  EXPECT_THAT(text, HasSubstr("\"last_sequence\": 18446744073709551615,"));
  EXPECT_THAT(text, HasSubstr("\"first_sequence\": 9007199254740993,"));
  EXPECT_THAT(text, HasSubstr("\"first_ns\": 1704205800118000123,"));
}

TEST(JsonReport, StaysValidWhenAFileNameOrACommentIsNotUtf8) {
  Analysis analysis = example::healthy();
  analysis.inputs.front().file = "caf\xe9.pcap";
  analysis.inputs.front().comments = {"\xff\xfe\"\\\n\x01"};
  const json parsed = json::parse(json_text(analysis), nullptr, false);
  ASSERT_FALSE(parsed.is_discarded());
  EXPECT_EQ(parsed["inputs"][0]["file"], "caf\xef\xbf\xbd.pcap");
}

TEST(JsonReport, WritesNullForWhatIsNotKnown) {
  const json parsed = json::parse(json_text(example::undecided()));
  EXPECT_TRUE(parsed["inputs"][0]["dropped"].is_null());
  EXPECT_TRUE(parsed["observer"]["dropped_by_capture"].is_null());
  EXPECT_TRUE(parsed["feeds"][0]["latency"].is_null());
  EXPECT_TRUE(parsed["feeds"][0]["lines"][0]["vlan"].is_null());
  const json healthy = json::parse(json_text(example::healthy()));
  EXPECT_TRUE(healthy["verdict"]["place"].is_null());
  EXPECT_TRUE(healthy["verdict"]["act"].is_null());
}

TEST(JsonReport, HoldsConsumersPathAndLiveOfALiveRunOnly) {
  const json off_line = json::parse(json_text(example::recovered_line_loss()));
  for (const char* key : {"consumers", "path", "live"}) EXPECT_FALSE(off_line.contains(key)) << key;
  EXPECT_FALSE(off_line["findings"][0].contains("checkpoint"));
  EXPECT_FALSE(off_line["observer"].contains("tap_dropped"));
  const json live = json::parse(json_text(example::dropped_at_socket()));
  EXPECT_EQ(live["findings"][0]["checkpoint"], "socket");
  EXPECT_EQ(live["path"][1]["at"], "tap");
  EXPECT_EQ(live["observer"]["tap_dropped"], 0);
}

// DESIGN D2: expected = read + queued + sum(dropped) + lost_before + unexplained.
TEST(JsonReport, GivesAConsumersSumInFull) {
  const json parsed = json::parse(json_text(example::dropped_at_socket()));
  const json& consumer = parsed["consumers"][0];
  std::uint64_t sum = consumer["read"].get<std::uint64_t>() + consumer["queued"].get<std::uint64_t>() +
                      consumer["lost_before"].get<std::uint64_t>() + consumer["unexplained"].get<std::uint64_t>();
  for (const auto& [place, units] : consumer["dropped"].items()) sum += units.get<std::uint64_t>();
  EXPECT_EQ(sum, consumer["expected"]);
  EXPECT_EQ(consumer["dropped"]["socket: SKB_DROP_REASON_SOCKET_RCVBUFF"], 1'204);
  EXPECT_EQ(consumer["dropped_at"][0]["by"], "number");
  EXPECT_EQ(consumer["pid"], 2'435);
  EXPECT_EQ(consumer["consumer"], parsed["findings"][0]["consumer"]);
}

TEST(JsonReport, WritesNullForWhatAConsumersSumLacks) {
  Analysis analysis = example::dropped_at_socket();
  analysis.consumers.front() = {};
  const json parsed = json::parse(json_text(analysis));
  for (const char* key : {"owner", "pid", "fd", "cookie", "read", "queued", "unexplained", "socket_drops"}) {
    EXPECT_TRUE(parsed["consumers"][0][key].is_null()) << key;
  }
  EXPECT_TRUE(parsed["path"][0]["passed"].is_null());  // nobody looked at the NIC
}

TEST(JsonReport, CallsUndecidedWhatIsUndecided) {
  const json parsed = json::parse(json_text(example::undecided()));
  EXPECT_EQ(parsed["findings"][0]["confidence"], "undecided");
  EXPECT_EQ(parsed["findings"][0]["undecided_with"], json::array({"capture_dropped"}));
  EXPECT_EQ(parsed["verdict"]["place"], "CANNOT TELL");
  const json decided = json::parse(json_text(example::recovered_line_loss()));
  EXPECT_EQ(decided["findings"][0]["confidence"], "by number");
}

TEST(JsonReport, CapsListsAndNeverTotals) {
  Analysis analysis = example::recovered_line_loss();
  analysis.unrecognised.assign(5, {"10.0.0.1", "239.9.9.9", 1, {}, 10, 20});
  analysis.unrecognised_total = 700;
  ReportOptions options;
  options.max_list = 1;
  const json parsed = json::parse(json_text(analysis, options));
  const json& line = parsed["feeds"][0]["lines"][0];
  EXPECT_EQ(line["gaps"].size(), 1U);
  EXPECT_EQ(line["gaps_omitted"], 2);  // 3 in all, 2 listed by the tracker
  EXPECT_EQ(line["lost"], 120);
  EXPECT_EQ(parsed["unrecognised"].size(), 1U);
  EXPECT_EQ(parsed["unrecognised_omitted"], 699);
  EXPECT_EQ(parsed["feeds"][0]["lines"].size(), 2U);
}

TEST(JsonReport, GivesTheSameBytesForTheSameAnalysis) {
  EXPECT_EQ(json_text(example::critical_common_loss()), json_text(example::critical_common_loss()));
}

}  // namespace
}  // namespace wirecause
