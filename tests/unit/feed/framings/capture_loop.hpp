// A minimal loop over the packets of a pcap or pcapng file in memory, for corpus tests of the framings: whole records
// only, no statistics. It shares no code with src/capture, so that neither can hide a mistake of the other.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "packet/packet_view.hpp"

namespace wirecause::test {

inline std::vector<std::byte> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

template <class Visit>
void for_each_pcap_packet(Bytes file, std::endian order, std::int64_t ns_per_tick, Visit visit) {
  ByteReader r(file);
  r.skip(20);
  const auto link = static_cast<LinkType>(r.in<std::uint32_t>(order) & 0xffffU);
  for (std::uint64_t frame = 1; r.remaining() >= 16; ++frame) {
    const std::int64_t seconds = r.in<std::uint32_t>(order);
    const std::int64_t ticks = r.in<std::uint32_t>(order);
    const auto captured = r.in<std::uint32_t>(order);
    PacketView view;
    view.wire_length = r.in<std::uint32_t>(order);
    view.bytes = r.take(captured);
    if (!r.ok()) return;
    view.time = {seconds * 1'000'000'000 + ticks * ns_per_tick};
    view.frame = frame;
    view.link_type = link;
    visit(view);
  }
}

// Stamps are read as microseconds, whatever the interface says: nothing here looks at them.
template <class Visit>
void for_each_pcapng_packet(Bytes file, std::endian order, Visit visit) {
  std::vector<LinkType> links;
  std::uint64_t frame = 0;
  while (file.size() >= 12) {
    ByteReader head(file);
    const auto type = head.in<std::uint32_t>(order);
    const auto length = head.in<std::uint32_t>(order);
    if (length < 12 || length > file.size()) return;
    ByteReader body(file.subspan(8, length - 12));
    if (type == 0x0a0d0d0aU) links.clear();
    if (type == 1) links.push_back(static_cast<LinkType>(body.in<std::uint16_t>(order)));
    if (type == 6) {
      const auto interface = body.in<std::uint32_t>(order);
      const auto high = body.in<std::uint32_t>(order);
      const auto low = body.in<std::uint32_t>(order);
      const auto captured = body.in<std::uint32_t>(order);
      PacketView view;
      view.wire_length = body.in<std::uint32_t>(order);
      view.bytes = body.take(captured);
      view.time = {static_cast<std::int64_t>((std::uint64_t{high} << 32U | low) % 4'000'000'000'000'000U) * 1000};
      view.frame = ++frame;
      if (body.ok() && interface < links.size()) {
        view.link_type = links[interface];
        visit(view);
      }
    }
    file = file.subspan(length);
  }
}

// Calls visit(const PacketView&) for each packet; other files are passed over.
template <class Visit>
void for_each_packet(Bytes file, Visit visit) {
  if (file.size() < 24) return;
  const auto little = ByteReader(file).le<std::uint32_t>();
  const auto big = ByteReader(file).be<std::uint32_t>();
  if (little == 0xa1b2c3d4U) return for_each_pcap_packet(file, std::endian::little, 1000, visit);
  if (little == 0xa1b23c4dU) return for_each_pcap_packet(file, std::endian::little, 1, visit);
  if (big == 0xa1b2c3d4U) return for_each_pcap_packet(file, std::endian::big, 1000, visit);
  if (big == 0xa1b23c4dU) return for_each_pcap_packet(file, std::endian::big, 1, visit);
  if (little != 0x0a0d0d0aU) return;
  const bool is_little = ByteReader(file.subspan(8)).le<std::uint32_t>() == 0x1a2b3c4dU;
  for_each_pcapng_packet(file, is_little ? std::endian::little : std::endian::big, visit);
}

}  // namespace wirecause::test
