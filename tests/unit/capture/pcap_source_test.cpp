// pcap records of every variant: draft-ietf-opsawg-pcap, and libpcap's savefile reader for the older ones.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "support/capture_reading.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kSecond = 1'000'000'000;

class PcapInBothOrders : public ::testing::TestWithParam<std::endian> {};
INSTANTIATE_TEST_SUITE_P(Orders, PcapInBothOrders, ::testing::Values(std::endian::little, std::endian::big));

TEST_P(PcapInBothOrders, ReadsMicrosecondStamps) {
  const auto file = PcapBytes().order(GetParam()).packet(1'700'000'000, 123'456, pattern(60)).bytes();
  const ReadCapture read = read_bytes(file);
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.packets[0].time, 1'700'000'000'123'456'000);
  EXPECT_EQ(read.packets[0].bytes, pattern(60));
  EXPECT_EQ(read.packets[0].wire_length, 60U);
  EXPECT_EQ(read.packets[0].frame, 1U);
  EXPECT_EQ(read.facts.format, "pcap");
  EXPECT_EQ(read.facts.interfaces[0].ticks_per_second, 1'000'000);
  EXPECT_FALSE(read.tail_error);
}

TEST_P(PcapInBothOrders, ReadsNanosecondStamps) {
  const auto file = PcapBytes().order(GetParam()).nanoseconds().packet(1'700'000'000, 123'456'789, pattern(60)).bytes();
  const ReadCapture read = read_bytes(file);
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.packets[0].time, 1'700'000'000'123'456'789);
  EXPECT_EQ(read.facts.format, "pcap (ns)");
  EXPECT_EQ(read.facts.interfaces[0].ticks_per_second, kSecond);
}

TEST_P(PcapInBothOrders, ReadsTheModifiedRecordHeaderAndItsDirection) {
  // interface index (4), protocol (2), packet type (1: 4 is outgoing), padding (1)
  auto file = PcapBytes().order(GetParam()).magic(0xa1b2cd34);
  file.record_extra(bytes_of({9, 0, 0, 0, 0, 8, 4, 0})).packet(7, 1, pattern(42, 1));
  file.record_extra(bytes_of({9, 0, 0, 0, 0, 8, 0, 0})).packet(8, 2, pattern(43, 2));
  const ReadCapture read = read_bytes(file.bytes());
  ASSERT_EQ(read.packets.size(), 2U);
  EXPECT_EQ(read.packets[0].bytes, pattern(42, 1));
  EXPECT_EQ(read.packets[0].direction, Direction::out);
  EXPECT_EQ(read.packets[1].bytes, pattern(43, 2));
  EXPECT_EQ(read.packets[1].direction, Direction::in);
  EXPECT_EQ(read.packets[1].time, 8 * kSecond + 2'000);
}

TEST_P(PcapInBothOrders, ReadsIxiaFilesBehindTheirLongerFileHeader) {
  const auto software =
      PcapBytes().order(GetParam()).magic(0x1c0001ab).after_header(pattern(4)).packet(5, 6, pattern(60));
  const auto hardware =
      PcapBytes().order(GetParam()).magic(0x1c0001ac).after_header(pattern(4)).packet(5, 6, pattern(60));
  ASSERT_EQ(read_bytes(software.bytes()).packets.size(), 1U);
  EXPECT_EQ(read_bytes(software.bytes()).packets[0].time, 5 * kSecond + 6'000);
  ASSERT_EQ(read_bytes(hardware.bytes()).packets.size(), 1U);
  EXPECT_EQ(read_bytes(hardware.bytes()).packets[0].time, 5 * kSecond + 6);
}

TEST(PcapSource, TakesSecondsAsUnsigned) {
  const ReadCapture read = read_bytes(PcapBytes().nanoseconds().packet(0xffff'ffff, 0xffff'ffff, pattern(20)).bytes());
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.packets[0].time, std::int64_t{0xffff'ffff} * kSecond + 0xffff'ffff);
}

TEST(PcapSource, KeepsTheOriginalLengthOfACutPacket) {
  const ReadCapture read = read_bytes(PcapBytes().record(1, 0, 60, 1500, pattern(60)).bytes());
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.packets[0].bytes.size(), 60U);
  EXPECT_EQ(read.packets[0].wire_length, 1500U);
}

TEST(PcapSource, BelievesWhatWasCapturedOverAShorterOriginalLength) {
  const ReadCapture read = read_bytes(PcapBytes().record(1, 0, 60, 42, pattern(60)).bytes());
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.packets[0].bytes.size(), 60U);
  EXPECT_EQ(read.packets[0].wire_length, 60U);
}

