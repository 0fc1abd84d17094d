// Counting a drop into its flow, and the records of the ring.
//
// The flow table is written by all CPUs: a hash map finds a flow's number, the slot of that number counts. Its first CPU
// fills the slot before the hash knows the number; one that lost the race for the same key leaves its slot void.
//
// No sender can take the table from the feeds that are followed, nor from one of them by its own group and port: a source
// that is followed finds room to the last slot, in the end whatever its port; the first WC_DROP_STRANGERS others that send to
// a followed destination keep their source, the rest are one flow for each socket and reason. Destinations that nobody follows
// get at most half of the table with their sources, a quarter more without. Beyond that drops are counted by reason.
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#ifndef WIRECAUSE_BPF_DROP_FLOW_H
#define WIRECAUSE_BPF_DROP_FLOW_H

#include "bpf/drop_packet.h"
#include "bpf/drop_record.h"

#include <linux/bpf.h>

enum { WC_NO_FLOW = WC_DROP_FLOWS };

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, WC_DROP_RING_BYTES);
} drop_ring SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, WC_DROP_FLOWS);
  __type(key, struct wc_drop_key);
  __type(value, __u32);
} drop_flow_ids SEC(".maps");

// In .bss, which user space maps.
struct wc_drop_flow drop_flows[WC_DROP_FLOWS];
struct wc_drop_field drop_fields[WC_DROP_FIELDS];
__u64 drop_unlisted[WC_DROP_REASONS];
__u64 drop_lost;               // datagrams whose record found the ring full
__u64 drop_suppressed;         // datagrams of destinations that nobody follows, beyond their bounds
__u32 drop_flows_used;         // slots handed out; may pass WC_DROP_FLOWS by one a CPU
__u32 drop_unfollowed;         // records since the last drain, which sets it to 0
__u32 drop_strangers;          // WC_DROP_STRANGERS, so far
__u64 drop_followed_unlisted;  // of drop_unlisted: of destinations that are followed

static __always_inline int wc_is_address(const __u8* bytes, const __u32* address) {
  const __u32* words = (const __u32*)bytes;
  return words[0] == address[0] && words[1] == address[1] && words[2] == address[2] && words[3] == address[3];
}

// Where the destination's field is, -1: nobody follows it. `of_source`: only where its very source is followed. Global, as
// wc_read_network.
__noinline int wc_field_slot(struct wc_dropped* d, __u32 of_source) {
  __u32 source[4] = {};
  if (!d) return -1;
  if (of_source) __builtin_memcpy(source, d->key.source, sizeof source);
  __u32 slot = wc_drop_field_slot(d->key.destination, source, d->key.destination_port);
  for (__u32 i = 0; i < WC_DROP_FIELD_PROBES; ++i) {
    __u32 at = (slot + i) & (WC_DROP_FIELDS - 1);
    const struct wc_drop_field* known = &drop_fields[at];
    if (!*(const volatile __u64*)&known->field) return -1;
    if (known->port == d->key.destination_port && wc_is_address(known->destination, d->key.destination) &&
        wc_is_address(known->source, source))
      return (int)at;
  }
  return -1;
}

// UDP wrote over skb->dev: the interface by its number, in the socket's namespace.
static __always_inline struct net_device* wc_find_device(struct net* net, __u32 ifindex) {
  __u32 offset = __builtin_preserve_field_info(((struct net_device*)0)->index_hlist, BPF_FIELD_BYTE_OFFSET);
  struct hlist_head* heads = BPF_CORE_READ(net, dev_index_head);
  struct hlist_node* node = 0;
  if (!wc_is_kernel_address(heads)) return 0;
  bpf_probe_read_kernel(&node, sizeof node, &heads[ifindex & 255]);
  for (int i = 0; i < 16 && node; ++i) {
    struct net_device* dev = (void*)((char*)node - offset);
    if ((__u32)BPF_CORE_READ(dev, ifindex) == ifindex) return dev;
    bpf_probe_read_kernel(&node, sizeof node, node);
  }
  return 0;
}

