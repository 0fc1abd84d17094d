/* Drops MoldUDP64 datagrams of one port whose number ends in 7: at XDP, or at the ingress of tc. For kernel_bpf_drop_test.
 * SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#define SECTION(name) __attribute__((section(name), used))

enum { udp_port_at = 14 + 20 + 2, number_low_half_at = 14 + 20 + 8 + 14, needed = number_low_half_at + 4 };

static unsigned int big(const unsigned char* at, int width) {
  unsigned int value = 0;
#pragma unroll
  for (int i = 0; i < width; ++i) value = value << 8 | at[i];
  return value;
}

static __attribute__((always_inline)) int is_doomed(const unsigned char* frame, const unsigned char* end) {
  if (frame + needed > end || frame[12] != 8 || frame[13] != 0 || frame[14 + 9] != 17) return 0;
  return big(frame + udp_port_at, 2) == 26477 && big(frame + number_low_half_at, 4) % 10 == 7;
}

SECTION("xdp") int drop_at_xdp(struct xdp_md* at) {
  return is_doomed((void*)(long)at->data, (void*)(long)at->data_end) ? XDP_DROP : XDP_PASS;
}

SECTION("tc") int drop_at_tc(struct __sk_buff* at) {
  return is_doomed((void*)(long)at->data, (void*)(long)at->data_end) ? TC_ACT_SHOT : TC_ACT_OK;
}
