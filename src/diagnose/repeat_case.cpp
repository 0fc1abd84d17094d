// SPDX-License-Identifier: Apache-2.0
#include "diagnose/repeat_case.hpp"

#include <array>

#include "diagnose/loss_case.hpp"
#include "diagnose/sums.hpp"

namespace wirecause {
namespace {

// What copies a packet in hardware does so in the same time within this much, whatever the load.
constexpr std::uint64_t kConstantNs = 100'000;
constexpr std::uint64_t kSmallPart = 4;  // or the spread is under a quarter of the delay

using Names = std::array<std::string_view, 4>;  // packets, share, delay, spread

std::optional<Repeats> repeats(const EvidenceView& view, Subject point, const Names& names) {
  Repeats found;
  const std::array<std::uint64_t*, 4> into{&found.packets, &found.share, &found.delay, &found.spread};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto id = view.id(names[i], point);
    if (!id) continue;
    *into[i] = as_count(view.record(*id).value);
    found.evidence.push_back(*id);
  }
  // The share is published whenever somebody looked, also when it is nothing.
  if (!view.id(names[1], point)) return std::nullopt;
  return found;
}

}  // namespace

bool Repeats::is_constant() const { return spread < kConstantNs || spread <= delay / kSmallPart; }

std::optional<Repeats> identical_repeats(const EvidenceView& view, Subject point) {
  return repeats(
      view, point,
      {"capture.repeated", "capture.repeated_share", "capture.repeated_delay", "capture.repeated_delay_spread"});
}

std::optional<Repeats> second_sights(const EvidenceView& view, Subject point) {
  auto sights = repeats(view, point,
                        {"capture.second_sight", "capture.second_sight_share", "capture.second_sight_delay",
                         "capture.second_sight_delay_spread"});
  if (const auto elsewhere = view.id("capture.second_sight_elsewhere", point); sights && elsewhere) {
    sights->elsewhere = as_count(view.record(*elsewhere).value);
    sights->evidence.push_back(*elsewhere);
  }
  return sights;
}

bool capture_doubles(const Repeats& repeats) {
  return repeats.packets >= kFewestPackets && repeats.share >= kShareOfDoubledCapture && repeats.is_constant();
}

bool shows_two_points(const Repeats& repeats) {
  if (repeats.packets < kFewestPackets || repeats.share < kShareOfTwoPoints) return false;
  const bool is_all = repeats.share >= kShareOfDoubledCapture;
  const bool is_elsewhere = repeats.elsewhere >= repeats.packets - repeats.packets / 2;
  return is_all || is_elsewhere || repeats.is_constant();
}

}  // namespace wirecause
