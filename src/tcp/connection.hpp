// One connection while packets of it come: two flows, both ends' states, who is the client.
//
// segment() is called for every packet of it, in file order. It allocates nothing in steady state. For each direction once: for
// acknowledgements on their way to its sender (Reports, up to 32), at the first wait for the congestion window or loss (Plateau),
// at the 64th packet with data (Path: what is measured in round trips); and for what few have: holes (more room where more
// are open), what is sent again (Recovery), unusual counts (Oddities), tries without an answer (Tries). For the connection: at the
// first stall, and at the reset of one that was open.
// Packets may be missing, doubled, cut or out of order, one direction may be missing, and the beginning too.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "tcp/exchanges.hpp"
#include "tcp/flow.hpp"
#include "tcp/note.hpp"
#include "tcp/segment.hpp"
#include "tcp/stall.hpp"

namespace wirecause::tcp {

// What a direction had under way before a packet.
struct FlightBefore {
  Offset next = 0;          // behind the highest byte that it had sent
  Offset flight = 0;        // behind the last packet that it sent, as it knew
  bool was_over = false;    // the connection was
  std::uint64_t frame = 0;  // last packet of the connection
};

// Index of the client among a connection's ends, as its first segment shows it: whoever sent the SYN; else the end with the
// higher port.
std::uint8_t client_of(const Segment& first, const Origin& origin);

// In the order of use, as Flow is.
struct Connection {
  std::uint64_t id = 0;          // from 1, in order of the first packet
  std::uint8_t client = 0;       // index
  bool is_client_known = false;  // by a SYN or a SYN-ACK; else the lower port is taken for the server's
  bool starts_with_syn = false;  // else the beginning was not captured
  bool is_simultaneous = false;  // both ends opened
  bool was_open = false;         // the time of the handshake is settled
  std::uint8_t reset_by = 0;     // index
  TimeNs last = kNoTime;
  std::uint64_t last_frame = 0;
  TimeNs syn_ack = kNoTime;                 // first SYN-ACK
  TimeNs opened = kNoTime;                  // first acknowledgement of the SYN-ACK
  TimeNs reset = kNoTime;                   // first reset
  std::unique_ptr<ResetFacts> reset_facts;  // none but of a connection that was open
  Exchanges exchanges;
  std::array<Flow, 2> flows;

  std::array<Endpoint, 2> ends;  // ends[i] sends flows[i]; ends[0] < ends[1]
  std::uint32_t point = 0;
  std::uint32_t input = 0;
  std::uint32_t late_syn_acks = 0;  // sent again behind the client's first data
  TimeNs first = kNoTime;
  std::uint64_t first_frame = 0;
  TimeNs syn = kNoTime;  // first SYN
  std::uint64_t reset_frame = 0;
  std::unique_ptr<Stalls> stalls;  // none until the first

  void begin(std::uint64_t number, const Segment& first_segment, const Origin& origin);
  Note segment(const Segment& segment, std::uint8_t from);

  bool is_over() const { return reset != kNoTime || (tcp::is_over(flows[0].state) && tcp::is_over(flows[1].state)); }
  bool is_established() const { return opened != kNoTime || !starts_with_syn; }

  // The path's: both halves; 0: not known.
  DurationNs base_round_trip() const {
    const DurationNs there = flows[0].round_trip.least();
    const DurationNs back = flows[1].round_trip.least();
    return there.ns > 0 && back.ns > 0 ? there + back : DurationNs{0};
  }
  // Capture point -> sender -> capture point: what the sender of flows[i] hears, it hears so much later. 0: near it, where that
  // is a small part of the round trip, or where nobody knows.
  DurationNs way_to_sender(std::uint8_t i) const {
    constexpr std::int64_t kNear = 8;
    const DurationNs way = flows[1U - i].round_trip.least();
    const DurationNs base = base_round_trip();
    return base.ns > 0 && way.ns > base.ns / kNear ? way : DurationNs{0};
  }
};

// The parts of segment(), each in its own file.
void note_states(Connection& connection, const Segment& segment, std::uint8_t from, const Note& note);
void note_data(Connection& connection, const Segment& segment, std::uint8_t from, Note& note);
void note_acknowledgement(Connection& connection, const Segment& segment, std::uint8_t from, Note& note);
void note_time(Connection& connection, const Segment& segment, std::uint8_t from, const Note& note,
               const FlightBefore& before);
void note_path(Connection& connection, const Segment& segment, std::uint8_t from, const Note& note);
void note_ending(Connection& connection, const Segment& segment, std::uint8_t from, const Note& note);
// A resend turned out to have been needless.
void take_for_spurious(Flow& flow, std::optional<Resend> kind);
void note_window(Connection& connection, const Segment& segment, std::uint8_t from, Note& note);

}  // namespace wirecause::tcp
