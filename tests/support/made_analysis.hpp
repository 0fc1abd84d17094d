// Generated captures, analysed in memory. For tests of engine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "capture/source.hpp"
#include "engine/analyze.hpp"
#include "feed/framing.hpp"
#include "generate/make_feeds.hpp"
#include "generate/plan_text.hpp"

namespace wirecause::test {

struct NamedCapture {
  std::string name;
  Bytes bytes;
};

inline AnalysisResult analyse(const std::vector<NamedCapture>& captures, const AnalysisOptions& options = {}) {
  std::vector<std::unique_ptr<CaptureSource>> sources;
  for (const NamedCapture& capture : captures) {
    auto source = open_capture_bytes(capture.bytes, capture.name, static_cast<std::uint32_t>(sources.size()));
    if (source) sources.push_back(std::move(*source));
  }
  if (sources.size() != captures.size()) return {};  // not a capture: a usage error, not an analysis
  return analyze_sources(std::move(sources), options, {});
}

inline AnalysisResult analyse(Bytes bytes, const AnalysisOptions& options = {}) {
  return analyse({NamedCapture{"made", bytes}}, options);
}

// `packets` packets of one message on two lines, 10 us apart; B is 5 us behind A.
inline generate::FeedPlan feed_of(std::uint64_t packets, std::string_view framing = "moldudp64") {
  generate::FeedPlan feed;
  feed.framing = find_framing_writer(framing);
  feed.packets = packets;
  return feed;
}

inline generate::FeedPlan with(generate::FeedPlan feed, generate::Fault::Kind kind, std::string_view text) {
  feed.faults.push_back(*generate::parse_fault(kind, text));
  return feed;
}

inline generate::Made make(const generate::FeedPlan& feed, const generate::CapturePlan& capture = {}) {
  auto made = generate::make_feed(feed, capture);
  EXPECT_TRUE(made) << (made ? "" : made.error().message());
  return made ? std::move(*made) : generate::Made{};
}

// DESIGN D2, as far as the summary shows it: no share is larger than its whole, and the feed's sum meets.
inline void expect_sums_meet(const AnalysisResult& result) {
  for (const FeedSummary& feed : result.feeds) {
    EXPECT_EQ(feed.arbitrated.expected, feed.arbitrated.delivered + feed.arbitrated.lost);
    EXPECT_LE(feed.arbitrated.recovered, feed.arbitrated.delivered);
    for (const LineSummary& line : feed.lines) EXPECT_LE(line.lost + line.tail_unknown, line.expected);
  }
}

}  // namespace wirecause::test
