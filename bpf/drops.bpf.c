// Every packet that the kernel drops (skb:kfree_skb), counted by flow and told one by one.
//
// One of six programs is loaded, by the tracepoint's signature on the running kernel (host/drops/drop_program.cpp):
//   2 arguments (skb, location)                  before 5.17: no reason
//   3 arguments (skb, location, reason)          5.17 to 6.10
//   4 arguments (skb, location, reason, rx_sk)   since 6.11: the receiving socket
// each as a BTF tracepoint and, where that may not be loaded, as a raw one. Without rx_sk the socket of a full UDP socket
// comes from udp:udp_fail_queue_rcv_skb, which runs on the same CPU in the same call (__udp_queue_rcv_skb):
//   with its skb (6.10)        *before* the packet is freed: the socket waits in a slot for that skb
//   without it (before 6.10)   *after* it was freed: the drop waits in a slot for its socket
// Which drop to hold back is learnt: the place that a failure followed once (IPv6 has had the tracepoint only since 6.5).
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "bpf/drop_flow.h"

#include <bpf/bpf_tracing.h>

// Set before the program is loaded.
const volatile __u8 drop_ignored[WC_DROP_REASONS];  // reasons that are no drops
const volatile struct wc_drop_code drop_teardowns[WC_DROP_TEARDOWNS];
const volatile __u32 drop_not_specified;   // the reason that says nothing
const volatile __u8 drop_has_reason;       // 3 or 4 arguments
const volatile __u8 drop_failure_follows;  // wait for udp_fail_queue_rcv_skb after the drop

enum { WC_FAILURE_AGE_NS = 1000000, WC_NEW_SYN_RECV = 12, WC_TIME_WAIT = 6 };

// What udp_fail_queue_rcv_skb said just before, or a drop that waits for it, and where the last one was freed.
struct wc_waiting {
  struct wc_dropped dropped;
  __u8 payload[WC_DROP_PAYLOAD];
  __u64 skb;
  __u64 socket;
  __u64 location;
  __u64 ns;
  __s32 failure;
  __u32 is_drop;
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct wc_waiting);
} drop_waiting SEC(".maps");

__u64 drop_failure_locations[2];  // where datagrams were freed that a failure followed: IPv4, IPv6

static __always_inline struct wc_waiting* wc_waiting(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&drop_waiting, &zero);
}

static __always_inline void wc_read_socket(struct wc_dropped* d, struct sock* sk, int is_typed) {
  __u8 state = WC_LOAD(is_typed, sk, __sk_common.skc_state);
  struct net* net = WC_LOAD(is_typed, sk, __sk_common.skc_net.net);
  d->key.socket = (__u64)sk;
  d->cookie = (__u64)WC_LOAD(is_typed, sk, __sk_common.skc_cookie.counter);
  if (!d->net) {
    d->net = (__u64)net;
    if (net) d->key.netns = WC_LOAD(is_typed, net, ns.inum);
  }
  // Small sockets of TCP end before sk_socket.
  if (state == WC_TIME_WAIT || state == WC_NEW_SYN_RECV) return;
  struct socket_alloc* allocation = (void*)(__u64)WC_LOAD(is_typed, sk, sk_socket);
  if (allocation) d->key.inode = BPF_CORE_READ(allocation, vfs_inode.i_ino);
}

// A drop whose socket, if any, is known by its address only.
static __always_inline void wc_finish(struct wc_dropped* d, struct sock* sk) {
  if (wc_is_kernel_address(sk)) wc_read_socket(d, sk, 0);
  if (!d->net && d->was_queued) wc_read_readers_net(d);
  wc_count(d, sk ? WC_DROP_SOCKET_UDP_FAILURE : WC_DROP_SOCKET_NONE);
}

static __always_inline int wc_is_teardown(__u64 location) {
  for (int i = 0; i < WC_DROP_TEARDOWNS; ++i) {
    if (location >= drop_teardowns[i].first && location < drop_teardowns[i].end) return 1;
  }
  return 0;
}

static __always_inline int wc_is_noise(__u64 location, __u32 reason) {
  if (drop_has_reason && drop_ignored[wc_drop_reason_slot(reason) & (WC_DROP_REASONS - 1)]) return 1;
  return (!drop_has_reason || reason == drop_not_specified) && wc_is_teardown(location);
}

// Counts the drop that waits for its socket. Its payload is what was kept of it.
static __noinline int wc_release(struct wc_waiting* w, __u64 sk, __s32 rc) {
  if (!w) return 0;
  struct wc_dropped d = w->dropped;
  w->is_drop = 0;
  d.payload = (__u64)w->payload;
  d.key.failure = rc;
  wc_finish(&d, (struct sock*)sk);
  return 0;
}

static __always_inline int wc_is_failure_location(__u64 location) {
  return location == *(volatile __u64*)&drop_failure_locations[0] ||
         location == *(volatile __u64*)&drop_failure_locations[1];
}

static __always_inline void wc_hold_back(struct wc_waiting* w, const struct wc_dropped* d) {
  w->dropped = *d;
  __u32 bytes = d->linear < WC_DROP_PAYLOAD ? d->linear : WC_DROP_PAYLOAD;
  if (bpf_probe_read_kernel(w->payload, bytes, (const void*)d->payload)) bytes = 0;
  w->dropped.payload = 0;
  w->dropped.linear = bytes;
  w->is_drop = 1;
}

