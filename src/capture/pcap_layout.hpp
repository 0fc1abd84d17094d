// How the records of one pcap file are laid out: what its header says, and what some writers did without saying it.
//
//   file header   0 magic  4 major  6 minor  8 zone  12 sigfigs  16 snaplen  20 link type and FCS length   (24 bytes)
//   record        0 seconds  4 fraction  8 captured length  12 original length  [variants: 4 to 12 bytes more]   data
//
// draft-ietf-opsawg-pcap; the variants as libpcap's sf-pcap.c and Wireshark's libpcap.c read them. Called once per
// file.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "packet/packet_view.hpp"

namespace wirecause {

inline constexpr std::uint32_t kMaxCapturedBytes = 262'144;  // libpcap's MAXIMUM_SNAPLEN: no tool writes longer packets

struct PcapLayout {
  std::string_view name = "pcap";  // for people
  std::endian order = std::endian::little;
  std::uint32_t file_header_bytes = 24;
  std::uint32_t record_header_bytes = 16;
  std::uint32_t ns_per_tick = 1'000;  // microseconds, or 1
  std::uint32_t snap_length = 0;
  LinkType link_type = LinkType::ethernet;
  std::optional<std::uint8_t> fcs_bytes;  // frame check sequence at the end of every packet, where the file says so
  bool lengths_may_be_swapped = false;    // before version 2.4 some writers put the original length first
  bool has_packet_type = false;           // modified pcap: sll packet type at offset 22 of the record header
};

inline constexpr std::size_t kPcapProbeBytes = 4096;  // enough for the first records, by which variants are told apart

// From the first bytes of the file, up to kPcapProbeBytes of them. bad_input, with the reason, when it cannot be read.
Result<PcapLayout> read_pcap_layout(Bytes start);

}  // namespace wirecause
