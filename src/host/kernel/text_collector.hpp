// What collectors of one text file of /proc have in common: whether it can be read, and opening it.
//
//   constexpr char kSource[] = "/proc/net/snmp";
//   ... .can_run = &can_read_text<kSource>, .open = &open_text<SnmpRun, kSource>,
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "host/collector.hpp"
#include "host/kernel/proc_file.hpp"

namespace wirecause {

// `source` as the user knows it, below the context's /proc.
inline std::string path_below(const HostContext& context, std::string_view source) {
  constexpr std::string_view kProc = "/proc";
  return context.proc + std::string(source.substr(source.starts_with(kProc) ? kProc.size() : 0));
}

template <const char* kSource>
Availability can_read_text(const HostContext& context) {
  return can_read(path_below(context, kSource), "let this user read it, or run as root",
                  "mount /proc; where it is mounted, this kernel was built without it");
}

// `Run` is made from the open file.
template <class Run, const char* kSource>
Result<std::unique_ptr<CollectorRun>> open_text(const HostContext& context) {
  WC_TRY_ASSIGN(ProcFile file, ProcFile::open(path_below(context, kSource)));
  return std::make_unique<Run>(std::move(file));
}

}  // namespace wirecause
