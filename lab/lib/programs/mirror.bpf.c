/* A SPAN session: copies every IPv4 packet that passes a port to the interface number MIRROR (-DMIRROR=5).
 * SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

static long (*const clone_redirect)(struct __sk_buff* at, unsigned int interface,
                                    unsigned long long flags) = (void*)BPF_FUNC_clone_redirect;

__attribute__((section("tc"), used)) int mirror(struct __sk_buff* at) {
  if (at->protocol == 0x0008) clone_redirect(at, MIRROR, 0);  // ETH_P_IP as it is on the wire
  return TC_ACT_OK;
}

__attribute__((section("license"), used)) char terms[] = "Dual BSD/GPL";
