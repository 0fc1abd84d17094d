// What a drop tells: number, count, first bytes, segments; read where the datagram lies, whatever stands before it.
// SPDX-License-Identifier: Apache-2.0
#include "host/drops/drop_probe.hpp"

#include "drop_lab.hpp"

namespace wirecause {
namespace {

using namespace testing;

constexpr std::uint16_t kPort = 26477;

class DropProbeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    WC_NEEDS_DROP_LAB();
    network_ = std::make_unique<DropNetwork>();
    sender_ = std::make_unique<FrameSender>("wc0");
    watch_ = std::make_unique<DropWatch>(kPort);
  }
  void follow(const NumberField& place) { ASSERT_TRUE(watch_->probe().follow(place)); }
  // Nobody bound the port: dropped on arrival.
  RawDrop drop_of(const Packet& frame) {
    const std::size_t before = watch_->drops().size();
    sender_->must_send(frame);
    watch_->wait_for(before + 1);
    EXPECT_EQ(watch_->drops().size(), before + 1);
    return watch_->drops().size() > before ? watch_->drops().back() : RawDrop{};
  }

  std::unique_ptr<DropNetwork> network_;
  std::unique_ptr<FrameSender> sender_;
  std::unique_ptr<DropWatch> watch_;
};

TEST_F(DropProbeTest, WithoutAPlaceADropCarriesTheFirstBytes) {
  const std::string payload = numbered(7, 1, 100);
  const RawDrop drop = drop_of(to_host().udp(1000, kPort).payload(payload).build());
  EXPECT_FALSE(drop.has_number);
  ASSERT_EQ(drop.payload.size(), 64U);
  EXPECT_EQ(std::memcmp(drop.payload.data(), payload.data(), 64), 0);
}

TEST_F(DropProbeTest, AShortDatagramCarriesAllItHas) {
  EXPECT_EQ(drop_of(to_host().udp(1000, kPort).payload("abcde").build()).payload.size(), 5U);
  EXPECT_TRUE(drop_of(to_host().udp(1000, kPort).build()).payload.empty());
}

TEST_F(DropProbeTest, FollowingHoldsForFlowsThatAreThereAlready) {
  EXPECT_FALSE(drop_of(to_host().udp(1000, kPort).payload(numbered(1)).build()).has_number);
  follow(numbered_field("10.77.0.1", kPort));
  const RawDrop drop = drop_of(to_host().udp(1000, kPort).payload(numbered(2, 9)).build());
  EXPECT_TRUE(drop.has_number);
  EXPECT_EQ(drop.number, 2U);
  EXPECT_EQ(drop.count, 9U);
  EXPECT_TRUE(drop.payload.empty());
  EXPECT_EQ(watch_->flows().size(), 1U);
}

TEST_F(DropProbeTest, ANumberBeyondTheDatagramIsNone) {
  follow(numbered_field("10.77.0.1", kPort));
  EXPECT_TRUE(drop_of(to_host().udp(1000, kPort).payload(numbered(2).substr(0, 10)).build()).has_number);
  EXPECT_FALSE(drop_of(to_host().udp(1000, kPort).payload(numbered(2).substr(0, 9)).build()).has_number);
  EXPECT_FALSE(drop_of(to_host().udp(1000, kPort).build()).has_number);
  // The UDP length counts, not what the frame is padded with.
  EXPECT_FALSE(
      drop_of(to_host().udp(1000, kPort).udp_length(13).no_checksum().payload(numbered(2)).build()).has_number);
}

// As the line integrity message of SIAC's blocks: it has a number and a count, and two bytes behind them say that it
// consumes none.
TEST_F(DropProbeTest, AMarkConsumesNothing) {
  NumberField place = numbered_field("10.77.0.1", kPort);
  place.mark_offset = 12;
  place.mark_value = 0x4354;
  follow(place);
  std::string mark = numbered(7, 1);
  mark.replace(12, 2, "CT");
  const RawDrop marked = drop_of(to_host().udp(1000, kPort).payload(mark).build());
  EXPECT_TRUE(marked.has_number);
  EXPECT_EQ(marked.count, 0U);
  EXPECT_EQ(drop_of(to_host().udp(1000, kPort).payload(numbered(7, 1)).build()).count, 1U);
  // Too short for the mark: it may be one, so it is not read.
  EXPECT_FALSE(drop_of(to_host().udp(1000, kPort).payload(numbered(7, 1).substr(0, 13)).build()).has_number);
}

struct Width {
  std::uint8_t width;
  bool is_big;
  std::uint64_t number;
};

class DropProbeWidth : public DropProbeTest, public ::testing::WithParamInterface<Width> {};

TEST_P(DropProbeWidth, IsReadInItsOrder) {
  NumberField place = numbered_field("10.77.0.1", kPort);
  place.number_offset = 5;
  place.number_width = GetParam().width;
  place.number_big_endian = GetParam().is_big;
  place.count_width = 0;
  follow(place);
  const RawDrop drop = drop_of(to_host()
                                   .udp(1000, kPort)
                                   .payload("....."
                                            "\x81\x02\x03\x04\x05\x06\x07\x08.......")
                                   .build());
  EXPECT_TRUE(drop.has_number);
  EXPECT_EQ(drop.number, GetParam().number);
  EXPECT_EQ(drop.count, 1U);
}

INSTANTIATE_TEST_SUITE_P(All, DropProbeWidth,
                         ::testing::Values(Width{1, true, 0x81}, Width{2, true, 0x8102}, Width{4, true, 0x81020304},
                                           Width{8, true, 0x8102030405060708}, Width{2, false, 0x0281},
                                           Width{4, false, 0x04030281}, Width{8, false, 0x0807060504030281}));

