// Which groups each UDP socket has joined, and whether it has a filter: an iterator over the UDP sockets of the reader's
// network namespace.
//
// IPv4: inet_sock.mc_list (net/ipv4/igmp.c), IPv6: ipv6_pinfo.ipv6_mc_list (net/ipv6/mcast.c); both are RCU lists, read by
// probing, so that one that is taken apart meanwhile costs a wrong end and no more. IP_MULTICAST_ALL and IPV6_MULTICAST_ALL
// are bits of inet_sock.inet_flags since 6.6 (their numbers come from BTF: the enumeration has no name to relocate by), bit
// fields before.
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "bpf/memberships.h"

char LICENSE[] SEC("license") = "GPL";

enum { WC_AF_INET6 = 10 };

// Numbers of the bits of inet_flags; set before the program is loaded.
const volatile __u32 membership_all_bit;
const volatile __u32 membership_all_bit_v6;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
  __s64 counter;
} atomic64_t;

struct sock_common {
  unsigned short skc_family;
  atomic64_t skc_cookie;
};

struct sk_filter;

struct sock {
  struct sock_common __sk_common;
  struct sk_filter *sk_filter;
};

struct in_addr {
  __be32 s_addr;
};

struct in6_addr {
  union {
    __be32 u6_addr32[4];
  } in6_u;
};

struct ip_mreqn {
  struct in_addr imr_multiaddr;
  int imr_ifindex;
};

struct ip_mc_socklist {
  struct ip_mc_socklist *next_rcu;
  struct ip_mreqn multi;
};

struct ipv6_mc_socklist {
  struct in6_addr addr;
  int ifindex;
  struct ipv6_mc_socklist *next;
};

struct ipv6_pinfo {
  struct ipv6_mc_socklist *ipv6_mc_list;
};

struct ipv6_pinfo___bits {
  __u16 mc_all : 1;
};

struct inet_sock {
  struct sock sk;
  struct ipv6_pinfo *pinet6;
  unsigned long inet_flags;
  struct ip_mc_socklist *mc_list;
};

struct inet_sock___bits {
  __u8 mc_all : 1;
};

struct udp_sock {
  struct inet_sock inet;
};

struct seq_file;

struct bpf_iter_meta {
  struct seq_file *seq;
};

struct bpf_iter__udp {
  struct bpf_iter_meta *meta;
  struct udp_sock *udp_sk;
};

#pragma clang attribute pop

static __always_inline void wc_write(struct seq_file *seq, struct wc_membership *m, __u8 kind) {
  m->kind = kind;
  bpf_seq_write(seq, m, sizeof(*m));
}

static __always_inline void wc_list_v4(struct seq_file *seq, struct inet_sock *inet, struct wc_membership *m) {
  struct ip_mc_socklist *entry = BPF_CORE_READ(inet, mc_list);
  for (int i = 0; i < WC_MEMBERSHIPS_A_SOCKET && entry; ++i) {
    m->group[0] = 0;
    m->group[1] = bpf_cpu_to_be64(0xffff00000000ull | bpf_ntohl(BPF_CORE_READ(entry, multi.imr_multiaddr.s_addr)));
    m->ifindex = (__u32)BPF_CORE_READ(entry, multi.imr_ifindex);
    wc_write(seq, m, WC_MEMBERSHIP);
    entry = BPF_CORE_READ(entry, next_rcu);
  }
  if (entry) wc_write(seq, m, WC_MORE_MEMBERSHIPS);
}

static __always_inline void wc_list_v6(struct seq_file *seq, struct ipv6_pinfo *pinet6, struct wc_membership *m) {
  struct ipv6_mc_socklist *entry = BPF_CORE_READ(pinet6, ipv6_mc_list);
  for (int i = 0; i < WC_MEMBERSHIPS_A_SOCKET && entry; ++i) {
    BPF_CORE_READ_INTO(&m->group, entry, addr);
    m->ifindex = (__u32)BPF_CORE_READ(entry, ifindex);
    wc_write(seq, m, WC_MEMBERSHIP);
    entry = BPF_CORE_READ(entry, next);
  }
  if (entry) wc_write(seq, m, WC_MORE_MEMBERSHIPS);
}

static __always_inline int wc_has_flag(struct inet_sock *inet, __u32 bit) {
  return bit >= WC_NO_SUCH_BIT || ((BPF_CORE_READ(inet, inet_flags) >> bit) & 1);
}

static __always_inline int wc_takes_all(struct inet_sock *inet) {
  struct inet_sock___bits *bits = (void *)inet;
  if (bpf_core_field_exists(inet->inet_flags)) return wc_has_flag(inet, membership_all_bit);
  if (bpf_core_field_exists(bits->mc_all)) return BPF_CORE_READ_BITFIELD_PROBED(bits, mc_all) & 1;
  return 1;
}

static __always_inline int wc_takes_all_v6(struct inet_sock *inet, struct ipv6_pinfo *pinet6) {
  struct ipv6_pinfo___bits *bits = (void *)pinet6;
  if (bpf_core_field_exists(inet->inet_flags)) return wc_has_flag(inet, membership_all_bit_v6);
  if (bpf_core_field_exists(bits->mc_all)) return BPF_CORE_READ_BITFIELD_PROBED(bits, mc_all) & 1;
  return 1;
}

SEC("iter/udp")
int wc_list_memberships(struct bpf_iter__udp *context) {
  struct seq_file *seq = context->meta->seq;
  struct udp_sock *udp = context->udp_sk;
  if (!udp) return 0;
  struct inet_sock *inet = &udp->inet;
  struct wc_membership m = {.cookie = (__u64)BPF_CORE_READ(inet, sk.__sk_common.skc_cookie.counter)};
  if (!m.cookie) return 0;
  struct ipv6_pinfo *pinet6 = 0;
  if (bpf_core_field_exists(inet->pinet6)) pinet6 = BPF_CORE_READ(inet, pinet6);
  if (BPF_CORE_READ(inet, sk.__sk_common.skc_family) != WC_AF_INET6) pinet6 = 0;
  if (BPF_CORE_READ(inet, sk.sk_filter)) wc_write(seq, &m, WC_WITH_FILTER);
  wc_list_v4(seq, inet, &m);
  if (pinet6) wc_list_v6(seq, pinet6, &m);
  if (!wc_takes_all(inet) || (pinet6 && !wc_takes_all_v6(inet, pinet6))) wc_write(seq, &m, WC_WITHOUT_MULTICAST_ALL);
  return 0;
}
