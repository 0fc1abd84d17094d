// SPDX-License-Identifier: Apache-2.0
#include "engine/live/join/drop_places.hpp"

#include <fmt/format.h>

#include "evidence/drop_reason.hpp"

namespace wirecause {

std::string text(const DropPlace& place) {
  const std::string_view by = place.reason.empty() ? std::string_view("by counter") : std::string_view(place.reason);
  std::string out = fmt::format("{}: {}", text(place.at), by);
  // This reason says nothing: the function does.
  if (place.reason == drop_reason::kNotSpecified && !place.symbol.empty()) out += " at " + place.symbol;
  return out;
}

std::uint32_t DropPlaces::id_of(const DropPlace& place) {
  const auto found = ids_.find(place);
  if (found != ids_.end()) return found->second;
  if (places_.size() >= kMax) return static_cast<std::uint32_t>(places_.size() - 1);
  const auto id = static_cast<std::uint32_t>(places_.size());
  places_.push_back(place);
  ids_.emplace(place, id);
  return id;
}

}  // namespace wirecause
