// On which CPUs this tool runs: never on those that the host keeps for its readers, unless the user names one.
//
// Called before threads are started, which inherit it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace wirecause {

// Off isolated and nohz_full CPUs (/sys/devices/system/cpu/isolated): restricts this thread to the others; does nothing
// where there are none, or none would be left. Returns the CPUs that are left, "0-1".
Result<std::string> stay_off_isolated_cpus(const std::string& sys);

// This thread to one CPU. Error: the kernel refuses (sched_setaffinity(2)): it has no such CPU, or a cpuset excludes it.
Result<void> pin_to_cpu(std::uint32_t cpu);

}  // namespace wirecause
