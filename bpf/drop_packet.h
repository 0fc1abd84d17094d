// What a dropped packet says of itself: addresses, ports, where its UDP payload lies, how many segments it stands for.
//
// The transport header is not asked: on its way up it is first unset, then equal to the network header
// (__netif_receive_skb_core), and only then true. The IP header is looked for where the network header points, at the
// data (which the backlog and XDP see before the network header is set) and behind the Ethernet header; it counts where
// its version agrees with the packet's protocol. Packet bytes are read by
// bpf_probe_read_kernel within [head, tail): a pointer that is not one yields zeros.
//
// `is_typed`: the program is a BTF tracepoint, whose pointers may be followed without a call; a constant where it is
// inlined. A storm of drops is when the CPU has no time to spare: 20 calls fewer halve the cost.
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#ifndef WIRECAUSE_BPF_DROP_PACKET_H
#define WIRECAUSE_BPF_DROP_PACKET_H

#include "bpf/drop_kernel.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

enum {
  WC_ETH_IPV4 = 0x0800,
  WC_ETH_IPV6 = 0x86dd,
  WC_ETH_VLAN = 0x8100,
  WC_ETH_QINQ = 0x88a8,
  WC_IP_UDP = 17,
  WC_IP_TCP = 6,
  WC_HEADER_UNSET = 0xffff,
};

// Numbers of namespaces begin here (include/linux/proc_ns.h PROC_DYNAMIC_FIRST; since 6.18 a few lower ones are fixed).
#define WC_FIRST_NAMESPACE 0xeffffff0U

// The key of a flow. No padding: it is hashed as bytes.
struct wc_drop_key {
  __u64 socket;  // address of the struct sock, with its inode: the memory of a closed one is soon another's
  __u64 inode;
  __u64 location;
  __u32 reason;
  __u32 ifindex;
  __u32 netns;
  __u16 source_port;
  __u16 destination_port;
  __u32 source[4];
  __u32 destination[4];
  __u32 protocol;
  __s32 failure;
};

struct wc_dropped {
  struct wc_drop_key key;
  __u64 ns;
  __u64 head;     // address of the linear part
  __u64 payload;  // address of the UDP payload
  __u64 dev;      // addresses
  __u64 net;
  __u64 cookie;
  __u32 tail;    // end of the linear part, from head
  __u32 linear;  // bytes of the payload that can be read there
  __u32 payload_length;
  __u32 truesize;
  __u32 segments;
  __u32 was_queued;  // in a UDP socket: nothing but its number is left of the interface
};

#define WC_LOAD(is_typed, pointer, field) ((is_typed) ? (pointer)->field : BPF_CORE_READ(pointer, field))

static __always_inline int wc_read(void* to, __u32 bytes, const struct wc_dropped* d, __u32 offset) {
  if (offset + bytes > d->tail || offset > 0xffff) return -1;
  return (int)bpf_probe_read_kernel(to, bytes, (const void*)(d->head + offset));
}

static __always_inline void wc_read_ports(struct wc_dropped* d, __u32 offset, __u32 rest) {
  __be16 udp[4];
  if (d->key.protocol != WC_IP_UDP && d->key.protocol != WC_IP_TCP) return;
  if (wc_read(udp, sizeof udp, d, offset)) return;
  d->key.source_port = bpf_ntohs(udp[0]);
  d->key.destination_port = bpf_ntohs(udp[1]);
  if (d->key.protocol != WC_IP_UDP) return;
  // A datagram of 64 KiB of segments has length 0 (RFC 2675 way of GSO): what the IP header says then.
  __u32 length = bpf_ntohs(udp[2]);
  if (length < 8) length = rest;
  if (length < 8) return;
  d->payload_length = length - 8;
  d->payload = d->head + offset + 8;
  d->linear = d->tail - offset - 8;
  if (d->linear > d->payload_length) d->linear = d->payload_length;
}

static __always_inline int wc_read_ipv4(struct wc_dropped* d, __u32 offset) {
  struct {
    __u8 version_length, tos;
    __be16 length, id, fragment;
    __u8 ttl, protocol;
    __u16 checksum;
    __u32 source, destination;
  } ip;
  if (wc_read(&ip, sizeof ip, d, offset)) return -1;
  __u32 header = (ip.version_length & 15U) * 4;
  if (ip.version_length >> 4 != 4 || header < 20) return -1;
  d->key.protocol = ip.protocol;
  d->key.source[2] = d->key.destination[2] = bpf_htonl(0xffff);
  d->key.source[3] = ip.source;
  d->key.destination[3] = ip.destination;
  __u32 length = bpf_ntohs(ip.length);
  // Later fragments have no ports.
  if (!(bpf_ntohs(ip.fragment) & 0x1fff)) wc_read_ports(d, offset + header, length > header ? length - header : 0);
  return 0;
}

