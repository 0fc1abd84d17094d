// The tracepoints that the reader programs hang on, as a kernel has them: which programs are loaded depends on it, and tests
// give those of other kernels.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "host/kernel/kernel_types.hpp"
#include "host/readers/reader_probe.hpp"

namespace wirecause {

// Arguments as KernelTypes::tracepoint_arguments() has them; nothing: not on this kernel.
struct ReaderTracepoints {
  std::optional<std::string> sock_recv_length;
  std::optional<std::string> sched_switch;
  std::optional<std::string> sched_wakeup;
};
ReaderTracepoints reader_tracepoints(const KernelTypes& types);

Result<std::unique_ptr<ReaderProbe>> open_reader_probe(const ReaderTracepoints& tracepoints);

}  // namespace wirecause
