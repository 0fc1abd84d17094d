// /proc/PID/stat (proc(5)): the command stands in brackets and may hold any byte, brackets among them, hence everything is
// counted from the last one. What is cut or missing stays as it is in an empty ProcStat.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace wirecause {

struct ProcStat {
  char state = '?';       // field 3
  std::int32_t cpu = -1;  // field 39
};
ProcStat parse_proc_stat(std::string_view text);

}  // namespace wirecause
