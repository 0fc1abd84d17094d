// What the readers of followed sockets do, counted where they do it.
//
// wc_on_receive   sock:sock_recv_length (6.3): a datagram was received, or none was there. Runs on the reader's thread.
// wc_on_switch_*  sched:sched_switch: a followed thread left a CPU or came back to one. The state in which it left is the
//                 fourth argument since 5.19 (fixes went to 5.18); before, it is the thread's own field.
// wc_on_wakeup    sched:sched_wakeup: from here on it wants to run.
//
// Nothing is looked up that is not followed: a socket that nobody follows costs a hash and one compare, so does a thread.
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf/reader_payload.h"

#pragma clang diagnostic ignored "-Wunused-parameter"  // BPF_PROG() names the context

char LICENSE[] SEC("license") = "GPL";

enum { WC_AF_INET = 2, WC_MSG_PEEK = 0x2, WC_MSG_ERRQUEUE = 0x2000, WC_TASK_DEAD = 0x80 };

struct wc_reader_socket reader_sockets[WC_READER_SOCKETS];
struct wc_reader_thread reader_threads[WC_READER_THREADS];
struct wc_reader_field reader_fields[WC_READER_FIELDS];
__u32 reader_field_generation;  // grows with every field that is added
__u64 reader_lost;              // records that found the ring full

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, WC_READER_RING_BYTES);
} reader_ring SEC(".maps");

static __always_inline struct wc_reader_socket *wc_followed_socket(__u64 cookie) {
  __u64 hash = wc_reader_hash(cookie);
  if (!cookie) return 0;
  for (__u32 i = 0; i < WC_READER_PROBES; ++i) {
    struct wc_reader_socket *s = &reader_sockets[(hash + i) & (WC_READER_SOCKETS - 1)];
    if (s->cookie == cookie) return s;
    if (!s->cookie) return 0;
  }
  return 0;
}

static __always_inline struct wc_reader_thread *wc_followed_thread(__u32 thread) {
  __u64 hash = wc_reader_hash(thread);
  if (!thread) return 0;  // idle
  for (__u32 i = 0; i < WC_READER_PROBES; ++i) {
    struct wc_reader_thread *t = &reader_threads[(hash + i) & (WC_READER_THREADS - 1)];
    if (t->thread == thread) return t;
    if (!t->thread) return 0;
  }
  return 0;
}

static __always_inline __u32 wc_find_field(const __u64 *address, __u16 port) {
  __u64 hash = wc_reader_field_hash(address, port);
  for (__u32 i = 0; i < WC_READER_PROBES; ++i) {
    __u64 index = (hash + i) & (WC_READER_FIELDS - 1);
    struct wc_reader_field *p = &reader_fields[index];
    if (p->port == port && p->address[0] == address[0] && p->address[1] == address[1]) return index + 1;
    if (!p->port) return 0;
  }
  return 0;
}

// By the address that the socket is bound to: what it receives is for that destination, or for any of this port.
static __always_inline __u32 wc_field_of(struct sock *sk) {
  __u64 address[2] = {0, 0};
  if (sk->__sk_common.skc_family == WC_AF_INET) {
    __be32 bound = sk->__sk_common.skc_rcv_saddr;
    if (bound) address[1] = bpf_cpu_to_be64(0xffff00000000ull | bpf_ntohl(bound));
  } else {
    bpf_core_read(address, sizeof(address), &sk->__sk_common.skc_v6_rcv_saddr);
  }
  return wc_find_field(address, sk->__sk_common.skc_num);
}

// A field of 1 to 8 bytes of a span, from the two words that hold it (the verifier wants aligned loads); little-endian
// machines only: x86-64 and arm64.
static __always_inline __u64 wc_field(const __u64 *words, __u32 at, __u32 width, int is_big) {
  __u32 word = (at >> 3) & (WC_READER_SPAN / 8 - 1);
  __u32 shift = 8 * (at & 7);
  __u64 raw = words[word] >> shift | words[word + 1] << 1 << (63 - shift);
  __u32 unused = (64 - 8 * width) & 63;
  return is_big ? bpf_be64_to_cpu(raw) >> unused : raw << unused >> unused;
}

// 1: number and count of the datagram were read.
static __always_inline int wc_read_number(const struct wc_reader_field *p, const struct wc_user_piece *piece,
                                          __u32 length, __u64 *number, __u64 *count) {
  __u64 words[WC_READER_SPAN / 8 + 1] = {};
  __u32 size = p->span;
  __u32 end = p->span_offset + size;
  if (!size || size > WC_READER_SPAN || end > length || end > piece->length) return 0;
  if (bpf_probe_read_user(words, size, (void *)(piece->base + p->span_offset))) return 0;
  *number = wc_field(words, p->number_at, p->number_width, p->number_big_endian);
  if (p->count_width) *count = wc_field(words, p->count_at, p->count_width, p->count_big_endian);
  if (p->mark && wc_field(words, p->mark_at, 2, 1) == p->mark) *count = 0;
  return 1;
}

