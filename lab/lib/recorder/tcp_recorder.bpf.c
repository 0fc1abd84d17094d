// What the TCP senders of one network namespace do and why, as the kernel itself knows it: each retransmission with the timer or
// the congestion state that sent it, and the sender's state before each packet that comes and before each write.
//
// Only tracepoints: functions (fentry) may not be traced everywhere. Which timer sent a retransmission is seen all the same: the
// timer of a tail loss probe or of reordering still stands in icsk_pending then, and one that ran out has set the congestion
// state to Loss (tcp_write_timer_handler(), tcp_enter_loss()).
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include <linux/bpf.h>
#include <stddef.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "recorder/tcp_event.h"
#include "recorder/tcp_kernel.h"

#pragma clang diagnostic ignored "-Wunused-parameter"  // BPF_PROG gives every program its context

const volatile __u32 recorded_netns;  // its inode; set before the programs are loaded
__u64 events_lost;

enum { RING_BYTES = 16 << 20, NO_SPACE = 2 /* SOCK_NOSPACE */ };

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, RING_BYTES);
} events SEC(".maps");

static __always_inline int is_recorded(const struct sock* sk) {
  return BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum) == recorded_netns;
}

static __always_inline struct lab_tcp_event* begin(const struct sock* sk, __u32 what) {
  struct lab_tcp_event* e = bpf_ringbuf_reserve(&events, sizeof(struct lab_tcp_event), 0);
  if (!e) {
    __sync_fetch_and_add(&events_lost, 1);
    return e;
  }
  __builtin_memset(e, 0, sizeof *e);
  e->monotonic_ns = bpf_ktime_get_ns();
  e->what = what;
  e->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
  e->peer_port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
  e->state = BPF_CORE_READ(sk, __sk_common.skc_state);
  return e;
}

static __always_inline void read_socket(struct lab_tcp_event* e, const struct sock* sk) {
  const struct tcp_sock* tp = (const struct tcp_sock*)sk;
  const struct inet_connection_sock* icsk = (const struct inet_connection_sock*)sk;
  const struct socket* socket = BPF_CORE_READ(sk, sk_socket);
  e->snd_una = BPF_CORE_READ(tp, snd_una);
  e->snd_nxt = BPF_CORE_READ(tp, snd_nxt);
  e->sequence = e->end = e->snd_nxt;
  e->write_seq = BPF_CORE_READ(tp, write_seq);
  e->window = BPF_CORE_READ(tp, snd_wnd);
  e->mss = BPF_CORE_READ(tp, mss_cache);
  e->congestion_window = BPF_CORE_READ(tp, snd_cwnd);
  e->packets_out = BPF_CORE_READ(tp, packets_out);
  e->sacked_out = BPF_CORE_READ(tp, sacked_out);
  e->lost_out = BPF_CORE_READ(tp, lost_out);
  e->retrans_out = BPF_CORE_READ(tp, retrans_out);
  e->reordering = BPF_CORE_READ(tp, reordering);
  e->reordering_seen = BPF_CORE_READ(tp, reord_seen);
  e->srtt_us = BPF_CORE_READ(tp, srtt_us);
  e->rttvar_us = BPF_CORE_READ(tp, rttvar_us);
  e->rto_jiffies = BPF_CORE_READ(icsk, icsk_rto);
  e->dsacks = BPF_CORE_READ(tp, dsack_dups);
  e->total_retrans = BPF_CORE_READ(tp, total_retrans);
  BPF_CORE_READ_INTO(&e->chrono_jiffies, tp, chrono_stat);
  e->chrono = BPF_CORE_READ(tp, chrono_type);
  e->congestion_state = BPF_CORE_READ_BITFIELD_PROBED(icsk, icsk_ca_state);
  e->timer = BPF_CORE_READ(icsk, icsk_pending);
  e->retransmits = BPF_CORE_READ(icsk, icsk_retransmits);
  e->backoff = BPF_CORE_READ(icsk, icsk_backoff);
  e->is_probing = BPF_CORE_READ(tp, tlp_high_seq) != 0;
  e->is_cwnd_limited = e->packets_out + e->retrans_out >= e->congestion_window + e->sacked_out + e->lost_out;
  e->has_no_space = socket && (BPF_CORE_READ(socket, flags) >> NO_SPACE & 1);
}

static __always_inline int tell(const struct sock* sk, __u32 what) {
  if (!is_recorded(sk)) return 0;
  struct lab_tcp_event* e = begin(sk, what);
  if (!e) return 0;
  read_socket(e, sk);
  bpf_ringbuf_submit(e, 0);
  return 0;
}

SEC("tp_btf/tcp_retransmit_skb") int BPF_PROG(resend, const struct sock* sk, const struct sk_buff* skb, int error) {
  if (!is_recorded(sk)) return 0;
  struct lab_tcp_event* e = begin(sk, LAB_TCP_RESEND);
  if (!e) return 0;
  read_socket(e, sk);
  const struct tcp_skb_cb* cb =
      (const struct tcp_skb_cb*)((const char*)skb + bpf_core_field_offset(struct sk_buff, cb));
  e->sequence = BPF_CORE_READ(cb, seq);
  e->end = BPF_CORE_READ(cb, end_seq);
  e->error = error;
  bpf_ringbuf_submit(e, 0);
  return 0;
}

SEC("tp_btf/tcp_retransmit_synack") int BPF_PROG(syn_ack, const struct sock* sk, const struct request_sock* request) {
  if (!is_recorded(sk)) return 0;
  struct lab_tcp_event* e = begin(sk, LAB_TCP_SYN_ACK);
  if (!e) return 0;
  const struct tcp_request_sock* tcp = (const struct tcp_request_sock*)request;
  e->sequence = BPF_CORE_READ(tcp, snt_isn);
  e->end = e->sequence + 1;
  e->peer_port = __builtin_bswap16(BPF_CORE_READ(request, __req_common.skc_dport));
  bpf_ringbuf_submit(e, 0);
  return 0;
}

SEC("tp_btf/tcp_cong_state_set") int BPF_PROG(congestion, struct sock* sk, unsigned char state) {
  if (!is_recorded(sk)) return 0;
  struct lab_tcp_event* e = begin(sk, LAB_TCP_CONGESTION);
  if (!e) return 0;
  read_socket(e, sk);
  e->congestion_state = state;  // it is told before it is set
  bpf_ringbuf_submit(e, 0);
  return 0;
}

SEC("tp_btf/tcp_probe") int BPF_PROG(receives, struct sock* sk, const struct sk_buff* skb) {
  return tell(sk, LAB_TCP_RECEIVES);
}

SEC("tp_btf/tcp_sendmsg_locked")
int BPF_PROG(writes, const struct sock* sk, const struct msghdr* message, const struct sk_buff* skb, int size_goal) {
  return tell(sk, LAB_TCP_WRITES);
}

char terms[] SEC("license") = "GPL";
