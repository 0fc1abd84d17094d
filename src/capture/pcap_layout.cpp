// SPDX-License-Identifier: Apache-2.0
#include "capture/pcap_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wirecause {
namespace {

struct Magic {
  std::uint32_t value;
  std::string_view name;
  std::uint32_t ns_per_tick;
  std::uint32_t file_header_bytes;
  std::uint32_t record_header_bytes;
  bool has_packet_type;
};

// Modified: Alexey Kuznetzov's libpcap of 1999, 8 more bytes a record. Ixia: the total size follows the file header.
constexpr std::uint32_t kMagicMicro = 0xa1b2c3d4;
constexpr Magic kMagics[] = {
    {kMagicMicro, "pcap", 1'000, 24, 16, false},          {0xa1b23c4d, "pcap (ns)", 1, 24, 16, false},
    {0xa1b2cd34, "pcap (modified)", 1'000, 24, 24, true}, {0x1c0001ac, "pcap (Ixia, ns)", 1, 28, 16, false},
    {0x1c0001ab, "pcap (Ixia)", 1'000, 28, 16, false},
};

const Magic* magic_in(Bytes start, std::endian order) {
  const auto value = ByteReader(start).in<std::uint32_t>(order);
  const auto* found =
      std::find_if(std::begin(kMagics), std::end(kMagics), [&](const Magic& m) { return m.value == value; });
  return found != std::end(kMagics) ? found : nullptr;
}

// Upper half of the link type field (libpcap's LT_ macros): length of the FCS in 16-bit words, valid with the P bit.
constexpr std::uint32_t kReservedLinkBits = 0x03ff'0000;  // refused, as libpcap and Wireshark do: the type is unknown
constexpr std::uint32_t kFcsPresentBit = 0x0400'0000;
constexpr unsigned kFcsShift = 28;
constexpr std::uint8_t kFcsWordBytes = 2;

std::optional<std::uint8_t> fcs_bytes_of(std::uint32_t network) {
  if ((network & kFcsPresentBit) == 0) return std::nullopt;
  return static_cast<std::uint8_t>((network >> kFcsShift) * kFcsWordBytes);
}

// Versions before 2.4 put the original length first, or did not, and 543.0 is a DG/UX tcpdump that does. The shorter of
// the two is always the captured one, so which it was need not be guessed.
bool lengths_in_doubt(std::uint16_t major, std::uint16_t minor) { return major == 543 || (major == 2 && minor < 4); }

// How far the first records make sense under one record header size.
struct Trial {
  std::size_t whole_records = 0;
  bool contradicted = false;
  bool ends_exactly = false;
};

constexpr std::size_t kTrialRecords = 4;
constexpr std::uint32_t kTrialSecondsApart = 30 * 86'400;  // packets next to each other in an honest file

Trial try_records(Bytes records, std::endian order, std::uint32_t header_bytes) {
  Trial trial;
  std::optional<std::uint32_t> before;
  while (trial.whole_records < kTrialRecords && records.size() >= header_bytes) {
    ByteReader header(records);
    const auto seconds = header.in<std::uint32_t>(order);
    const auto fraction = header.in<std::uint32_t>(order);
    const auto captured = header.in<std::uint32_t>(order);
    const auto original = header.in<std::uint32_t>(order);
    const std::uint32_t apart = before ? std::max(seconds, *before) - std::min(seconds, *before) : 0;
    if (fraction >= 1'000'000 || captured > original || original > kMaxCapturedBytes || apart > kTrialSecondsApart) {
      trial.contradicted = true;
      return trial;
    }
    if (records.size() - header_bytes < captured) return trial;
    records = records.subspan(header_bytes + captured);
    before = seconds;
    trial.whole_records += 1;
  }
  trial.ends_exactly = records.empty();
  return trial;
}

// Two writers used the ordinary magic for longer record headers: Red Hat 6.1 (24 bytes, as "modified") and Nokia (20).
// They are believed only where the ordinary reading contradicts itself at once and theirs does not for several records:
// a damaged ordinary file must not become a strange one.
void recognise_unmarked_variant(PcapLayout& layout, Bytes records) {
  if (!try_records(records, layout.order, layout.record_header_bytes).contradicted) return;
  struct Variant {
    std::uint32_t record_header_bytes;
    std::string_view name;
    bool has_packet_type;
  };
  static constexpr Variant kVariants[] = {{24, "pcap (Red Hat 6.1)", true}, {20, "pcap (Nokia)", false}};
  for (const Variant& variant : kVariants) {
    const Trial trial = try_records(records, layout.order, variant.record_header_bytes);
    const bool is_sure = trial.whole_records > 2 || (trial.whole_records == 2 && trial.ends_exactly);
    if (trial.contradicted || !is_sure) continue;
    layout.record_header_bytes = variant.record_header_bytes;
    layout.name = variant.name;
    layout.has_packet_type = variant.has_packet_type;
    return;
  }
}

}  // namespace

Result<PcapLayout> read_pcap_layout(Bytes start) {
  PcapLayout layout;
  const Magic* magic = magic_in(start, std::endian::little);
  if (magic == nullptr) {
    layout.order = std::endian::big;
    magic = magic_in(start, std::endian::big);
  }
  if (magic == nullptr) return fail(Errc::bad_input, "the pcap magic number is missing");
  if (start.size() < magic->file_header_bytes)
    return fail(Errc::bad_input, fmt::format("the file ends inside its pcap header, after {} of {} bytes", start.size(),
                                             magic->file_header_bytes));

  ByteReader header(start);
  header.skip(4);  // the magic
  const auto major = header.in<std::uint16_t>(layout.order);
  const auto minor = header.in<std::uint16_t>(layout.order);
  header.skip(8);  // time zone and accuracy: no writer fills them, no reader uses them
  layout.snap_length = header.in<std::uint32_t>(layout.order);
  const auto network = header.in<std::uint32_t>(layout.order);
  if (major < 2) return fail(Errc::bad_input, fmt::format("pcap version {}.{} is not known", major, minor));
  if ((network & kReservedLinkBits) != 0)
    return fail(Errc::bad_input, fmt::format("the link type field 0x{:08x} has reserved bits set", network));

  layout.name = magic->name;
  layout.ns_per_tick = magic->ns_per_tick;
  layout.file_header_bytes = magic->file_header_bytes;
  layout.record_header_bytes = magic->record_header_bytes;
  layout.has_packet_type = magic->has_packet_type;
  layout.link_type = static_cast<LinkType>(network & 0xffffU);
  layout.fcs_bytes = fcs_bytes_of(network);
  layout.lengths_may_be_swapped = lengths_in_doubt(major, minor);
  if (magic->value == kMagicMicro && !layout.lengths_may_be_swapped)
    recognise_unmarked_variant(layout, start.subspan(layout.file_header_bytes));
  return layout;
}

}  // namespace wirecause
