// What is known of one connection at the end of a run: `tcp[]` of wirecause.analysis/1. Plain data.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "tcp/account.hpp"
#include "tcp/counts.hpp"
#include "tcp/ending.hpp"
#include "tcp/endpoint.hpp"
#include "tcp/exchanges.hpp"
#include "tcp/incast.hpp"
#include "tcp/options.hpp"
#include "tcp/path_summary.hpp"
#include "tcp/stall.hpp"
#include "tcp/state.hpp"

namespace wirecause::tcp {

// Where the capture was taken, as one direction sees it.
enum class CapturePoint : std::uint8_t { unknown, near_sender, middle, near_receiver };
std::string_view text(CapturePoint point);  // "near_sender"

// By the two half round trips: to the receiver and back, to the sender and back. The nearer end has at most an eighth.
CapturePoint capture_point(DurationNs to_receiver, DurationNs to_sender);

// Bytes that were sent, as later packets of their sender show, and had not come past at the end, although the receiver still
// waited for them.
struct NeverCame {
  std::uint64_t bytes = 0;
  TimeNs since = kNoTime;  // the first packet that passed over some of them
  std::uint64_t frame = 0;
};

// One direction.
struct DirectionSummary {
  FlowCounts counts;
  State state = State::closed;  // of its sender
  std::optional<std::uint16_t> mss;
  std::optional<std::uint8_t> window_scale;
  bool sack_permitted = false;
  bool has_stamps = false;
  std::uint64_t largest_window = 0;  // that its sender announced
  std::uint32_t largest_segment = 0;
  DurationNs zero_window{0};       // its sender's window was closed
  DurationNs round_trip_least{0};  // capture point -> receiver -> capture point
  DurationNs round_trip_smoothed{0};
  std::uint64_t round_trip_samples = 0;
  CapturePoint capture_point = CapturePoint::unknown;
  DurationNs timeout{0};                       // the sender's, as its round trips make it; 0: no sample
  std::uint64_t smallest_window = 0;           // behind the handshake
  std::array<DurationNs, kWaits> time{};       // by Wait; they add up to last - first
  std::array<std::uint32_t, kWaits> stalls{};  // how often it waited for it so long that it is a stall
  Tries tries;                                 // without an answer until the end
  TimeNs last_packet = kNoTime;
  std::uint64_t acknowledged = 0;  // bytes of it
  std::uint64_t in_flight = 0;     // bytes of it that were never acknowledged
  NeverCame never_came;
  bool is_nagle_off = false;      // it does not wait with what is no full segment
  std::uint64_t full_window = 0;  // the largest window, of those that it filled and waited for
  PathSummary path;
};

struct ConnectionSummary {
  std::uint64_t id = 0;
  Endpoint client;
  Endpoint server;
  bool is_client_known = false;
  bool starts_with_syn = false;
  std::uint32_t point = 0;
  std::uint32_t input = 0;
  std::optional<std::uint16_t> vlan;
  std::string_view tunnel;  // "vxlan": of the direction that has one, the client's first; empty: none
  std::uint32_t tunnel_number = 0;
  // The neighbours that bring one direction are not those that take the other; nothing: no MACs, or one direction only.
  std::optional<bool> is_asymmetric;
  std::uint8_t marks = 0;  // Options::Mark of either end
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  std::uint64_t first_frame = 0;
  std::uint64_t last_frame = 0;
  std::optional<DurationNs> handshake;        // SYN to the acknowledgement of the SYN-ACK
  std::optional<DurationNs> base_round_trip;  // of the path
  TimeNs reset = kNoTime;
  std::uint64_t reset_frame = 0;
  bool is_reset_by_client = false;
  std::optional<ResetFacts> reset_facts;    // of a connection that was open
  std::uint32_t late_syn_acks = 0;          // sent again behind the client's acknowledgement of the first
  std::optional<std::uint32_t> client_isn;  // the client's initial sequence number
  bool saw_syn_ack = false;
  Exchanges::Sums exchanges;
  std::vector<Stall> stalls;  // the longest, in order of time; `direction` 0: the client's
  std::uint64_t stalls_total = 0;
  std::array<DirectionSummary, 2> directions;  // [0] from the client, [1] from the server

  std::uint64_t packets() const { return directions[0].counts.packets + directions[1].counts.packets; }
  std::uint64_t bytes() const { return directions[0].counts.bytes + directions[1].counts.bytes; }
  // Its sender could have gone on but for one thing.
  DurationNs stalled() const {
    DurationNs sum{0};
    for (const DirectionSummary& of : directions) {
      for (std::size_t i = 0; i < kWaits; ++i) sum = is_stall(static_cast<Wait>(i)) ? sum + of.time[i] : sum;
    }
    return sum;
  }
  std::uint64_t retransmissions() const {
    return directions[0].counts.retransmissions() + directions[1].counts.retransmissions();
  }
  std::uint64_t resets() const { return directions[0].counts.resets + directions[1].counts.resets; }
};

// Sums over all connections of the run, those that were evicted too.
struct Totals {
  std::uint64_t connections = 0;
  std::uint64_t evicted = 0;      // of these, no longer remembered one by one
  std::uint64_t established = 0;  // handshake seen whole, or seen from the middle
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t copies = 0;
  std::uint64_t resets = 0;
  std::uint64_t seen_again = 0;
  std::uint64_t filled = 0;
  std::uint64_t retransmissions = 0;
  std::uint64_t reordered = 0;

  Totals& operator+=(const Totals& other) {
    connections += other.connections;
    evicted += other.evicted;
    established += other.established;
    packets += other.packets;
    bytes += other.bytes;
    copies += other.copies;
    resets += other.resets;
    seen_again += other.seen_again;
    filled += other.filled;
    retransmissions += other.retransmissions;
    reordered += other.reordered;
    return *this;
  }
};

struct TcpSummary {
  std::vector<ConnectionSummary> connections;  // by id
  std::vector<Incast> incasts;                 // in order of time
  Totals totals;
};

}  // namespace wirecause::tcp
