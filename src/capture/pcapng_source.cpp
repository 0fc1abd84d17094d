// The blocks of a pcapng file as packets and facts (draft-ietf-opsawg-pcapng).
//
// A block that is framed well but contradicts itself inside is skipped and counted (damaged_records); one whose framing
// is broken ends the reading, because the next block cannot be found with certainty. Frame numbers are those of
// Wireshark, which also shows custom blocks, journal entries and system call events as frames: they take a number and
// give no packet.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "capture/fields.hpp"
#include "capture/file_source.hpp"
#include "capture/pcapng_block.hpp"
#include "capture/pcapng_interface.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kSectionFixedBytes = 16;   // magic, version, section length
constexpr std::size_t kEnhancedFixedBytes = 20;  // interface, time high, time low, captured, original
constexpr std::uint16_t kKnownMajor = 1;
constexpr std::uint16_t kDropsUnknown = 0xffff;  // obsolete packet block: no count
constexpr std::size_t kMaxComments = 16;
constexpr std::size_t kMaxCommentBytes = 1024;
// A file of interface blocks alone would otherwise become memory; the largest rotations that are appended to one file
// have some thousands of sections.
constexpr std::size_t kMaxInterfaces = 16'384;

// The two words are the same option in enhanced and in obsolete packet blocks.
enum PacketOption : std::uint16_t { packet_flags = 2, epb_dropcount = 4 };

Direction direction_of(std::uint32_t flags) {
  switch (flags & 3U) {
    case 1:
      return Direction::in;
    case 2:
      return Direction::out;
    default:
      return Direction::unknown;
  }
}

std::uint32_t fcs_bytes_of(std::uint32_t flags) { return (flags >> 5U) & 0xfU; }  // bits 5-8, octets, 0: not said

std::string why_broken(const Block& block) {
  switch (block.state) {
    case BlockState::wrong_magic:
      return "a pcapng section without a valid byte-order magic";
    case BlockState::wrong_length:
      return fmt::format("a pcapng block of type 0x{:x} with an impossible length of {} bytes",
                         static_cast<std::uint32_t>(block.type), block.length);
    default:
      return fmt::format("a pcapng block of type 0x{:x} that contradicts its own length ({} and {} bytes)",
                         static_cast<std::uint32_t>(block.type), block.length, block.trailer_length);
  }
}

class PcapngSource final : public FileSource {
 public:
  PcapngSource(InputWindow window, FileIdentity identity)
      : FileSource(std::move(window), std::move(identity), "pcapng") {}

  std::size_t next_batch(std::span<PacketView> out) override {
    std::size_t packets = 0;
    std::size_t wanted = kMinBlockBytes;
    while (packets < out.size() && !ended_) {
      // Only an empty batch may move the window: earlier views of this batch would be void.
      const Bytes window = window_.at_least(packets == 0 ? wanted : 0);
      const Block block = block_at(window, order_);
      if (block.state == BlockState::whole) {
        packets += take(block, out[packets]);
        window_.consume(block.length);
        wanted = kMinBlockBytes;
      } else if (packets != 0) {
        break;
      } else if (block.state != BlockState::short_of_bytes) {
        stop(why_broken(block));
      } else if (window.size() < wanted || wanted == block.needed) {
        end_of_input("a pcapng block", block.needed);
      } else {
        wanted = block.needed;
      }
    }
    return packets;
  }

 private:
  struct Fast {  // what a packet needs of its interface, without the facts' strings
    TickClock clock;
    std::uint32_t fcs_bytes = 0;
    std::uint32_t snap_length = 0;
    LinkType link_type = LinkType::ethernet;
  };

  // 1 when the block became a packet.
  std::size_t take(const Block& block, PacketView& packet);

  template <std::endian Order>
  bool enhanced_packet(Bytes body, PacketView& packet);
  bool obsolete_packet(const Block& block, PacketView& packet);
  bool simple_packet(const Block& block, PacketView& packet);
  void section_header(const Block& block);
  void interface_description(const Block& block);
  void interface_statistics(const Block& block);

  // The parts that all packet blocks share. False, and counted, where the block contradicts itself.
  bool begin_packet(std::uint32_t interface_in_section, PacketView& packet);
  bool set_bytes(Bytes after_header, std::uint32_t captured, std::uint32_t original, PacketView& packet);
  void finish_packet(Bytes after_header, PacketView& packet);
  std::uint32_t read_packet_options(Bytes options, PacketView& packet);

  void keep_comment(Bytes text);
  void keep_comments(Bytes options, std::endian order);
  bool damaged() {
    facts_.damaged_records += 1;
    return false;
  }