static __always_inline int wc_read_ipv6(struct wc_dropped* d, __u32 offset) {
  struct {
    __u8 version, class_flow[3];
    __be16 length;
    __u8 next, hops;
    __u32 source[4], destination[4];
  } ip;
  if (wc_read(&ip, sizeof ip, d, offset)) return -1;
  if (ip.version >> 4 != 6) return -1;
  d->key.protocol = ip.next;  // extension headers are not followed: no ports then
  __builtin_memcpy(d->key.source, ip.source, 16);
  __builtin_memcpy(d->key.destination, ip.destination, 16);
  wc_read_ports(d, offset + sizeof ip, bpf_ntohs(ip.length));
  return 0;
}

// Global functions are verified once, not once for every way that leads to them.
__noinline int wc_read_network(struct wc_dropped* d, __u32 offset, __u32 protocol) {
  if (!d) return -1;
  struct {
    __be16 tci, protocol;
  } tag;
  for (int i = 0; i < 2 && (protocol == WC_ETH_VLAN || protocol == WC_ETH_QINQ); ++i) {
    if (wc_read(&tag, sizeof tag, d, offset)) return -1;
    protocol = bpf_ntohs(tag.protocol);
    offset += sizeof tag;
  }
  if (protocol == WC_ETH_IPV4) return wc_read_ipv4(d, offset);
  if (protocol == WC_ETH_IPV6) return wc_read_ipv6(d, offset);
  return -1;
}

static __always_inline void wc_read_headers(struct wc_dropped* d, struct sk_buff* skb, __u32 protocol, int is_typed) {
  d->head = (__u64)WC_LOAD(is_typed, skb, head);
  d->tail = WC_LOAD(is_typed, skb, tail);
  __u32 network = WC_LOAD(is_typed, skb, network_header);
  if (network && !wc_read_network(d, network, protocol)) return;
  __u32 data = (__u32)((__u64)WC_LOAD(is_typed, skb, data) - d->head);
  if (data != network && !wc_read_network(d, data, protocol)) return;
  __u32 mac = WC_LOAD(is_typed, skb, mac_header);
  if (mac != WC_HEADER_UNSET) wc_read_network(d, mac + 14, protocol);
}

// A super-packet of GRO or GSO is so many datagrams. Virtual drivers leave gso_segs at 0 and name only the size.
static __always_inline void wc_read_segments(struct wc_dropped* d, struct sk_buff* skb, int is_typed) {
  struct skb_shared_info* shared = (void*)(d->head + WC_LOAD(is_typed, skb, end));
  __u32 size = BPF_CORE_READ(shared, gso_size);
  d->segments = 1;
  if (!size) return;
  d->segments = BPF_CORE_READ(shared, gso_segs);
  if (!d->segments) d->segments = (d->payload_length + size - 1) / size;
  if (!d->segments) d->segments = 1;
  if (d->payload_length > size) d->payload_length = size;
}

// A kernel address. skb->dev shares its place with what UDP remembers of a queued datagram (udp_dev_scratch), which never
// looks like one.
static __always_inline int wc_is_kernel_address(const void* p) { return (__s64)p < 0; }

// What UDP wrote over it is gone with the queue: such a datagram is freed by its reader (a bad checksum is found when it is
// read), whose namespace is the socket's, but for one that moved away after it opened it.
static __always_inline void wc_read_readers_net(struct wc_dropped* d) {
  struct task_struct* task = (void*)bpf_get_current_task();
  struct net* net = BPF_CORE_READ(task, nsproxy, net_ns);
  d->net = (__u64)net;
  if (net) d->key.netns = BPF_CORE_READ(net, ns.inum);
}

static __always_inline void wc_read_device(struct wc_dropped* d, struct net_device* dev, int is_typed) {
  if (!wc_is_kernel_address(dev)) {
    d->was_queued = dev != 0;
    return;
  }
  struct net* net = WC_LOAD(is_typed, dev, nd_net.net);
  __u32 netns = net ? WC_LOAD(is_typed, net, ns.inum) : 0;
  // TCP's queues keep a tree there: what is found behind one of its branches has no namespace.
  if (netns < WC_FIRST_NAMESPACE) return;
  d->dev = (__u64)dev;
  d->net = (__u64)net;
  d->key.netns = netns;
  d->key.ifindex = (__u32)WC_LOAD(is_typed, dev, ifindex);
}

// 0: it is a packet of a network. -1: a message of a Unix or netlink socket.
static __always_inline int wc_read_packet(struct wc_dropped* d, struct sk_buff* skb, int is_typed) {
  __u32 protocol = bpf_ntohs(WC_LOAD(is_typed, skb, protocol));
  d->key.ifindex = (__u32)WC_LOAD(is_typed, skb, skb_iif);
  wc_read_device(d, WC_LOAD(is_typed, skb, dev), is_typed);
  if (!protocol && !d->key.ifindex) return -1;
  d->truesize = WC_LOAD(is_typed, skb, truesize);
  wc_read_headers(d, skb, protocol, is_typed);
  wc_read_segments(d, skb, is_typed);
  return 0;
}

#endif
