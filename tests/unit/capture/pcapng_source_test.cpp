// pcapng blocks and options: draft-ietf-opsawg-pcapng; frame numbers as Wireshark 4.0 shows them.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "support/capture_reading.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::uint64_t> frames_of(const ReadCapture& read) {
  std::vector<std::uint64_t> frames;
  for (const ReadPacket& packet : read.packets) frames.push_back(packet.frame);
  return frames;
}

PcapngBytes one_interface() { return PcapngBytes().section().interface(); }

class PcapngInBothOrders : public ::testing::TestWithParam<std::endian> {};
INSTANTIATE_TEST_SUITE_P(Orders, PcapngInBothOrders, ::testing::Values(std::endian::little, std::endian::big));

TEST_P(PcapngInBothOrders, ReadsAnEnhancedPacketWithItsOptions) {
  PcapngBytes file;
  file.order(GetParam()).section(file.options().text(1, "made by hand"));
  file.interface(
      file.options().text(2, "eth7").text(3, "tap A").raw(11, bytes_of(std::string_view("\0udp port 5", 11))).end(), 1,
      9000);
  // epb_flags 2: outbound; epb_dropcount 4: 7
  file.enhanced_lengths(0, 0x0005'ff00'1122'3344, 61, 1400, pattern(61),
                        file.options().u32(2, 2).u64(4, 7).text(1, "look here").end());
  const ReadCapture read = read_bytes(file.bytes());
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.packets[0].bytes, pattern(61));
  EXPECT_EQ(read.packets[0].wire_length, 1400U);
  EXPECT_EQ(read.packets[0].time, 0x0005'ff00'1122'3344 * 1'000);  // microseconds where if_tsresol is absent
  EXPECT_EQ(read.packets[0].direction, Direction::out);
  const InterfaceFacts& facts = read.facts.interfaces[0];
  EXPECT_EQ(facts.name, "eth7");
  EXPECT_EQ(facts.description, "tap A");
  EXPECT_EQ(facts.filter, "udp port 5");
  EXPECT_EQ(facts.snap_length, 9000U);
  EXPECT_EQ(facts.packets, 1U);
  EXPECT_TRUE(facts.has_packet_drops);
  EXPECT_EQ(facts.packet_drops, 7U);
  EXPECT_THAT(read.facts.comments, ElementsAre("made by hand", "look here"));
  EXPECT_EQ(read.facts.format, "pcapng");
  EXPECT_FALSE(read.tail_error);
}

TEST_P(PcapngInBothOrders, ReadsInterfaceStatisticsAndKeepsTheLast) {
  PcapngBytes file;
  file.order(GetParam()).section().interface().interface();
  file.statistics(1, file.options().u64(4, 100).u64(5, 1).end());
  file.statistics(1, file.options().u64(4, 200).u64(5, 0x1'0000'0002).u64(6, 190).u64(7, 3).end());
  const ReadCapture read = read_bytes(file.bytes());
  ASSERT_EQ(read.facts.interfaces.size(), 2U);
  EXPECT_FALSE(read.facts.interfaces[0].received);  // absent is unknown, not zero
  EXPECT_FALSE(read.facts.interfaces[0].dropped);
  EXPECT_EQ(read.facts.interfaces[1].received, 200U);
  EXPECT_EQ(read.facts.interfaces[1].dropped, 0x1'0000'0002U);
  EXPECT_EQ(read.facts.interfaces[1].accepted, 190U);
  EXPECT_EQ(read.facts.interfaces[1].os_dropped, 3U);
}

