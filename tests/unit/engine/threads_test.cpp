// One result for any number of threads and any batch (DESIGN D6): byte-identical JSON.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "report/format.hpp"
#include "support/made_analysis.hpp"
#include "support/made_connections.hpp"

namespace wirecause {
namespace {

using generate::Fault;
using test::feed_of;
using test::with;

std::string json_of(AnalysisResult result) {
  Analysis analysis;
  analysis.inputs = std::move(result.inputs);
  analysis.feeds = std::move(result.feeds);
  analysis.unrecognised = std::move(result.unrecognised);
  analysis.unrecognised_total = result.unrecognised_total;
  analysis.tcp = std::move(result.tcp);
  analysis.diagnosis = std::move(result.diagnosis);
  analysis.observer = std::move(result.observer);
  for (const ReportFormat* format : all_report_formats()) {
    if (format->id == "json") return format->render(analysis, {});
  }
  return {};
}

// Five feeds of different framings, each with a fault of its own, on two interfaces.
std::vector<std::byte> many_feeds() {
  std::vector<generate::FeedPlan> plans{
      with(feed_of(400), Fault::Kind::lose, "A:random=0.02"),
      with(feed_of(400, "cboe_pitch"), Fault::Kind::reorder, "B:random=0.02"),
      with(feed_of(400, "rtp"), Fault::Kind::duplicate, "A:random=0.02"),
      with(feed_of(400, "iex_tp"), Fault::Kind::lose, "B:packets=200-220"),
      feed_of(400),
  };
  plans[4].faults.push_back(*generate::parse_common_loss("packets=150-152"));
  plans[4].restarts = {250};
  generate::CapturePlan capture;
  capture.interfaces = 2;
  generate::MemorySink sink;
  const auto truth = generate::make_feeds(plans, capture, sink);
  EXPECT_TRUE(truth) << (truth ? "" : truth.error().message());
  return sink.take();
}

TEST(Threads, AnyNumberOfThreadsAndAnyBatchGiveTheSameBytes) {
  const std::vector<std::byte> bytes = many_feeds();
  std::string first;
  for (const std::uint32_t threads : {1U, 2U, 3U, 8U}) {
    for (const std::uint32_t batch : {1U, 7U, 1'024U}) {
      AnalysisOptions options;
      options.threads = threads;
      options.batch = batch;
      const AnalysisResult result = test::analyse(bytes, options);
      EXPECT_EQ(result.feeds.size(), 5U);
      test::expect_sums_meet(result);
      const std::string json = json_of(result);
      ASSERT_FALSE(json.empty());
      if (first.empty()) first = json;
      ASSERT_EQ(json, first) << threads << " threads, batches of " << batch;
    }
  }
}

TEST(Threads, ConnectionsAreTheSameOnAnyNumberOfThreads) {
  test::MadeConnections made(40);
  for (int round = 0; round < 10; ++round) made.exchange();
  made.end();
  const std::vector<std::byte> bytes = made.bytes();
  std::string first;
  for (const std::uint32_t threads : {1U, 2U, 3U, 8U}) {
    for (const std::uint32_t batch : {1U, 7U, 1'024U}) {
      AnalysisOptions options;
      options.threads = threads;
      options.batch = batch;
      options.connection = 17;
      AnalysisResult result = test::analyse(bytes, options);
      ASSERT_EQ(result.tcp.connections.size(), 40U);
      EXPECT_EQ(result.tcp.connections[16].id, 17U);
      EXPECT_EQ(result.trail.steps.size(), result.tcp.connections[16].packets());
      EXPECT_GT(result.tcp.totals.retransmissions, 40U);
      const std::string json = json_of(std::move(result));
      if (first.empty()) first = json;
      ASSERT_EQ(json, first) << threads << " threads, batches of " << batch;
    }
  }
}

TEST(Threads, TheSameInputTwiceGivesTheSameBytes) {
  const std::vector<std::byte> bytes = many_feeds();
  EXPECT_EQ(json_of(test::analyse(bytes)), json_of(test::analyse(bytes)));
}

}  // namespace
}  // namespace wirecause
