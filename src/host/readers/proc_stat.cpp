// SPDX-License-Identifier: Apache-2.0
#include "host/readers/proc_stat.hpp"

#include <array>

#include "host/kernel/kernel_text.hpp"

namespace wirecause {

ProcStat parse_proc_stat(std::string_view text) {
  ProcStat stat;
  const std::size_t bracket = text.rfind(')');
  if (bracket == std::string_view::npos) return stat;
  text.remove_prefix(bracket + 1);
  std::array<std::string_view, 37> fields;  // of proc(5)'s numbers 3 to 39
  for (std::string_view& field : fields) field = take_word(text);
  if (fields[0].size() == 1) stat.state = fields[0][0];
  stat.cpu = number_of<std::int32_t>(fields[39 - 3]).value_or(-1);
  return stat;
}

}  // namespace wirecause