TEST_P(PcapngInBothOrders, ReadsAnObsoletePacketAndItsDrops) {
  PcapngBytes file;
  file.order(GetParam()).section().interface();
  file.obsolete(0, 5, 1'000'001, pattern(33), file.options().u32(2, 1).end())
      .obsolete(0, 0xffff, 1'000'002, pattern(34));
  const ReadCapture read = read_bytes(file.bytes());
  ASSERT_EQ(read.packets.size(), 2U);
  EXPECT_EQ(read.packets[0].bytes, pattern(33));
  EXPECT_EQ(read.packets[0].time, 1'000'001'000);
  EXPECT_EQ(read.packets[0].direction, Direction::in);
  EXPECT_EQ(read.facts.interfaces[0].packet_drops, 5U);  // 0xffff is "unknown"
}

TEST(PcapngSource, ObsoletePacketsWithUnknownDropsSayNothingOfDrops) {
  const ReadCapture read = read_bytes(one_interface().obsolete(0, 0xffff, 1, pattern(34)).bytes());
  EXPECT_FALSE(read.facts.interfaces[0].has_packet_drops);
}

TEST(PcapngSource, SimplePacketsHaveNoTimeAndAreCutBySnapLength) {
  const auto file =
      PcapngBytes().section().interface(OptionBytes(), 1, 40).simple(1500, pattern(40)).simple(21, pattern(21));
  const ReadCapture read = read_bytes(file.bytes());
  ASSERT_EQ(read.packets.size(), 2U);
  EXPECT_EQ(read.packets[0].time, kNoTime.ns);
  EXPECT_EQ(read.packets[0].bytes, pattern(40));
  EXPECT_EQ(read.packets[0].wire_length, 1500U);
  EXPECT_EQ(read.packets[1].bytes, pattern(21));
  EXPECT_EQ(read.facts.packets_without_time, 2U);
}

TEST(PcapngSource, EachInterfaceHasItsOwnLinkTypeResolutionAndOffset) {
  PcapngBytes file;
  file.section();
  file.interface(file.options().u8(9, 9).end(), 1);                         // nanoseconds
  file.interface(file.options().u8(9, 0x80 | 20).u64(14, 100).end(), 101);  // 2^-20 s, 100 s later
  file.enhanced(1, std::uint64_t{3} << 19U, pattern(20)).enhanced(0, 42, pattern(20));
  const ReadCapture read = read_bytes(file.bytes());
  ASSERT_EQ(read.packets.size(), 2U);
  EXPECT_EQ(read.packets[0].interface, 1U);
  EXPECT_EQ(read.packets[0].link_type, LinkType::raw);
  EXPECT_EQ(read.packets[0].time, 101'500'000'000);
  EXPECT_EQ(read.packets[1].interface, 0U);
  EXPECT_EQ(read.packets[1].time, 42);
  EXPECT_EQ(read.facts.interfaces[0].ticks_per_second, 1'000'000'000);
  EXPECT_EQ(read.facts.interfaces[1].ticks_per_second, 1'048'576);
  EXPECT_EQ(read.facts.interfaces[1].offset_seconds, 100);
}

TEST(PcapngSource, ASecondSectionHasItsOwnByteOrderAndInterfaces) {
  PcapngBytes file;
  file.section().interface(file.options().text(2, "first").end()).enhanced(0, 1, pattern(20, 1));
  file.order(std::endian::big).section().interface(file.options().text(2, "second").end(), 101);
  file.enhanced(0, 2, pattern(20, 2));
  const ReadCapture read = read_bytes(file.bytes());
  ASSERT_EQ(read.packets.size(), 2U);
  EXPECT_EQ(read.packets[1].interface, 1U);
  EXPECT_EQ(read.packets[1].frame, 2U);
  EXPECT_EQ(read.packets[1].link_type, LinkType::raw);
  EXPECT_EQ(read.facts.interfaces[1].name, "second");
  EXPECT_EQ(read.facts.interfaces[1].section, 1U);
}

TEST(PcapngSource, InterfacesOfAnEarlierSectionAreUnknownInTheNext) {
  const ReadCapture read = read_bytes(one_interface().section().enhanced(0, 1, pattern(20)).bytes());
  EXPECT_TRUE(read.packets.empty());
  EXPECT_EQ(read.facts.damaged_records, 1U);
}

TEST(PcapngSource, TakesTheInterfaceFcsOffThePacketInBytesOrInBits) {
  for (const unsigned stored : {4U, 32U}) {
    PcapngBytes file;
    file.section().interface(file.options().u8(13, stored).end()).enhanced(0, 1, pattern(64)).simple(64, pattern(64));
    const ReadCapture read = read_bytes(file.bytes());
    ASSERT_EQ(read.packets.size(), 2U);
    EXPECT_EQ(read.facts.interfaces[0].fcs_length, 4);
    for (const ReadPacket& packet : read.packets) {
      EXPECT_EQ(packet.bytes, pattern(60));
      EXPECT_EQ(packet.wire_length, 60U);
    }
  }
}

TEST(PcapngSource, ThePacketsOwnFcsLengthGoesFirst) {
  PcapngBytes file;
  file.section().interface(file.options().u8(13, 4).end());
  file.enhanced(0, 1, pattern(64), file.options().u32(2, 2U << 5U).end());  // epb_flags bits 5-8: octets
  const ReadCapture read = read_bytes(file.bytes());
  ASSERT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.packets[0].wire_length, 62U);
}

TEST(PcapngSource, SkipsBlocksThatHoldNoPacketAndCountsUnknownOnes) {
  auto file = one_interface();
  file.block(4, bytes_of({0, 0, 0, 0})).block(10, pattern(8)).block(0x77, pattern(5)).block(0x8000'0001, {});
  const ReadCapture read = read_bytes(file.enhanced(0, 1, pattern(20)).bytes());
  EXPECT_THAT(frames_of(read), ElementsAre(1));
  EXPECT_EQ(read.facts.unknown_blocks, 2U);
  EXPECT_EQ(read.facts.damaged_records, 0U);
}

// tshark 4.0.17 on these bytes shows a frame for each of these blocks.
TEST(PcapngSource, CustomBlocksJournalEntriesAndSystemCallsTakeAFrameNumber) {
  for (const std::uint32_t type : {0xbadU, 0x4000'0badU, 9U, 0x204U}) {
    auto file = one_interface().enhanced(0, 1, pattern(20)).block(type, pattern(40)).enhanced(0, 2, pattern(20));
    EXPECT_THAT(frames_of(read_bytes(file.bytes())), ElementsAre(1, 3)) << type;
  }
}

TEST(PcapngSource, SkipsAndCountsPacketsThatContradictThemselves) {
  auto file = one_interface();
  file.enhanced_lengths(0, 1, 65'536, 65'536, pattern(20));  // claims more than its block holds
  file.enhanced(9, 1, pattern(20));                          // of an interface that was not described
  file.block(6, pattern(8)).block(2, pattern(8)).block(3, {}).block(5, pattern(4)).block(1, pattern(4));
  const ReadCapture read = read_bytes(file.enhanced(0, 2, pattern(20)).bytes());
  EXPECT_THAT(frames_of(read), ElementsAre(1));
  EXPECT_EQ(read.facts.damaged_records, 7U);
  EXPECT_FALSE(read.tail_error);
}

TEST(PcapngSource, StopsWhereTheTwoLengthsOfABlockDisagree) {
  auto bytes = one_interface().enhanced(0, 1, pattern(20)).enhanced(0, 2, pattern(20)).bytes();
  bytes[bytes.size() - 4] ^= std::byte{0x40};
  const ReadCapture read = read_bytes(bytes);
  EXPECT_EQ(read.packets.size(), 1U);
  ASSERT_TRUE(read.tail_error);
  EXPECT_THAT(*read.tail_error, HasSubstr("contradicts its own length (52 and 116 bytes) at offset 100"));
}

TEST(PcapngSource, StopsAtAnImpossibleBlockLength) {
  for (const std::uint32_t length : {0U, 11U, 16U * 1024 * 1024 + 4, 0xffff'ffffU}) {
    const auto file =
        one_interface().enhanced(0, 1, pattern(20)).raw(ByteWriter().u32(6).u32(length).raw(pattern(64)).bytes());
    const ReadCapture read = read_bytes(file.bytes());
    EXPECT_EQ(read.packets.size(), 1U);
    ASSERT_TRUE(read.tail_error) << length;
    EXPECT_THAT(*read.tail_error, HasSubstr("impossible length")) << length;
  }
}

TEST(PcapngSource, ReadsBlocksWhoseLengthWasNotRoundedUp) {
  // 32 + 61 bytes, padded in the file to 96, both lengths stored as 93
  auto body = ByteWriter().u32(0).u32(0).u32(5).u32(61).u32(61).raw(pattern(61)).padding();
  const auto file = one_interface().raw(ByteWriter().u32(6).u32(93).raw(body.bytes()).u32(93).bytes());
  const ReadCapture read = read_bytes(PcapngBytes(file).enhanced(0, 6, pattern(20)).bytes());
  ASSERT_EQ(read.packets.size(), 2U);
  EXPECT_EQ(read.packets[0].bytes, pattern(61));
}

TEST(PcapngSource, KeepsThePacketWhoseOptionsOverrunTheBlock) {
  const auto options = OptionBytes().raw(1, pattern(4));
  auto bytes = one_interface().enhanced(0, 1, pattern(20), options).bytes();
  bytes[bytes.size() - 10] = std::byte{200};  // the option's length
  const ReadCapture read = read_bytes(bytes);
  EXPECT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.facts.comment_count, 0U);
}

TEST(PcapngSource, KeepsTheFirstSixteenCommentsAndCountsAll) {
  auto file = one_interface();
  for (int i = 0; i < 20; ++i) file.enhanced(0, 1, pattern(4), OptionBytes().text(1, "note").end());
  const ReadCapture read = read_bytes(file.bytes());
  EXPECT_EQ(read.facts.comments.size(), 16U);
  EXPECT_EQ(read.facts.comment_count, 20U);
}

TEST(PcapngSource, BoundsTheInterfacesOfAHostileFile) {
  PcapngBytes file;
  file.section();
  for (int i = 0; i < 16'385; ++i) file.interface();
  const ReadCapture read = read_bytes(file.bytes());
  EXPECT_EQ(read.facts.interfaces.size(), 16'384U);
  ASSERT_TRUE(read.tail_error);
  EXPECT_THAT(*read.tail_error, HasSubstr("more than 16384 interfaces"));
}

TEST(PcapngSource, RefusesAnUnknownVersionAtTheStartAndStopsAtOneLater) {
  EXPECT_THAT(read_bytes(PcapngBytes().section(OptionBytes(), 0, 1).bytes()).error, HasSubstr("pcapng version 0.1"));
  const ReadCapture read = read_bytes(one_interface().enhanced(0, 1, pattern(4)).section(OptionBytes(), 2, 0).bytes());
  EXPECT_EQ(read.packets.size(), 1U);
  ASSERT_TRUE(read.tail_error);
  EXPECT_THAT(*read.tail_error, HasSubstr("unknown version 2.0"));
}

TEST(PcapngSource, CutAtAnyByteGivesAPrefixOfThePackets) {
  auto file = one_interface().enhanced(0, 1, pattern(5), OptionBytes().text(1, "hi").end()).simple(6, pattern(6));
  file.statistics(0, OptionBytes().u64(5, 1).end()).obsolete(0, 3, 2, pattern(7));
  const auto& bytes = file.bytes();
  const auto all = read_bytes(bytes).packets;
  ASSERT_EQ(all.size(), 3U);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const ReadCapture read = read_bytes({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)});
    EXPECT_EQ(read.error.empty(), size >= 28) << size;  // the section header block
    ASSERT_LE(read.packets.size(), all.size()) << size;
    EXPECT_TRUE(std::equal(read.packets.begin(), read.packets.end(), all.begin())) << size;
  }
}

TEST(PcapngSource, GivesTheSamePacketsWhateverTheBatch) {
  auto file = one_interface();
  for (unsigned i = 0; i < 50; ++i) file.enhanced(0, i, pattern(i, i)).block(0x77, pattern(i));
  const auto all = read_bytes(file.bytes(), 1'000).packets;
  ASSERT_EQ(all.size(), 50U);
  for (const std::size_t batch : {1U, 7U, 49U, 50U}) EXPECT_EQ(read_bytes(file.bytes(), batch).packets, all);
}

}  // namespace
}  // namespace wirecause::testing
