// Sets of CPUs as the kernel writes them: "0-3,8,10-11" (bitmap_print_to_pagebuf()), and as sched_setaffinity() takes them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sched.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wirecause {

using CpuSet = std::vector<std::uint32_t>;  // ascending, each once

// What is no number or range is passed over; numbers from 8 192 (NR_CPUS at most) on as well.
CpuSet parse_cpu_list(std::string_view text);
std::string cpu_list_text(const CpuSet& cpus);  // "0-3,8"; empty: ""
CpuSet without(const CpuSet& cpus, const CpuSet& taken);

CpuSet cpus_of(const cpu_set_t& set);
cpu_set_t set_of(const CpuSet& cpus);  // those below CPU_SETSIZE

}  // namespace wirecause