// Where the failure follows: 1 when this drop waits for it.
static __always_inline int wc_waits(const struct wc_dropped* d) {
  if (!drop_failure_follows || d->key.protocol != WC_IP_UDP) return 0;
  struct wc_waiting* w = wc_waiting();
  if (!w) return 0;
  w->ns = d->ns;
  w->location = d->key.location;
  if (!wc_is_failure_location(d->key.location)) return 0;
  wc_hold_back(w, d);
  return 1;
}

// Where the failure comes first: the socket that it named, when it was of this very packet.
static __always_inline struct sock* wc_failed_socket(struct wc_dropped* d, __u64 skb) {
  if (drop_failure_follows) return 0;
  struct wc_waiting* w = wc_waiting();
  if (!w || w->skb != skb || !w->socket || d->ns - w->ns > WC_FAILURE_AGE_NS) return 0;
  struct sock* sk = (struct sock*)w->socket;
  d->key.failure = w->failure;
  w->socket = 0;
  return sk;
}

static __always_inline int wc_drop(struct sk_buff* skb, __u64 location, __u32 reason, struct sock* sk, int is_typed) {
  struct wc_dropped d = {};
  d.ns = bpf_ktime_get_ns();
  d.key.location = location;
  d.key.reason = reason;
  if (wc_read_packet(&d, skb, is_typed)) return 0;
  if (sk) {
    wc_read_socket(&d, sk, is_typed);
    wc_count(&d, WC_DROP_SOCKET_ARGUMENT);
    return 0;
  }
  if (wc_waits(&d)) return 0;
  wc_finish(&d, wc_failed_socket(&d, (__u64)skb));
  return 0;
}

static __noinline int wc_drop_btf(struct sk_buff* skb, __u64 location, __u32 reason, struct sock* sk) {
  return wc_drop(skb, location, reason, sk, 1);
}

static __noinline int wc_drop_raw(struct sk_buff* skb, __u64 location, __u32 reason, struct sock* sk) {
  return wc_drop(skb, location, reason, sk, 0);
}

static __always_inline int wc_is_drop(__u64 location, __u32 reason) {
  if (wc_is_noise(location, reason)) return 0;
  if (drop_failure_follows) {
    // One that is still here waited in vain.
    struct wc_waiting* w = wc_waiting();
    if (w && w->is_drop) wc_release(w, 0, 0);
  }
  return 1;
}

// After the drop: its socket, or, the first time, only the place where such drops come from.
static __always_inline int wc_failed_after(__s32 rc, __u64 sk) {
  struct wc_waiting* w = wc_waiting();
  if (!w) return 0;
  int is_fresh = bpf_ktime_get_ns() - w->ns < WC_FAILURE_AGE_NS;
  if (w->is_drop) return wc_release(w, is_fresh ? sk : 0, rc);
  if (!is_fresh || !w->location || wc_is_failure_location(w->location)) return 0;
  drop_failure_locations[drop_failure_locations[0] ? 1 : 0] = w->location;
  return 0;
}

static __always_inline int wc_failed_before(__s32 rc, __u64 sk, __u64 skb) {
  struct wc_waiting* w = wc_waiting();
  if (!w) return 0;
  w->skb = skb;
  w->socket = sk;
  w->failure = rc;
  w->ns = bpf_ktime_get_ns();
  return 0;
}

#define WC_PROGRAMS(kind, prefix)                                                                                    \
  SEC(kind "/kfree_skb") int prefix##_kfree_skb_2(__u64* ctx) {                                                      \
    return wc_is_drop(ctx[1], 0) ? wc_drop_##prefix((void*)ctx[0], ctx[1], 0, 0) : 0;                                \
  }                                                                                                                  \
  SEC(kind "/kfree_skb") int prefix##_kfree_skb_3(__u64* ctx) {                                                      \
    return wc_is_drop(ctx[1], (__u32)ctx[2]) ? wc_drop_##prefix((void*)ctx[0], ctx[1], (__u32)ctx[2], 0) : 0;        \
  }                                                                                                                  \
  SEC(kind "/kfree_skb") int prefix##_kfree_skb_4(__u64* ctx) {                                                      \
    return wc_is_drop(ctx[1], (__u32)ctx[2]) ? wc_drop_##prefix((void*)ctx[0], ctx[1], (__u32)ctx[2], (void*)ctx[3]) \
                                             : 0;                                                                    \
  }                                                                                                                  \
  SEC(kind "/udp_fail_queue_rcv_skb") int prefix##_udp_fail_2(__u64* ctx) {                                          \
    return wc_failed_after((__s32)ctx[0], ctx[1]);                                                                   \
  }                                                                                                                  \
  SEC(kind "/udp_fail_queue_rcv_skb") int prefix##_udp_fail_3(__u64* ctx) {                                          \
    return wc_failed_before((__s32)ctx[0], ctx[1], ctx[2]);                                                          \
  }

WC_PROGRAMS("tp_btf", btf)
WC_PROGRAMS("raw_tp", raw)

// Reading kernel memory is reserved to programs under a licence that the GPL admits.
char LICENSE[] SEC("license") = "GPL";
