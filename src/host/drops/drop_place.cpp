// Measured on Linux 6.18 by tests/unit/host/drops/drop_faults_test.cpp, each fault in a namespace of its own:
//
//   fault                               reason              freed by                    place      socket
//   receive buffer full                 SOCKET_RCVBUFF      udp_queue_rcv_one_skb       socket     yes
//   socket filter                       SOCKET_FILTER       udp_queue_rcv_one_skb       socket     yes
//   bad checksum, filter on the socket  UDP_CSUM            udp_queue_rcv_one_skb       udp        yes
//   bad checksum, recv                  UDP_CSUM            udp_recvmsg                 read       no
//   bad checksum, poll                  UDP_CSUM            __first_packet_length       read       no
//   port not bound                      NO_SOCKET           __udp4_lib_rcv              udp        no
//   group joined, port not bound        NOT_SPECIFIED       __udp4_lib_rcv (inlined     udp        no
//                                                           __udp4_lib_mcast_deliver)
//   group not joined                    NOT_SPECIFIED       ip_rcv_finish_core          ip         no
//   reverse path filter                 IP_RPFILTER         ip_rcv_finish_core          ip         no
//   fragment missing                    FRAG_REASM_TIMEOUT  ip_expire                   ip         no
//   nft input, prerouting, ingress      NETFILTER_DROP      nft_do_chain                netfilter  no
//   tc program at ingress               TC_INGRESS          __netif_receive_skb_core    tc         no
//   XDP on veth, native                 NOT_SPECIFIED       veth_xdp_rcv_skb            xdp        no
//   XDP, generic                        NOT_SPECIFIED       do_xdp_generic              xdp        no
//   backlog full                        CPU_BACKLOG         enqueue_to_backlog          backlog    no
//   unread at close                     NOT_SPECIFIED       udp_destruct_common         (teardown: left out)
//
// Order in __netif_receive_skb_core: generic XDP, VLAN tag, taps (ptype_all), tc ingress, netfilter ingress, protocol: what
// tc and netfilter drop, the ingress hook included, the tap has seen. A driver with native XDP that drops before it makes a
// packet of the frame frees no packet: such drops are in the program's and the driver's counters only.
// SPDX-License-Identifier: Apache-2.0
#include "host/drops/drop_place.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "evidence/drop_reason.hpp"

