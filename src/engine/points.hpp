// Which observation point a packet was seen at (DESIGN D4): an interface of a file. Files, and sections of one pcapng file,
// that follow one another in time with the same interface and link type are one point; files and sections that overlap are
// different points unless told otherwise.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "capture/capture_set.hpp"
#include "engine/options.hpp"

namespace wirecause {

using Source = std::pair<std::uint32_t, std::uint32_t>;  // (input, interface)

struct Point {
  std::string name;
  std::string interface;
  LinkType link_type = LinkType::ethernet;
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  std::vector<Source> sources;  // in order of time
};

class Points {
 public:
  Points(const AnalysisOptions& options, const CaptureSet& captures) : options_(&options), captures_(&captures) {}

  // The number of the packet's point; a new one at the first packet of an interface.
  std::uint32_t of(const PacketView& packet, TimeNs time) {
    if (packet.input == last_input_ && packet.interface == last_interface_) [[likely]] {
      current_->last = later(current_->last, time);
      return last_;
    }
    return look_up(packet, time);
  }

  const std::vector<Point>& all() const { return points_; }

 private:
  std::uint32_t look_up(const PacketView& packet, TimeNs time);
  std::uint32_t open(const PacketView& packet, TimeNs time);
  const InterfaceFacts& facts_of(const Source& source) const;
  std::string name_for(const PacketView& packet) const;

  const AnalysisOptions* options_;
  const CaptureSet* captures_;
  std::vector<Point> points_;
  std::map<Source, std::uint32_t> known_;
  std::uint32_t last_input_ = ~std::uint32_t{0};
  std::uint32_t last_interface_ = ~std::uint32_t{0};
  std::uint32_t last_ = 0;
  Point* current_ = nullptr;  // points_[last_]
};

}  // namespace wirecause
