// Threads of the readers, from /proc/PID/task/TID: what state they are in, on which CPU, how long they waited for one.
// Reading is 1 to 2 us a file; a read that takes over 200 us is slowed by the caller
// (decisions, "The tool must not be the fault").
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace wirecause {

struct ThreadSample {
  char state = '?';                // R S D T t Z X I
  std::int32_t cpu = -1;           // last run on
  std::uint64_t on_cpu_ns = 0;     // schedstat 1: time on a CPU
  std::uint64_t run_delay_ns = 0;  // schedstat 2: time runnable and waiting
  std::uint64_t involuntary_switches = 0;
};

// Slower or rarer facts, read when a symptom opens.
struct ThreadFacts {
  std::string command;
  std::string affinity;  // "0-1"
  std::vector<std::uint32_t> cpus;
};

// What a thread waits in; of another user's only for who may trace it.
struct ThreadWait {
  std::string wchan;        // kernel function it sleeps in; empty: running or not readable
  std::string system_call;  // "recvmsg", "futex", number where the name is not known; empty: not readable
};

// cpu.stat of the process's cgroup (v2; v1 where the cpu controller still belongs to it).
struct CgroupCpu {
  std::string path;
  std::uint64_t throttled_usec = 0;
  std::optional<std::uint64_t> quota_usec;  // of cpu.max; none: no limit
  std::optional<std::uint64_t> period_usec;
  bool is_v1 = false;  // limited by cpu.cfs_quota_us of cgroup v1, not by cpu.max
};

class ThreadReader {
 public:
  virtual ~ThreadReader() = default;
  virtual std::optional<ThreadSample> sample() = 0;  // nothing: the thread is gone
  virtual ThreadFacts facts() = 0;
};

// Keeps the descriptors open.
Result<std::unique_ptr<ThreadReader>> open_thread(const std::string& proc, std::int32_t pid, std::int32_t thread);
ThreadWait thread_wait(const std::string& proc, std::int32_t pid, std::int32_t thread);
std::vector<std::int32_t> threads_of(const std::string& proc, std::int32_t pid);
// Nothing: no cpu controller, or not readable. Of all ancestors the first one that is limited.
std::optional<CgroupCpu> cgroup_cpu(const std::string& proc, const std::string& sys, std::int32_t pid);

}  // namespace wirecause
