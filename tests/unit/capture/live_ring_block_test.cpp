// Blocks of a TPACKET_V3 ring made by hand, as linux/if_packet.h lays them out: what no veth pair produces (stamps of the
// hardware), and what no kernel should (offsets out of the block).
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_packet.h>

#include <cstring>
#include <random>
#include <vector>

#include "capture/live/ring_block.hpp"

namespace wirecause {
namespace {

using ::testing::ElementsAre;

constexpr std::uint32_t kMacAt = 82;  // where tpacket_rcv() puts an Ethernet frame: 96 - 14

struct Made {
  std::uint32_t sec = 100;
  std::uint32_t nsec = 7;
  std::uint32_t status = TP_STATUS_USER | TP_STATUS_TS_SOFTWARE;
  std::uint32_t length = 60;
  std::uint8_t packet_type = PACKET_MULTICAST;
  std::uint16_t tci = 0;
  std::uint16_t tpid = 0;
  std::uint32_t mac_at = kMacAt;
};

class BlockBuilder {
 public:
  BlockBuilder() : bytes_(sizeof(tpacket_block_desc)) {}

  BlockBuilder& packet(const Made& made) {
    if (last_ != 0) header(last_).tp_next_offset = static_cast<std::uint32_t>(bytes_.size() - last_);
    last_ = bytes_.size();
    bytes_.resize(last_ + (kMacAt + made.length + 7) / 8 * 8);
    tpacket3_hdr& h = header(last_);
    h.tp_sec = made.sec;
    h.tp_nsec = made.nsec;
    h.tp_snaplen = h.tp_len = made.length;
    h.tp_status = made.status;
    h.tp_mac = static_cast<std::uint16_t>(made.mac_at);
    h.hv1.tp_vlan_tci = made.tci;
    h.hv1.tp_vlan_tpid = made.tpid;
    bytes_[last_ + 48 + 10] = static_cast<std::byte>(made.packet_type);  // sockaddr_ll::sll_pkttype
    for (std::uint32_t i = 0; i < made.length; ++i) bytes_[last_ + kMacAt + i] = static_cast<std::byte>(i);
    ++count_;
    return *this;
  }
  std::vector<std::byte>& block() {
    tpacket_block_desc description{};
    description.hdr.bh1.num_pkts = count_;
    description.hdr.bh1.offset_to_first_pkt = sizeof description;
    std::memcpy(bytes_.data(), &description, sizeof description);
    return bytes_;
  }
  tpacket3_hdr& header(std::size_t at) { return *static_cast<tpacket3_hdr*>(static_cast<void*>(bytes_.data() + at)); }
  std::size_t last() const { return last_; }

