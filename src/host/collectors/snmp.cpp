// Collector: counters of IPv4, ICMP and UDP of this network namespace (net/ipv4/proc.c snmp_seq_show).
//
// Careful: all sockets of the namespace are in them; RcvbufErrors of one socket are its own `drops` (sock_diag). InErrors
// holds RcvbufErrors, InCsumErrors and MemErrors. InCsumErrors counts when the application reads, not on arrival.
// NoPorts counts unicast only: multicast that nobody here wants is IgnoredMulti (net/ipv4/udp.c).
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "host/collector.hpp"
#include "host/kernel/counter_table_run.hpp"
#include "host/kernel/text_collector.hpp"

namespace wirecause {
namespace {

constexpr char kSource[] = "/proc/net/snmp";

constexpr std::array kPublishes{
    Published{"Ip.InReceives", Shape::sample, Unit::packets, "IPv4 packets that reached the IP layer"},
    Published{"Ip.InHdrErrors", Shape::sample, Unit::packets, "IPv4 packets dropped for a bad header or checksum"},
    Published{"Ip.InAddrErrors", Shape::sample, Unit::packets,
              "IPv4 packets dropped for an address that is not of this host"},
    Published{"Ip.InDiscards", Shape::sample, Unit::packets,
              "IPv4 packets dropped for want of memory or by the kernel's choice"},
    Published{"Ip.InDelivers", Shape::sample, Unit::packets, "IPv4 packets handed to UDP, TCP, ICMP and others"},
    Published{"Ip.OutNoRoutes", Shape::sample, Unit::packets,
              "IPv4 packets not sent because no route led to the destination"},
    Published{"Ip.ReasmTimeout", Shape::sample, Unit::packets,
              "datagrams given up because a fragment did not come in time"},
    Published{"Ip.ReasmReqds", Shape::sample, Unit::packets, "fragments that waited for their datagram"},
    Published{"Ip.ReasmOKs", Shape::sample, Unit::packets, "datagrams put together from fragments"},
    Published{"Ip.ReasmFails", Shape::sample, Unit::packets,
              "datagrams that could not be put together, for any reason"},
    Published{"Icmp.InDestUnreachs", Shape::sample, Unit::packets, "ICMP \"destination unreachable\" received"},
    Published{"Icmp.OutDestUnreachs", Shape::sample, Unit::packets, "ICMP \"destination unreachable\" sent"},
    Published{"Udp.InDatagrams", Shape::sample, Unit::packets, "UDP datagrams that applications read"},
    Published{"Udp.NoPorts", Shape::sample, Unit::packets, "unicast UDP datagrams for a port that nobody bound"},
    Published{"Udp.InErrors", Shape::sample, Unit::packets, "UDP datagrams dropped at a socket, for any reason"},
    Published{"Udp.RcvbufErrors", Shape::sample, Unit::packets,
              "UDP datagrams dropped because a receive buffer was full"},
    Published{"Udp.SndbufErrors", Shape::sample, Unit::packets,
              "UDP datagrams not sent because a send buffer was full"},
    Published{"Udp.InCsumErrors", Shape::sample, Unit::packets,
              "UDP datagrams dropped for a bad checksum; counted when they are read"},
    Published{"Udp.IgnoredMulti", Shape::sample, Unit::packets, "multicast UDP datagrams that no socket here wanted"},
    Published{"Udp.MemErrors", Shape::sample, Unit::packets,
              "UDP datagrams dropped because net.ipv4.udp_mem was used up"},
};

}  // namespace

extern constinit const Collector collector_snmp{
    .id = "snmp",
    .summary = "IPv4, ICMP and UDP counters: no port, buffer full, bad checksum",
    .source = kSource,
    .needs = "none",
    .publishes = kPublishes,
    .pace = Pace::fast,
    .can_run = &can_read_text<kSource>,
    .open = &open_text<CounterTableRun<kPublishes, kSource>, kSource>,
};

}  // namespace wirecause
