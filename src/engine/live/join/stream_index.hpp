// Streams by what a dropped packet says of itself: source, destination and port; and those that were recognised by destination
// and port alone. Grows with the front's table, which is bounded; a stream is entered once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/stream_table.hpp"

namespace wirecause {

class StreamIndex {
 public:
  // Enters the streams that came since.
  void follow(std::deque<Stream>& streams) {
    for (; entered_ < streams.size(); ++entered_) {
      Stream& stream = streams[entered_];
      by_name_[{stream.key.source, stream.key.group, stream.key.port}].push_back(&stream);
    }
  }
  // Once a stream.
  void note_recognised(Stream& stream) {
    recognised_[{stream.key.group, stream.key.port}].push_back(&stream);
    ++recognised_count_;
  }
  std::size_t size() const { return entered_; }
  std::size_t recognised_size() const { return recognised_count_; }

  // Usually one; several where it was seen at several points, or with several VLANs.
  std::span<Stream* const> find(const IpAddress& source, const IpAddress& destination, std::uint16_t port) const {
    const auto found = by_name_.find({source, destination, port});
    return found == by_name_.end() ? std::span<Stream* const>{} : std::span<Stream* const>(found->second);
  }
  // From whichever source.
  std::span<Stream* const> recognised(const IpAddress& destination, std::uint16_t port) const {
    const auto found = recognised_.find({destination, port});
    return found == recognised_.end() ? std::span<Stream* const>{} : std::span<Stream* const>(found->second);
  }

 private:
  std::map<std::tuple<IpAddress, IpAddress, std::uint16_t>, std::vector<Stream*>> by_name_;
  std::map<std::pair<IpAddress, std::uint16_t>, std::vector<Stream*>> recognised_;
  std::size_t entered_ = 0;
  std::size_t recognised_count_ = 0;
};

}  // namespace wirecause
