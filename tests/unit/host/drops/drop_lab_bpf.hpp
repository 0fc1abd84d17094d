// Programs of one instruction that drop every packet, at XDP and at tc: two places of the receive path. Removed with the
// object.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <gtest/gtest.h>
#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace wirecause::testing {

// return verdict;
inline int verdict_program(bpf_prog_type type, std::int32_t verdict) {
  std::array<bpf_insn, 2> code{};
  code[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  code[0].imm = verdict;
  code[1].code = BPF_JMP | BPF_EXIT;
  const int program = bpf_prog_load(type, "wc_test", "GPL", code.data(), code.size(), nullptr);
  EXPECT_GE(program, 0);
  return program;
}

class XdpProgram {
 public:
  XdpProgram(const char* interface, std::uint32_t mode, std::int32_t verdict)
      : interface_(static_cast<int>(if_nametoindex(interface))), mode_(mode) {
    const int program = verdict_program(BPF_PROG_TYPE_XDP, verdict);
    EXPECT_EQ(bpf_xdp_attach(interface_, program, mode_, nullptr), 0);
    close(program);
  }
  ~XdpProgram() { bpf_xdp_detach(interface_, mode_, nullptr); }
  XdpProgram(const XdpProgram&) = delete;
  XdpProgram& operator=(const XdpProgram&) = delete;

 private:
  int interface_;
  std::uint32_t mode_;
};

class TcIngressProgram {
 public:
  TcIngressProgram(const char* interface, std::int32_t verdict) {
    hook_.sz = sizeof hook_;
    hook_.ifindex = static_cast<int>(if_nametoindex(interface));
    hook_.attach_point = BPF_TC_INGRESS;
    bpf_tc_opts options{};
    options.sz = sizeof options;
    options.prog_fd = verdict_program(BPF_PROG_TYPE_SCHED_CLS, verdict);
    EXPECT_EQ(bpf_tc_hook_create(&hook_), 0);
    EXPECT_EQ(bpf_tc_attach(&hook_, &options), 0);
    close(options.prog_fd);
  }
  ~TcIngressProgram() {
    hook_.attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS);
    bpf_tc_hook_destroy(&hook_);
  }
  TcIngressProgram(const TcIngressProgram&) = delete;
  TcIngressProgram& operator=(const TcIngressProgram&) = delete;

 private:
  bpf_tc_hook hook_{};
};

class ThisThreadOnCpu {
 public:
  explicit ThisThreadOnCpu(unsigned cpu) {
    CPU_ZERO(&before_);
    sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    EXPECT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  }
  ~ThisThreadOnCpu() { sched_setaffinity(0, sizeof before_, &before_); }
  ThisThreadOnCpu(const ThisThreadOnCpu&) = delete;
  ThisThreadOnCpu& operator=(const ThisThreadOnCpu&) = delete;

 private:
  cpu_set_t before_;
};

}  // namespace wirecause::testing