  std::endian order_ = std::endian::little;
  std::vector<Fast> interfaces_;   // same index as facts_.interfaces
  std::size_t section_begin_ = 0;  // index of the section's interface 0
  std::uint32_t sections_ = 0;
};

std::size_t PcapngSource::take(const Block& block, PacketView& packet) {
  bool is_packet = false;
  switch (block.type) {
    case BlockType::enhanced_packet:
      is_packet = block.order == std::endian::little ? enhanced_packet<std::endian::little>(block.body, packet)
                                                     : enhanced_packet<std::endian::big>(block.body, packet);
      break;
    case BlockType::packet:
      is_packet = obsolete_packet(block, packet);
      break;
    case BlockType::simple_packet:
      is_packet = simple_packet(block, packet);
      break;
    case BlockType::section_header:
      section_header(block);
      break;
    case BlockType::interface_description:
      interface_description(block);
      break;
    case BlockType::interface_statistics:
      interface_statistics(block);
      break;
    case BlockType::name_resolution:
    case BlockType::secrets:
      break;
    case BlockType::custom:
    case BlockType::custom_do_not_copy:
    case BlockType::journal_entry:
    case BlockType::sysdig_event:
    case BlockType::sysdig_event_v2:
    case BlockType::sysdig_event_v2_large:
      frames_ += 1;
      break;
    default:
      facts_.unknown_blocks += 1;
      break;
  }
  return is_packet ? 1 : 0;
}

template <std::endian Order>
bool PcapngSource::enhanced_packet(Bytes body, PacketView& packet) {
  const auto fixed = header<kEnhancedFixedBytes>(body);
  if (!fixed || !begin_packet(field<Order, std::uint32_t, 0>(*fixed), packet)) return fixed ? false : damaged();
  const std::uint64_t high = field<Order, std::uint32_t, 4>(*fixed);
  packet.time = interfaces_[packet.interface].clock.time(high << 32U | field<Order, std::uint32_t, 8>(*fixed));
  const Bytes after = body.subspan(kEnhancedFixedBytes);
  if (!set_bytes(after, field<Order, std::uint32_t, 12>(*fixed), field<Order, std::uint32_t, 16>(*fixed), packet))
    return false;
  finish_packet(after, packet);
  return true;
}

//   0 interface (u16)   2 drops (u16)   4 time high   8 time low   12 captured   16 original   20 data, options
bool PcapngSource::obsolete_packet(const Block& block, PacketView& packet) {
  ByteReader reader(block.body);
  const auto interface = reader.in<std::uint16_t>(block.order);
  const auto drops = reader.in<std::uint16_t>(block.order);
  const std::uint64_t high = reader.in<std::uint32_t>(block.order);
  const std::uint64_t low = reader.in<std::uint32_t>(block.order);
  const auto captured = reader.in<std::uint32_t>(block.order);
  const auto original = reader.in<std::uint32_t>(block.order);
  if (!reader.ok()) return damaged();
  if (!begin_packet(interface, packet)) return false;
  packet.time = interfaces_[packet.interface].clock.time(high << 32U | low);
  if (!set_bytes(reader.rest(), captured, original, packet)) return false;
  if (drops != kDropsUnknown) {
    InterfaceFacts& facts = facts_.interfaces[packet.interface];
    facts.has_packet_drops = true;
    facts.packet_drops += drops;
  }
  finish_packet(reader.rest(), packet);
  return true;
}

// Always of the section's first interface; no time; the captured length is what the snapshot length left.
bool PcapngSource::simple_packet(const Block& block, PacketView& packet) {
  ByteReader reader(block.body);
  const auto original = reader.in<std::uint32_t>(block.order);
  if (!reader.ok()) return damaged();
  if (!begin_packet(0, packet)) return false;
  const Fast& interface = interfaces_[packet.interface];
  const std::uint32_t captured = interface.snap_length == 0 ? original : std::min(original, interface.snap_length);
  packet.time = kNoTime;
  if (!set_bytes(reader.rest(), captured, original, packet)) return false;
  facts_.packets_without_time += 1;
  drop_fcs(packet, interface.fcs_bytes);
  return true;
}

bool PcapngSource::begin_packet(std::uint32_t interface_in_section, PacketView& packet) {
  if (interface_in_section >= interfaces_.size() - section_begin_) return damaged();
  packet.interface = static_cast<std::uint32_t>(section_begin_ + interface_in_section);
  packet.input = input();
  packet.link_type = interfaces_[packet.interface].link_type;
  packet.direction = Direction::unknown;
  return true;
}

bool PcapngSource::set_bytes(Bytes after_header, std::uint32_t captured, std::uint32_t original, PacketView& packet) {
  if (captured > after_header.size()) return damaged();
  packet.bytes = after_header.first(captured);
  packet.wire_length = std::max(original, captured);
  packet.frame = ++frames_;
  facts_.interfaces[packet.interface].packets += 1;
  return true;
}

