// The closed list of sentences about limits: what this run could not see, and how to see it.
//
// Reports print them; nobody else words a limit of the observer. Only what was met in this run is listed, in the order
// of the enum (what may hide a loss first).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/analysis.hpp"

namespace wirecause {

enum class Limit : std::uint8_t {
  no_packets,             // the inputs hold none
  window_empty,           // ... or none between --from and --to
  options_unmatched,      // what the user named was not there
  headers_cut,            // no feed was recognised, and packets were captured short
  capture_dropped,        // the capture states that it lost packets
  own_socket_dropped,     // live: the socket of --join was too slow
  loss_unobserved,        // live: evidence is missing without which a loss goes unnoticed
  consumers_unseen,       // live: kernel bypass
  drops_unlisted,         // live: counted by reason only
  units_unexplained,      // live: a consumer's sum does not meet
  drops_unnamed,          // live: a consumer lost units here, and no finding is about it
  input_cut,              // an input ends inside a record
  records_damaged,        // records that could not be read
  evicted,                // a bounded table was full
  suppressed,             // evidence, episodes or findings not kept
  latency_negative,       // the stated clock error is too small
  packets_truncated,      // captured shorter than on the wire
  fragments,              // not reassembled
  datagrams_malformed,    // on a recognised stream, in contradiction to its framing
  packets_undecoded,      // of kinds that are not followed
  streams_unrecognised,   // no framing fits
  feeds_too_small,        // too few packets to judge
  messages_uncounted,     // the framing numbers packets: messages inside lost ones are unknown
  latency_relative,       // the clocks are not tied to each other
  drop_records_lost,      // live: drops that are counted, without their numbers
  evidence_missing,       // live: less is claimed
  reads_unknown,          // live: what a consumer read was not measured
  owners_unknown,         // live: sockets without a process
  collectors_slowed,      // live: asked less often, because they took too long
  capture_drops_unknown,  // the capture does not say whether it lost packets
};

struct LimitSeen {
  Limit limit = Limit::no_packets;
  std::uint64_t count = 0;  // of what the sentence counts; 0 where it counts nothing
  std::string which = {};   // names them, where the reader needs to know
  bool is_live = false;     // some have another remedy while packets are taken than afterwards
};

std::vector<LimitSeen> limits_of(const Analysis& analysis);

std::string_view id_of(Limit limit);
std::string text_of(const LimitSeen& limit);  // "3 packets were captured shorter than they were on the wire"
std::string_view remedy_of(const LimitSeen& limit);

// Whether it hides what this run could otherwise have seen (exit code 3): drops of the capture or our own, a cut file.
// What a capture by its nature does not hold hides nothing.
bool is_blindness(Limit limit, const Analysis& analysis);

// What should have been visible in this run and was not, one sentence each: the only place that decides it.
std::vector<std::string> blind_sentences(const Analysis& analysis);
bool is_blind(const Analysis& analysis);  // there is such a sentence

}  // namespace wirecause
