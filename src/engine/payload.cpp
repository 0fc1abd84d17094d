// SPDX-License-Identifier: Apache-2.0
#include "engine/payload.hpp"

#include "tcp/connection.hpp"

namespace wirecause {

void Payload::segment(const tcp::Found& found, const tcp::Segment& segment, const tcp::Origin& origin) {
  if (found.begins) {
    const std::uint8_t client = tcp::client_of(segment, origin);
    if (readers_.client != nullptr) streams_[client].emplace(*readers_.client);
    if (readers_.server != nullptr) streams_[1U - client].emplace(*readers_.server);
  }
  auto& own = streams_[found.from];
  auto& other = streams_[1U - found.from];
  if (own) own->segment(segment);
  if (other && segment.has(tcp::kAck)) other->acknowledged(segment.acknowledgement);
}

void Payload::finish() {
  for (auto& stream : streams_) {
    if (stream) stream->finish();
  }
}

}  // namespace wirecause
