// What the drop programs in the kernel (drops.bpf.c) and their loader (host/drops/drop_program.cpp) share: one slot a flow
// and one a followed destination, both in memory that user space maps, and the records of the ring.
//
// Everything is in shared memory, so that nothing after the attachment is a bpf() call: these may need a capability where
// kernel.unprivileged_bpf_disabled is set, and the program that reads them has none by then. Host byte order, but
// addresses (network order, IPv4 mapped into IPv6). Compiled as C (bpf) and as C++.
// SPDX-License-Identifier: Apache-2.0
#ifndef WIRECAUSE_BPF_DROP_RECORD_H
#define WIRECAUSE_BPF_DROP_RECORD_H

#include <linux/types.h>

enum {
  WC_DROP_RING_BYTES = 8 << 20,
  WC_DROP_FLOWS = 16384,
  WC_DROP_STRANGERS = 1024,   // flows of followed destinations that keep a source which nobody follows
  WC_DROP_FIELDS = 32768,     // slots for at most 4 096 followed destinations and sources each: a quarter full
  WC_DROP_FIELD_PROBES = 32,  // slots that are looked at before a destination counts as not followed
  WC_DROP_PAYLOAD = 64,       // first bytes of a datagram whose number's field is not known
  WC_DROP_REASONS = 1024,     // 256 of the core and of each of three subsystems (wc_drop_reason_slot)
  WC_DROP_TEARDOWNS = 16,     // address ranges of functions that free what nobody will read
  // Drops of destinations that nobody follows. Their records are 96 bytes, those of followed ones 32: so many between two
  // drains leave room for 250 000 others.
  WC_DROP_UNFOLLOWED_PER_DRAIN = 4000,
  WC_DROP_UNFOLLOWED_PER_FLOW = 1024,  // in 2^30 ns
};

enum wc_drop_flow_state { WC_DROP_FLOW_FREE = 0, WC_DROP_FLOW_DEFINED = 1, WC_DROP_FLOW_VOID = 2 };

// As host/drops/drop_probe.hpp SocketSource.
enum wc_drop_socket_source { WC_DROP_SOCKET_NONE = 0, WC_DROP_SOCKET_ARGUMENT = 1, WC_DROP_SOCKET_UDP_FAILURE = 2 };

// One combination of socket, addresses, reason and place. Written once by the CPU that saw it first, before `state` says
// so; then only counted.
struct wc_drop_flow {
  __u64 datagrams;  // exact; a super-packet counts its segments
  __u64 field;      // wc_drop_field::field of its destination, 0: not followed. Written by both sides
  __u32 window;     // 2^30 ns since boot in which `window_records` were emitted
  __u32 window_records;
  __u32 state;
  __u32 reason;
  __u64 location;  // address that called kfree_skb
  __u64 cookie;    // 0 until somebody asked for the socket's cookie
  __u64 inode;
  __u32 netns;
  __u32 ifindex;
  char interface[16];
  __u8 source[16];  // all zero: of many, which the table cannot keep apart
  __u8 destination[16];
  __u16 source_port;
  __u16 destination_port;
  __u8 protocol;
  __u8 socket_source;
  __s16 failure;  // what udp:udp_fail_queue_rcv_skb said (-ENOMEM: buffer full), 0: nothing
  __u32 truesize;
  __u32 payload_length;
};

// Where the datagrams of one destination carry their number, packed so that it is read and replaced in one piece. One slot
// with no source is for all of them; one more for each source that is followed.
// Bits 0-7 number offset, 8-11 width (0: at no fixed place, first bytes are told), 12 big endian, 16-23 count offset, 24-27 width, 28 big endian, 31 set,
// 32-39 offset of the mark, 48-63 its value (0: none).
struct wc_drop_field {
  __u8 destination[16];
  __u8 source[16];  // all zero: any
  __u16 port;
  __u16 pad[3];
  __u64 field;  // 0: slot is free. Written last
};

#define WC_DROP_FIELD_SET (1U << 31)

// flags of a record
#define WC_DROP_SEGMENTS 0x0fffU
#define WC_DROP_HAS_NUMBER 0x8000U

struct wc_drop_record {
  __u64 monotonic_ns;
  __u64 number;  // with WC_DROP_HAS_NUMBER; in a wc_drop_payload_record the number of valid bytes
  __u32 flow;
  __u16 count;
  __u16 flags;  // segments in the low 12 bits
};

struct wc_drop_payload_record {
  struct wc_drop_record record;
  __u8 payload[WC_DROP_PAYLOAD];
};

// A function that frees what nobody will read (host/drops/drop_place.hpp teardown_symbols): [first, end) of its code.
struct wc_drop_code {
  __u64 first;
  __u64 end;
};

// The slot of a reason in tables by reason; the last is shared by all that have none of their own.
static inline __u32 wc_drop_reason_slot(__u32 reason) {
  __u32 subsystem = reason >> 16;
  __u32 value = reason & 0xffff;
  return subsystem < 4 && value < 256 ? subsystem * 256 + value : WC_DROP_REASONS - 1;
}

// Addresses that follow one another differ in few bits, and those of source and destination may together: each word is mixed
// (constants of MurmurHash3's finaliser).
static inline __u32 wc_drop_mix(__u32 hash, __u32 word) {
  hash ^= word;
  hash ^= hash >> 16;
  hash *= 0x85ebca6bU;
  hash ^= hash >> 13;
  hash *= 0xc2b2ae35U;
  return hash ^ (hash >> 16);
}

static inline __u32 wc_drop_mix_address(__u32 hash, const __u32 words[4]) {
  hash = wc_drop_mix(wc_drop_mix(hash, words[0]), words[1]);
  return wc_drop_mix(wc_drop_mix(hash, words[2]), words[3]);
}

// The first slot of a destination in the table of fields. Addresses as four words, however they are ordered.
static inline __u32 wc_drop_field_slot(const __u32 destination[4], const __u32 source[4], __u16 port) {
  return wc_drop_mix_address(wc_drop_mix_address(port, destination), source) & (WC_DROP_FIELDS - 1);
}

#endif
