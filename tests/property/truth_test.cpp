// Analysis equals the sender's truth, over thousands of seeds: framings, lines, faults and formats drawn at random.
//
// The truth is computed by src/generate from its own list of arrivals, unit by unit; nothing of it is shared with the
// trackers. A failing seed is printed and becomes a case of its own.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "capture/source.hpp"
#include "engine/analyze.hpp"
#include "feed/framing.hpp"
#include "generate/make_feeds.hpp"

namespace wirecause {
namespace {

using namespace generate;

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t upto(std::uint64_t most) { return engine_() % (most + 1); }
  bool one_in(std::uint64_t n) { return engine_() % n == 0; }

 private:
  std::mt19937_64 engine_;  // its sequence is specified, unlike that of the distributions
};

struct Case {
  FeedPlan feed;
  CapturePlan capture;
};

Fault fault(Draw& draw, Fault::Kind kind, std::uint32_t lines) {
  Fault made;
  made.kind = kind;
  made.line = static_cast<std::uint32_t>(draw.upto(lines - 1));
  made.pattern.kind = Pattern::Kind::random;
  made.pattern.probability = 0.001 * static_cast<double>(1 + draw.upto(30));
  return made;
}

Case drawn(std::uint64_t seed) {
  Draw draw(seed);
  Case made;
  const auto writers = all_framing_writers();
  made.feed.framing = writers[draw.upto(writers.size() - 1)];
  made.feed.lines = static_cast<std::uint32_t>(1 + draw.upto(2));
  made.feed.packets = 400 + draw.upto(800);
  made.feed.messages_min = 1;
  made.feed.messages_max = made.feed.framing->packet_numbered ? 1 : static_cast<std::uint32_t>(1 + draw.upto(3));
  made.feed.interval = microseconds(static_cast<std::int64_t>(2 + draw.upto(200)));
  made.feed.jitter = microseconds(static_cast<std::int64_t>(draw.upto(20)));
  made.feed.skew = microseconds(static_cast<std::int64_t>(draw.upto(300)));
  if (draw.one_in(2)) made.feed.skew_jitter = microseconds(static_cast<std::int64_t>(draw.upto(50)));
  if (draw.one_in(3)) made.feed.burst = static_cast<std::uint32_t>(1 + draw.upto(40));
  if (draw.one_in(2)) made.feed.faults.push_back(fault(draw, Fault::Kind::lose, made.feed.lines));
  if (draw.one_in(2)) made.feed.faults.push_back(fault(draw, Fault::Kind::lose, made.feed.lines));
  if (draw.one_in(3)) {
    made.feed.faults.push_back(fault(draw, Fault::Kind::lose, made.feed.lines));
    made.feed.faults.back().line.reset();
    made.feed.faults.back().same_packets = true;
  }
  if (draw.one_in(3)) {
    made.feed.faults.push_back(fault(draw, Fault::Kind::reorder, made.feed.lines));
    made.feed.faults.back().by = static_cast<std::uint32_t>(1 + draw.upto(5));
  }
  if (draw.one_in(3)) {
    made.feed.faults.push_back(fault(draw, Fault::Kind::duplicate, made.feed.lines));
    made.feed.faults.back().delay = microseconds(static_cast<std::int64_t>(1 + draw.upto(20)));
  }
  if (draw.one_in(4)) {
    made.feed.faults.push_back(fault(draw, Fault::Kind::late, made.feed.lines));
    made.feed.faults.back().delay = milliseconds(static_cast<std::int64_t>(2 + draw.upto(20)));
  }
  if (made.feed.framing->has_session && draw.one_in(4)) made.feed.restarts.push_back(200 + draw.upto(100));
  if (draw.one_in(2)) made.feed.closing_heartbeats = made.feed.framing->has_heartbeat ? 2 : 0;
  const std::uint64_t last = made.feed.framing->last_number;
  if (last != 0 && made.feed.restarts.empty() && draw.one_in(3)) made.feed.start_sequence = last - draw.upto(300);
  made.capture.seed = seed;
  made.capture.format = draw.one_in(2) ? CaptureFormat::pcapng : CaptureFormat::pcap_ns;
  if (draw.one_in(3)) made.capture.vlan = 100;
  made.capture.ipv6 = draw.one_in(4);
  if (made.capture.format == CaptureFormat::pcapng && draw.one_in(3)) made.capture.interfaces = 2;
  return made;
}

AnalysisResult analysed(const Made& made, const Case& tried, std::uint32_t threads = 1, std::uint32_t batch = 1'024) {
  std::vector<std::unique_ptr<CaptureSource>> sources;
  auto source = open_capture_bytes(made.bytes, "made", 0);
  if (!source) {
    ADD_FAILURE() << source.error().message();
    return {};
  }
  sources.push_back(std::move(*source));
  AnalysisOptions options;
  options.threads = threads;
  options.batch = batch;
  if (tried.feed.framing->id == "generic") {
    FramingChoice choice;
    choice.framing = find_framing("generic");
    auto config =
        choice.framing->configure("seq=0/u32be,count=4/u16be,channel=6/u16be,time=8/u64be:ns,session=16/u32be");
    if (config) choice.config = *config;
    options.framings.push_back(choice);
  }
  return analyze_sources(std::move(sources), options, {});
}

const LineSummary* line_at(const FeedSummary& feed, const LineTruth& truth) {
  for (const LineSummary& line : feed.lines) {
    if (line.group == truth.group && line.port == truth.port) return &line;
  }
  return nullptr;
}

void expect_line(const LineSummary& line, const LineTruth& truth) {
  EXPECT_EQ(line.expected, truth.expected) << truth.name;
  EXPECT_EQ(line.lost, truth.lost) << truth.name;
  EXPECT_EQ(line.tail_unknown, truth.tail_unknown) << truth.name;
  EXPECT_EQ(line.late, truth.late) << truth.name;
  EXPECT_EQ(line.duplicates, truth.duplicates) << truth.name;
  EXPECT_EQ(line.reordered_packets, truth.reordered_packets) << truth.name;
  EXPECT_EQ(line.packets, truth.packets) << truth.name;
  EXPECT_EQ(line.first_sequence, truth.first_sequence) << truth.name;
  EXPECT_EQ(line.last_sequence, truth.last_sequence) << truth.name;
}

void expect_truth(const AnalysisResult& result, const FeedTruth& truth) {
  ASSERT_EQ(result.feeds.size(), 1U);
  const FeedSummary& feed = result.feeds[0];
  EXPECT_EQ(feed.protocol, truth.framing);
  ASSERT_EQ(feed.lines.size(), truth.lines.size());
  for (const LineTruth& line : truth.lines) {
    const LineSummary* found = line_at(feed, line);
    ASSERT_NE(found, nullptr) << line.name;
    expect_line(*found, line);
  }
  EXPECT_EQ(feed.epochs, truth.epochs);
  EXPECT_EQ(feed.arbitrated.expected, truth.arbitrated.expected);
  EXPECT_EQ(feed.arbitrated.delivered, truth.arbitrated.delivered);
  EXPECT_EQ(feed.arbitrated.recovered, truth.arbitrated.recovered);
  EXPECT_EQ(feed.arbitrated.lost, truth.arbitrated.lost);
}

class SeedRange : public testing::TestWithParam<int> {};

TEST_P(SeedRange, AnalysisEqualsTheSendersTruth) {
  constexpr std::uint64_t kSeedsPerRange = 250;
  const auto first = static_cast<std::uint64_t>(GetParam()) * kSeedsPerRange;
  for (std::uint64_t seed = first; seed < first + kSeedsPerRange; ++seed) {
    const Case tried = drawn(seed);
    const auto made = make_feed(tried.feed, tried.capture);
    ASSERT_TRUE(made) << "seed " << seed << ": " << made.error().message();
    SCOPED_TRACE(fmt::format("seed {}: {} with {} lines; {}", seed, tried.feed.framing->id, tried.feed.lines,
                             fmt::join(made->truth.faults, "; ")));
    expect_truth(analysed(*made, tried), made->truth.feeds[0]);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Truth, SeedRange, testing::Range(0, 12));

}  // namespace
}  // namespace wirecause