static __always_inline void wc_define(struct wc_drop_flow* flow, const struct wc_dropped* d, __u32 source) {
  struct net_device* dev = (struct net_device*)d->dev;
  if (!dev && d->net) dev = wc_find_device((struct net*)d->net, d->key.ifindex);
  if (dev) bpf_probe_read_kernel(flow->interface, sizeof flow->interface, &dev->name);
  flow->reason = d->key.reason;
  flow->location = d->key.location;
  flow->cookie = d->cookie;
  flow->inode = d->key.inode;
  flow->netns = d->key.netns;
  flow->ifindex = d->key.ifindex;
  __builtin_memcpy(flow->source, d->key.source, 16);
  __builtin_memcpy(flow->destination, d->key.destination, 16);
  flow->source_port = d->key.source_port;
  flow->destination_port = d->key.destination_port;
  flow->protocol = (__u8)d->key.protocol;
  flow->socket_source = (__u8)source;
  flow->failure = (__s16)d->key.failure;
  flow->truesize = d->truesize;
  flow->payload_length = d->payload_length;
}

// A number for a new flow; WC_NO_FLOW: fewer than `limit` are not free any more.
static __always_inline __u32 wc_new_flow(const struct wc_dropped* d, __u64 field, __u32 source, __u32 limit) {
  if (*(volatile __u32*)&drop_flows_used >= limit) return WC_NO_FLOW;
  __u32 id = __sync_fetch_and_add(&drop_flows_used, 1);
  if (id >= WC_DROP_FLOWS) return WC_NO_FLOW;
  struct wc_drop_flow* flow = &drop_flows[id & (WC_DROP_FLOWS - 1)];
  wc_define(flow, d, source);
  flow->field = field;
  __sync_lock_test_and_set(&flow->state, WC_DROP_FLOW_DEFINED);
  if (!bpf_map_update_elem(&drop_flow_ids, &d->key, &id, BPF_NOEXIST)) return id;
  __sync_lock_test_and_set(&flow->state, WC_DROP_FLOW_VOID);
  __u32* winner = bpf_map_lookup_elem(&drop_flow_ids, &d->key);
  return winner ? *winner : WC_NO_FLOW;
}

static __always_inline __u32 wc_flow_of(struct wc_dropped* d, __u32 source) {
  __u32* known = bpf_map_lookup_elem(&drop_flow_ids, &d->key);
  if (known) return *known;
  int slot = wc_field_slot(d, 0);
  __u64 field = slot < 0 ? 0 : *(volatile __u64*)&drop_fields[slot & (WC_DROP_FIELDS - 1)].field;
  int is_stranger = field && wc_field_slot(d, 1) < 0;
  __u32 limit = field ? WC_DROP_FLOWS / 8 * 7 : WC_DROP_FLOWS / 2;
  if (is_stranger && *(volatile __u32*)&drop_strangers >= WC_DROP_STRANGERS) limit = 0;
  __u32 id = wc_new_flow(d, field, source, limit);
  if (id != WC_NO_FLOW) {
    if (is_stranger) __sync_fetch_and_add(&drop_strangers, 1);
    return id;
  }
  d->key.source_port = 0;
  if (!field || is_stranger) __builtin_memset(d->key.source, 0, sizeof d->key.source);
  known = bpf_map_lookup_elem(&drop_flow_ids, &d->key);
  if (known) return *known;
  limit = is_stranger ? WC_DROP_FLOWS / 16 * 15 : WC_DROP_FLOWS;
  id = wc_new_flow(d, field, source, field ? limit : WC_DROP_FLOWS / 4 * 3);
  if (id == WC_NO_FLOW && field) __sync_fetch_and_add(&drop_followed_unlisted, d->segments);
  return id;
}

// An unsigned number of `width` bytes. Little-endian machines only, as the two that cmake/Bpf.cmake builds for.
static __always_inline int wc_read_number(const struct wc_dropped* d, __u32 offset, __u32 width, __u32 big, __u64* to) {
  __u64 raw = 0;
  if (width < 1 || width > 8 || offset + width > d->linear) return -1;
  if (bpf_probe_read_kernel(&raw, width, (const void*)(d->payload + offset))) return -1;
  *to = big ? __builtin_bswap64(raw) >> (64 - 8 * width) : raw;
  return 0;
}