void PcapngSource::finish_packet(Bytes after_header, PacketView& packet) {
  std::uint32_t fcs_bytes = interfaces_[packet.interface].fcs_bytes;
  const std::size_t data_bytes = padded(packet.bytes.size());
  if (after_header.size() > data_bytes) {
    const std::uint32_t own = read_packet_options(after_header.subspan(data_bytes), packet);
    if (own != 0) fcs_bytes = own;
  }
  drop_fcs(packet, fcs_bytes);
}

// Returns the packet's own FCS length, 0 where it says none.
std::uint32_t PcapngSource::read_packet_options(Bytes options, PacketView& packet) {
  std::uint32_t fcs_bytes = 0;
  OptionReader reader(options, order_);
  while (const auto option = reader.next()) {
    ByteReader value(option->value);
    if (option->code == kOptionComment) {
      keep_comment(option->value);
    } else if (option->code == packet_flags) {
      const auto flags = value.in<std::uint32_t>(order_);
      packet.direction = direction_of(flags);
      fcs_bytes = fcs_bytes_of(flags);
    } else if (option->code == epb_dropcount) {
      const auto drops = value.in<std::uint64_t>(order_);
      if (!value.ok()) continue;
      InterfaceFacts& facts = facts_.interfaces[packet.interface];
      facts.has_packet_drops = true;
      facts.packet_drops += drops;
    }
  }
  return fcs_bytes;
}

void PcapngSource::section_header(const Block& block) {
  ByteReader reader(block.body);
  reader.skip(4);  // byte-order magic, read by block_at()
  const auto major = reader.in<std::uint16_t>(block.order);
  const auto minor = reader.in<std::uint16_t>(block.order);
  if (major != kKnownMajor || block.body.size() < kSectionFixedBytes) {
    stop(fmt::format("a pcapng section of the unknown version {}.{}", major, minor));
    return;
  }
  order_ = block.order;
  section_begin_ = interfaces_.size();
  sections_ += 1;
  keep_comments(block.body.subspan(kSectionFixedBytes), block.order);
}

void PcapngSource::interface_description(const Block& block) {
  auto described = read_interface(block.body, block.order, sections_ - 1);
  if (!described) {
    (void)damaged();
    return;
  }
  if (interfaces_.size() == kMaxInterfaces) {
    stop(fmt::format("more than {} interfaces", kMaxInterfaces));
    return;
  }
  const InterfaceFacts& facts = described->facts;
  interfaces_.push_back({described->clock, facts.fcs_length.value_or(0), facts.snap_length, facts.link_type});
  facts_.interfaces.push_back(std::move(described->facts));
  keep_comments(block.body.subspan(kInterfaceFixedBytes), block.order);
}

void PcapngSource::interface_statistics(const Block& block) {
  const auto interface = statistics_interface(block.body, block.order);
  if (!interface || *interface >= interfaces_.size() - section_begin_) {
    (void)damaged();
    return;
  }
  read_statistics(block.body, block.order, facts_.interfaces[section_begin_ + *interface]);
  keep_comments(block.body.subspan(kStatisticsFixedBytes), block.order);
}

void PcapngSource::keep_comments(Bytes options, std::endian order) {
  OptionReader reader(options, order);
  while (const auto option = reader.next()) {
    if (option->code == kOptionComment) keep_comment(option->value);
  }
}

void PcapngSource::keep_comment(Bytes text) {
  facts_.comment_count += 1;
  if (facts_.comments.size() < kMaxComments) facts_.comments.push_back(bounded_text(text, kMaxCommentBytes));
}

}  // namespace

Result<std::unique_ptr<CaptureSource>> open_pcapng(InputWindow window, FileIdentity identity) {
  // The section header is whole and known, or the file is not a capture; what comes later may be damaged.
  Block first = block_at(window.at_least(kMinBlockBytes), std::endian::little);
  if (first.state == BlockState::short_of_bytes) first = block_at(window.at_least(first.needed), std::endian::little);
  if (first.state == BlockState::short_of_bytes)
    return fail(Errc::bad_input, "the file ends inside its pcapng section header");
  if (first.state != BlockState::whole) return fail(Errc::bad_input, why_broken(first));
  ByteReader version(first.body);
  version.skip(4);
  const auto major = version.in<std::uint16_t>(first.order);
  const auto minor = version.in<std::uint16_t>(first.order);
  if (major != kKnownMajor)
    return fail(Errc::bad_input, fmt::format("pcapng version {}.{} is not known", major, minor));
  return std::make_unique<PcapngSource>(std::move(window), std::move(identity));
}

}  // namespace wirecause
