// Files against bytes written by hand from the formats' specifications.
// SPDX-License-Identifier: Apache-2.0
#include "generate/capture_writer.hpp"

#include <gtest/gtest.h>

namespace wirecause::generate {
namespace {

template <class... T>
std::vector<std::byte> bytes_of(T... values) {
  return {static_cast<std::byte>(values)...};
}

const std::vector<std::byte> kFrame = bytes_of(0xaa, 0xbb, 0xcc, 0xdd, 0xee);
constexpr TimeNs kStamp{(0x01020304LL * 1'000'000'000) + 0x0a0b0c};  // 658188 ns

std::vector<std::byte> one_packet(CaptureFormat format, std::uint32_t snaplen, InterfaceCounts counts) {
  MemorySink sink;
  CaptureWriter writer(format, {"t"}, snaplen, sink);
  EXPECT_TRUE(writer.begin());
  EXPECT_TRUE(writer.packet(0, kStamp, kFrame));
  EXPECT_TRUE(writer.end(TimeNs{0x0102030405060708}, std::vector{counts}));
  return sink.take();
}

TEST(CaptureWriter, WritesMicrosecondPcap) {
  EXPECT_EQ(one_packet(CaptureFormat::pcap, 4, {}),
            bytes_of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0,  //
                     4, 3, 2, 1, 0x92, 0x02, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 0xaa, 0xbb, 0xcc, 0xdd));      // 658 us
}

TEST(CaptureWriter, WritesNanosecondPcap) {
  EXPECT_EQ(one_packet(CaptureFormat::pcap_ns, 0, {}),
            bytes_of(0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0,  //
                     4, 3, 2, 1, 0x0c, 0x0b, 0x0a, 0, 5, 0, 0, 0, 5, 0, 0, 0, 0xaa, 0xbb, 0xcc, 0xdd, 0xee));
}

TEST(CaptureWriter, WritesPcapngWithAnInterfaceAndItsDropCount) {
  const auto file = one_packet(CaptureFormat::pcapng, 4, {.received = 1, .dropped = 7});
  const auto expected = bytes_of(
      // Section header: type, length, byte-order magic, 1.0, section length unknown, length
      0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0,  //
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28, 0, 0, 0,              //
      // Interface: Ethernet, snap length 4, if_name "t", if_tsresol 9
      1, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0,                            //
      2, 0, 1, 0, 't', 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0,  //
      // Enhanced packet: interface 0, time, captured 4 of 5
      6, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0);
  ASSERT_GE(file.size(), expected.size());
  EXPECT_EQ(std::vector<std::byte>(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(expected.size())),
            expected);
  const auto statistics =
      bytes_of(5, 0, 0, 0, 52, 0, 0, 0, 0, 0, 0, 0, 4, 3, 2, 1, 8, 7, 6, 5,  //
               4, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0, 8, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 52, 0, 0, 0);
  EXPECT_EQ(std::vector<std::byte>(file.end() - 52, file.end()), statistics);
}

TEST(CaptureWriter, LeavesTheDropCountOutWhenItIsNotStated) {
  const auto file = one_packet(CaptureFormat::pcapng, 4, {.received = 1, .dropped = {}});
  EXPECT_EQ(std::vector<std::byte>(file.end() - 4, file.end()), bytes_of(40, 0, 0, 0));
}

}  // namespace
}  // namespace wirecause::generate
