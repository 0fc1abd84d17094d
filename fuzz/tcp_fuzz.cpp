// Any segments to the tracker of connections: no crash, bounded memory, sums that meet. Each 16 bytes are one segment of a
// few connections, with numbers near enough to each other to meet.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/check.hpp"
#include "tcp/tracker.hpp"

namespace {

using namespace wirecause;

constexpr std::size_t kMost = 16;
constexpr std::size_t kRecord = 16;

tcp::LoneSegment segment_from(Bytes record, std::uint64_t frame, TimeNs& now) {
  ByteReader reader(record);
  const auto which = reader.be<std::uint8_t>();
  tcp::LoneSegment s;
  s.flags = reader.be<std::uint8_t>();
  s.sequence = reader.be<std::uint16_t>() * ((which & 0x40U) != 0 ? 0x10001U : 1U);
  s.acknowledgement = reader.be<std::uint16_t>() * ((which & 0x20U) != 0 ? 0x10001U : 1U);
  s.window = reader.be<std::uint16_t>();
  s.length = reader.be<std::uint16_t>() % 2'000U;
  now = now + microseconds(reader.be<std::uint16_t>());
  s.time = now;
  s.frame = frame;
  s.source = {IpAddress::v4(1), static_cast<std::uint16_t>(which & 0x1fU)};
  s.destination = {IpAddress::v4(2), 80};
  if ((which & 0x80U) != 0) std::swap(s.source, s.destination);
  s.options = tcp::read_options(reader.rest());
  s.ip_id = static_cast<std::uint32_t>(frame);
  return s;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tcp::Tracker tracker(kMost);
  TimeNs now{0};
  Bytes bytes = std::as_bytes(std::span(data, size));
  std::uint64_t packets = 0;
  for (; bytes.size() >= kRecord; bytes = bytes.subspan(kRecord)) {
    tracker.segment(segment_from(bytes.first(kRecord), ++packets, now));
  }
  const tcp::TcpSummary summary = tracker.summary();
  WC_CHECK(summary.connections.size() <= kMost, "the table is bounded");
  WC_CHECK(summary.totals.packets + summary.totals.copies == packets, "every packet is counted once");
  return 0;
}
