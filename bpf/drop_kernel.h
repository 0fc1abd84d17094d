// The few fields of kernel structures that the drop programs read. Only names and rough types matter: libbpf finds each
// field in the running kernel's BTF and relocates the access (CO-RE), so no vmlinux.h is needed.
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#ifndef WIRECAUSE_BPF_DROP_KERNEL_H
#define WIRECAUSE_BPF_DROP_KERNEL_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
  unsigned int inum;
};

struct hlist_node {
  struct hlist_node* next;
};

struct hlist_head {
  struct hlist_node* first;
};

struct net {
  struct ns_common ns;
  struct hlist_head* dev_index_head;  // 256 buckets by ifindex (NETDEV_HASHENTRIES)
};

typedef struct {
  struct net* net;
} possible_net_t;

struct net_device {
  char name[16];
  int ifindex;
  possible_net_t nd_net;
  struct hlist_node index_hlist;
};

typedef struct {
  __s64 counter;
} atomic64_t;

struct sock_common {
  unsigned char skc_state;
  possible_net_t skc_net;
  atomic64_t skc_cookie;
};

struct socket;

struct sock {
  struct sock_common __sk_common;
  struct socket* sk_socket;
};

struct inode {
  unsigned long i_ino;
};

// A socket's inode lies behind it in one allocation (SOCK_INODE, include/net/sock.h).
struct socket_alloc {
  struct inode vfs_inode;
};

struct nsproxy {
  struct net* net_ns;
};

struct task_struct {
  struct nsproxy* nsproxy;
};

struct skb_shared_info {
  unsigned short gso_size;
  unsigned short gso_segs;
};

struct sk_buff {
  struct net_device* dev;
  unsigned int len;
  unsigned int data_len;
  int skb_iif;
  __be16 protocol;
  __u16 network_header;
  __u16 mac_header;
  unsigned int tail;  // sk_buff_data_t: offsets from head on 64-bit kernels
  unsigned int end;
  unsigned char* head;
  unsigned char* data;
  unsigned int truesize;
};

#pragma clang attribute pop

#endif
