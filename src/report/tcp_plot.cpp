// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"

namespace wirecause {
namespace {

using tcp::Mark;
using tcp::Offset;
using tcp::Step;

constexpr std::int64_t kWidth = 1'200;
constexpr std::int64_t kHeight = 480;  // of one direction
constexpr std::int64_t kMargin = 60;

// What is drawn of one direction: its own data, and the other's acknowledgements of it.
struct Span {
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  Offset lowest = 0;
  Offset highest = 1;
};

class Panel {
 public:
  Panel(const Span& span, std::int64_t top) : span_(span), top_(top) {}

  std::int64_t x(TimeNs time) const {
    const std::int64_t whole = std::max<std::int64_t>(1, (span_.last - span_.first).ns);
    return kMargin + scaled((time - span_.first).ns, whole, kWidth - 2 * kMargin);
  }
  std::int64_t y(Offset offset) const {
    const Offset whole = std::max<Offset>(1, span_.highest - span_.lowest);
    const Offset at = std::clamp(offset, span_.lowest, span_.highest) - span_.lowest;
    return top_ + kHeight - kMargin - scaled(at, whole, kHeight - 2 * kMargin);
  }

 private:
  // value * range / whole without overflow.
  static std::int64_t scaled(std::int64_t value, std::int64_t whole, std::int64_t range) {
    __extension__ using Wide = __int128;
    return static_cast<std::int64_t>(static_cast<Wide>(value) * range / whole);
  }

  Span span_;
  std::int64_t top_;
};

bool is_believed(const Step& step) { return !step.note.has(Mark::copy) && !step.note.has(Mark::out_of_window); }

bool acknowledges(const Step& step) {
  constexpr std::uint8_t kRst = 4;
  constexpr std::uint8_t kAck = 16;
  return (step.flags & kAck) != 0 && (step.flags & kRst) == 0 && is_believed(step);
}

Span span_of(const tcp::Trail& trail, bool from_client) {
  Span span;
  bool has_data = false;
  for (const Step& step : trail.steps) {
    if (span.first == kNoTime) span.first = step.time;
    span.last = later(span.last, step.time);
    if (step.from_client != from_client || step.note.end <= step.note.begin || !is_believed(step)) continue;
    span.lowest = has_data ? std::min(span.lowest, step.note.begin) : step.note.begin;
    span.highest = has_data ? std::max(span.highest, step.note.end) : step.note.end;
    has_data = true;
  }
  return span;
}

std::string_view colour_of(const Step& step) {
  if (step.note.has(Mark::reordered)) return "late";
  return step.note.resend ? "again" : "data";
}

void draw_data(const Panel& panel, const Step& step, std::string& out) {
  const std::int64_t x = panel.x(step.time);
  out += fmt::format("<path class=\"{}\" d=\"M{} {}V{}m-2 0h4\"><title>#{}{}{}</title></path>\n", colour_of(step), x,
                     panel.y(step.note.begin), panel.y(step.note.end), step.frame, step.note.resend ? " " : "",
                     step.note.resend ? tcp::text(*step.note.resend) : std::string_view());
}

// Two stairs: up to where everything is acknowledged, and up to where the sender may go.
void draw_acknowledgements(const Panel& panel, const tcp::Trail& trail, bool from_client, std::string& out) {
  std::string acknowledged;
  std::string window;
  for (const Step& step : trail.steps) {
    if (step.from_client == from_client || !acknowledges(step)) continue;
    const std::int64_t x = panel.x(step.time);
    const auto edge = static_cast<Offset>(std::min<std::uint64_t>(step.window, 1ULL << 40U));
    acknowledged += acknowledged.empty() ? fmt::format("M{} {}", x, panel.y(step.note.ack))
                                         : fmt::format("H{}V{}", x, panel.y(step.note.ack));
    window += window.empty() ? fmt::format("M{} {}", x, panel.y(step.note.ack + edge))
                             : fmt::format("H{}V{}", x, panel.y(step.note.ack + edge));
    for (std::size_t i = 0; i < step.sack_count; ++i) {
      out += fmt::format("<path class=\"sack\" d=\"M{} {}V{}\"/>\n", x, panel.y(step.sack[i].first),
                         panel.y(step.sack[i].second));
    }
  }
  if (!acknowledged.empty()) out += fmt::format("<path class=\"ack\" d=\"{}\"/>\n", acknowledged);
  if (!window.empty()) out += fmt::format("<path class=\"window\" d=\"{}\"/>\n", window);
}

void draw_direction(const tcp::ConnectionSummary& connection, const tcp::Trail& trail, bool from_client,
                    std::int64_t top, std::string& out) {
  const Span span = span_of(trail, from_client);
  const Panel panel(span, top);
  const tcp::Endpoint& sender = from_client ? connection.client : connection.server;
  const tcp::Endpoint& receiver = from_client ? connection.server : connection.client;
  out += fmt::format("<text x=\"{}\" y=\"{}\">{} → {}: {}, {} bytes</text>\n", kMargin, top + kMargin / 2,
                     endpoint_text(sender.address, sender.port), endpoint_text(receiver.address, receiver.port),
                     duration_text(span.last - span.first),
                     number_text(static_cast<std::uint64_t>(span.highest - span.lowest)));
  out += fmt::format("<path class=\"axis\" d=\"M{} {}V{}H{}\"/>\n", kMargin, top + kMargin, top + kHeight - kMargin,
                     kWidth - kMargin);
  draw_acknowledgements(panel, trail, from_client, out);
  for (const Step& step : trail.steps) {
    if (step.from_client == from_client && step.note.end > step.note.begin && is_believed(step))
      draw_data(panel, step, out);
  }
}

}  // namespace

std::string connection_svg(const tcp::ConnectionSummary& connection, const tcp::Trail& trail) {
  std::array<bool, 2> carries{};
  for (const Step& step : trail.steps) {
    if (step.length > 0) carries[step.from_client ? 0 : 1] = true;
  }
  const std::int64_t panels = std::max<std::int64_t>(1, (carries[0] ? 1 : 0) + (carries[1] ? 1 : 0));
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" font-size=\"14\">\n"
      "<style>path{{fill:none;stroke-width:1}}.axis{{stroke:#888}}.data{{stroke:#000}}.again{{stroke:#d00;stroke-width:2}}"
      ".late{{stroke:#90c;stroke-width:2}}.ack{{stroke:#080}}.window{{stroke:#c90}}.sack{{stroke:#06c}}</style>\n",
      kWidth, kHeight * panels);
  std::int64_t top = 0;
  for (const bool from_client : {true, false}) {
    if (!carries[from_client ? 0 : 1]) continue;
    draw_direction(connection, trail, from_client, top, out);
    top += kHeight;
  }
  return out + "</svg>\n";
}

}  // namespace wirecause
