// A capture of TCP connections side by side, for tests of engine: each has its handshake, requests and answers, now and then
// a segment that was lost and sent again, and some end with FIN, some with a reset. As packets, from the builder.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "support/capture_bytes.hpp"
#include "support/packet_builder.hpp"

namespace wirecause::test {

class MadeConnections {
 public:
  static constexpr std::uint8_t kFin = 1;
  static constexpr std::uint8_t kSyn = 2;
  static constexpr std::uint8_t kRst = 4;
  static constexpr std::uint8_t kAck = 16;

  explicit MadeConnections(std::uint32_t count) : connections_(count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      put(i, true, kSyn, 0);
      put(i, false, kSyn | kAck, 0);
      put(i, true, kAck, 0);
    }
  }

  // Every connection once: a request, an answer of three segments, the acknowledgement. Of every seventh the middle one is
  // lost in front of the capture point and sent again.
  void exchange() {
    for (std::uint32_t i = 0; i < connections_.size(); ++i) {
      put(i, true, kAck, 100 + i % 50);
      put(i, false, kAck, 1'000);
      const bool is_lost = (i + round_) % 7 == 0;
      Ends& ends = connections_[i];
      const std::uint32_t middle = ends.server;
      if (is_lost) {
        ends.server += 1'000;
      } else {
        put(i, false, kAck, 1'000);
      }
      put(i, false, kAck, 300);
      if (is_lost) {
        const std::uint32_t next = std::exchange(ends.server, middle);
        for (int d = 0; d < 3; ++d) put_at(i, true, kAck, ends.client, middle, 0);
        put(i, false, kAck, 1'000);
        ends.server = next;
      }
      put(i, true, kAck, 0);
    }
    ++round_;
  }
  void end() {
    for (std::uint32_t i = 0; i < connections_.size(); ++i) {
      if (i % 3 == 0) continue;
      if (i % 3 == 1) {
        put(i, true, kRst | kAck, 0);
        continue;
      }
      put(i, true, kFin | kAck, 0);
      put(i, false, kFin | kAck, 0);
      put(i, true, kAck, 0);
    }
  }

  std::vector<std::byte> bytes() const { return file_.bytes(); }

 private:
  struct Ends {
    std::uint32_t client = 1'000;
    std::uint32_t server = 0xffff'f000U;  // wraps soon
  };

  void put(std::uint32_t i, bool from_client, std::uint8_t flags, std::size_t length) {
    Ends& ends = connections_[i];
    std::uint32_t& own = from_client ? ends.client : ends.server;
    const std::uint32_t ack = (flags & kAck) == 0 ? 0 : from_client ? ends.server : ends.client;
    put_at(i, from_client, flags, own, ack, length);
    own += static_cast<std::uint32_t>(length) + ((flags & (kSyn | kFin)) != 0 ? 1U : 0U);
  }
  void put_at(std::uint32_t i, bool from_client, std::uint8_t flags, std::uint32_t sequence, std::uint32_t ack,
              std::size_t length) {
    const auto client_port = static_cast<std::uint16_t>(30'000 + i);
    const std::string client = "10.0.0.1";
    const std::string server = "10.0.1." + std::to_string(1 + i % 5);
    PacketBuilder packet;
    packet.ethernet().ip_id(++ip_id_);
    if (from_client) {
      packet.ipv4(client, server).tcp(client_port, 443, sequence, ack, flags);
    } else {
      packet.ipv4(server, client).tcp(443, client_port, sequence, ack, flags);
    }
    now_us_ += 7;
    const Packet built = packet.payload(length).build();
    file_.packet(1'767'623'400 + now_us_ / 1'000'000, now_us_ % 1'000'000, built);
  }

  std::vector<Ends> connections_;
  testing::PcapBytes file_;
  std::uint32_t now_us_ = 0;
  std::uint32_t round_ = 0;
  std::uint16_t ip_id_ = 0;
};

}  // namespace wirecause::test
