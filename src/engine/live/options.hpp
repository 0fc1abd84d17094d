// What one live run is asked to do. Filled by a command from what was typed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diagnose/judgement.hpp"
#include "engine/options.hpp"

namespace wirecause {

struct JoinRequest {
  Endpoint endpoint;
  std::string interface;  // empty: as the routing table says
};

struct WatchOptions {
  static constexpr std::size_t kDefaultRing = 64U << 20U;

  std::vector<std::string> interfaces;     // tapped
  std::vector<JoinRequest> joins;          // received as an application would
  std::optional<std::uint32_t> rcvbuf;     // of the sockets of --join, bytes
  std::optional<std::uint32_t> busy_poll;  // likewise, microseconds
  std::optional<std::uint32_t> cpu;        // the analysing thread runs there
  std::string netns;                       // name (/run/netns/NAME) or path of a network namespace; empty: this one
  std::string filter;                      // tcpdump's language, instead of the default filter
  std::size_t ring_bytes = kDefaultRing;   // of each tap
  bool use_bpf = true;                     // false: no program is loaded into the kernel
  std::optional<DurationNs> duration;      // ends by itself
  std::optional<Severity> until_finding;   // ends at the first finding from this severity on
  AnalysisOptions analysis;                // framings, pairs, recovery, feed; its files, points and window are unused
};

}  // namespace wirecause
