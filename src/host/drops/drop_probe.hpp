// Every packet that the kernel drops, one by one, from its drop tracepoint (skb:kfree_skb) through an eBPF program.
//
// What is emitted is small: a *flow* once (who, where, why: one combination of socket, addresses, reason, place), then 24
// bytes a drop that refer to it. The count of each flow is kept in the kernel and is exact even when the ring overflowed.
// Normal frees (CONSUMED and teardown) never leave the kernel. Times are CLOCK_MONOTONIC: the engine converts (D8).
//
// Falls back in steps, each of which lowers `SocketSource` and is said in `availability()`: tp_btf with the receiving socket
// (kernel >= 6.11) -> tp_btf with the socket of udp:udp_fail_queue_rcv_skb, which runs on the same CPU in the same call
// (before the drop in 6.10, after it in older kernels) -> raw_tp -> none.
//
// Drops of destinations that nobody follows cannot take the ring from those that are followed: at most 1 024 records a flow
// and second, 4 000 between two drains (bpf/drop_record.h). Their counts are exact all the same, and what has no record for
// that reason is not in lost_records(). Nor can a flood of sources take the flow table, be it to a group and port that is
// followed (bpf/drop_flow.h).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/result.hpp"
#include "evidence/path.hpp"
#include "host/availability.hpp"

namespace wirecause {

// The receiving socket of a drop, by every name that others know it by. 0: not known (a socket that no dump has listed yet
// has no cookie).
struct SocketId {
  std::uint64_t cookie = 0;
  std::uint64_t inode = 0;
  bool operator==(const SocketId&) const = default;
};

enum class SocketSource : std::uint8_t {
  none,        // dropped before a socket was chosen, or not known
  argument,    // the tracepoint's own argument (kernel >= 6.11)
  udp_failure  // udp:udp_fail_queue_rcv_skb on the same CPU, just before or after
};

struct DropFlow {
  std::uint32_t id = 0;  // in order of appearance
  std::string
      reason;  // "SKB_DROP_REASON_SOCKET_RCVBUFF", of this kernel's BTF; "reason 200" where that does not know it
  std::string symbol;                 // kernel function that freed it, from kallsyms; empty: not readable
  Checkpoint place = Checkpoint::ip;  // by reason, and for NOT_SPECIFIED by symbol (host/drops/drop_place.hpp)
  std::uint32_t netns = 0;  // inode of the network namespace of the interface, else of the socket, else the reader
  std::uint32_t ifindex = 0;
  std::string interface;  // its name, inside that namespace
  std::uint8_t ip_protocol = 0;
  IpAddress source;  // none (::): of many, which the table cannot keep apart, and of none that is followed
  IpAddress destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  SocketId socket;
  SocketSource socket_source = SocketSource::none;
  std::uint32_t truesize = 0;        // of its first drop: what a datagram costs in a receive buffer
  std::uint32_t payload_length = 0;  // UDP payload of its first drop, on the wire
  std::uint64_t datagrams = 0;       // exact, from the kernel, as of the last refresh_counts(); GRO by segments
};

struct RawDrop {
  std::int64_t monotonic_ns = 0;
  std::uint32_t flow = 0;  // DropFlow::id
  bool has_number = false;
  std::uint64_t number = 0;  // read in the field that follow() named
  std::uint32_t count = 0;   // likewise; 1 where the framing has no count field, 0 of a mark
  std::uint32_t segments = 1;
  std::span<const std::byte>
      payload;  // first bytes of the UDP payload (of flows without a number's field); valid until
                // the next drain()
};

// Where the framing of a destination has its number: the program in the kernel reads it there. Widths 1, 2, 4, 8.
struct NumberField {
  IpAddress destination;
  std::uint16_t port = 0;
  std::uint8_t number_offset = 0;  // within the UDP payload
  std::uint8_t number_width = 0;
  bool number_big_endian = true;
  std::uint8_t count_offset = 0;
  std::uint8_t count_width = 0;  // 0: one unit a datagram
  bool count_big_endian = true;
  // Two bytes that make a datagram consume nothing (MarkAt of feed/framing.hpp); value 0: none do.
  std::uint8_t mark_offset = 0;
  std::uint16_t mark_value = 0;
  // Whose drops find room in the flow table whoever else sends there; none (::): nobody's.
  IpAddress source{};
};

// A stream whose datagrams have their number at no fixed place, or of several channels; `source` as that of NumberField.
struct FollowedStream {
  IpAddress destination;
  std::uint16_t port = 0;
  IpAddress source{};
};

class DropProbe {
 public:
  static constexpr std::size_t kRingBytes = 8U << 20U;  // a quarter of a million drops of 32 bytes
  static constexpr std::size_t kMaxFlows = 16'384;      // beyond it drops are counted by reason only
  static constexpr std::size_t kPayloadBytes = 64;

  virtual ~DropProbe() = default;

  // From now on drops of this destination carry their number, not their first bytes. At most 4 096.
  virtual Result<void> follow(const NumberField& field) = 0;
  // The same for those that carry their first bytes: from now on every one of them, not only some.
  virtual Result<void> follow_bytes(const FollowedStream& stream) = 0;
  // Moves what waits in the ring to `out`, in order of time per CPU; false: nothing was there. Bounded: at most 65 536.
  virtual bool drain(std::vector<RawDrop>& out) = 0;
  // All flows so far, by id; grows with drain().
  virtual std::span<const DropFlow> flows() const = 0;
  virtual void refresh_counts() = 0;
  // Drops that are in the counts but not in the ring: it was full.
  virtual std::uint64_t lost_records() const = 0;
  // Drops of no flow, because kMaxFlows were in use, by reason name.
  virtual std::vector<std::pair<std::string, std::uint64_t>> unlisted() const = 0;
  // Of these, drops of destinations that are followed.
  virtual std::uint64_t unlisted_followed() const = 0;
  // Drops that were not seen at all: they came while the program ran on their CPU.
  virtual std::uint64_t missed() const = 0;
  virtual const Availability& availability() const = 0;
};

// What this host would let open_drop_probe() do.
Availability drop_probe_availability();

// Loads and attaches. Needs CAP_BPF and CAP_PERFMON (or root); after it returned no capability is needed any more, drain,
// follow and refresh_counts included. Everything is removed when the probe is destroyed or the process ends, however.
Result<std::unique_ptr<DropProbe>> open_drop_probe();

}  // namespace wirecause
