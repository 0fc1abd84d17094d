// A live source of packets: a passive tap of an interface, or a socket that has joined a group as an application would.
//
// Never blocks: next_batch() gives what is there, `watermark()` says up to when nothing more will come. Views stay valid
// until the next call of next_batch() on the same source. The tap sees what the NIC delivered, before tc and netfilter
// (DESIGN D10); own transmissions are not seen.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/result.hpp"
#include "capture/source.hpp"

namespace wirecause {

enum class StampSource : std::uint8_t { software, hardware };
std::string_view text(StampSource source);

class LiveSource : public CaptureSource {
 public:
  // CaptureSource: next_batch() returns 0 where nothing waits; the source never ends. facts().interfaces[0].dropped is the
  // tap's own loss so far (PACKET_STATISTICS tp_drops, SO_RXQ_OVFL), always known.

  // Every packet stamped earlier than this has been handed out. `now`: CLOCK_REALTIME, read before the last call of
  // next_batch().
  virtual TimeNs watermark(TimeNs now) const = 0;
  virtual int descriptor() const = 0;  // for poll
  virtual StampSource stamp_source() const = 0;
  // Brings facts() up to date: one system call.
  virtual void refresh_statistics() = 0;
};

struct TapOptions {
  std::string interface;
  std::size_t ring_bytes = 64U << 20U;  // pages that are never swapped: bounded, and never the cause
  std::uint32_t snap_length = 0;        // 0: whole packets, up to what a ring block holds
  // Without a filter of the user: multicast UDP, UDP to these ports, IGMP/MLD, ARP/NDP, ICMP and ICMPv6. All in the kernel.
  std::vector<std::uint16_t> unicast_ports{};
  std::string filter{};  // tcpdump's language, instead of the above; empty: the above
};

// Opens an AF_PACKET TPACKET_V3 ring (not promiscuous, SIOCSHWTSTAMP never). Needs CAP_NET_RAW, only to open. `input` is
// the index that its views carry. Errors: not_found (no such interface: says which there are), permission, unsupported.
Result<std::unique_ptr<LiveSource>> open_tap(const TapOptions& options, std::uint32_t input);

struct JoinOptions {
  IpAddress group{};
  std::uint16_t port = 0;
  std::string interface;                        // empty: as the routing table says
  std::optional<std::uint32_t> buffer_bytes{};  // SO_RCVBUF; absent: the system's default
  std::optional<std::uint32_t> busy_poll_us{};  // SO_BUSY_POLL
};

// Receives as an application would: recvmmsg, SO_TIMESTAMPING, SO_RXQ_OVFL. Its views are IP packets made around the
// payload (link type raw), so that what follows is the same as for a tap. Errors: not_found, permission, io (the join
// failed: says why).
Result<std::unique_ptr<LiveSource>> open_join(const JoinOptions& options, std::uint32_t input);

// The cookie of the socket that open_join made, to tell it from a user's.
std::uint64_t socket_cookie_of(const LiveSource& source);  // 0: a tap

}  // namespace wirecause
