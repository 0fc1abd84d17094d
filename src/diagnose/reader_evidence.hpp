// What was measured of a socket whose receive buffer was full: the socket, what arrived, what was read, and what the
// reader did in its longest pause. Facts only, for reader_case; what was not measured stays absent.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/episode.hpp"
#include "evidence/timeline.hpp"

namespace wirecause {

// Everything that the judgement of a full receive buffer may rest on; the causes that share it need the same.
inline constexpr std::array<std::string_view, 36> kReaderNeeds{
    "socket.rcvbuf",
    "socket.queue_full_share",
    "socket.queue_samples",
    "socket.queue_before",
    "socket.queue_after",
    "socket.drops",
    "drop.truesize",
    "drop.records_lost",
    "arrival.rate",
    "arrival.burst_packets",
    "arrival.burst",
    "reader.reads",
    "reader.read_rate",
    "reader.longest_gap",
    "reader.run_delay",
    "reader.on_cpu",
    "reader.state",
    "reader.off_cpu",
    "reader.off_cpu_runnable",
    "reader.command",
    "reader.cpu",
    "reader.affinity",
    "reader.behind",
    "reader.behind_run_delay",
    "reader.behind_on_cpu",
    "reader.behind_reads",
    "reader.behind_arrived",
    "cgroup.behind_throttled",
    "cgroup.throttled",
    "cgroup.path",
    "cgroup.quota",
    "cgroup.period",
    "cpu.steal",
    "Udp.InErrors",
    "Udp.RcvbufErrors",
    "Udp6InErrors",
};

// Its longest time off the CPU, as far as that lies in the longest pause between reads; known only where both records
// say from when to when they were.
struct OffCpuInPause {
  std::uint64_t within_ns = 0;
  std::uint64_t runnable_least_ns = 0;  // of it: wanted to run, for at least / at most
  std::uint64_t runnable_most_ns = 0;
};

// From the last time that the queue was nearly empty to the end of the drops, and what its reader had of that time.
struct Behind {
  std::uint64_t ns = 0;
  std::uint64_t denied_ns = 0;              // runnable without a CPU, or its cgroup throttled: the larger
  std::optional<std::uint64_t> running_ns;  // on a CPU
  std::optional<std::uint64_t> throttled_ns;
  std::optional<std::uint64_t> reads;  // datagrams
  std::optional<std::uint64_t> arrived;
};

struct ReaderEvidence {
  std::optional<std::uint64_t> rcvbuf;    // bytes, as the kernel counts them
  std::optional<std::uint64_t> truesize;  // bytes that a datagram costs of them
  std::optional<std::uint64_t> capacity;  // datagrams that fit; at least 1: an empty queue takes any

  std::optional<std::uint64_t> rate;  // datagrams a second that came
  std::optional<std::uint64_t> burst_packets;
  std::optional<std::uint64_t> burst_ns;

  std::optional<std::uint64_t> reads;       // datagrams, in the episode and a second on either side
  std::optional<std::uint64_t> read_rate;   // datagrams a second, while any waited; no less than that
  std::optional<std::uint64_t> pause_ns;    // longest time without a read while datagrams waited; of that time:
  std::optional<std::uint64_t> waiting_ns;  // runnable, not running
  std::optional<std::uint64_t> running_ns;
  std::optional<char> state;  // as ps shows it
  std::string waits_in;       // empty: not known
  std::optional<OffCpuInPause> off_cpu;
  std::optional<Behind> behind;
  std::string instead;  // what ran on its CPU while it could run; empty: not known
  std::optional<std::uint64_t> throttled_ns;
  std::string cgroup;                     // that has the limit; empty: not known
  std::optional<std::uint64_t> quota_ns;  // of its cpu.max; both or none
  std::optional<std::uint64_t> period_ns;
  std::optional<std::uint64_t> steal_ns;  // of its CPU; of the CPU that lost most, where it may run on several

  std::optional<std::uint64_t> full_share;  // per million of the samples: queue over half full
  std::optional<std::uint64_t> samples;
  std::optional<std::uint64_t> queue_before;  // bytes, some 20 ms before the first and after the last drop
  std::optional<std::uint64_t> queue_after;

  std::uint64_t dropped = 0;  // datagrams

  std::string reader;  // name of the thread; empty: not known
};

// Of the pause, the time that it was runnable without a CPU: as its run queue or its time off the CPU shows, and where
// they show less than half, as the quota of its cgroup does.
std::uint64_t waited_ns(const ReaderEvidence& measured);

ReaderEvidence reader_evidence(const EvidenceView& view, const Episode& episode);

// Of these names what was measured for the episode or stands as a fact of its consumer, in the order of the names.
std::vector<EvidenceId> reader_records(const EvidenceView& view, const Episode& episode,
                                       std::span<const std::string_view> names);

}  // namespace wirecause