// Whether it consumes nothing; -1: its bytes cannot be read.
static __always_inline int wc_is_mark(const struct wc_dropped* d, __u64 field) {
  __u64 value = 0;
  if (!(field >> 48)) return 0;
  if (wc_read_number(d, (field >> 32) & 255, 2, 1, &value)) return -1;
  return value == field >> 48;
}

static __always_inline void wc_fill(struct wc_drop_record* record, const struct wc_dropped* d, __u32 id) {
  record->monotonic_ns = d->ns;
  record->number = 0;
  record->flow = id;
  record->count = 0;
  record->flags = (__u16)(d->segments > WC_DROP_SEGMENTS ? WC_DROP_SEGMENTS : d->segments);
}

static __always_inline void wc_emit_number(const struct wc_dropped* d, __u32 id, __u64 field) {
  struct wc_drop_record* record = bpf_ringbuf_reserve(&drop_ring, sizeof *record, 0);
  __u64 number = 0, count = 1;
  if (!record) {
    __sync_fetch_and_add(&drop_lost, d->segments);
    return;
  }
  wc_fill(record, d, id);
  int bad = wc_read_number(d, field & 255, (field >> 8) & 15, (field >> 12) & 1, &number);
  if ((field >> 24) & 15) bad |= wc_read_number(d, (field >> 16) & 255, (field >> 24) & 15, (field >> 28) & 1, &count);
  int mark = wc_is_mark(d, field);
  if (mark > 0) count = 0;
  if (!bad && mark >= 0) {
    record->number = number;
    record->count = (__u16)(count > 0xffff ? 0xffff : count);
    record->flags |= WC_DROP_HAS_NUMBER;
  }
  bpf_ringbuf_submit(record, 0);
}

static __always_inline int wc_may_emit_payload(const struct wc_dropped* d, struct wc_drop_flow* flow) {
  __u32 window = (__u32)(d->ns >> 30);
  if (flow->window != window) {
    flow->window = window;
    flow->window_records = 0;
  }
  if (flow->window_records >= WC_DROP_UNFOLLOWED_PER_FLOW) return 0;
  if (*(volatile __u32*)&drop_unfollowed >= WC_DROP_UNFOLLOWED_PER_DRAIN) return 0;
  if (__sync_fetch_and_add(&drop_unfollowed, 1) >= WC_DROP_UNFOLLOWED_PER_DRAIN) return 0;
  __sync_fetch_and_add(&flow->window_records, 1);
  return 1;
}

static __always_inline void wc_emit_payload(const struct wc_dropped* d, __u32 id, struct wc_drop_flow* flow,
                                            int is_followed) {
  if (!is_followed && !wc_may_emit_payload(d, flow)) {
    __sync_fetch_and_add(&drop_suppressed, d->segments);
    return;
  }
  struct wc_drop_payload_record* out = bpf_ringbuf_reserve(&drop_ring, sizeof *out, 0);
  if (!out) {
    __sync_fetch_and_add(&drop_lost, d->segments);
    return;
  }
  wc_fill(&out->record, d, id);
  __u32 bytes = d->linear < WC_DROP_PAYLOAD ? d->linear : WC_DROP_PAYLOAD;
  if (!bpf_probe_read_kernel(out->payload, bytes, (const void*)d->payload)) out->record.number = bytes;
  bpf_ringbuf_submit(out, 0);
}

// Global, as wc_read_network.
__noinline int wc_count(struct wc_dropped* d, __u32 source) {
  if (!d) return 0;
  __u32 id = wc_flow_of(d, source);
  if (id >= WC_DROP_FLOWS) {
    __sync_fetch_and_add(&drop_unlisted[wc_drop_reason_slot(d->key.reason) & (WC_DROP_REASONS - 1)], d->segments);
    return 0;
  }
  struct wc_drop_flow* flow = &drop_flows[id & (WC_DROP_FLOWS - 1)];
  __sync_fetch_and_add(&flow->datagrams, d->segments);
  if (d->cookie && !flow->cookie) flow->cookie = d->cookie;
  __u64 field = *(volatile __u64*)&flow->field;
  if ((field >> 8) & 15)
    wc_emit_number(d, id, field);
  else
    wc_emit_payload(d, id, flow, field != 0);
  return 0;
}

#endif
