// SPDX-License-Identifier: Apache-2.0
#include "report/path_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/consumer_text.hpp"
#include "report/impact.hpp"

namespace wirecause {
namespace {

// Units that somebody brought must have been sent.
std::string_view publisher_mark(const Finding& finding) { return finding.lost == 0 ? "✓" : "?"; }

std::string_view at_text(Checkpoint at) {
  switch (at) {
    case Checkpoint::nic:
      return "at the NIC";
    case Checkpoint::xdp:
      return "in XDP";
    case Checkpoint::backlog:
      return "in the backlog";
    case Checkpoint::tap:
      return "at the tap";
    case Checkpoint::tc:
      return "in tc";
    case Checkpoint::netfilter:
      return "in netfilter";
    case Checkpoint::ip:
      return "in IP";
    case Checkpoint::udp:
      return "in UDP";
    case Checkpoint::socket:
      return "at the socket";
    case Checkpoint::read:
      return "at the read";
  }
  return "";
}

// "1 204 of 1 204": of what ended on this host for the same consumer. Without its sum the first figure alone.
std::string dropped_text(const Analysis& analysis, const Finding& finding) {
  const std::string units = number_text(finding.share);
  if (finding.subject.kind != SubjectKind::consumer) return units;
  const auto found = std::ranges::find(analysis.consumers, finding.subject.id, &ConsumerSummary::id);
  if (found == analysis.consumers.end()) return units;
  const std::uint64_t all = dropped_units(*found);
  return all < finding.share ? units : fmt::format("{} of {}", units, number_text(all));
}

// What the kernel dropped had come: publisher, line and NIC brought it. What the NIC dropped is known by its counter
// alone, and whose packets they were is not.
std::string drop_path(const Analysis& analysis, const Finding& finding) {
  const std::string dropped = dropped_text(analysis, finding);
  switch (*finding.checkpoint) {
    case Checkpoint::nic:
      return fmt::format("publisher {} → line ? → NIC ✗ {} → kernel → socket → application", publisher_mark(finding),
                         dropped);
    case Checkpoint::socket:
      return fmt::format("publisher ✓ → line ✓ → NIC ✓ → kernel ✓ → socket ✗ {} → application", dropped);
    case Checkpoint::read:
      return fmt::format("publisher ✓ → line ✓ → NIC ✓ → kernel ✓ → socket ✓ → application ✗ {}", dropped);
    default:
      return fmt::format("publisher ✓ → line ✓ → NIC ✓ → kernel ({}) ✗ {} → socket → application",
                         text(*finding.checkpoint), dropped);
  }
}

}  // namespace

std::string place_text(const Finding& finding) {
  std::string place(text(finding.place));
  if (finding.place == Place::on_this_host && finding.checkpoint) {
    place += fmt::format(", {}", at_text(*finding.checkpoint));
  }
  return place;
}

std::string path_text(const Analysis& analysis, const Finding& finding) {
  if (finding.share == 0) return {};
  if (finding.checkpoint) return drop_path(analysis, finding);
  if (!is_loss(finding)) return {};
  const std::string units = number_text(finding.share);
  const std::string_view seen_at = analysis.live ? "tap" : "capture";
  switch (finding.place) {
    case Place::publisher:
      return fmt::format("publisher ✗ {} → line → {}", units, seen_at);
    case Place::before_this_host:
      return fmt::format("publisher {} → line ✗ {} → {}", publisher_mark(finding), units, seen_at);
    case Place::nic_or_before:
      return fmt::format("publisher {} → line or NIC ✗ {} → {}", publisher_mark(finding), units, seen_at);
    case Place::on_this_host:
      return fmt::format("publisher ✓ → line ✓ → this host ✗ {} → application", units);
    case Place::application:
      return fmt::format("publisher ✓ → line ✓ → this host ✓ → application ✗ {}", units);
    case Place::end_host:
    case Place::network:
      return {};  // of connections: their time is lost, no unit
    case Place::capture:
      return fmt::format("publisher {} → line ? → {} ✗ {}", publisher_mark(finding), seen_at, units);
    case Place::cannot_tell:
      return fmt::format("publisher {} → line ? → {} ?", publisher_mark(finding), seen_at);
  }
  return {};
}

std::string certainty_text(const Finding& finding) {
  if (!finding.checkpoint || (finding.by_count == 0 && finding.step_down.empty())) return {};
  std::string certainty = "by number";
  if (finding.by_count > 0) {
    const std::uint64_t by_number = finding.share > finding.by_count ? finding.share - finding.by_count : 0;
    certainty = by_number == 0
                    ? std::string("by count")
                    : fmt::format("{} by number, {} by count", number_text(by_number), number_text(finding.by_count));
  }
  return finding.step_down.empty() ? certainty : fmt::format("{}: {}", certainty, finding.step_down);
}

}  // namespace wirecause
