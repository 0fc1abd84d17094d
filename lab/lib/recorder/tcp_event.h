// What the recorder's programs in the kernel (tcp_recorder.bpf.c) and its reader (tcp_recorder.cpp) share: one event, with the state
// of the socket that it happened to. Compiled as C (bpf) and as C++.
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#ifndef LAB_TCP_EVENT_H
#define LAB_TCP_EVENT_H

#include <linux/types.h>

enum lab_tcp_what {
  LAB_TCP_RESEND = 1,      // tcp:tcp_retransmit_skb
  LAB_TCP_SYN_ACK = 2,     // tcp:tcp_retransmit_synack
  LAB_TCP_CONGESTION = 3,  // tcp:tcp_cong_state_set
  LAB_TCP_RECEIVES = 4,    // tcp:tcp_probe: a packet came; the state is as it was before
  LAB_TCP_WRITES = 5,      // tcp:tcp_sendmsg_locked: the application writes; the state is as it was before
};

struct lab_tcp_event {
  __u64 monotonic_ns;
  __u32 what;
  __u16 local_port;
  __u16 peer_port;
  __u32 sequence;  // of the bytes that went out again; events without: snd_nxt
  __u32 end;
  __s32 error;  // of the transmission
  __u32 snd_una;
  __u32 snd_nxt;
  __u32 write_seq;  // up to where the application wrote
  __u32 window;     // that the peer announced
  __u32 mss;
  __u32 congestion_window;
  __u32 packets_out;
  __u32 sacked_out;
  __u32 lost_out;
  __u32 retrans_out;
  __u32 reordering;
  __u32 reordering_seen;
  __u32 srtt_us;  // times 8
  __u32 rttvar_us;
  __u32 rto_jiffies;
  __u32 dsacks;
  __u32 total_retrans;
  __u32 chrono_jiffies[3];  // busy, receiver's window, send buffer: finished parts
  __u8 state;
  __u8 congestion_state;
  __u8 chrono;  // what the kernel says now: 1 busy, 2 receiver's window, 3 send buffer
  __u8 backoff;
  __u8 has_no_space;  // the writer waits for room in the send buffer
  __u8 is_probing;    // a tail loss probe is under way
  __u8 is_cwnd_limited;
  __u8 timer;  // that is set, or runs: 1 retransmission, 3 window probe, 5 tail loss probe, 6 reordering (ICSK_TIME_*)
  __u8 retransmits;  // timeouts in a row
  __u8 pad[7];
};

#endif
