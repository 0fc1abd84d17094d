// Walks the packets of one block of a TPACKET_V3 ring, in place: the block's owner (packet_ring.hpp) says how long the views
// stay valid.
//
//   block:  tpacket_block_desc   version 0 · offset_to_priv 4 · block_status 8 · num_pkts 12 · offset_to_first_pkt 16 ·
//                                blk_len 20 · seq_num 24 · ts_first_pkt 32 · ts_last_pkt 40
//   packet: tpacket3_hdr (48)    tp_next_offset 0 (from here; 0: the last) · tp_sec 4 · tp_nsec 8 · tp_snaplen 12 ·
//                                tp_len 16 · tp_status 20 · tp_mac 24 · tp_net 26 · tp_vlan_tci 32 · tp_vlan_tpid 36
//           sockaddr_ll (20)     at 48: sll_pkttype 58 · sll_addr 60
//           gap, then the frame at tp_mac
//
// The kernel has taken the first VLAN tag out of the frame (skb_vlan_untag()); it is put back in front of the EtherType
// by moving the two addresses into the gap. Layout: linux/if_packet.h; filled by tpacket_rcv() (net/packet/af_packet.c).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/time.hpp"
#include "packet/packet_view.hpp"

namespace wirecause {

// What the views of a ring have in common, and what is counted over all its blocks.
struct RingReading {
  std::uint32_t input = 0;
  LinkType link_type = LinkType::ethernet;
  // Stamps of the hardware are wanted: those are of another clock, so a packet without one gets none (kNoTime), once any
  // packet had one.
  bool wants_hardware_stamps = false;
  DurationNs hardware_to_realtime{0};  // HardwareClock

  bool saw_hardware_stamp = false;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t without_time = 0;
  std::uint64_t damaged = 0;  // headers that point out of their block
  TimeNs last = kNoTime;      // the latest stamp
};

class RingBlock {
 public:
  RingBlock() = default;                           // nothing left to walk
  explicit RingBlock(std::span<std::byte> block);  // one that the kernel has handed over
  bool is_done() const { return left_ == 0; }
  // Fills views from the front of `out`; returns how many. Own transmissions are left out.
  std::size_t read(std::span<PacketView> out, RingReading& reading);

 private:
  void end_as_damaged(RingReading& reading);

  std::span<std::byte> block_;
  std::size_t at_ = 0;
  std::uint32_t left_ = 0;
};

}  // namespace wirecause
