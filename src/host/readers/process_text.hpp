// The texts of /proc/PID that threads, owners and bypass read: small, one line or "key: value" lines, each of which may be
// cut, empty or gone because the process ended meanwhile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wirecause {

// All of `text` is one decimal number that fits; nothing else.
std::optional<std::uint64_t> number_in(std::string_view text);

// At most `limit` bytes of a file; empty: cannot be read.
std::string file_text(const std::string& path, std::size_t limit = 4'096);
// The same of a descriptor that is kept open; nothing: the process is gone.
std::optional<std::string> text_of(int descriptor);
std::string first_line(const std::string& path);

// Of "Key:\tvalue\n" lines (/proc/PID/status) or "key value\n" lines (cpu.stat): the value, without blanks around it.
std::string_view value_of(std::string_view text, std::string_view key);

// /proc/PID/stat (proc(5)): the command stands in brackets and may hold any byte, brackets among them, hence everything is
// counted from the last one.
struct ProcStat {
  char state = '?';
  std::uint64_t major_faults = 0;  // field 12
  std::uint64_t start_ticks = 0;   // field 22
  std::int32_t cpu = -1;           // field 39
  std::int32_t policy = -1;        // field 41
};
ProcStat parse_proc_stat(std::string_view text);

}  // namespace wirecause
