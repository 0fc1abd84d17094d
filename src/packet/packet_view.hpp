// One captured packet, borrowed: valid until the next batch is asked for. Who keeps something copies it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace wirecause {

// LINKTYPE_ values of the pcap registry; any other number is carried as it is and counted as unsupported.
enum class LinkType : std::uint16_t {
  null = 0,  // BSD loopback, host byte order of the writer
  ethernet = 1,
  raw_bsd = 12,  // LINKTYPE 12 and 14 are DLT_RAW on some systems
  raw_openbsd = 14,
  raw = 101,
  loop = 108,  // OpenBSD loopback, network byte order
  linux_sll = 113,
  ipv4 = 228,
  ipv6 = 229,
  linux_sll2 = 276,
};

enum class Direction : std::uint8_t { unknown, in, out };

struct PacketView {
  Bytes bytes;                    // what was captured; bytes.size() is the captured length
  std::uint32_t wire_length = 0;  // length on the wire, without FCS; >= bytes.size() in an honest file
  TimeNs time = kNoTime;          // kNoTime where the format has none (pcapng Simple Packet Block)
  std::uint64_t frame = 0;        // 1-based number in its file, as Wireshark counts
  std::uint32_t input = 0;        // index of the file
  std::uint32_t interface = 0;    // index into the interfaces of that input
  LinkType link_type = LinkType::ethernet;
  Direction direction = Direction::unknown;
  // The capture says that the sender left the transport's checksum to an adapter that has not filled it in (a sender of
  // this machine, over a software link): what stands there is neither right nor wrong.
  bool is_checksum_unfilled = false;
};

}  // namespace wirecause
