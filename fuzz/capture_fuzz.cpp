// Any bytes as a capture file, compressed or not: no crash, no hang, bounded memory, and what the contract of
// source.hpp promises about every packet, whatever the batch.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "capture/source.hpp"

namespace {

using namespace wirecause;

// A few kilobytes of compressed zeros are gigabytes of empty packets: correct, and nothing for a fuzzer to wait for.
constexpr std::uint64_t kMaxPackets = 20'000;

void require(bool claim) {
  if (!claim) std::abort();
}

struct Summary {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t last_frame = 0;
  bool operator==(const Summary&) const = default;
};

void check(const PacketView& packet, const CaptureFacts& facts, Summary& summary) {
  require(packet.frame > summary.last_frame);
  require(packet.wire_length >= packet.bytes.size());
  require(packet.interface < facts.interfaces.size());
  require(packet.link_type == facts.interfaces[packet.interface].link_type);
  std::uint64_t sum = 0;
  for (const std::byte b : packet.bytes) sum += std::to_integer<std::uint64_t>(b);  // every byte can be read
  summary.bytes += packet.bytes.size() + (sum & 1U);
  summary.last_frame = packet.frame;
  summary.packets += 1;
}

Summary read_all(Bytes file, std::size_t batch) {
  Summary summary;
  auto source = open_capture_bytes(file, "fuzz", 0);
  if (!source) return summary;
  std::vector<PacketView> views(batch);
  while (summary.packets < kMaxPackets) {
    const std::size_t got = (*source)->next_batch(views);
    if (got == 0) break;
    for (const PacketView& packet : std::span(views).first(got)) {
      if (summary.packets < kMaxPackets) check(packet, (*source)->facts(), summary);
    }
  }
  return summary;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes file = std::as_bytes(std::span(data, size));
  require(read_all(file, 1) == read_all(file, 64));
  return 0;
}
