// One record of the reader programs' ring as the interval that it means.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "host/readers/reader_probe.hpp"

namespace wirecause {

// As ps shows it, from TASK_* bits (include/linux/sched.h, task_state_index()); 0: it could have run.
char task_state_letter(std::uint32_t state);

// Nothing: too short to be a record.
std::optional<OffCpu> parse_off_cpu(std::span<const std::byte> record);

}  // namespace wirecause