TEST_F(DropProbeTest, ReadsBehindIpOptions) {
  follow(numbered_field("10.77.0.1", kPort));
  const RawDrop drop =
      drop_of(to_host().ip_options({1, 1, 1, 1, 1, 1, 1, 0}).udp(1000, kPort).payload(numbered(8)).build());
  EXPECT_TRUE(drop.has_number);
  EXPECT_EQ(drop.number, 8U);
}

TEST_F(DropProbeTest, ReadsIpv6AndNamesTheReceivingSocket) {
  follow(numbered_field("fd77::1", kPort));
  const int reader = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int tiny = 1;
  setsockopt(reader, SOL_SOCKET, SO_RCVBUF, &tiny, sizeof tiny);
  sockaddr_in6 at{};
  at.sin6_family = AF_INET6;
  at.sin6_port = htons(kPort);
  ASSERT_EQ(bind(reader, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  PacketBuilder to;
  const Packet frame = to.ethernet("02:00:00:00:00:01", DropNetwork::kHostMac)
                           .ipv6("fd77::2", "fd77::1")
                           .udp(1000, kPort)
                           .payload(numbered(66))
                           .build();
  for (int i = 0; i < 10; ++i) sender_->must_send(frame);
  watch_->wait_for(1);
  const DropFlow flow = watch_->flow();
  EXPECT_EQ(flow.reason, "SKB_DROP_REASON_SOCKET_RCVBUFF");
  EXPECT_EQ(flow.place, Checkpoint::socket);
  EXPECT_EQ(flow.source, *IpAddress::parse("fd77::2"));
  struct stat status {};
  fstat(reader, &status);
  EXPECT_EQ(flow.socket.inode, status.st_ino);
  for (const RawDrop& drop : watch_->drops()) EXPECT_EQ(drop.number, 66U);
  close(reader);
}

TEST_F(DropProbeTest, ALaterFragmentHasNoPortsAndNoNumber) {
  const std::uint32_t netns = network_->inode();
  run("nft add table ip t && nft add chain ip t c '{ type filter hook prerouting priority -500; }' && "
      "nft add rule ip t c ip protocol udp drop");
  sender_->must_send(to_host().fragment(1480, false).ip_protocol(17).payload(numbered(1)).build());
  watch_->wait_for(0);
  bool seen = false;
  for (const DropFlow& flow : watch_->probe().flows()) {
    if (flow.netns != netns || flow.reason != "SKB_DROP_REASON_NETFILTER_DROP") continue;
    seen = true;
    EXPECT_EQ(flow.ip_protocol, 17U);
    EXPECT_EQ(flow.destination_port, 0U);
    EXPECT_EQ(flow.payload_length, 0U);
  }
  EXPECT_TRUE(seen);
}

// One frame of five datagrams, as a NIC with receive offload or a sender on the same machine hands it up.
TEST_F(DropProbeTest, ASuperPacketCountsItsSegments) {
  follow(numbered_field("10.77.0.1", kPort));
  run("nft add table ip t && nft add chain ip t c '{ type filter hook prerouting priority 0; }' && "
      "nft add rule ip t c udp dport 26477 drop");
  const Packet five = to_host().udp(1000, kPort).payload(numbered(10, 1, 500)).build();
  sender_->send_segments(five, 100);
  watch_->wait_for(1);
  const DropFlow flow = watch_->flow();
  EXPECT_EQ(flow.datagrams, 5U);
  EXPECT_EQ(flow.payload_length, 100U);
  ASSERT_EQ(watch_->drops().size(), 1U);
  EXPECT_EQ(watch_->drops()[0].segments, 5U);
  EXPECT_EQ(watch_->drops()[0].number, 10U);
}

TEST_F(DropProbeTest, ASocketThatNobodyAskedForHasNoCookieUntilSomebodyDoes) {
  const UdpReader reader(kPort, 1);
  const Packet frame = to_host().udp(1000, kPort).payload(numbered(1)).build();
  while (reader.drops() == 0) sender_->must_send(frame);
  watch_->wait_for(1);
  EXPECT_EQ(watch_->flow().socket.cookie, 0U);
  const std::uint64_t cookie = reader.cookie();
  sender_->must_send(frame);
  watch_->wait_for(2);
  EXPECT_EQ(watch_->flow().socket, (SocketId{cookie, reader.inode()}));
}

// Both are at the same address: the memory of the first is the second's.
TEST_F(DropProbeTest, TheNextSocketOfThePortIsAnother) {
  std::vector<std::uint64_t> inodes;
  for (int i = 0; i < 4; ++i) {
    const UdpReader reader(kPort, 1);
    while (reader.drops() == 0) sender_->must_send(to_host().udp(1000, kPort).payload(numbered(1)).build());
    inodes.push_back(reader.inode());
  }
  watch_->wait_for(4);
  std::vector<std::uint64_t> seen;
  for (const DropFlow& flow : watch_->flows()) seen.push_back(flow.socket.inode);
  EXPECT_EQ(seen, inodes);
}

TEST_F(DropProbeTest, TimesAreOfTheMonotonicClockAndInOrder) {
  timespec before{};
  clock_gettime(CLOCK_MONOTONIC, &before);
  for (int i = 0; i < 3; ++i) drop_of(to_host().udp(1000, kPort).payload(numbered(1)).build());
  timespec after{};
  clock_gettime(CLOCK_MONOTONIC, &after);
  const auto ns = [](const timespec& at) { return std::int64_t{at.tv_sec} * 1'000'000'000 + at.tv_nsec; };
  std::int64_t last = ns(before);
  for (const RawDrop& drop : watch_->drops()) {
    EXPECT_GE(drop.monotonic_ns, last);
    last = drop.monotonic_ns;
  }
  EXPECT_LE(last, ns(after));
}

}  // namespace
}  // namespace wirecause
