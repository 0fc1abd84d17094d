// What one followed socket and its reader did over the last twenty seconds: samples every ten milliseconds, and the
// stretches without a read while datagrams waited.
//
// Written by the live run's thread; read when an episode of drops is measured (episode_measure.hpp). Bounded: kSamples
// samples, kGaps stretches, kOffCpu absences from the CPU.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "host/readers/threads.hpp"

namespace wirecause {

struct SocketSample {
  TimeNs time;
  std::uint32_t queue_bytes = 0;
  std::uint32_t buffer_bytes = 0;
  std::uint64_t drops = 0;
  std::uint64_t arrived = 0;                  // datagrams of all its lines so far
  std::optional<std::uint64_t> reads;         // datagrams read so far; nothing: not observed
  std::optional<ThreadSample> thread;         // its reader
  std::optional<std::uint64_t> throttled_us;  // of the reader's cgroup
};

// The program in the kernel saw each read: the longest pause between two of them since the sample before.
struct ReadPause {
  TimeNs from;
  TimeNs to;
};

// No read while datagrams waited.
struct ReadGap {
  TimeNs from;
  TimeNs to;
  std::optional<std::uint64_t> on_cpu_ns;  // of the reader, meanwhile (schedstat)
  std::optional<std::uint64_t> run_delay_ns;
  std::optional<std::uint64_t> involuntary;
  std::optional<std::uint64_t> throttled_us;
  std::array<std::uint32_t, 4> states{};  // samples in which the reader was R, S, D, T
  std::string waits_in;                   // wchan, or the system call, as read once in the gap
};

struct ReaderAbsence {
  TimeNs from;
  TimeNs to;
  DurationNs runnable{0};
  std::string instead;  // "python3[123]"
};

class SocketTrail {
 public:
  static constexpr std::size_t kSamples = 2'048;
  static constexpr std::size_t kGaps = 256;
  static constexpr std::size_t kOffCpu = 256;
  static constexpr DurationNs kShortestGap = milliseconds(2);

  // `pause`: of the reads since the sample before, where reads are observed.
  void add(const SocketSample& sample, std::optional<ReadPause> pause);
  void add(ReaderAbsence absence);
  // A gap is open, long enough to ask once what the reader waits in.
  bool wants_reason(TimeNs now) const;
  void set_reason(std::string waits_in);

  // By index from the oldest.
  std::size_t size() const { return samples_.size(); }
  const SocketSample& at(std::size_t index) const { return samples_[index]; }
  // Finished gaps, and the one that is open as far as it has come.
  std::vector<ReadGap> gaps() const;
  const std::deque<ReaderAbsence>& absences() const { return absences_; }
  std::optional<std::size_t> last_at_or_before(TimeNs time) const;

 private:
  static constexpr DurationNs kAskAfter = milliseconds(15);

  void close_gap(const SocketSample& sample, TimeNs from, TimeNs to);
  static void set_counters(ReadGap& gap, const SocketSample& from, const SocketSample& to);

  std::deque<SocketSample> samples_;
  std::deque<ReadGap> gaps_;
  std::deque<ReaderAbsence> absences_;
  SocketSample at_last_read_;  // the sample that last saw a read, or an empty queue
  ReadGap open_;               // since then
  bool is_open_ = false;
  bool was_asked_ = false;
};

}  // namespace wirecause
