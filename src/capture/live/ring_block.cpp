// SPDX-License-Identifier: Apache-2.0
#include "capture/live/ring_block.hpp"

#include <linux/if_packet.h>

#include <algorithm>
#include <cstring>

#include "packet/ethertype.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kHeader = sizeof(tpacket3_hdr);  // a multiple of TPACKET_ALIGNMENT
constexpr std::size_t kPacketTypeAt = kHeader + offsetof(sockaddr_ll, sll_pkttype);
constexpr std::size_t kGapAt = kHeader + offsetof(sockaddr_ll, sll_addr);  // read by nobody here
constexpr std::size_t kAddresses = 12;
constexpr std::uint32_t kTag = 4;

static_assert(kHeader == 48 && kHeader % TPACKET_ALIGNMENT == 0);

tpacket3_hdr header_at(const std::byte* at) {
  tpacket3_hdr header;
  std::memcpy(&header, at, sizeof header);
  return header;
}

void store(std::byte* to, std::uint16_t value) {
  to[0] = static_cast<std::byte>(value >> 8U);
  to[1] = static_cast<std::byte>(value & 0xffU);
}

// Puts the tag back where it was; false: there is no room, or there are no addresses to move.
bool put_tag_back(std::byte* frame, const tpacket3_hdr& header) {
  if (header.tp_snaplen < kAddresses || header.tp_mac < kGapAt + kTag) return false;
  std::memmove(frame - kTag, frame, kAddresses);
  const bool says_kind = (header.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0;
  store(frame - kTag + kAddresses, says_kind ? header.hv1.tp_vlan_tpid : kEthertypeVlan);
  store(frame - kTag + kAddresses + 2, static_cast<std::uint16_t>(header.hv1.tp_vlan_tci));
  return true;
}

TimeNs stamp_of(const tpacket3_hdr& header) {
  return {std::int64_t{header.tp_sec} * 1'000'000'000 + std::int64_t{header.tp_nsec}};
}

// The stamp, if it is of the clock that is wanted, in realtime.
TimeNs wanted_stamp(const tpacket3_hdr& header, RingReading& reading) {
  if (!reading.wants_hardware_stamps) return stamp_of(header);
  if ((header.tp_status & TP_STATUS_TS_RAW_HARDWARE) != 0) {
    reading.saw_hardware_stamp = true;
    return stamp_of(header) + reading.hardware_to_realtime;
  } else if (reading.saw_hardware_stamp) {
    ++reading.without_time;
    return kNoTime;
  }
  return stamp_of(header);
}

PacketView view_of(std::byte* packet, const tpacket3_hdr& header, RingReading& reading) {
  const bool is_tagged = (header.tp_status & TP_STATUS_VLAN_VALID) != 0 && reading.link_type == LinkType::ethernet;
  std::byte* const frame = packet + header.tp_mac;
  const std::uint32_t tag = is_tagged && put_tag_back(frame, header) ? kTag : 0;
  PacketView view;
  view.bytes = {frame - tag, header.tp_snaplen + tag};
  view.wire_length = header.tp_len + tag;
  view.time = wanted_stamp(header, reading);
  view.frame = ++reading.packets;
  view.input = reading.input;
  view.link_type = reading.link_type;
  view.direction = Direction::in;
  view.is_checksum_unfilled = (header.tp_status & TP_STATUS_CSUMNOTREADY) != 0;
  reading.bytes += header.tp_snaplen;
  reading.last = later(reading.last, view.time);
  return view;
}

}  // namespace

RingBlock::RingBlock(std::span<std::byte> block) : block_(block) {
  tpacket_block_desc description;
  if (block.size() < sizeof description) return;
  std::memcpy(&description, block.data(), sizeof description);
  at_ = description.hdr.bh1.offset_to_first_pkt;
  left_ = description.hdr.bh1.num_pkts;
}

std::size_t RingBlock::read(std::span<PacketView> out, RingReading& reading) {
  std::size_t filled = 0;
  while (left_ != 0 && filled < out.size()) {
    const std::size_t room = block_.size() - std::min(at_, block_.size());
    if (room < kHeader + sizeof(sockaddr_ll)) {
      end_as_damaged(reading);
      break;
    }
    std::byte* const packet = block_.data() + at_;
    const tpacket3_hdr header = header_at(packet);
    if (header.tp_mac > room || header.tp_snaplen > room - header.tp_mac) {
      end_as_damaged(reading);
      break;
    }
    at_ += header.tp_next_offset;
    --left_;
    if (left_ != 0 && header.tp_next_offset < kHeader) [[unlikely]]
      end_as_damaged(reading);
    if (packet[kPacketTypeAt] != std::byte{PACKET_OUTGOING}) [[likely]]
      out[filled++] = view_of(packet, header, reading);
  }
  return filled;
}

void RingBlock::end_as_damaged(RingReading& reading) {
  ++reading.damaged;
  left_ = 0;
}

}  // namespace wirecause