TEST(PcapSource, ReadsOldVersionsWithTheirLengthsInEitherOrder) {
  for (const unsigned minor : {2U, 3U}) {
    const auto file =
        PcapBytes().version(2, minor).record(1, 0, 1500, 60, pattern(60)).record(2, 0, 50, 50, pattern(50));
    const ReadCapture read = read_bytes(file.bytes());
    ASSERT_EQ(read.packets.size(), 2U);
    EXPECT_EQ(read.packets[0].bytes, pattern(60));
    EXPECT_EQ(read.packets[0].wire_length, 1500U);
    EXPECT_EQ(read.packets[1].bytes, pattern(50));
  }
}

TEST(PcapSource, TakesTheStatedFcsOffThePacket) {
  // P bit 26, length 2 in bits 28 to 31: two 16-bit words
  auto file = PcapBytes().network(0x2400'0001).packet(1, 0, pattern(64)).record(2, 0, 62, 64, pattern(62));
  const ReadCapture read = read_bytes(file.record(3, 0, 40, 64, pattern(40)).bytes());
  ASSERT_EQ(read.packets.size(), 3U);
  EXPECT_EQ(read.facts.interfaces[0].fcs_length, 4);
  EXPECT_EQ(read.packets[0].link_type, LinkType::ethernet);
  EXPECT_EQ(read.packets[0].bytes, pattern(60));  // whole
  EXPECT_EQ(read.packets[0].wire_length, 60U);
  EXPECT_EQ(read.packets[1].bytes, pattern(60));  // cut inside the FCS
  EXPECT_EQ(read.packets[1].wire_length, 60U);
  EXPECT_EQ(read.packets[2].bytes, pattern(40));  // cut before it
  EXPECT_EQ(read.packets[2].wire_length, 60U);
}

TEST(PcapSource, IgnoresTheFcsLengthWithoutItsPresenceBit) {
  const ReadCapture read = read_bytes(PcapBytes().network(0x2000'0001).packet(1, 0, pattern(64)).bytes());
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_FALSE(read.facts.interfaces[0].fcs_length);
  EXPECT_EQ(read.packets[0].wire_length, 64U);
}

TEST(PcapSource, BelievesAPacketThatIsShorterThanItsFcs) {
  const ReadCapture read = read_bytes(PcapBytes().network(0x2400'0001).packet(1, 0, pattern(3)).bytes());
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.packets[0].bytes, pattern(3));
  EXPECT_EQ(read.packets[0].wire_length, 3U);
}

TEST(PcapSource, StopsAtARecordOverTheFormatsLimitAndNamesItsOffset) {
  const auto file = PcapBytes().packet(1, 0, pattern(60)).record(2, 0, 262'145, 262'145, pattern(300'000)).bytes();
  const ReadCapture read = read_bytes(file);
  EXPECT_EQ(read.packets.size(), 1U);
  ASSERT_TRUE(read.tail_error);
  EXPECT_THAT(*read.tail_error, HasSubstr("packet 2 claims 262145 captured bytes"));
  EXPECT_THAT(*read.tail_error, HasSubstr("offset 100"));  // 24 + 16 + 60
}

TEST(PcapSource, ReadsTheLargestRecordThatTheFormatAllows) {
  EXPECT_EQ(read_bytes(PcapBytes().packet(1, 0, pattern(262'144)).bytes()).packets.size(), 1U);
}

TEST(PcapSource, SaysWhereAFileIsCut) {
  auto file = PcapBytes().packet(1, 0, pattern(60)).packet(2, 0, pattern(60)).bytes();
  file.pop_back();
  const ReadCapture read = read_bytes(file);
  EXPECT_EQ(read.packets.size(), 1U);
  ASSERT_TRUE(read.tail_error);
  EXPECT_THAT(*read.tail_error,
              HasSubstr("cut inside packet 2 at offset 100: 75 of at least 76 bytes; read to packet 1"));
}

TEST(PcapSource, CutAtAnyByteGivesAPrefixOfThePackets) {
  const auto file =
      PcapBytes().packet(1, 0, pattern(5, 1)).packet(2, 0, pattern(0)).packet(3, 0, pattern(9, 3)).bytes();
  const std::size_t whole_at[] = {24, 24 + 21, 24 + 21 + 16, file.size()};
  const auto all = read_bytes(file).packets;
  ASSERT_EQ(all.size(), 3U);
  for (std::size_t size = 0; size <= file.size(); ++size) {
    const ReadCapture read = read_bytes({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)});
    if (size < 24) {
      EXPECT_THAT(read.error, HasSubstr("read capture test.cap: ")) << size;
      continue;
    }
    const auto whole = static_cast<std::size_t>(
        std::count_if(std::begin(whole_at) + 1, std::end(whole_at), [&](std::size_t end) { return end <= size; }));
    EXPECT_EQ(read.error, "") << size;
    EXPECT_EQ(read.packets, std::vector(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(whole))) << size;
    const bool is_at_boundary = std::find(std::begin(whole_at), std::end(whole_at), size) != std::end(whole_at);
    EXPECT_EQ(read.tail_error.has_value(), !is_at_boundary) << size;
  }
}

TEST(PcapSource, GivesTheSamePacketsWhateverTheBatch) {
  PcapBytes file;
  for (unsigned i = 0; i < 50; ++i) file.packet(i, i, pattern(i, i));
  const auto all = read_bytes(file.bytes(), 1'000).packets;
  ASSERT_EQ(all.size(), 50U);
  for (const std::size_t batch : {1U, 7U, 49U, 50U}) EXPECT_EQ(read_bytes(file.bytes(), batch).packets, all);
}

TEST(PcapSource, ReadsAFileWithoutPackets) {
  const ReadCapture read = read_bytes(PcapBytes().bytes());
  EXPECT_EQ(read.error, "");
  EXPECT_TRUE(read.packets.empty());
  EXPECT_FALSE(read.tail_error);
}

TEST(PcapSource, CarriesUnknownLinkTypesAsTheyAre) {
  const ReadCapture read = read_bytes(PcapBytes().network(284).packet(1, 0, pattern(60)).bytes());
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(static_cast<unsigned>(read.packets[0].link_type), 284U);
}

TEST(PcapSource, RefusesReservedLinkTypeBitsAndUnknownVersions) {
  EXPECT_THAT(read_bytes(PcapBytes().network(0x0030'0001).bytes()).error, HasSubstr("reserved bits"));
  EXPECT_THAT(read_bytes(PcapBytes().version(1, 0).bytes()).error, HasSubstr("pcap version 1.0"));
}

TEST(PcapSource, FindsRedHatRecordsBehindTheOrdinaryMagic) {
  auto file = PcapBytes();
  file.record_extra(bytes_of({1, 0, 0, 0, 8, 0, 0, 0}));
  for (unsigned i = 0; i < 4; ++i) file.packet(940'000'000 + i, i, pattern(60, i));
  const ReadCapture read = read_bytes(file.bytes());
  EXPECT_EQ(read.facts.format, "pcap (Red Hat 6.1)");
  ASSERT_EQ(read.packets.size(), 4U);
  EXPECT_EQ(read.packets[3].bytes, pattern(60, 3));
  EXPECT_FALSE(read.tail_error);
}

TEST(PcapSource, FindsNokiaRecordsBehindTheOrdinaryMagic) {
  auto file = PcapBytes();
  file.record_extra(bytes_of({1, 2, 3, 4}));
  for (unsigned i = 0; i < 4; ++i) file.packet(1'200'000'000 + i, i, pattern(60, i));
  const ReadCapture read = read_bytes(file.bytes());
  EXPECT_EQ(read.facts.format, "pcap (Nokia)");
  ASSERT_EQ(read.packets.size(), 4U);
  EXPECT_EQ(read.packets[0].bytes, pattern(60, 0));
}

TEST(PcapSource, DoesNotTakeADamagedOrdinaryFileForAVariant) {
  auto bytes = PcapBytes().packet(1'700'000'000, 1, pattern(60, 1)).packet(1'700'000'000, 2, pattern(60, 2)).bytes();
  bytes.erase(bytes.begin() + 50);  // one byte of the first packet is missing
  const ReadCapture read = read_bytes(bytes);
  EXPECT_EQ(read.facts.format, "pcap");
  EXPECT_TRUE(read.tail_error);
}

}  // namespace
}  // namespace wirecause::testing
