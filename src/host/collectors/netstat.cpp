// Collector: the few extended counters of IPv4 that a cause needs (net/ipv4/proc.c netstat_seq_show).
//
// Once a second: the kernel writes some 250 counters to be read here, which takes it longer than all of snmp and softnet.
// IPReversePathFilter stands under TcpExt for reasons of history; it counts IP packets of every protocol.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "host/collector.hpp"
#include "host/kernel/counter_table_run.hpp"
#include "host/kernel/text_collector.hpp"

namespace wirecause {
namespace {

constexpr char kSource[] = "/proc/net/netstat";

constexpr std::array kPublishes{
    Published{"TcpExt.IPReversePathFilter", Shape::sample, Unit::packets,
              "IPv4 packets dropped because their source is not routed through the interface they came on (rp_filter)"},
    Published{"TcpExt.ListenOverflows", Shape::sample, Unit::packets,
              "connections refused room in a full accept queue"},
    Published{"TcpExt.ListenDrops", Shape::sample, Unit::packets, "SYNs that a listener dropped, for any reason"},
    Published{"TcpExt.TCPRcvQDrop", Shape::sample, Unit::packets,
              "TCP segments dropped because the receive queue was full"},
    Published{"TcpExt.TCPBacklogDrop", Shape::sample, Unit::packets,
              "TCP segments dropped because the socket's backlog was full"},
    Published{"TcpExt.PFMemallocDrop", Shape::sample, Unit::packets,
              "packets dropped because memory was kept for emergencies"},
    Published{"IpExt.InNoRoutes", Shape::sample, Unit::packets, "IPv4 packets received that no route leads on"},
    Published{"IpExt.InTruncatedPkts", Shape::sample, Unit::packets, "IPv4 packets shorter than their header says"},
    Published{"IpExt.InMcastPkts", Shape::sample, Unit::packets, "IPv4 multicast packets received"},
    Published{"IpExt.InCsumErrors", Shape::sample, Unit::packets, "IPv4 packets dropped for a bad header checksum"},
    Published{"IpExt.ReasmOverlaps", Shape::sample, Unit::packets, "datagrams dropped because their fragments overlap"},
};

}  // namespace

extern constinit const Collector collector_netstat{
    .id = "netstat",
    .summary = "reverse-path filter, missing routes, damaged headers, full listeners",
    .source = kSource,
    .needs = "none",
    .publishes = kPublishes,
    .pace = Pace::second,
    .can_run = &can_read_text<kSource>,
    .open = &open_text<CounterTableRun<kPublishes, kSource>, kSource>,
};

}  // namespace wirecause
