// A collector of a file of counters in pairs of lines, names above values (/proc/net/snmp, /proc/net/netstat).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <utility>

#include "host/collector.hpp"
#include "host/kernel/counter_table.hpp"
#include "host/kernel/proc_file.hpp"

namespace wirecause {

// `kPublishes`: which of them; `kSource`: the file, as it stands below the host's root.
template <const auto& kPublishes, const auto& kSource>
class CounterTableRun final : public CollectorRun {
 public:
  explicit CounterTableRun(ProcFile file) : file_(std::move(file)) {}

  Result<void> sample(TimeNs, EvidenceSink& sink) override {
    WC_TRY_ASSIGN(const std::string_view text, file_.read());
    UnreadValues unread(kSource);
    table_.publish(text, kHost, sink, unread);
    return unread.result();
  }

 private:
  ProcFile file_;
  CounterTable table_{kPublishes};
};

}  // namespace wirecause
