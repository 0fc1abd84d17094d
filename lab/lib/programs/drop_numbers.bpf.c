/* Drops the datagrams of one UDP port whose ordinal leaves a given rest: at XDP, at the ingress of tc, or of a cgroup. The
 * ordinal is counted from 1 by the feed's own number. What is not said (-D) is MoldUDP64 on the port of the live tests, and
 * every number that ends in 7.
 * SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#ifndef PORT
#define PORT 26477
#endif
#ifndef NUMBER_AT /* of its low four bytes, in the payload */
#define NUMBER_AT 14
#endif
#ifndef IS_LITTLE
#define IS_LITTLE 0
#endif
#ifndef STEP /* numbers that a datagram takes */
#define STEP 1
#endif
#ifndef EVERY
#define EVERY 10
#endif
#ifndef REST
#define REST 7
#endif

#define SECTION(name) __attribute__((section(name), used))
#define INLINE static __attribute__((always_inline))

enum { ethernet = 14, ip = 20, udp = 8, number_at = ip + udp + NUMBER_AT, needed = number_at + 4 };

INLINE unsigned int big(const unsigned char* at, int width) {
  unsigned int value = 0;
#pragma unroll
  for (int i = 0; i < width; ++i) value = value << 8 | at[i];
  return value;
}

INLINE unsigned int number(const unsigned char* at) {
  if (IS_LITTLE) return at[3] << 24 | at[2] << 16 | at[1] << 8 | at[0];
  return big(at, 4);
}

INLINE int is_doomed(const unsigned char* packet, const unsigned char* end) {
  if (packet + needed > end || packet[0] != 0x45 || packet[9] != 17 || big(packet + ip + 2, 2) != PORT) return 0;
  return ((number(packet + number_at) - 1) / STEP + 1) % EVERY == REST;
}

INLINE int is_doomed_frame(const unsigned char* frame, const unsigned char* end) {
  if (frame + ethernet > end || frame[12] != 8 || frame[13] != 0) return 0;
  return is_doomed(frame + ethernet, end);
}

SECTION("xdp") int drop_at_xdp(struct xdp_md* at) {
  return is_doomed_frame((void*)(long)at->data, (void*)(long)at->data_end) ? XDP_DROP : XDP_PASS;
}

SECTION("tc") int drop_at_tc(struct __sk_buff* at) {
  return is_doomed_frame((void*)(long)at->data, (void*)(long)at->data_end) ? TC_ACT_SHOT : TC_ACT_OK;
}

SECTION("cgroup_skb/ingress") int drop_at_cgroup(struct __sk_buff* at) {
  return is_doomed((void*)(long)at->data, (void*)(long)at->data_end) ? 0 : 1;
}
