// SPDX-License-Identifier: Apache-2.0
#include "engine/points.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace wirecause {
namespace {

std::string base_name(const std::string& file) {
  const auto slash = file.find_last_of('/');
  return slash == std::string::npos ? file : file.substr(slash + 1);
}

}  // namespace

std::uint32_t Points::look_up(const PacketView& packet, TimeNs time) {
  const auto [it, is_new] = known_.try_emplace({packet.input, packet.interface}, 0);
  if (is_new) it->second = open(packet, time);
  last_input_ = packet.input;
  last_interface_ = packet.interface;
  last_ = it->second;
  current_ = &points_[last_];
  if (current_->first == kNoTime) current_->first = time;
  current_->last = later(current_->last, time);
  return last_;
}

std::uint32_t Points::open(const PacketView& packet, TimeNs time) {
  const InterfaceFacts& facts = facts_of({packet.input, packet.interface});
  const std::string name = name_for(packet);
  const bool is_named = std::any_of(options_->points.begin(), options_->points.end(),
                                    [&](const NamedPoint& named) { return named.name == name; });
  for (std::uint32_t i = 0; i < points_.size(); ++i) {
    Point& earlier = points_[i];
    if (earlier.link_type != packet.link_type) continue;
    const bool same_name = is_named ? earlier.name == name : earlier.interface == facts.name;
    const Source& latest = earlier.sources.back();
    const bool is_later_file = latest.first != packet.input;
    // A section of one file ends where the next begins: dumpcap starts one whenever it is told to append, and so does cat.
    const bool is_later_section = !is_later_file && facts_of(latest).section < facts.section;
    if (!same_name || (!is_later_file && !is_later_section)) continue;
    const bool has_ended = is_later_section || captures_->has_ended(latest.first);
    if ((has_ended && earlier.last <= time) || options_->same_point || is_named) {
      earlier.sources.emplace_back(packet.input, packet.interface);
      return i;
    }
  }
  Point point;
  point.name = name;
  for (int copy = 2; std::any_of(points_.begin(), points_.end(), [&](const Point& p) { return p.name == point.name; });
       ++copy) {
    point.name = fmt::format("{}#{}", name, copy);
  }
  point.interface = facts.name;
  point.link_type = packet.link_type;
  point.sources.emplace_back(packet.input, packet.interface);
  points_.push_back(std::move(point));
  return static_cast<std::uint32_t>(points_.size() - 1);
}

const InterfaceFacts& Points::facts_of(const Source& source) const {
  return captures_->source(source.first).facts().interfaces[source.second];
}

std::string Points::name_for(const PacketView& packet) const {
  const CaptureFacts& facts = captures_->source(packet.input).facts();
  for (const NamedPoint& named : options_->points) {
    if (named.file == facts.file) return named.name;
  }
  const std::string& interface = facts.interfaces[packet.interface].name;
  if (captures_->inputs() == 1) return interface.empty() ? base_name(facts.file) : interface;
  if (interface == facts.file) return interface;  // live
  return interface.empty() ? base_name(facts.file) : fmt::format("{}:{}", base_name(facts.file), interface);
}

}  // namespace wirecause
