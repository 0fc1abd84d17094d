// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "report/tcp_plot_panel.hpp"
#include "report/tcp_words.hpp"

namespace wirecause {
namespace {

using tcp::Mark;
using tcp::Step;

struct Colour {
  std::string_view of;  // class of a path
  std::string_view value;
  std::string_view means;
  bool is_bold = false;
};

constexpr std::array<Colour, 6> kColours{{{"data", "#000", "segments"},
                                          {"again", "#d00", "sent again", true},
                                          {"late", "#90c", "came late", true},
                                          {"ack", "#080", "acknowledged"},
                                          {"window", "#c90", "end of the receiver's window"},
                                          {"sack", "#06c", "selectively acknowledged"}}};

std::string_view colour_of(const Step& step) {
  if (step.note.has(Mark::reordered)) return "late";
  return step.note.resend ? "again" : "data";
}

void draw_data(const PlotPanel& panel, const Step& step, std::string& out) {
  const std::int64_t x = panel.x(step.time);
  out += fmt::format("<path class=\"{}\" d=\"M{} {}V{}m-2 0h4\"><title>#{}{}{}</title></path>\n", colour_of(step), x,
                     panel.y(step.note.begin), panel.y(step.note.end), step.frame, step.note.resend ? " " : "",
                     step.note.resend ? words_of(*step.note.resend) : std::string_view());
}

// A line that goes right to each new time and then to its value; where the value is above the picture it goes up to the
// ceiling, ends, and begins again where the value comes back.
class Stair {
 public:
  explicit Stair(const PlotPanel& panel) : panel_(panel) {}

  void to(TimeNs time, tcp::Offset offset) {
    const bool is_inside = panel_.holds(offset);
    const std::int64_t x = panel_.x(time);
    const std::int64_t y = panel_.y(offset);
    if (is_drawing_) {
      path_ += fmt::format("H{}V{}", x, y);
    } else if (is_inside) {
      path_ += fmt::format("M{} {}", x, y);
    }
    is_drawing_ = is_inside;
  }
  const std::string& path() const { return path_; }

 private:
  const PlotPanel& panel_;
  std::string path_;
  bool is_drawing_ = false;
};

// Two stairs: up to where everything is acknowledged, and up to where the sender may go.
void draw_acknowledgements(const PlotPanel& panel, const tcp::Trail& trail, bool from_client, std::string& out) {
  Stair acknowledged(panel);
  Stair window(panel);
  for (const Step& step : trail.steps) {
    if (step.from_client == from_client || !step.acknowledges()) continue;
    acknowledged.to(step.time, step.note.ack);
    window.to(step.time, window_edge(step));
    for (std::size_t i = 0; i < step.sack_count; ++i) {
      out += fmt::format("<path class=\"sack\" d=\"M{} {}V{}\"/>\n", panel.x(step.time), panel.y(step.sack[i].first),
                         panel.y(step.sack[i].second));
    }
  }
  if (!acknowledged.path().empty()) out += fmt::format("<path class=\"ack\" d=\"{}\"/>\n", acknowledged.path());
  if (!window.path().empty()) out += fmt::format("<path class=\"window\" d=\"{}\"/>\n", window.path());
}

constexpr std::int64_t kFirstLine = 22;  // of a panel's text
constexpr std::int64_t kSecondLine = 44;

void draw_direction(const tcp::ConnectionSummary& connection, const tcp::Trail& trail, bool from_client,
                    std::int64_t top, std::string& out) {
  const PlotSpan span = plot_span(trail, from_client);
  const PlotPanel panel(span, top);
  const tcp::Endpoint& sender = from_client ? connection.client : connection.server;
  const tcp::Endpoint& receiver = from_client ? connection.server : connection.client;
  out += fmt::format("<text x=\"{}\" y=\"{}\">{} → {}: {}, {} bytes, from {} {} UTC</text>\n", kPlotLeft,
                     top + kFirstLine, endpoint_text(sender.address, sender.port),
                     endpoint_text(receiver.address, receiver.port), duration_text(span.last - span.first),
                     number_text(span.bytes), date_text(span.first), clock_text(span.first));
  out += panel.axes();
  draw_acknowledgements(panel, trail, from_client, out);
  for (const Step& step : trail.steps) {
    if (step.from_client == from_client && step.note.end > step.note.begin && step.is_believed())
      draw_data(panel, step, out);
  }
}

// What the colours mean, in them.
std::string legend() {
  std::string out = fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"12\">", kPlotLeft, kSecondLine);
  for (const Colour& colour : kColours)
    out += fmt::format("<tspan fill=\"{}\" dx=\"{}\">{}</tspan>", colour.value, &colour == kColours.data() ? 0 : 16,
                       colour.means);
  return out + "</text>\n";
}

std::string styles() {
  std::string out = "<style>path{fill:none;stroke-width:1}.axis{stroke:#888}";
  for (const Colour& colour : kColours)
    out += fmt::format(".{}{{stroke:{}{}}}", colour.of, colour.value, colour.is_bold ? ";stroke-width:2" : "");
  return out + "</style>\n";
}

}  // namespace

std::string connection_svg(const tcp::ConnectionSummary& connection, const tcp::Trail& trail) {
  std::array<bool, 2> carries{};
  for (const Step& step : trail.steps) {
    if (step.length > 0) carries[step.from_client ? 0 : 1] = true;
  }
  const std::int64_t panels = std::max<std::int64_t>(1, (carries[0] ? 1 : 0) + (carries[1] ? 1 : 0));
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" font-size=\"14\">\n",
      kPlotWidth, kPanelHeight * panels);
  out += styles() + legend();
  std::int64_t top = 0;
  for (const bool from_client : {true, false}) {
    if (!carries[from_client ? 0 : 1]) continue;
    draw_direction(connection, trail, from_client, top, out);
    top += kPanelHeight;
  }
  return out + "</svg>\n";
}

}  // namespace wirecause
