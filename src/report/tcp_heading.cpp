// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_heading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/tcp_path_text.hpp"
#include "report/tcp_words.hpp"
#include "report/words.hpp"

namespace wirecause {
namespace {

// The classes that took a hundredth of the time or more, and every stall, the largest first.
std::string time_text(const tcp::DirectionSummary& of, DurationNs whole) {
  std::vector<std::pair<DurationNs, std::string_view>> parts;
  for (std::size_t i = 0; i < tcp::kWaits; ++i) {
    const auto wait = static_cast<tcp::Wait>(i);
    const std::int64_t least = is_stall(wait) ? 0 : whole.ns / 100;
    if (of.time[i].ns > least) parts.emplace_back(of.time[i], words_of(wait));
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
                       words_of(static_cast<tcp::Resend>(i)));
  }
  return out;
}

// Only the longest are remembered one by one.
std::string waits_text(const tcp::ConnectionSummary& c) {
  if (c.stalls_total <= c.stalls.size()) return {};
  return fmt::format("{} in which a sender could have gone on; the {} longest are marked below",
                     count_text(c.stalls_total, "wait"), number_text(c.stalls.size()));
}

}  // namespace

Lines connection_heading(const tcp::ConnectionSummary& c, std::size_t width) {
  const DurationNs whole = c.last - c.first;
  Lines lines{fmt::format("connection {}  {} → {}  {}", c.id, endpoint_text(c.client.address, c.client.port),
                          endpoint_text(c.server.address, c.server.port), duration_text(whole))};
  const auto add = [&](std::string_view label, const std::string& text) {
    append(lines, field(label, text, Field::kAlways, width).lines);
  };
  add("start", fmt::format("{} {} UTC", date_text(c.first), clock_text(c.first)));
  add("states",
      fmt::format("client {}, server {}", tcp::text(c.directions[0].state), tcp::text(c.directions[1].state)));
  std::string path = c.base_round_trip ? "base round trip " + duration_text(*c.base_round_trip) : "";
  if (c.handshake) path += fmt::format("{}handshake {}", path.empty() ? "" : ", ", duration_text(*c.handshake));
  add("path", path);
  for (std::size_t i = 0; i < 2; ++i) {
    const tcp::DirectionSummary& of = c.directions[i];
    add(i == 0 ? "client" : "server",
        fmt::format("{}, {}; {}; time: {}", count_text(of.counts.packets, "packet"), bytes_text(of.counts.bytes),
                    words_of(of.capture_point), time_text(of, whole)));
    add("resent", resent_text(of));
    add("way", path_text(of, c.directions[1 - i]));
  }
  add("waits", waits_text(c));
  return lines;
}

}  // namespace wirecause