namespace wirecause {
namespace {

struct Named {
  std::string_view name;  // of a reason without "SKB_DROP_REASON_", or of a function
  Checkpoint place;
};

// What begins with the name; the first that fits counts.
constexpr std::array kByReason = {
    Named{"XDP", Checkpoint::xdp},
    Named{"CPU_BACKLOG", Checkpoint::backlog},
    Named{"PFMEMALLOC", Checkpoint::backlog},
    Named{"FULL_RING", Checkpoint::nic},  // tun, tap: the ring of the device
    Named{"DEV_", Checkpoint::nic},
    Named{"HDR_TRUNC", Checkpoint::nic},
    Named{"TAP_", Checkpoint::nic},
    Named{"TC_", Checkpoint::tc},
    Named{"QDISC_", Checkpoint::tc},
    Named{"FQ_", Checkpoint::tc},
    Named{"CAKE_", Checkpoint::tc},
    Named{"DUALPI2_", Checkpoint::tc},
    Named{"SKB_GSO_SEG", Checkpoint::tc},
    Named{"NETFILTER_DROP", Checkpoint::netfilter},
    Named{"NO_SOCKET", Checkpoint::udp},
    Named{"UDP_CSUM", Checkpoint::udp},
    Named{"TCP_CSUM", Checkpoint::udp},
    Named{"SOCKET_", Checkpoint::socket},
    Named{"PROTO_MEM", Checkpoint::socket},
    Named{"XFRM_POLICY", Checkpoint::socket},
    Named{"SECURITY_HOOK", Checkpoint::socket},
    Named{"TCP_", Checkpoint::socket},
    Named{"PACKET_SOCK_ERROR", Checkpoint::socket},
    Named{"SKB_UCOPY_FAULT", Checkpoint::read},
};

constexpr std::array kByFunction = {
    Named{"veth_xdp_rcv", Checkpoint::xdp},  // _skb, _one: the receiving half
    Named{"veth_", Checkpoint::nic},
    Named{"tun_", Checkpoint::nic},
    Named{"tap_", Checkpoint::nic},
    Named{"loopback_xmit", Checkpoint::nic},
    Named{"do_xdp_generic", Checkpoint::xdp},
    Named{"netif_receive_generic_xdp", Checkpoint::xdp},
    Named{"bpf_prog_run_generic_xdp", Checkpoint::xdp},
    Named{"generic_xdp_", Checkpoint::xdp},
    Named{"enqueue_to_backlog", Checkpoint::backlog},
    Named{"netif_rx", Checkpoint::backlog},
    Named{"process_backlog", Checkpoint::backlog},
    Named{"napi_gro_", Checkpoint::backlog},
    Named{"dev_gro_receive", Checkpoint::backlog},
    Named{"__netif_receive_skb", Checkpoint::tc},  // no handler wanted it: behind the taps
    Named{"sch_", Checkpoint::tc},
    Named{"tcf_", Checkpoint::tc},
    Named{"tc_run", Checkpoint::tc},
    Named{"qdisc_", Checkpoint::tc},
    Named{"pfifo", Checkpoint::tc},
    Named{"tbf_", Checkpoint::tc},
    Named{"htb_", Checkpoint::tc},
    Named{"dev_qdisc_enqueue", Checkpoint::tc},
    Named{"__dev_queue_xmit", Checkpoint::tc},
    Named{"__dev_xmit_skb", Checkpoint::tc},
    Named{"nf_", Checkpoint::netfilter},
    Named{"nft_", Checkpoint::netfilter},
    Named{"ipt_", Checkpoint::netfilter},
    Named{"ip6t_", Checkpoint::netfilter},
    Named{"__udp4_lib_", Checkpoint::udp},
    Named{"__udp6_lib_", Checkpoint::udp},
    Named{"udp_unicast_rcv_skb", Checkpoint::udp},
    Named{"udp6_unicast_rcv_skb", Checkpoint::udp},
    Named{"udp_rcv", Checkpoint::udp},
    Named{"udpv6_rcv", Checkpoint::udp},
    Named{"udp_recvmsg", Checkpoint::read},
    Named{"udpv6_recvmsg", Checkpoint::read},
    Named{"__skb_recv_udp", Checkpoint::read},
    Named{"first_packet_length", Checkpoint::read},
    Named{"__first_packet_length", Checkpoint::read},
    Named{"udp_read_skb", Checkpoint::read},
    Named{"skb_free_datagram", Checkpoint::read},
    Named{"__skb_free_datagram", Checkpoint::read},
    Named{"skb_kill_datagram", Checkpoint::read},
    Named{"udp_queue_rcv", Checkpoint::socket},
    Named{"__udp_queue_rcv_skb", Checkpoint::socket},
    Named{"udpv6_queue_rcv", Checkpoint::socket},
    Named{"__udpv6_queue_rcv_skb", Checkpoint::socket},
    Named{"__udp_enqueue_schedule_skb", Checkpoint::socket},
    Named{"sk_filter", Checkpoint::socket},
    Named{"sock_queue_rcv_skb", Checkpoint::socket},
    Named{"tcp_", Checkpoint::socket},
    Named{"packet_rcv", Checkpoint::socket},
    Named{"tpacket_rcv", Checkpoint::socket},
};

constexpr std::array<std::string_view, 7> kNormalFrees = {
    "SKB_CONSUMED",
    "SKB_DROP_REASON_SOCKET_CLOSE",
    "SKB_DROP_REASON_QUEUE_PURGE",
    "SKB_DROP_REASON_TCP_OLD_ACK",
    "SKB_DROP_REASON_TCP_OFOMERGE",  // its bytes live on in its neighbour
    "SKB_DROP_REASON_UNIX_DISCONNECT",
    "SKB_DROP_REASON_UNIX_SKIP_OOB",
};

// At most WC_DROP_TEARDOWNS ranges of code, parts (".cold") included.
constexpr std::array<std::string_view, 11> kTeardown = {
    "udp_destruct_common", "udp_destruct_sock", "udpv6_destruct_sock",    "inet_sock_destruct",
    "skb_queue_purge",     "skb_rbtree_purge",  "skb_queue_purge_reason", "packet_release",
    "unix_release_sock",   "netlink_release",   "flush_backlog",
};

template <std::size_t N>
std::optional<Checkpoint> find(const std::array<Named, N>& table, std::string_view name) {
  const auto at = std::ranges::find_if(table, [&](const Named& row) { return name.starts_with(row.name); });
  if (at == table.end()) return std::nullopt;
  return at->place;
}

}  // namespace

Checkpoint checkpoint_of(std::string_view reason, std::string_view symbol) {
  constexpr std::string_view kPrefix = "SKB_DROP_REASON_";
  const auto by_function = find(kByFunction, symbol);
  if (!reason.starts_with(kPrefix) || reason == drop_reason::kNotSpecified) return by_function.value_or(Checkpoint::ip);
  reason.remove_prefix(kPrefix.size());
  // A unicast datagram is verified when it is read, one behind a filter on arrival: the reason is the same.
  if (reason == "UDP_CSUM" && by_function == Checkpoint::read) return Checkpoint::read;
  return find(kByReason, reason).value_or(Checkpoint::ip);
}

std::span<const std::string_view> reasons_of_normal_frees() { return kNormalFrees; }
std::span<const std::string_view> teardown_functions() { return kTeardown; }

}  // namespace wirecause
