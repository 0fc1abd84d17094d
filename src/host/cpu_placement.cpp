// SPDX-License-Identifier: Apache-2.0
#include "host/cpu_placement.hpp"

#include <sched.h>

#include <cerrno>

#include "base/errno.hpp"
#include "host/kernel/cpu_list.hpp"
#include "host/kernel/kernel_text.hpp"

namespace wirecause {

Result<std::string> stay_off_isolated_cpus(const std::string& sys) {
  const CpuSet isolated = parse_cpu_list(first_line(sys + "/devices/system/cpu/isolated"));
  const CpuSet tickless = parse_cpu_list(first_line(sys + "/devices/system/cpu/nohz_full"));
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return system_failure("read this thread's CPUs", errno);
  const CpuSet present = cpus_of(allowed);
  const CpuSet left = without(without(present, isolated), tickless);
  if (left.empty() || left == present) return cpu_list_text(present);
  const cpu_set_t wanted = set_of(left);
  if (::sched_setaffinity(0, sizeof wanted, &wanted) != 0) return system_failure("stay off isolated CPUs", errno);
  return cpu_list_text(left);
}

Result<void> pin_to_cpu(std::uint32_t cpu) {
  const cpu_set_t wanted = set_of({cpu});
  if (::sched_setaffinity(0, sizeof wanted, &wanted) == 0) return {};
  return system_failure("run on CPU " + std::to_string(cpu), errno);
}

}  // namespace wirecause
