// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_plot_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.hpp"

namespace wirecause {
namespace {

using tcp::Offset;
using tcp::Step;

constexpr std::int64_t kMargin = 60;

// value * range / whole without overflow.
std::int64_t scaled(std::int64_t value, std::int64_t whole, std::int64_t range) {
  __extension__ using Wide = __int128;
  return static_cast<std::int64_t>(static_cast<Wide>(value) * range / whole);
}

}  // namespace

Offset window_edge(const Step& step) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40U;
  return step.note.ack + static_cast<Offset>(std::min(step.window, kMost));
}

PlotSpan plot_span(const tcp::Trail& trail, bool from_client) {
  PlotSpan span;
  bool has_data = false;
  for (const Step& step : trail.steps) {
    if (span.first == kNoTime) span.first = step.time;
    span.last = later(span.last, step.time);
    if (step.from_client != from_client || step.note.end <= step.note.begin || !step.is_believed()) continue;
    span.lowest = has_data ? std::min(span.lowest, step.note.begin) : step.note.begin;
    span.highest = has_data ? std::max(span.highest, step.note.end) : step.note.end;
    has_data = true;
  }
  const Offset range = span.highest - span.lowest;
  span.bytes = static_cast<std::uint64_t>(range);
  const Offset top = span.highest + std::min(range, std::numeric_limits<Offset>::max() - span.highest);
  for (const Step& step : trail.steps) {
    if (step.from_client == from_client || !step.acknowledges()) continue;
    if (const Offset edge = window_edge(step); edge <= top) span.highest = std::max(span.highest, edge);
  }
  return span;
}

std::int64_t PlotPanel::x(TimeNs time) const {
  const std::int64_t whole = std::max<std::int64_t>(1, (span_.last - span_.first).ns);
  return kPlotLeft + scaled((time - span_.first).ns, whole, kPlotWidth - kPlotLeft - kMargin);
}

std::int64_t PlotPanel::y(Offset offset) const {
  const Offset whole = std::max<Offset>(1, span_.highest - span_.lowest);
  const Offset at = std::clamp(offset, span_.lowest, span_.highest) - span_.lowest;
  return floor() - scaled(at, whole, floor() - ceiling());
}

std::int64_t PlotPanel::ceiling() const { return top_ + kMargin; }
std::int64_t PlotPanel::floor() const { return top_ + kPanelHeight - kMargin; }

std::string PlotPanel::axes() const {
  constexpr std::int64_t kTick = 6;
  constexpr std::int64_t kBelow = 22;  // of a line of text
  const std::int64_t right = kPlotWidth - kMargin;
  std::string out =
      fmt::format("<path class=\"axis\" d=\"M{0} {1}V{2}H{3}M{0} {1}h-{4}M{0} {2}h-{4}m{4} 0v{4}M{3} {2}v{4}\"/>\n",
                  kPlotLeft, ceiling(), floor(), right, kTick);
  const auto put = [&](std::int64_t x, std::int64_t y, std::string_view anchor, const std::string& text) {
    out += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\" font-size=\"12\">{}</text>\n", x, y, anchor, text);
  };
  put(kPlotLeft - kTick - 2, ceiling() + 4, "end", "byte " + signed_number_text(span_.highest));
  put(kPlotLeft - kTick - 2, floor() + 4, "end", "byte " + signed_number_text(span_.lowest));
  put(kPlotLeft, floor() + kBelow, "middle", "0 s");
  put(right, floor() + kBelow, "middle", duration_text(span_.last - span_.first));
  return out;
}

}  // namespace wirecause
