// What the reader of a followed socket does: datagrams read and when (sock:sock_recv_length), which numbers they carried
// (skb:consume_skb just before it on the same thread), and how long its threads were off the CPU and why (sched:sched_switch,
// filtered in the program). When it is attached is ReaderGovernor's to say.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "host/availability.hpp"
#include "host/drops/drop_probe.hpp"

namespace wirecause {

// Of one socket since it was followed. Times are CLOCK_MONOTONIC.
struct ReaderCounts {
  std::uint64_t datagrams = 0;
  std::uint32_t thread = 0;  // tid of the last reader
  // By number, where the field of the number is known and the datagram was linear; absent else.
  std::optional<std::uint64_t> units;         // sum of the counts of datagrams read
  std::optional<std::uint64_t> first_number;  // of the first datagram read
  std::optional<std::uint64_t> next_number;   // last number read + its count
  std::uint64_t datagrams_without_number = 0;
  // The longest time between two reads since the last take_counts().
  std::int64_t longest_gap_ns = 0;
  std::int64_t longest_gap_end_ns = 0;
};

// A followed thread did not run.
struct OffCpu {
  std::uint32_t thread = 0;
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
  std::int64_t runnable_ns = 0;  // of the interval, the part in which it was runnable
  char state = 'S';              // 'S', 'D', 'T', 'R' as ps shows it
  std::uint32_t instead = 0;     // pid that ran on its CPU when it left
  std::string instead_command;   // its comm
};

class ReaderProbe {
 public:
  static constexpr std::size_t kMaxSockets = 256;
  static constexpr std::size_t kMaxThreads = 1'024;
  static constexpr std::int64_t kShortestOffCpuNs = 1'000'000;  // shorter intervals are not emitted

  virtual ~ReaderProbe() = default;
  // Counts its reads from now on; again: no change. Where kMaxSockets are followed, the one whose counts were not taken for the
  // longest makes room. Errors: a cookie of 0.
  virtual Result<void> follow_socket(std::uint64_t cookie) = 0;
  // Tells its times off the CPU from now on. `thread` as the kernel numbers it. Errors: kMaxThreads are followed.
  virtual Result<void> follow_thread(std::uint32_t thread) = 0;
  // Where datagrams of a destination carry their number: sockets that receive from there have units from now on. Errors: a
  // width that is none of 1, 2, 4, 8; fields too far apart or from the start to be read in one piece; the table is full.
  virtual Result<void> follow_numbers(const NumberField& field) = 0;
  // Reads and starts a new period of longest_gap. Nothing: not followed, or closed.
  virtual std::optional<ReaderCounts> take_counts(std::uint64_t cookie) = 0;
  // Moves what waits in the ring to `out`, in order of time per CPU; false: nothing was there.
  virtual bool drain(std::vector<OffCpu>& out) = 0;
  // Intervals that found the ring full.
  virtual std::uint64_t lost_records() const = 0;
  // Idempotent. Takes no capability on Linux 5.19 and later; before, and with kernel.unprivileged_bpf_disabled, CAP_BPF and
  // CAP_PERFMON: refused once they are dropped.
  virtual Result<void> attach() = 0;
  virtual void detach() = 0;  // what was counted stays; what is read meanwhile is not
  virtual bool is_attached() const = 0;
  virtual const Availability& availability() const = 0;
};

Availability reader_probe_availability();
// Loads, does not attach. Takes CAP_BPF and CAP_PERFMON. Errors: permission; unsupported where the kernel has no BTF, or none of
// the tracepoints.
Result<std::unique_ptr<ReaderProbe>> open_reader_probe();

}  // namespace wirecause
