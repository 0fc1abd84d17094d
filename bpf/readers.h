// What the reader programs (bpf/readers.bpf.c) and their loader (src/host/readers/reader_probe.cpp) share: three tables
// in memory that both have mapped, so that following and counting take no system call and no capability.
//
// Open addressing: a key is looked for in WC_READER_PROBES slots from its hash on; 0 ends the search, WC_READER_REMOVED does
// not. Only the loader inserts: it writes the key last.
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#ifndef WIRECAUSE_BPF_READERS_H
#define WIRECAUSE_BPF_READERS_H

#include <linux/types.h>

// Powers of two, four times what may be followed.
#define WC_READER_SOCKETS 1024u
#define WC_READER_THREADS 4096u
#define WC_READER_FIELDS 16384u
#define WC_READER_PROBES 16u
#define WC_READER_REMOVED (~0ull)
#define WC_READER_RING_BYTES (1u << 20)
#define WC_READER_SHORTEST_NS 1000000ll
#define WC_READER_SPAN 32u
#define WC_READER_BATCH_UNKNOWN (~0u)

struct wc_reader_socket {
  __u64 cookie;
  __u64 datagrams;
  __s64 last_read_ns;  // CLOCK_MONOTONIC, as all times here
  __s64 previous_ns;   // of the read before the next one; 0: a gap has no beginning yet
  __s64 longest_gap_ns;
  __s64 longest_gap_end_ns;
  __u64 unnumbered;  // datagrams whose number was not read
  __u64 units;
  __u64 first_number;
  __u64 next_number;
  __u64 batch_vector;  // recvmmsg in progress: its array,
  __u32 batch_next;    // the entry that comes next (0: no call in progress), or WC_READER_BATCH_UNKNOWN,
  __u32 batch_thread;  // and its thread
  __u64 checked;       // thread and descriptor that are known to be of this socket
  __u32 thread;            // that read last
  __u32 field;             // its index + 1; 0: none
  __u32 field_generation;  // of reader_field_generation, when `field` was looked up
  __u32 has_number;        // one was read at least
};

// Where a destination's number and count stand, within `span` bytes of the payload that are read in one piece; address in
// network order, IPv4 mapped; all zero: sockets bound to any address.
struct wc_reader_field {
  __u64 address[2];
  __u16 mark;  // two bytes that make a datagram consume nothing; 0: none do
  __u16 port;  // host order; 0: empty slot
  __u8 span_offset;
  __u8 span;       // 0: two layouts on this port: do not read
  __u8 number_at;  // within the span, as count_at and mark_at
  __u8 number_width;
  __u8 number_big_endian;
  __u8 count_at;
  __u8 count_width;  // 0: one unit a datagram
  __u8 count_big_endian;
  __u8 mark_at;
  __u8 padding[3];
};

struct wc_reader_thread {
  __u64 thread;
  __s64 off_from_ns;  // 0: it runs
  __s64 runnable_from_ns;
  __u32 instead;
  __u32 state;  // TASK_* bits; 0: preempted
  char instead_command[16];
};

// One record of the ring.
struct wc_off_cpu {
  __s64 from_ns;
  __s64 to_ns;
  __s64 runnable_ns;
  __u32 thread;
  __u32 instead;
  __u32 state;
  __u32 padding;
  char instead_command[16];
};

static inline __u64 wc_reader_hash(__u64 key) { return (key * 0x9e3779b97f4a7c15ull) >> 32; }
static inline __u64 wc_reader_field_hash(const __u64 *address, __u16 port) {
  return wc_reader_hash(address[0] ^ (address[1] * 0xff51afd7ed558ccdull) ^ port);
}

#endif
