// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_ladder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/tcp_path_text.hpp"

namespace wirecause {
namespace {

using tcp::Mark;
using tcp::Step;

constexpr std::uint8_t kFin = 1;
constexpr std::uint8_t kSyn = 2;
constexpr std::uint8_t kRst = 4;
constexpr std::uint8_t kAck = 16;

std::string flags_text(std::uint8_t flags) {
  std::string out;
  const auto put = [&](std::uint8_t flag, std::string_view name) {
    if ((flags & flag) != 0) out += (out.empty() ? "" : " ") + std::string(name);
  };
  put(kSyn, "SYN");
  put(kFin, "FIN");
  put(kRst, "RST");
  return out;
}

std::string resend_text(const tcp::Note& note) {
  const bool was_needless = *note.resend == tcp::Resend::spurious && note.sent_as != tcp::Resend::unexplained;
  return fmt::format("sent again: {}{}{}", tcp::text(*note.resend), was_needless ? ", as " : "",
                     was_needless ? tcp::text(note.sent_as) : std::string_view());
}

std::string reason_text(const Step& step) {
  std::string out;
  const auto say = [&](std::string_view what) { out += (out.empty() ? "" : ", ") + std::string(what); };
  const auto say_if = [&](Mark mark, std::string_view what) {
    if (step.note.has(mark)) say(what);
  };
  say_if(Mark::copy, "the capture holds it twice");
  if (step.note.resend) say(resend_text(step.note));
  say_if(Mark::reordered, "late: overtaken on the way");
  if (step.note.resend && step.note.has(Mark::fills_hole)) say("lost before this point");
  say_if(Mark::opens_hole, "bytes before it are missing");
  say_if(Mark::captured_late, "captured behind its acknowledgement");
  say_if(Mark::acks_unseen, "acknowledges what was not captured");
  say_if(Mark::duplicate_ack, "duplicate");
  say_if(Mark::came_twice, "D-SACK: came twice");
  say_if(Mark::keep_alive, "keep-alive");
  say_if(Mark::window_probe, "window probe");
  say_if(Mark::zero_window, "window closed");
  say_if(Mark::window_update, "window update");
  say_if(Mark::out_of_window, "beyond the window: not believed");
  if (step.note.round_trip_ns > 0) say(fmt::format("after {}", duration_text({step.note.round_trip_ns})));
  return out;
}

// "SYN 0", "1:1449", "ack 1449"
std::string numbers_text(const Step& step) {
  std::string out = flags_text(step.flags);
  const auto put = [&](std::string text) { out += (out.empty() ? "" : " ") + std::move(text); };
  if (step.length > 0) put(fmt::format("{}:{}", step.note.begin, step.note.begin + step.length));
  const bool acks = (step.flags & kAck) != 0 && !step.note.has(Mark::copy) && (step.flags & kRst) == 0;
  if (acks) put(fmt::format("ack {} win {}", step.note.ack, step.window));
  for (std::size_t i = 0; i < step.sack_count; ++i)
    put(fmt::format("sack {}:{}", step.sack[i].first, step.sack[i].second));
  return out;
}

std::string step_text(const Step& step, TimeNs first) {
  const std::string reason = reason_text(step);
  return fmt::format("  {:>12} #{:<8} {} {}{}", duration_text(step.time - first), step.frame,
                     step.from_client ? "→" : "←", numbers_text(step), reason.empty() ? "" : "   " + reason);
}

// The classes that took a hundredth of the time or more, the largest first.
std::string time_text(const tcp::DirectionSummary& of, DurationNs whole) {
  std::vector<std::pair<DurationNs, std::string_view>> parts;
  for (std::size_t i = 0; i < tcp::kWaits; ++i) {
    if (of.time[i].ns > whole.ns / 100) parts.emplace_back(of.time[i], tcp::text(static_cast<tcp::Wait>(i)));
  }
  std::ranges::stable_sort(parts, [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string out;
  for (const auto& [spent, name] : parts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", duration_text(spent), name);
  return out.empty() ? std::string("nothing") : out;
}

std::string resent_text(const tcp::DirectionSummary& of) {
  std::string out;
  for (std::size_t i = 0; i < tcp::kResends; ++i) {
    if (of.counts.resent[i] == 0) continue;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", number_text(of.counts.resent[i]),
                       tcp::text(static_cast<tcp::Resend>(i)));
  }
  return out;
}

Lines heading(const tcp::ConnectionSummary& c, std::size_t width) {
  const DurationNs whole = c.last - c.first;
  Lines lines{fmt::format("connection {}  {} → {}  {}", c.id, endpoint_text(c.client.address, c.client.port),
                          endpoint_text(c.server.address, c.server.port), duration_text(whole))};
  const auto add = [&](std::string_view label, const std::string& text) {
    append(lines, field(label, text, Field::kAlways, width).lines);
  };
  add("states",
      fmt::format("client {}, server {}", tcp::text(c.directions[0].state), tcp::text(c.directions[1].state)));
  std::string path = c.base_round_trip ? "base round trip " + duration_text(*c.base_round_trip) : "";
  if (c.handshake) path += fmt::format("{}handshake {}", path.empty() ? "" : ", ", duration_text(*c.handshake));
  add("path", path);
  for (std::size_t i = 0; i < 2; ++i) {
    const tcp::DirectionSummary& of = c.directions[i];
    add(i == 0 ? "client" : "server",
        fmt::format("{}, {}; captured {}; time: {}", count_text(of.counts.packets, "packet"),
                    bytes_text(of.counts.bytes), tcp::text(of.capture_point), time_text(of, whole)));
    add("resent", resent_text(of));
    add("way", path_text(of, c.directions[1 - i]));
  }
  return lines;
}

}  // namespace

Lines connection_ladder(const tcp::ConnectionSummary& connection, const tcp::Trail& trail, std::size_t width) {
  Lines lines = heading(connection, width);
  lines.emplace_back();
  for (const Step& step : trail.steps) lines.push_back(step_text(step, connection.first));
  if (trail.omitted > 0) lines.push_back(fmt::format("  … {} more", count_text(trail.omitted, "packet")));
  return lines;
}

}  // namespace wirecause
