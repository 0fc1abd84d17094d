// A conversation for tests of src/tcp: segments of two ends with relative numbers, handed to a Tracker one by one. Made
// from RFC 9293, not from the tracker: the client's first number is 1000, the server's 5000, windows are not scaled
// unless a test offers a scale.
//
//   TcpTalk talk;
//   talk.handshake();                                    // SYN at 0, SYN-ACK after 50 us, ACK after 100 us
//   talk.at(200).client({.seq = 1, .ack = 1, .len = 100});
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "tcp/tracker.hpp"

namespace wirecause::test {

struct Said {
  std::uint32_t seq = 0;  // relative: the SYN is 0
  std::uint32_t ack = 0;
  std::uint32_t len = 0;
  std::uint8_t flags = tcp::kAck;
  std::uint16_t window = 65'000;
  std::uint32_t stamp = 0;  // 0: no time stamps
  std::uint32_t echo = 0;
  tcp::SackBlock sack{};  // relative; 0, 0: none
  tcp::SackBlock more_sack{};
  int scale = -1;
  int mss = -1;
  bool sack_permitted = false;
  int ip_id = -1;  // -1: the next one
  std::uint8_t ecn = 0;
  std::uint8_t ttl = 64;
};

class TcpTalk {
 public:
  static constexpr std::uint32_t kClientFirst = 1'000;
  static constexpr std::uint32_t kServerFirst = 5'000;

  explicit TcpTalk(std::uint32_t client_first = kClientFirst, std::uint32_t server_first = kServerFirst,
                   std::size_t most = 1'000)
      : tracker(most), first_{client_first, server_first} {}

  TcpTalk& at(std::int64_t us) {
    now_ = microseconds(us);
    return *this;
  }
  TcpTalk& after(std::int64_t us) {
    now_ = now_ + microseconds(us);
    return *this;
  }
  TcpTalk& ports(std::uint16_t client, std::uint16_t server) {
    client_port_ = client;
    server_port_ = server;
    return *this;
  }

  TcpTalk& hosts(std::uint32_t client, std::uint32_t server) {
    hosts_ = {client, server};
    return *this;
  }
  TcpTalk& point(std::uint32_t point) {
    point_ = point;
    return *this;
  }

  tcp::Note client(const Said& said) { return say(said, 0); }
  tcp::Note server(const Said& said) { return say(said, 1); }

  void handshake(Said syn = {}, Said syn_ack = {}) {
    syn.flags = tcp::kSyn;
    client(syn);
    syn_ack.flags = tcp::kSyn | tcp::kAck;
    syn_ack.ack = 1;
    after(50).server(syn_ack);
    after(50).client({.seq = 1, .ack = 1});
  }

  tcp::ConnectionSummary only() { return tracker.summary().connections.at(0); }

  tcp::Tracker tracker;
  std::uint64_t frame = 0;

 private:
  tcp::Note say(const Said& said, std::size_t from) {
    const std::array<tcp::Endpoint, 2> ends{tcp::Endpoint{IpAddress::v4(hosts_[0]), client_port_},
                                            tcp::Endpoint{IpAddress::v4(hosts_[1]), server_port_}};
    tcp::LoneSegment s;
    s.time = TimeNs{1'000'000'000} + now_;
    s.frame = ++frame;
    s.point = point_;
    s.source = ends[from];
    s.destination = ends[1 - from];
    s.sequence = first_[from] + said.seq;
    s.acknowledgement = (said.flags & tcp::kAck) != 0 ? first_[1 - from] + said.ack : 0;
    s.window = said.window;
    s.flags = said.flags;
    s.length = said.len;
    s.ip_id = said.ip_id >= 0 ? static_cast<std::uint32_t>(said.ip_id) : ++ip_id_;
    s.ecn = said.ecn;
    s.ttl = said.ttl;
    if (said.stamp != 0) {
      s.options.has_timestamps = true;
      s.options.stamp = said.stamp;
      s.options.echo = said.echo;
    }
    for (const tcp::SackBlock& block : {said.sack, said.more_sack}) {
      if (block.end == 0) continue;
      s.options.sack[s.options.sack_count++] = {first_[1 - from] + block.begin, first_[1 - from] + block.end};
    }
    s.options.has_window_scale = said.scale >= 0;
    s.options.window_scale = static_cast<std::uint8_t>(said.scale >= 0 ? said.scale : 0);
    s.options.has_mss = said.mss >= 0;
    s.options.mss = static_cast<std::uint16_t>(said.mss >= 0 ? said.mss : 0);
    s.options.sack_permitted = said.sack_permitted;
    payload_.resize(said.len);
    s.payload = payload_;
    return tracker.segment(s);
  }

  std::array<std::uint32_t, 2> first_;
  std::array<std::uint32_t, 2> hosts_{0x0a000001, 0x0a000002};
  std::uint32_t point_ = 0;
  DurationNs now_{0};
  std::uint16_t client_port_ = 40'000;
  std::uint16_t server_port_ = 443;
  std::uint32_t ip_id_ = 0;
  std::vector<std::byte> payload_;
};

}  // namespace wirecause::test
