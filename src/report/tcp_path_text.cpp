// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_path_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "tcp/ttl_steps.hpp"

namespace wirecause {
namespace {

using tcp::PathSummary;

std::string rate_text(std::uint64_t bits) {
  constexpr std::uint64_t kKilo = 1'000;
  constexpr std::uint64_t kMega = kKilo * kKilo;
  if (bits < 10 * kMega) return fmt::format("{} kbit/s", bits / kKilo);
  if (bits < 10 * kKilo * kMega) return fmt::format("{} Mbit/s", bits / kMega);
  return fmt::format("{} Gbit/s", bits / (kKilo * kMega));
}

std::string queueing_text(const tcp::QueueingSummary& queueing) {
  constexpr std::int32_t kFollows = 500;  // per mille
  if (queueing.samples == 0 || 8 * queueing.mean.ns < queueing.base.ns) return {};
  return fmt::format("queueing {} on average above {}{}", duration_text(queueing.mean), duration_text(queueing.base),
                     queueing.follows_flight >= kFollows ? ", as its own flight grows and falls" : "");
}

std::string limit_text(const PathSummary& path, std::uint64_t window) {
  if (path.policing.is_policed) return fmt::format("policed at {}", rate_text(path.policing.rate));
  if (path.fastest_rate == 0) return {};
  if (!path.is_bottleneck_rate) return fmt::format("at most {} in a round trip", rate_text(path.fastest_rate));
  const std::string what = fmt::format("the way gives {}, a window of {}", rate_text(path.fastest_rate),
                                       bytes_text(path.bandwidth_delay_bytes));
  return window < path.bandwidth_delay_bytes ? fmt::format("{} (announced: {})", what, bytes_text(window)) : what;
}

std::string algorithm_text(const tcp::CongestionSummary& congestion) {
  if (congestion.algorithm == tcp::Algorithm::unknown) return {};
  return fmt::format("{} (confidence {} %)", tcp::text(congestion.algorithm), congestion.confidence / 10);
}

std::string sizes_text(const PathSummary& path) {
  if (path.size_stuck == 0) return {};
  return fmt::format("packets of {} bytes sent {} times more and never acknowledged, up to {} passed", path.size_stuck,
                     path.stuck_resends, path.size_passed);
}

}  // namespace

std::string path_text(const tcp::DirectionSummary& of, const tcp::DirectionSummary& receiver) {
  const PathSummary& path = of.path;
  std::string out;
  const auto say = [&](const std::string& what) {
    if (!what.empty()) out += (out.empty() ? "" : "; ") + what;
  };
  if (path.was_watched) {
    say(queueing_text(path.queueing));
    say(limit_text(path, receiver.largest_window));
    say(algorithm_text(path.congestion));
  }
  say(sizes_text(path));
  if (path.told_mtu > 1) say(fmt::format("a router told an MTU of {}", path.told_mtu));
  if (path.ttl_steps > 0) say(fmt::format("TTL went from {} to {}: another way", path.ttl_before, path.ttl));
  return out;
}

}  // namespace wirecause
