// SPDX-License-Identifier: Apache-2.0
#include "app/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include "app/terminal.hpp"

namespace wirecause {
namespace {

constexpr DurationNs kQuietAtFirst = seconds(2);         // a shorter run needs no line
constexpr DurationNs kBetweenDraws = milliseconds(200);  // faster than that nobody reads
constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::string_view kBackAndErase = "\r\033[K";

TimeNs steady_now() {
  const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(since_boot).count()};
}

// "980 B", "12.3 kB", "6.1 M packets/s": three digits are enough to watch.
std::string scaled(double value, std::string_view between, std::string_view unit) {
  constexpr std::array<std::string_view, 5> kSteps{"", "k", "M", "G", "T"};
  std::size_t step = 0;
  while (value >= 999.5 && step + 1 < kSteps.size()) {
    value /= 1000;
    ++step;
  }
  const int decimals = step > 0 && value < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}{}{}", value, decimals, kSteps[step], step > 0 ? between : "", unit);
}

std::string minutes_and_seconds(double seconds_left) {
  const auto whole = static_cast<std::uint64_t>(seconds_left + 0.5);
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

void draw(std::string_view text) {
  // A progress line that cannot be written is not worth an error.
  static_cast<void>(::write(STDERR_FILENO, text.data(), text.size()) < 0);
}

}  // namespace

std::string progress_line(const RunProgress& state, DurationNs elapsed, int width) {
  const double elapsed_s =
      static_cast<double>(std::max<std::int64_t>(elapsed.ns, 1)) / static_cast<double>(kNsPerSecond);
  const auto done = static_cast<double>(state.bytes_done);
  const auto total = static_cast<double>(state.bytes_total);
  const std::string rate = scaled(static_cast<double>(state.packets) / elapsed_s, " ", "packets/s");
  std::string line;
  if (state.bytes_total == 0) {
    line = fmt::format("{}  {}", scaled(done, "", "B"), rate);
  } else {
    const double part = std::min(1.0, done / total);
    line = fmt::format("{} of {}  {:.0f} %  {}", scaled(done, "", "B"), scaled(total, "", "B"), part * 100, rate);
    if (part > 0) line += fmt::format("  {} left", minutes_and_seconds(elapsed_s / part - elapsed_s));
  }
  return line.substr(0, static_cast<std::size_t>(std::max(0, width)));
}

Progress::Progress() : Progress(stderr_terminal().is_terminal, stderr_terminal().width - 1, &steady_now) {}

Progress::Progress(bool shown, int width, TimeNs (*now)())
    : shown_(shown), width_(width), now_(now), begun_(now()), next_draw_(begun_ + kQuietAtFirst) {}

Progress::~Progress() { clear(); }

void Progress::update(const RunProgress& state) {
  if (!shown_) return;
  const TimeNs now = now_();
  if (now < next_draw_) return;
  next_draw_ = now + kBetweenDraws;
  line_ = progress_line(state, now - begun_, width_);
  draw(std::string(kBackAndErase) + line_);
}

void Progress::clear() {
  if (line_.empty()) return;
  line_.clear();
  draw(kBackAndErase);
}

}  // namespace wirecause