 private:
  std::vector<std::byte> bytes_;
  std::size_t last_ = 0;
  std::uint32_t count_ = 0;
};

std::vector<PacketView> views_of(std::vector<std::byte>& block, RingReading& reading) {
  std::vector<PacketView> views(100);
  RingBlock walk(block);
  views.resize(walk.read(views, reading));
  EXPECT_TRUE(walk.is_done());
  return views;
}

std::vector<std::int64_t> times_of(const std::vector<PacketView>& views) {
  std::vector<std::int64_t> times;
  for (const PacketView& view : views) times.push_back(view.time.ns);
  return times;
}

TEST(RingBlock, IsReadInPartsOfAnySize) {
  BlockBuilder made;
  for (std::uint32_t i = 0; i < 10; ++i) made.packet({.nsec = i, .length = 60 + i});
  RingReading reading;
  RingBlock walk(made.block());
  std::vector<PacketView> views(3);
  std::vector<std::size_t> lengths;
  while (!walk.is_done()) {
    const std::size_t got = walk.read(views, reading);
    for (std::size_t i = 0; i < got; ++i) lengths.push_back(views[i].bytes.size());
  }
  EXPECT_THAT(lengths, ElementsAre(60, 61, 62, 63, 64, 65, 66, 67, 68, 69));
  EXPECT_EQ(reading.packets, 10U);
  EXPECT_EQ(reading.last, TimeNs{100'000'000'009});
}

TEST(RingBlock, PutsTheTagBetweenAddressesAndEtherType) {
  BlockBuilder made;
  made.packet({.status = TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID, .tci = 0x2064, .tpid = 0x88a8});
  RingReading reading;
  const std::vector<PacketView> views = views_of(made.block(), reading);
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views[0].wire_length, 64U);
  ASSERT_EQ(views[0].bytes.size(), 64U);
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(views[0].bytes[i], static_cast<std::byte>(i));
  EXPECT_THAT(views[0].bytes.subspan(12, 6), ElementsAre(std::byte{0x88}, std::byte{0xa8}, std::byte{0x20},
                                                         std::byte{0x64}, std::byte{12}, std::byte{13}));
}

TEST(RingBlock, TakesATagWithoutKindForA8021qTag) {  // before Linux 3.14 (tp_vlan_tpid)
  BlockBuilder made;
  made.packet({.status = TP_STATUS_VLAN_VALID, .tci = 5});
  RingReading reading;
  EXPECT_THAT(views_of(made.block(), reading).at(0).bytes.subspan(12, 4),
              ElementsAre(std::byte{0x81}, std::byte{0x00}, std::byte{0x00}, std::byte{0x05}));
}

TEST(RingBlock, LeavesATagOutThatHasNoRoom) {
  BlockBuilder made;
  made.packet({.status = TP_STATUS_VLAN_VALID, .length = 11, .tci = 5});
  made.packet({.status = TP_STATUS_VLAN_VALID, .tci = 5, .mac_at = 62});
  RingReading reading;
  const std::vector<PacketView> views = views_of(made.block(), reading);
  ASSERT_EQ(views.size(), 2U);
  EXPECT_EQ(views[0].bytes.size(), 11U);
  EXPECT_EQ(views[1].bytes.size(), 60U);
}

TEST(RingBlock, SaysOfWhichPacketTheChecksumIsNotFilledIn) {  // CHECKSUM_PARTIAL in tpacket_rcv()
  BlockBuilder made;
  made.packet({.status = TP_STATUS_USER | TP_STATUS_CSUMNOTREADY}).packet({.status = TP_STATUS_USER});
  RingReading reading;
  const std::vector<PacketView> views = views_of(made.block(), reading);
  ASSERT_EQ(views.size(), 2U);
  EXPECT_TRUE(views[0].is_checksum_unfilled);
  EXPECT_FALSE(views[1].is_checksum_unfilled);
}

TEST(RingBlock, LeavesOwnTransmissionsOut) {
  BlockBuilder made;
  made.packet({.nsec = 1, .packet_type = PACKET_OUTGOING}).packet({.nsec = 2}).packet({.packet_type = PACKET_OUTGOING});
  RingReading reading;
  EXPECT_THAT(times_of(views_of(made.block(), reading)), ElementsAre(100'000'000'002));
}

TEST(RingBlock, GivesNoTimeToAPacketThatTheHardwareDidNotStampAmongThoseThatItDid) {
  constexpr std::uint32_t kHardware = TP_STATUS_TS_RAW_HARDWARE;
  BlockBuilder made;
  made.packet({.nsec = 1, .status = kHardware}).packet({.nsec = 2}).packet({.nsec = 3, .status = kHardware});
  RingReading reading;
  reading.wants_hardware_stamps = true;
  EXPECT_THAT(times_of(views_of(made.block(), reading)), ElementsAre(100'000'000'001, kNoTime.ns, 100'000'000'003));
  EXPECT_EQ(reading.without_time, 1U);
  EXPECT_TRUE(reading.saw_hardware_stamp);
}

// A PHC in TAI: 37 s ahead. What the kernel stamped is realtime already.
TEST(RingBlock, BringsStampsOfTheHardwareToRealtime) {
  BlockBuilder made;
  made.packet({.nsec = 1}).packet({.nsec = 5, .status = TP_STATUS_TS_RAW_HARDWARE});
  RingReading reading;
  reading.wants_hardware_stamps = true;
  reading.hardware_to_realtime = seconds(-37);
  EXPECT_THAT(times_of(views_of(made.block(), reading)), ElementsAre(100'000'000'001, 63'000'000'005));
}

TEST(RingBlock, KeepsSoftwareStampsWhereTheHardwareGivesNone) {
  BlockBuilder made;
  made.packet({.nsec = 1}).packet({.nsec = 2});
  RingReading reading;
  reading.wants_hardware_stamps = true;
  EXPECT_THAT(times_of(views_of(made.block(), reading)), ElementsAre(100'000'000'001, 100'000'000'002));
  EXPECT_FALSE(reading.saw_hardware_stamp);
}

TEST(RingBlock, EndsAtAPacketThatPointsOutOfIt) {
  const auto damaged_by = [](auto damage) {
    BlockBuilder made;
    made.packet({}).packet({});
    damage(made.header(made.last()));
    RingReading reading;
    EXPECT_EQ(views_of(made.block(), reading).size(), 1U);
    return reading.damaged;
  };
  EXPECT_EQ(damaged_by([](tpacket3_hdr& h) { h.tp_mac = 0xffff; }), 1U);
  EXPECT_EQ(damaged_by([](tpacket3_hdr& h) { h.tp_snaplen = 0xffff'ffff; }), 1U);
  EXPECT_EQ(damaged_by([](tpacket3_hdr& h) { h.tp_snaplen = 10'000; }), 1U);
}

TEST(RingBlock, IsNotWalkedInCirclesNorBeyondItsEnd) {
  for (const std::uint32_t next : {0U, 8U, 0x7fff'ffffU, 0xffff'ffffU}) {
    BlockBuilder made;
    made.packet({}).packet({});
    made.block();
    made.header(sizeof(tpacket_block_desc)).tp_next_offset = next;
    RingReading reading;
    EXPECT_EQ(views_of(made.block(), reading).size(), 1U) << next;
    EXPECT_EQ(reading.damaged, 1U) << next;
  }
}

TEST(RingBlock, SurvivesAnyBytes) {
  std::mt19937 random(1);
  for (int round = 0; round < 2'000; ++round) {
    BlockBuilder made;
    for (int i = 0; i < 5; ++i) made.packet({.status = TP_STATUS_VLAN_VALID, .tci = 1});
    std::vector<std::byte>& block = made.block();
    for (int i = 0; i < 20; ++i) block[random() % block.size()] = static_cast<std::byte>(random());
    RingReading reading;
    std::vector<PacketView> views(100);
    RingBlock walk(block);
    for (int turns = 0; !walk.is_done() && turns < 100; ++turns) {
      for (const PacketView& view : std::span(views).first(walk.read(views, reading))) {
        if (view.bytes.empty()) continue;
        ASSERT_GE(view.bytes.data(), block.data());
        ASSERT_LE(view.bytes.data() + view.bytes.size(), block.data() + block.size());
      }
    }
    EXPECT_TRUE(walk.is_done());
  }
}

}  // namespace
}  // namespace wirecause
