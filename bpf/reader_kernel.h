// The few fields of kernel structures that the reader programs read: libbpf finds each in the running kernel's BTF (CO-RE).
// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#ifndef WIRECAUSE_BPF_READER_KERNEL_H
#define WIRECAUSE_BPF_READER_KERNEL_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
  __s64 counter;
} atomic64_t;

struct in6_addr {
  union {
    __be32 u6_addr32[4];
  } in6_u;
};

struct sock_common {
  __be32 skc_rcv_saddr;
  __u16 skc_num;
  unsigned short skc_family;
  struct in6_addr skc_v6_rcv_saddr;
  atomic64_t skc_cookie;
};

struct sock {
  struct sock_common __sk_common;
};

struct socket {
  struct sock *sk;
};

struct file {
  void *private_data;
};

struct fdtable {
  unsigned int max_fds;
  struct file **fd;
};

struct files_struct {
  struct fdtable *fdt;
};

struct task_struct {
  unsigned int flags;
  int pid;
  char comm[16];
  unsigned int __state;
  struct files_struct *files;
};

// Before 5.14.
struct task_struct___long_state {
  long state;
};

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
  unsigned long di, si, dx, r10, r8, orig_ax;
};
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
  __u64 regs[31];
  __u64 orig_x0;
  int syscallno;
};
#endif

#pragma clang attribute pop

#endif
