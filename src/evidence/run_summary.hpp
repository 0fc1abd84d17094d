// What a run read and what the observer itself missed: `inputs[]` and `observer` of wirecause.analysis/1.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace wirecause {

// Packets that decoding did not follow further, by what came next.
struct UnknownCount {
  std::string what;  // "ethertype 0x88cc (LLDP)", "ip protocol 47 (GRE)", "link type 127 (IEEE 802.11 radiotap)"
  std::uint64_t packets = 0;
};

struct InputSummary {
  std::string file;
  std::string format;
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  TimeNs first = kNoTime;
  TimeNs last = kNoTime;
  std::uint64_t truncated_packets = 0;  // caplen < length
  std::uint64_t malformed_packets = 0;  // contradict themselves
  std::uint64_t undecoded_packets = 0;  // of a kind that is not followed further
  std::vector<UnknownCount> undecoded;  // by kind, most first
  std::uint64_t fragments = 0;
  std::uint64_t filtered_packets = 0;  // outside --from/--to
  std::uint64_t backward_stamps = 0;
  std::uint64_t bad_ip_checksums = 0;
  std::uint64_t bad_udp_checksums = 0;
  std::uint64_t bad_tcp_checksums = 0;
  std::uint64_t damaged_records = 0;
  std::optional<std::uint64_t> dropped;  // by the capture, all interfaces; none = the file does not say
  std::optional<std::string> cut;        // why reading stopped before the end
  std::vector<std::string> points;       // names of its observation points
  std::vector<std::string> comments;
};

// An option that named something which the captures do not show: it changed nothing, and what it was meant for was not
// looked at.
struct UnmatchedOption {
  enum class Why : std::uint8_t {
    not_seen,        // no datagram went there
    not_recognised,  // datagrams did, of no known framing or of another than the one named
    not_joined,      // both lines were read, as different protocols or channels
  };
  std::string option;  // "--pair 239.1.1.1:26477"
  Why why = Why::not_seen;
};

struct ObserverSummary {
  std::uint64_t packets_seen = 0;
  std::optional<std::uint64_t> dropped_by_capture;
  std::uint64_t evicted = 0;     // streams or holes given up because a bounded table was full
  std::uint64_t suppressed = 0;  // evidence, episodes or findings not kept
  // Feeds of which IP fragments came: these are not reassembled, so what such a feed lacks is counted, not judged.
  std::uint64_t fragmented_feeds = 0;
  // Of streams, once they were recognised: datagrams that contradict their framing. What they brought counts as missing.
  std::uint64_t malformed_datagrams = 0;
  std::vector<UnmatchedOption> unmatched;
};

// A piece of evidence that a live run did not have, or had less of.
struct EvidenceGap {
  std::string what;         // "drops one by one", "collector ethtool"
  std::string reason;       // why not
  std::string remedy;       // how to get it
  std::string claim;        // what is claimed less because of it; empty: nothing
  bool hides_loss = false;  // units may be lost on this host and nobody sees it: "nothing wrong" must not be said
};

struct LiveInterface {
  std::string name;
  std::string stamps;    // "software" or "hardware"
  bool is_join = false;  // --join: received as an application would
  std::uint64_t packets = 0;
  std::uint64_t dropped = 0;  // by the tap itself
};

// What a live run watched, and what of it it could not see.
struct LiveSummary {
  std::vector<LiveInterface> interfaces;
  TimeNs started = kNoTime;
  TimeNs ended = kNoTime;
  std::vector<EvidenceGap> gaps;
  std::uint64_t drop_records = 0;       // drops that the kernel told of one by one
  std::uint64_t drop_records_lost = 0;  // counted, but not told: the ring was full
  std::uint64_t unlisted_drops = 0;     // counted by reason only: too many flows
  std::vector<std::string> slowed;      // collectors that took too long and are asked less often
  std::vector<std::string> capabilities_kept;
};

}  // namespace wirecause
