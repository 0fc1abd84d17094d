// Everything of a live run that takes a privilege to open: taps, sockets, probes, collectors. Opened in one place, then the
// capabilities are dropped (host/privileges.hpp). What cannot be had is a gap that is told, and lowers what is claimed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "capture/live/live_merge.hpp"
#include "engine/live/live_inputs.hpp"
#include "engine/live/options.hpp"
#include "engine/live/sampler.hpp"
#include "evidence/run_summary.hpp"
#include "host/drops/drop_probe.hpp"
#include "host/readers/reader_probe.hpp"
#include "host/sockets/memberships.hpp"
#include "host/sockets/process_search.hpp"
#include "host/sockets/udp_sockets.hpp"

namespace wirecause {

struct Equipment {
  std::unique_ptr<LiveMerge> packets;
  std::vector<LiveInput> inputs;  // of the packets' inputs
  std::unique_ptr<HostBook> book;
  std::unique_ptr<Sampler> sampler;
  std::unique_ptr<UdpSockets> sockets;  // these may be absent
  std::unique_ptr<MembershipIterator> memberships;
  std::unique_ptr<ReaderProbe> readers;
  std::unique_ptr<DropProbe> drops;
  std::unique_ptr<ProcessSearch> processes;  // never absent
  std::uint32_t netns = 0;
  std::vector<EvidenceGap> gaps;
  std::vector<std::string> capabilities_kept;
};

// In the namespace that is asked for. Errors: as watch().
Result<Equipment> open_equipment(const WatchOptions& options);

}  // namespace wirecause
