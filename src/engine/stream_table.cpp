// SPDX-License-Identifier: Apache-2.0
#include "engine/stream_table.hpp"

namespace wirecause {

StreamTable::StreamTable() : slots_(kMaxStreams * 2), mask_(kMaxStreams * 2 - 1) {}

Stream* StreamTable::add(const StreamKey& key, std::uint64_t hash, std::size_t at) {
  if (streams_.size() >= kMaxStreams) return nullptr;
  Stream& stream = streams_.emplace_back();
  slots_[at] = {hash, &stream};
  stream.key = key;
  stream.is_multicast = key.group.is_multicast();
  return &stream;
}

}  // namespace wirecause
