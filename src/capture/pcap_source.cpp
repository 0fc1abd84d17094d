// The records of a pcap file as packets. One loop for each byte order; everything that differs between variants is a
// number that was fixed when the file was opened.
//
// A record that claims more than kMaxCapturedBytes ends the reading: the next record cannot be found with certainty.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "capture/fields.hpp"
#include "capture/file_source.hpp"
#include "capture/pcap_layout.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kRecordFieldBytes = 16;  // seconds, fraction, captured, original: common to all variants
constexpr std::size_t kPacketTypeAt = 22;      // modified pcap: one byte, values of Linux' sll_pkttype
constexpr std::byte kPacketTypeOutgoing{4};    // PACKET_OUTGOING
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

// What one walk through the window found.
struct Walk {
  std::size_t packets = 0;
  std::size_t bytes = 0;            // of the records behind the packets
  std::size_t needed = 0;           // bytes at which the next record would be whole
  std::uint32_t claimed_bytes = 0;  // captured length of the next record, where it is impossible
};

class PcapSource final : public FileSource {
 public:
  PcapSource(InputWindow window, FileIdentity identity, const PcapLayout& layout)
      : FileSource(std::move(window), std::move(identity), std::string(layout.name)),
        layout_(layout),
        walk_(walk_for(layout)) {
    InterfaceFacts interface;
    interface.link_type = layout.link_type;
    interface.snap_length = layout.snap_length;
    interface.ticks_per_second = kNsPerSecond / layout.ns_per_tick;
    interface.fcs_length = layout.fcs_bytes;
    facts_.interfaces.push_back(std::move(interface));
    window_.consume(layout.file_header_bytes);
  }

  std::size_t next_batch(std::span<PacketView> out) override {
    std::size_t wanted = layout_.record_header_bytes;
    while (!ended_) {
      const Bytes window = window_.at_least(wanted);
      if (window.size() < wanted) {
        end_of_input(fmt::format("packet {}", frames_ + 1), wanted);
        break;
      }
      const Walk walk = (this->*walk_)(window, out);
      if (walk.packets != 0 || out.empty()) return deliver(walk);
      if (walk.claimed_bytes != 0) {
        stop(fmt::format("packet {} claims {} captured bytes, over the format's {}", frames_ + 1, walk.claimed_bytes,
                         kMaxCapturedBytes));
        break;
      }
      wanted = walk.needed;
    }
    return 0;
  }

 private:
  std::size_t deliver(const Walk& walk) {
    window_.consume(walk.bytes);
    frames_ += walk.packets;
    facts_.interfaces.front().packets = frames_;
    return walk.packets;
  }

  // Plain: nothing but the four fields, as in nearly every file: 37 instructions a packet, against 45 with the extras.
  enum class Records : std::uint8_t { plain, with_extras };
  template <std::endian Order, Records Kind>
  Walk walk(Bytes window, std::span<PacketView> out) const noexcept;

  using WalkFunction = Walk (PcapSource::*)(Bytes, std::span<PacketView>) const noexcept;
  static WalkFunction walk_for(const PcapLayout& layout);

  PcapLayout layout_;
  WalkFunction walk_;
};

PcapSource::WalkFunction PcapSource::walk_for(const PcapLayout& layout) {
  const bool is_plain = !layout.fcs_bytes && !layout.lengths_may_be_swapped && !layout.has_packet_type;
  if (layout.order == std::endian::big)
    return is_plain ? &PcapSource::walk<std::endian::big, Records::plain>
                    : &PcapSource::walk<std::endian::big, Records::with_extras>;
  return is_plain ? &PcapSource::walk<std::endian::little, Records::plain>
                  : &PcapSource::walk<std::endian::little, Records::with_extras>;
}

// Where the next record begins is only known from this one: without help the walk waits for memory at every record.
// An address behind the file is no fault: it is only a hint.
inline void prefetch_ahead(const std::byte* record) noexcept {
  constexpr std::size_t kDistance = 2'048;  // about a dozen records of a feed
  __builtin_prefetch(record + kDistance);
  __builtin_prefetch(record + kDistance + 64);
  __builtin_prefetch(record + kDistance + 128);
}

template <std::endian Order, PcapSource::Records Kind>
Walk PcapSource::walk(Bytes window, std::span<PacketView> out) const noexcept {
  // Everything in locals: to the compiler, a member or the result could be what a packet is written over.
  const PcapLayout layout = layout_;
  const std::size_t header_bytes = layout.record_header_bytes;
  const std::uint32_t input_index = input();
  const std::uint64_t first_frame = frames_ + 1;
  Bytes rest = window;
  std::size_t packets = 0;
  std::size_t needed = header_bytes;
  std::uint32_t claimed_bytes = 0;
  for (; packets != out.size() && rest.size() >= header_bytes; ++packets) {
    prefetch_ahead(rest.data());
    const FixedView<kRecordFieldBytes> record(rest.data());
    std::uint32_t captured = field<Order, std::uint32_t, 8>(record);
    std::uint32_t original = field<Order, std::uint32_t, 12>(record);
    if constexpr (Kind == Records::with_extras) {
      if (layout.lengths_may_be_swapped && captured > original) std::swap(captured, original);
    }
    if (captured > kMaxCapturedBytes) {
      claimed_bytes = captured;
      break;
    }
    if (rest.size() - header_bytes < captured) {
      needed = header_bytes + captured;
      break;
    }
    PacketView& packet = out[packets];
    packet.bytes = rest.subspan(header_bytes, captured);
    packet.wire_length = std::max(original, captured);  // as Wireshark: what was captured was on the wire
    packet.time = {std::int64_t{field<Order, std::uint32_t, 0>(record)} * kNsPerSecond +
                   std::int64_t{field<Order, std::uint32_t, 4>(record)} * layout.ns_per_tick};
    packet.frame = first_frame + packets;
    packet.input = input_index;
    packet.interface = 0;
    packet.link_type = layout.link_type;
    packet.direction = Direction::unknown;
    if constexpr (Kind == Records::with_extras) {
      if (layout.has_packet_type)
        packet.direction = rest[kPacketTypeAt] == kPacketTypeOutgoing ? Direction::out : Direction::in;
      drop_fcs(packet, layout.fcs_bytes.value_or(0));
    }
    rest = rest.subspan(header_bytes + captured);
  }
  return {packets, window.size() - rest.size(), needed, claimed_bytes};
}

}  // namespace

Result<std::unique_ptr<CaptureSource>> open_pcap(InputWindow window, FileIdentity identity) {
  WC_TRY_ASSIGN(const PcapLayout layout, read_pcap_layout(window.at_least(kPcapProbeBytes)));
  return std::make_unique<PcapSource>(std::move(window), std::move(identity), layout);
}

}  // namespace wirecause
