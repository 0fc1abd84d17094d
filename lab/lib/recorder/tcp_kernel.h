// The few fields of kernel structures that the recorder reads. Only names and rough types matter: libbpf finds each field in the
// running kernel's BTF and relocates the access (CO-RE).
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#ifndef LAB_TCP_KERNEL_H
#define LAB_TCP_KERNEL_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
  unsigned int inum;
};

struct net {
  struct ns_common ns;
};

typedef struct {
  struct net* net;
} possible_net_t;

struct sock_common {
  __be16 skc_dport;
  __u16 skc_num;
  volatile unsigned char skc_state;
  possible_net_t skc_net;
};

struct socket {
  unsigned long flags;
};

struct sock {
  struct sock_common __sk_common;
  struct socket* sk_socket;
};

struct inet_connection_sock {
  __u32 icsk_rto;
  __u8 icsk_ca_state : 5;
  __u8 icsk_retransmits;
  __u8 icsk_pending;
  __u8 icsk_backoff;
};

struct tcp_sock {
  __u32 reordering;
  __u32 snd_wnd;
  __u32 mss_cache;
  __u32 snd_cwnd;
  __u32 lost_out;
  __u32 sacked_out;
  __u32 tlp_high_seq;
  __u32 rttvar_us;
  __u32 retrans_out;
  __u8 chrono_type;
  __u32 chrono_stat[3];
  __u32 write_seq;
  __u32 snd_nxt;
  __u32 snd_una;
  __u32 srtt_us;
  __u32 packets_out;
  __u32 dsack_dups;
  __u32 reord_seen;
  __u32 total_retrans;
};

struct sk_buff {
  char cb[48];
};

struct tcp_skb_cb {
  __u32 seq;
  __u32 end_seq;
};

struct msghdr;

struct request_sock {
  struct sock_common __req_common;
};

struct tcp_request_sock {
  __u32 snt_isn;
};

#pragma clang attribute pop

#endif
