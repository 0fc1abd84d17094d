// The whole way from the bytes of a file to findings: no crash, no hang, and sums that meet, whatever the file holds.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "capture/source.hpp"
#include "engine/analyze.hpp"

namespace {

using namespace wirecause;

void expect(bool claim) {
  if (!claim) std::abort();
}

void expect_sums_meet(const FeedSummary& feed) {
  expect(feed.arbitrated.expected == feed.arbitrated.delivered + feed.arbitrated.lost);
  expect(feed.arbitrated.recovered <= feed.arbitrated.delivered);
  for (const LineSummary& line : feed.lines)
    expect(line.lost + line.tail_unknown <= line.expected || line.name == "recovery");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span(data, size));
  auto source = open_capture_bytes(bytes, "fuzz", 0);
  if (!source) return 0;
  std::vector<std::unique_ptr<CaptureSource>> sources;
  sources.push_back(std::move(*source));
  const AnalysisResult result = analyze_sources(std::move(sources), {}, {});
  for (const FeedSummary& feed : result.feeds) expect_sums_meet(feed);
  return 0;
}
