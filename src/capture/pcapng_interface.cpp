// SPDX-License-Identifier: Apache-2.0
#include "capture/pcapng_interface.hpp"

#include <algorithm>

#include "capture/pcapng_block.hpp"

namespace wirecause {
namespace {

enum InterfaceOption : std::uint16_t {
  if_name = 2,
  if_description = 3,
  if_tsresol = 9,
  if_filter = 11,
  if_fcslen = 13,
  if_tsoffset = 14,
};

enum StatisticsOption : std::uint16_t {
  isb_ifrecv = 4,
  isb_ifdrop = 5,
  isb_filteraccept = 6,
  isb_osdrop = 7,
};

constexpr std::uint8_t kMicroseconds = 6;  // if_tsresol where it is absent

std::uint8_t first_byte(Bytes value, std::uint8_t otherwise) {
  return value.empty() ? otherwise : std::to_integer<std::uint8_t>(value.front());
}

std::optional<std::uint64_t> number64(Bytes value, std::endian order) {
  ByteReader reader(value);
  const auto number = reader.in<std::uint64_t>(order);
  return reader.ok() ? std::optional(number) : std::nullopt;
}

// The draft says bits and gives 4 as the example; writers give both. An FCS has 2 or 4 bytes, 16 or 32 bits, so the two
// cannot be confused.
std::uint8_t fcs_bytes(std::uint8_t stored) { return stored < 8 ? stored : static_cast<std::uint8_t>(stored / 8); }

// if_filter starts with a byte that says how it is written: 0 is a libpcap expression, others are not text.
std::string filter_text(Bytes value) {
  if (value.empty() || value.front() != std::byte{0}) return {};
  return bounded_text(value.subspan(1), kMaxNameBytes);
}

}  // namespace

std::string bounded_text(Bytes value, std::size_t limit) {
  std::string text;
  for (const std::byte b : value.first(std::min(value.size(), limit))) {
    if (b == std::byte{0}) break;
    text += static_cast<char>(b);
  }
  return text;
}

std::optional<PcapngInterface> read_interface(Bytes body, std::endian order, std::uint32_t section) {
  ByteReader reader(body);
  PcapngInterface interface;
  InterfaceFacts& facts = interface.facts;
  facts.link_type = static_cast<LinkType>(reader.in<std::uint16_t>(order));
  reader.skip(2);  // reserved
  facts.snap_length = reader.in<std::uint32_t>(order);
  if (!reader.ok()) return std::nullopt;
  facts.section = section;

  std::uint8_t tsresol = kMicroseconds;
  OptionReader options(reader.rest(), order);
  while (const auto option = options.next()) {
    switch (option->code) {
      case if_name:
        facts.name = bounded_text(option->value, kMaxNameBytes);
        break;
      case if_description:
        facts.description = bounded_text(option->value, kMaxNameBytes);
        break;
      case if_filter:
        facts.filter = filter_text(option->value);
        break;
      case if_tsresol:
        tsresol = first_byte(option->value, kMicroseconds);
        break;
      case if_tsoffset:
        facts.offset_seconds = static_cast<std::int64_t>(number64(option->value, order).value_or(0));
        break;
      case if_fcslen:
        if (!option->value.empty()) facts.fcs_length = fcs_bytes(first_byte(option->value, 0));
        break;
      default:
        break;
    }
  }
  interface.clock = TickClock(tsresol, facts.offset_seconds);
  facts.ticks_per_second = interface.clock.ticks_per_second();
  return interface;
}

std::optional<std::uint32_t> statistics_interface(Bytes body, std::endian order) {
  if (body.size() < kStatisticsFixedBytes) return std::nullopt;
  return ByteReader(body).in<std::uint32_t>(order);
}

void read_statistics(Bytes body, std::endian order, InterfaceFacts& facts) {
  ByteReader reader(body);
  reader.skip(kStatisticsFixedBytes);
  OptionReader options(reader.rest(), order);
  while (const auto option = options.next()) {
    const auto number = number64(option->value, order);
    if (!number) continue;
    switch (option->code) {
      case isb_ifrecv:
        facts.received = number;
        break;
      case isb_ifdrop:
        facts.dropped = number;
        break;
      case isb_filteraccept:
        facts.accepted = number;
        break;
      case isb_osdrop:
        facts.os_dropped = number;
        break;
      default:
        break;
    }
  }
}

}  // namespace wirecause
