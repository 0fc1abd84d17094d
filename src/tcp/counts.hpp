// What is counted of one direction of a connection.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "tcp/resend.hpp"

namespace wirecause::tcp {

// Counts of one direction, by its sender's packets. Copies that the capture made are in `copies` and nowhere else. What is not
// every packet has 32 bits: a connection holds many such counts, and 4 294 967 296 packets are a capture of 280 GB at least.
struct UsualCounts {
  std::uint64_t bytes = 0;  // payload on the wire, what was sent again included
  std::uint32_t packets = 0;
  std::uint32_t data_packets = 0;  // with payload
  std::uint32_t syns = 0;
  std::uint32_t fins = 0;
  std::uint32_t window_updates = 0;  // sent by this end
  std::uint32_t delayed_acks = 0;    // of this end's acknowledgements, those that it held back
  std::int64_t longest_ack_delay_ns = 0;
};

// What a connection in good health has none of.
struct UnusualCounts {
  std::uint64_t copies = 0;  // packets that the capture holds twice
  std::uint64_t cut = 0;     // payload captured shorter than it was
  std::uint32_t resets = 0;
  std::uint32_t seen_again = 0;        // packets with bytes that were seen before
  std::uint64_t seen_again_bytes = 0;  // such bytes
  std::uint32_t filled = 0;            // packets that brought missing bytes late: reordered, or sent again
  std::uint64_t filled_bytes = 0;
  std::uint32_t holes = 0;               // packets that passed over bytes
  std::uint64_t uncaptured = 0;          // bytes that the receiver acknowledged and the capture never saw
  std::uint32_t acks_of_unseen = 0;      // acknowledgements, by the peer, of bytes that had not been seen
  std::uint32_t captured_late = 0;       // packets captured behind their acknowledgement
  std::uint32_t keep_alives = 0;         // probes of an idle connection
  std::uint32_t window_probes = 0;       // probes of a closed window
  std::uint32_t duplicate_acks = 0;      // sent by this end (RFC 5681 2)
  std::uint32_t zero_windows = 0;        // packets of this end that close its window
  std::uint32_t out_of_window = 0;       // beyond what the receiver allowed: not believed
  std::uint32_t old_stamps = 0;          // time stamps older than the newest (PAWS would drop what carries data)
  std::uint32_t congestion_marks = 0;    // IP says: congestion experienced
  std::uint32_t echoes = 0;              // packets of this end that carry ECE behind the handshake
  std::uint32_t window_reduced = 0;      // ... CWR
  std::uint32_t stripped_after_syn = 0;  // packets without the time stamps that were agreed on
  ResendCounts resent{};                 // by Resend: packets that brought old bytes, and probes
  std::uint32_t reordered = 0;           // came late and were sent once
  std::uint32_t overtaken = 0;           // of these, behind a repetition of their bytes
  std::uint32_t needless_fast = 0;       // spurious, and sent because later bytes were acknowledged before these
  std::uint32_t seen_copies = 0;         // of `seen_again`, copies that the path made
  std::uint32_t doubly_received = 0;     // D-SACKs that this end sent: what came twice
  std::uint32_t longest_backoff = 0;     // timeouts in a row

  std::uint32_t& of(Resend kind) { return resent[static_cast<std::size_t>(kind)]; }
  std::uint32_t of(Resend kind) const { return resent[static_cast<std::size_t>(kind)]; }
  // Sent again in answer to a loss, as the sender believed.
  std::uint64_t retransmissions() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kResends; ++i) sum += answers_loss(static_cast<Resend>(i)) ? resent[i] : 0;
    return sum;
  }
  // Where they were lost: filled a gap that this point saw, or were seen here before.
  std::uint64_t lost_before() const { return less(filled, less(reordered, overtaken)); }
  std::uint64_t lost_after() const { return less(seen_again, of(Resend::spurious) + overtaken + seen_copies); }

 private:
  static std::uint64_t less(std::uint64_t all, std::uint64_t some) { return all > some ? all - some : 0; }
};

struct FlowCounts : UsualCounts, UnusualCounts {};

}  // namespace wirecause::tcp
