// Live packets read into values: what a view borrows is copied. Waits for packets with a deadline, never for a time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <time.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capture/live/live_source.hpp"
#include "support/capture_reading.hpp"
#include "support/packet_builder.hpp"

namespace wirecause::test {

inline TimeNs realtime() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return TimeNs{std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec};
}

// Until `count` packets are there or nothing has come for `patience_ms`.
inline std::vector<testing::ReadPacket> packets_of(LiveSource& source, std::size_t count, int patience_ms = 2'000) {
  std::vector<testing::ReadPacket> all;
  std::vector<PacketView> views(100);
  while (all.size() < count) {
    const std::size_t got = source.next_batch(views);
    for (std::size_t i = 0; i < got; ++i) all.push_back(testing::copied(views[i]));
    pollfd readable{source.descriptor(), POLLIN, 0};
    if (got == 0 && ::poll(&readable, 1, patience_ms) == 0) break;
  }
  return all;
}

// All that the kernel still holds: longer than any block waits.
inline std::vector<testing::ReadPacket> rest_of(LiveSource& source) {
  return packets_of(source, static_cast<std::size_t>(-1), 100);
}

inline std::vector<Packet> bytes_of(const std::vector<testing::ReadPacket>& packets) {
  std::vector<Packet> all;
  all.reserve(packets.size());
  for (const testing::ReadPacket& packet : packets) all.emplace_back(packet.bytes.begin(), packet.bytes.end());
  return all;
}

}  // namespace wirecause::test