static __always_inline struct wc_reader_field *wc_known_field(struct wc_reader_socket *s, struct sock *sk) {
  __u32 generation = *(volatile __u32 *)&reader_field_generation;
  if (s->field_generation != generation) {
    s->field = wc_field_of(sk);
    s->field_generation = generation;
  }
  return s->field ? &reader_fields[(s->field - 1) & (WC_READER_FIELDS - 1)] : 0;
}

static __always_inline void wc_count_units(struct wc_reader_socket *s, struct sock *sk, __u32 thread, __u32 length) {
  __u64 number = 0, count = 1;
  struct wc_reader_field *p = wc_known_field(s, sk);
  struct wc_user_piece piece = {};
  if (p) piece = wc_payload(s, sk, thread);
  if (!p || !wc_read_number(p, &piece, length, &number, &count)) {
    __sync_fetch_and_add(&s->unnumbered, 1);
    return;
  }
  if (!count) return;  // a mark: its number is the last one in some framings, the next one in others
  __sync_fetch_and_add(&s->units, count);
  s->next_number = number + count;
  if (s->has_number) return;
  s->first_number = number;
  s->has_number = 1;
}

// The count of datagrams comes last: who sees it sees the rest.
static __always_inline void wc_count_read(struct wc_reader_socket *s, __u32 thread, __u32 length) {
  __s64 now = (__s64)bpf_ktime_get_ns();
  __s64 previous = s->previous_ns;
  s->previous_ns = now;
  s->last_read_ns = now;
  s->thread = thread;
  if (previous && now - previous > s->longest_gap_ns) {
    s->longest_gap_end_ns = now;
    s->longest_gap_ns = now - previous;
  }
  __sync_fetch_and_add(&s->datagrams, 1);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(wc_on_receive, struct sock *sk, int length, int flags) {
  struct wc_reader_socket *s = wc_followed_socket((__u64)sk->__sk_common.skc_cookie.counter);
  if (!s || (flags & (WC_MSG_PEEK | WC_MSG_ERRQUEUE))) return 0;
  __u32 thread = (__u32)bpf_get_current_pid_tgid();
  if (length < 0) {
    wc_end_batch(s, thread);
    return 0;
  }
  wc_count_units(s, sk, thread, (__u32)length);
  wc_count_read(s, thread, (__u32)length);
  return 0;
}

static __always_inline void wc_leave(struct wc_reader_thread *t, struct task_struct *next, __u32 state, bool preempted) {
  if (state & WC_TASK_DEAD) {
    t->thread = WC_READER_REMOVED;
    return;
  }
  __s64 now = (__s64)bpf_ktime_get_ns();
  t->state = preempted ? 0 : state;
  t->instead = (__u32)next->pid;
  bpf_probe_read_kernel(t->instead_command, sizeof(t->instead_command), next->comm);
  t->runnable_from_ns = t->state ? 0 : now;
  t->off_from_ns = now;
}

static __always_inline void wc_emit(const struct wc_reader_thread *t, __s64 now) {
  struct wc_off_cpu *record = bpf_ringbuf_reserve(&reader_ring, sizeof(*record), 0);
  if (!record) {
    __sync_fetch_and_add(&reader_lost, 1);
    return;
  }
  record->from_ns = t->off_from_ns;
  record->to_ns = now;
  record->runnable_ns = t->runnable_from_ns ? now - t->runnable_from_ns : 0;
  record->thread = (__u32)t->thread;
  record->instead = t->instead;
  record->state = t->state;
  record->padding = 0;
  __builtin_memcpy(record->instead_command, t->instead_command, sizeof(record->instead_command));
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);  // drained by the clock, not at each record
}

static __always_inline void wc_come_back(struct wc_reader_thread *t) {
  if (!t->off_from_ns) return;
  __s64 now = (__s64)bpf_ktime_get_ns();
  if (now - t->off_from_ns >= WC_READER_SHORTEST_NS) wc_emit(t, now);
  t->off_from_ns = 0;
}

static __always_inline int wc_switch(struct task_struct *prev, struct task_struct *next, __u32 state, bool preempted) {
  struct wc_reader_thread *leaving = wc_followed_thread((__u32)prev->pid);
  if (leaving) wc_leave(leaving, next, state, preempted);
  struct wc_reader_thread *coming = wc_followed_thread((__u32)next->pid);
  if (coming) wc_come_back(coming);
  return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(wc_on_switch_4, bool preempted, struct task_struct *prev, struct task_struct *next, unsigned int state) {
  return wc_switch(prev, next, state, preempted);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(wc_on_switch_3, bool preempted, struct task_struct *prev, struct task_struct *next) {
  struct task_struct___long_state *old = (void *)prev;
  __u32 state = 0;
  if (bpf_core_field_exists(prev->__state)) {
    state = BPF_CORE_READ(prev, __state);
  } else {
    state = (__u32)BPF_CORE_READ(old, state);
  }
  return wc_switch(prev, next, state, preempted);
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(wc_on_wakeup, struct task_struct *task) {
  struct wc_reader_thread *t = wc_followed_thread((__u32)task->pid);
  if (t && t->off_from_ns && !t->runnable_from_ns) t->runnable_from_ns = (__s64)bpf_ktime_get_ns();
  return 0;
}
