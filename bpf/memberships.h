// What bpf/memberships.bpf.c writes for src/host/sockets/membership_iterator.cpp: a stream of records of one size.
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#ifndef WIRECAUSE_BPF_MEMBERSHIPS_H
#define WIRECAUSE_BPF_MEMBERSHIPS_H

#include <linux/types.h>

// Of one socket and family. net.ipv4.igmp_max_memberships is 20 as it comes; all records of a socket must fit the 32 KiB
// in which the kernel takes what a program writes for it.
#define WC_MEMBERSHIPS_A_SOCKET 400

// Number of a bit of inet_flags that this kernel does not name: taken as set.
#define WC_NO_SUCH_BIT 64u

enum wc_membership_kind {
  WC_MEMBERSHIP = 1,
  WC_WITHOUT_MULTICAST_ALL = 2,
  WC_MORE_MEMBERSHIPS = 3,  // than are listed
  WC_WITH_FILTER = 4,       // SO_ATTACH_FILTER, SO_ATTACH_BPF
};

struct wc_membership {
  __u64 cookie;
  __u64 group[2];  // network order, IPv4 mapped
  __u32 ifindex;
  __u8 kind;
  __u8 padding[3];
};

#endif
