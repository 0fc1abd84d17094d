// A whole capture read into values, for tests that compare packets: what a view borrows is copied.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capture/source.hpp"
#include "support/capture_bytes.hpp"

namespace wirecause::testing {

struct ReadPacket {
  ByteVector bytes;
  std::uint32_t wire_length = 0;
  std::int64_t time = 0;
  std::uint64_t frame = 0;
  std::uint32_t input = 0;
  std::uint32_t interface = 0;
  LinkType link_type = LinkType::ethernet;
  Direction direction = Direction::unknown;

  bool operator==(const ReadPacket&) const = default;
};

inline ReadPacket copied(const PacketView& view) {
  return {{view.bytes.begin(), view.bytes.end()},
          view.wire_length,
          view.time.ns,
          view.frame,
          view.input,
          view.interface,
          view.link_type,
          view.direction};
}

template <class Source>
std::vector<ReadPacket> read_all(Source& source, std::size_t batch = 64) {
  std::vector<PacketView> views(batch);
  std::vector<ReadPacket> packets;
  while (const std::size_t got = source.next_batch(views)) {
    for (std::size_t i = 0; i < got; ++i) packets.push_back(copied(views[i]));
  }
  return packets;
}

struct ReadCapture {
  std::string error;  // of opening, empty when it opened
  std::vector<ReadPacket> packets;
  CaptureFacts facts;
  std::optional<std::string> tail_error;
};

// Reads an exact-size copy, so that the address sanitizer sees a read past the end.
inline ReadCapture read_bytes(const ByteVector& file, std::size_t batch = 64) {
  ReadCapture read;
  const std::unique_ptr<std::byte[]> exact(new std::byte[file.size()]);
  std::copy(file.begin(), file.end(), exact.get());
  auto source = open_capture_bytes({exact.get(), file.size()}, "test.cap", 0);
  if (!source) {
    read.error = source.error().message();
    return read;
  }
  read.packets = read_all(**source, batch);
  read.facts = (*source)->facts();
  read.tail_error = (*source)->tail_error();
  return read;
}

}  // namespace wirecause::testing
