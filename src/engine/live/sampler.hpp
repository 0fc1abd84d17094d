// All collectors of this host, each read at its own pace into the host book. One that cannot run is a gap that is told; one
// that is slow to answer is asked less often, and that is told too.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/live/host_book.hpp"
#include "evidence/run_summary.hpp"
#include "host/collector.hpp"

namespace wirecause {

class Sampler {
 public:
  // Opens every collector: what takes a privilege is taken here.
  Sampler(const HostContext& context, HostBook& book);

  // Reads what is due. Times of CLOCK_MONOTONIC decide that, `now` is what the readings are stamped with.
  // `is_quiet`: no packets come, so the fast ones may be slower.
  void sample(TimeNs now, std::int64_t monotonic_ns, bool is_quiet = false);
  // Reads all, once: the values that the run begins with.
  void sample_all(TimeNs now, std::int64_t monotonic_ns);
  // Descriptors that become readable when a collector wants to be asked at once.
  std::vector<int> event_descriptors() const;
  // One of them is readable.
  void sample_events(TimeNs now);

  const std::vector<EvidenceGap>& gaps() const { return gaps_; }
  const std::vector<std::string>& slowed() const { return slowed_; }

 private:
  struct Entry {
    const Collector* collector = nullptr;
    std::unique_ptr<CollectorRun> run;
    std::int64_t every_ns = 0;
    std::int64_t due_ns = 0;
    std::uint32_t slow_in_a_row = 0;
    bool has_failed = false;
  };
  void read(Entry& entry, TimeNs now);

  HostBook* book_;
  std::vector<Entry> entries_;
  std::vector<EvidenceGap> gaps_;
  std::vector<std::string> slowed_;
};

}  // namespace wirecause
