// SPDX-License-Identifier: Apache-2.0
#include "engine/analyze.hpp"

#include <algorithm>
#include <utility>

#include "capture/merge.hpp"
#include "diagnose/diagnose.hpp"
#include "engine/assembly.hpp"
#include "engine/back_pool.hpp"
#include "engine/front.hpp"
#include "engine/time_window.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kViews = 128;           // packets asked for at once: their bytes stay in the first-level cache
constexpr std::uint64_t kProgressEvery = 64;  // batches of views

}  // namespace

AnalysisResult analyze_sources(std::vector<std::unique_ptr<CaptureSource>> sources, const AnalysisOptions& asked,
                               const ProgressCallback& progress) {
  std::uint64_t bytes_total = 0;
  for (const auto& source : sources) bytes_total += source->facts().bytes;
  MergedCapture captures(std::move(sources));
  std::vector<PacketView> views(std::min<std::size_t>(kViews, asked.batch));
  std::size_t count = captures.next_batch(views);
  AnalysisOptions options = asked;
  fix_window(options, count == 0 || views[0].time == kNoTime ? TimeNs{0} : views[0].time);
  const std::uint32_t backs = std::max<std::uint32_t>(options.threads, 1);
  BackPool pool(backs, backs > 1, options.feed, options.connection);
  Front front(options, captures, backs, [&pool](std::uint32_t owner, Batch& batch) { pool.submit(owner, batch); });

  std::uint64_t batches = 0;
  for (; count != 0; count = captures.next_batch(views)) {
    front.packets(std::span(views).first(count));
    if (progress && ++batches % kProgressEvery == 0)
      progress({captures.bytes_consumed(), bytes_total, front.packets()});
  }
  front.finish();
  pool.drain();

  Assembly assembly(captures, front, options);
  for (std::uint32_t i = 0; i < pool.size(); ++i) {
    pool.back(i).finish(front.last_time());
    assembly.add(pool.back(i));
  }
  return assembly.result();
}

Result<AnalysisResult> analyze(const AnalysisOptions& options, const ProgressCallback& progress) {
  std::vector<std::unique_ptr<CaptureSource>> sources;
  for (const std::string& file : options.files) {
    WC_TRY_ASSIGN(auto source, open_capture(file, static_cast<std::uint32_t>(sources.size())));
    sources.push_back(std::move(source));
  }
  return analyze_sources(std::move(sources), options, progress);
}

}  // namespace wirecause
