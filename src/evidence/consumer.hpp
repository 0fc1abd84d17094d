// A consumer: one reader of one line (feed, line, socket or bypass stack, owner), and its sum: `consumers[]`.
//
// DESIGN D2, in sequence units:  expected = read + queued + sum(dropped) + lost_before + unexplained. `read` and `queued`
// are measured or absent, never the remainder; what is absent makes `unexplained` absent too.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wirecause {

enum class ConsumerKind : std::uint8_t {
  udp_socket,
  this_tool,  // the socket of --join: its loss is an entry of the observer, never a user's finding (DESIGN D11)
  bypass,     // Onload, VMA, DPDK, AF_XDP: unseen; nothing is concluded about its groups
};

std::string_view text(ConsumerKind kind);  // "udp_socket"

// Units that ended at one place of this host, for one consumer.
struct DroppedAt {
  std::string place;  // "socket: SKB_DROP_REASON_SOCKET_RCVBUFF"
  std::uint64_t units = 0;
  std::uint64_t datagrams = 0;
  bool is_by_number = true;  // false: at least a part of it by count
};

struct ConsumerSummary {
  std::uint32_t id = 0;  // of its Subject
  std::string feed;      // name
  std::string line;      // "A"
  std::string group;     // destination of the line
  std::uint16_t port = 0;
  std::string owner;  // command name; empty: not found (no permission, or the process has gone)
  std::optional<std::int32_t> pid;
  std::optional<std::int32_t> fd;
  std::optional<std::uint64_t> cookie;
  ConsumerKind kind = ConsumerKind::udp_socket;
  std::string detail;  // bypass: "Onload (/dev/onload)"; else empty
  std::uint64_t expected = 0;
  std::optional<std::uint64_t> read;
  std::string read_unknown;  // why this consumer's reads were not measured; empty: they were
  std::optional<std::uint64_t> queued;
  std::vector<DroppedAt> dropped;  // by place, most first
  std::string dropped_unknown;     // why `dropped` is not all that was; empty: it is
  std::uint64_t lost_before = 0;   // missing already at the tap
  std::optional<std::int64_t> unexplained;
  bool seen = true;                            // false: what this consumer does is invisible here
  bool absent = false;                         // no packet of its group came although it waits for them
  std::optional<std::uint64_t> socket_drops;   // growth of the socket's own counter, datagrams
  std::optional<std::uint64_t> socket_events;  // datagrams that the drop probe saw end at this socket: must be equal
};

}  // namespace wirecause
