// The bytes of one connection, given to readers in the order of the stream, while its packets pass the front: what
// AnalysisOptions::connection and AnalysisOptions::payload ask for. Nowhere else is payload of a connection looked at.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "engine/options.hpp"
#include "tcp/byte_stream.hpp"
#include "tcp/connection_table.hpp"

namespace wirecause {

class Payload {
 public:
  explicit Payload(const AnalysisOptions& options) : connection_(options.connection), readers_(options.payload) {}

  bool is_of(const tcp::Found& found) const { return found.id == connection_ && readers_.any(); }
  // A segment of that connection, with its payload.
  void segment(const tcp::Found& found, const tcp::Segment& segment, const tcp::Origin& origin);
  void finish();

 private:
  std::uint64_t connection_;
  PayloadReaders readers_;
  std::array<std::optional<tcp::ByteStream>, 2> streams_;  // by index of the sender; none where nobody reads
};

}  // namespace wirecause
