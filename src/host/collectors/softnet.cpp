// Collector: per-CPU receive backlog of the kernel.
//
// One line a CPU, hexadecimal columns (net/core/net-procfs.c softnet_seq_show): 0 processed, 1 dropped (the backlog was
// full: netdev_max_backlog), 2 time_squeeze (NAPI budget used up with work left), 9 received_rps, 10 flow_limit_count,
// 11 backlog length (5.10), 12 CPU number (5.10; lines of offline CPUs are left out, so the line number is not the CPU).
// SPDX-License-Identifier: Apache-2.0
#include "host/collector.hpp"

namespace wirecause {
namespace {

Availability can_run(const HostContext&) { return unavailable("not built yet", ""); }

Result<std::unique_ptr<CollectorRun>> open(const HostContext&) { return fail(Errc::unsupported, "not built yet"); }

}  // namespace

extern constinit const Collector collector_softnet{
    .id = "softnet",
    .summary = "packets dropped at the per-CPU backlog, and NAPI budgets used up",
    .source = "/proc/net/softnet_stat",
    .needs = "none",
    .can_run = &can_run,
    .open = &open,
};

}  // namespace wirecause
