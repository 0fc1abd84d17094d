// Where the datagram that a thread has just received lies in its own memory: the buffer that it gave to the system call.
//
// By sock_recv_length the kernel has freed the packet, and since 6.18 it does so without a trace on the reader's thread
// (skb_consume_udp(), skb_attempt_defer_free()), but the copy is in the caller's hands and not yet returned to. The system
// call's registers say where; that its descriptor is of this very socket is checked, as io_uring may receive at the end of
// any other call. Not known for io_uring, 32-bit programs, and readers that receive into more than one piece.
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#ifndef WIRECAUSE_BPF_READER_PAYLOAD_H
#define WIRECAUSE_BPF_READER_PAYLOAD_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/reader_kernel.h"
#include "bpf/readers.h"

#if defined(__TARGET_ARCH_x86)
enum { WC_READ = 0, WC_RECVFROM = 45, WC_RECVMSG = 47, WC_RECVMMSG = 299 };
#define WC_CALL(regs) ((__s64)(regs)->orig_ax)
#define WC_ARGUMENT_1(regs) ((regs)->di)
#define WC_ARGUMENT_2(regs) ((regs)->si)
#define WC_ARGUMENT_3(regs) ((regs)->dx)
#define WC_ARGUMENT_5(regs) ((regs)->r8)
#else
enum { WC_READ = 63, WC_RECVFROM = 207, WC_RECVMSG = 212, WC_RECVMMSG = 243 };
#define WC_CALL(regs) ((__s64)(regs)->syscallno)
#define WC_ARGUMENT_1(regs) ((regs)->orig_x0)
#define WC_ARGUMENT_2(regs) ((regs)->regs[1])
#define WC_ARGUMENT_3(regs) ((regs)->regs[2])
#define WC_ARGUMENT_5(regs) ((regs)->regs[4])
#endif

enum { WC_PF_IO_WORKER = 0x10, WC_PF_KTHREAD = 0x200000, WC_UIO_MAXIOV = 1024 };

// As the 64-bit ABI has them (struct user_msghdr, struct mmsghdr, struct iovec).
struct wc_user_message {
  __u64 name;
  __u64 name_length;
  __u64 pieces;
  __u64 piece_count;
  __u64 control;
  __u64 control_length;
  __u64 flags;
};
struct wc_user_batch_entry {
  struct wc_user_message message;
  __u64 length;
};
struct wc_user_piece {
  __u64 base;
  __u64 length;
};

static __always_inline int wc_is_descriptor_of(struct task_struct *task, __u32 descriptor, struct sock *sk) {
  struct fdtable *table = BPF_CORE_READ(task, files, fdt);
  if (!table || descriptor >= BPF_CORE_READ(table, max_fds)) return 0;
  struct file **slot = BPF_CORE_READ(table, fd) + descriptor;
  struct file *file = 0;
  if (bpf_probe_read_kernel(&file, sizeof(file), slot) || !file) return 0;
  struct socket *socket = BPF_CORE_READ(file, private_data);
  return socket && BPF_CORE_READ(socket, sk) == sk;
}

static __always_inline struct wc_user_piece wc_piece_of(__u64 message) {
  struct wc_user_message user = {};
  struct wc_user_piece piece = {};
  if (bpf_probe_read_user(&user, sizeof(user), (void *)message)) return piece;
  if (bpf_probe_read_user(&piece, sizeof(piece), (void *)user.pieces)) piece.length = 0;
  return piece;
}

// recvmmsg receives entry after entry in one call, which ends when the array is full or an entry fails: both are seen here,
// so the entry is counted. With a timeout it may also end in between: not known then, unless there is but one entry.
static __always_inline __u64 wc_batch_message(struct wc_reader_socket *s, __u32 thread, struct pt_regs *regs) {
  __u64 vector = WC_ARGUMENT_2(regs);
  __u32 entries = (__u32)WC_ARGUMENT_3(regs);
  if (entries > WC_UIO_MAXIOV) entries = WC_UIO_MAXIOV;
  if (entries <= 1) return vector;
  if (WC_ARGUMENT_5(regs)) return 0;
  __u32 entry = s->batch_next;
  if (entry == 0) {
    s->batch_thread = thread;
    s->batch_vector = vector;
  } else if (s->batch_thread != thread || s->batch_vector != vector) {
    s->batch_next = WC_READER_BATCH_UNKNOWN;
    s->batch_thread = thread;
    return 0;
  }
  if (entry == WC_READER_BATCH_UNKNOWN) return 0;
  s->batch_next = entry + 1 < entries ? entry + 1 : 0;
  return vector + (__u64)entry * sizeof(struct wc_user_batch_entry);
}

// A failed receive ends the batch of its thread.
static __always_inline void wc_end_batch(struct wc_reader_socket *s, __u32 thread) {
  if (s->batch_next == WC_READER_BATCH_UNKNOWN || s->batch_thread == thread) s->batch_next = 0;
}

static __always_inline struct wc_user_piece wc_payload(struct wc_reader_socket *s, struct sock *sk, __u32 thread) {
  struct wc_user_piece none = {};
  struct task_struct *task = bpf_get_current_task_btf();
  if (task->flags & (WC_PF_KTHREAD | WC_PF_IO_WORKER)) return none;
  struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
  __s64 call = WC_CALL(regs);
  __u32 descriptor = (__u32)WC_ARGUMENT_1(regs);
  __u64 checked = ((__u64)thread << 32) | descriptor;
  if (call != WC_RECVFROM && call != WC_RECVMSG && call != WC_RECVMMSG && call != WC_READ) return none;
  if (s->checked != checked) {
    if (!wc_is_descriptor_of(task, descriptor, sk)) return none;
    s->checked = checked;
  }
  if (call == WC_RECVMSG) return wc_piece_of(WC_ARGUMENT_2(regs));
  if (call == WC_RECVMMSG) {
    __u64 message = wc_batch_message(s, thread, regs);
    return message ? wc_piece_of(message) : none;
  }
  struct wc_user_piece piece = {WC_ARGUMENT_2(regs), WC_ARGUMENT_3(regs)};
  return piece;
}

#endif
