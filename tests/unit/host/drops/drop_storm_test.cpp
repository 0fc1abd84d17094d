// Storms: nobody drains while a quarter of a million datagrams are dropped, the ring overflows, a sender sprays addresses.
// The judges are the socket's own counter and the sender's list.
// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>

#include "drop_lab.hpp"

namespace wirecause {
namespace {

using namespace testing;

constexpr std::uint32_t kStorm = 250'000;

class Storm {
 public:
  // Datagrams numbered from 0, until the socket has dropped so many.
  void send_until(const UdpReader& reader, std::uint32_t dropped) {
    for (std::uint32_t missing = dropped - reader.drops(); missing != 0; missing = dropped - reader.drops()) {
      for (std::uint32_t i = 0; i < missing; ++i) sender_.must_send(next());
    }
  }
  std::uint64_t sent() const { return number_; }

 private:
  const Packet& next() {
    const std::string payload = numbered(number_++);
    std::memcpy(frame_.data() + 42, payload.data(), 10);
    return frame_;
  }

  FrameSender sender_{"wc0"};
  Packet frame_ = to_host().udp(1000, 26477).no_checksum().payload(numbered(0)).build();
  std::uint64_t number_ = 0;
};

std::uint64_t all_datagrams(const DropProbe& probe) {
  std::uint64_t sum = 0;
  for (const DropFlow& flow : probe.flows()) sum += flow.datagrams;
  return sum;
}

TEST(DropStorm, AQuarterOfAMillionDropsWaitInTheRingEachWithItsNumber) {
  WC_NEEDS_DROP_LAB();
  const DropNetwork network;
  const UdpReader reader(26477, 1);
  DropWatch watch(26477);
  ASSERT_TRUE(watch.probe().follow(numbered_field("10.77.0.1", 26477)));
  Storm storm;
  storm.send_until(reader, kStorm);
  watch.wait_for(kStorm);
  EXPECT_EQ(watch.flow().datagrams, kStorm);
  EXPECT_EQ(watch.probe().lost_records(), 0U);
  ASSERT_EQ(watch.drops().size(), kStorm);
  // What the socket took in before it was full are the first ones: the drops are the rest, without a hole.
  const std::uint64_t taken = storm.sent() - kStorm;
  for (std::uint32_t i = 0; i < kStorm; ++i) {
    ASSERT_TRUE(watch.drops()[i].has_number);
    ASSERT_EQ(watch.drops()[i].number, taken + i);
  }
}

TEST(DropStorm, CountsStayExactWhenTheRingIsFullAndWhatItMissedIsSaid) {
  WC_NEEDS_DROP_LAB();
  const DropNetwork network;
  const UdpReader reader(26477, 1);
  DropWatch watch(26477);
  ASSERT_TRUE(watch.probe().follow(numbered_field("10.77.0.1", 26477)));
  Storm storm;
  storm.send_until(reader, kStorm + 50'000);
  const std::uint64_t lost = watch.probe().lost_records();
  watch.wait_for(kStorm);
  EXPECT_EQ(watch.flow().datagrams, reader.drops());
  EXPECT_GE(lost, watch.flow().datagrams - watch.drops().size());
  // Others on this machine may have dropped meanwhile, too; all of it together is what has no record.
  EXPECT_LE(lost, all_datagrams(watch.probe()) - watch.drops().size());
  EXPECT_GT(lost, 0U);
}

TEST(DropStorm, AStormThatNobodyFollowsLeavesTheRingToTheFollowedOnes) {
  WC_NEEDS_DROP_LAB();
  const DropNetwork network;
  DropWatch watch(9999);
  const FrameSender sender("wc0");
  const Packet frame = to_host().udp(1000, 9999).no_checksum().payload(numbered(0)).build();
  for (int i = 0; i < 20'000; ++i) sender.must_send(frame);
  watch.wait_for(20'000);
  EXPECT_EQ(watch.flow().datagrams, 20'000U);
  EXPECT_EQ(watch.probe().lost_records(), 0U);
  // 1 024 in 2^30 ns, of which this took a few at most; fewer where others on this machine drop as well.
  EXPECT_GT(watch.drops().size(), 0U);
  EXPECT_LE(watch.drops().size(), 4U * 1024U);
  for (const RawDrop& drop : watch.drops()) ASSERT_EQ(drop.payload.size(), DropProbe::kPayloadBytes);
}

TEST(DropStorm, ASpraySenderCannotTakeTheFlowTableFromAFollowedDestination) {
  WC_NEEDS_DROP_LAB();
  const DropNetwork network;
  DropWatch watch(26477);
  ASSERT_TRUE(watch.probe().follow(numbered_field("10.77.0.1", 26477)));
  const FrameSender sender("wc0");
  // 30 000 ports that nobody bound, of as many sources.
  Packet frame = to_host().udp(1000, 1).no_checksum().payload(numbered(0)).build();
  for (unsigned i = 0; i < 30'000; ++i) {
    const unsigned port = 30'000 + i;
    frame[36] = static_cast<std::byte>(port >> 8U);
    frame[37] = static_cast<std::byte>(port);
    frame[34] = static_cast<std::byte>(i >> 8U);
    frame[35] = static_cast<std::byte>(i);
    sender.must_send(frame);
  }
  const UdpReader reader(26477, 1);
  Storm storm;
  storm.send_until(reader, 5);
  watch.wait_for(5);
  EXPECT_EQ(watch.flow().datagrams, 5U);
  ASSERT_EQ(watch.drops().size(), 5U);
  EXPECT_TRUE(watch.drops().front().has_number);
  EXPECT_LE(watch.probe().flows().size(), DropProbe::kMaxFlows);
  // What found no flow is counted by its reason; nothing is missing in the sum.
  std::uint64_t seen = 0;
  for (const DropFlow& flow : watch.probe().flows()) {
    if (flow.netns == network.inode() && flow.reason == "SKB_DROP_REASON_NO_SOCKET") seen += flow.datagrams;
  }
  for (const auto& [reason, count] : watch.probe().unlisted()) {
    if (reason == "SKB_DROP_REASON_NO_SOCKET") seen += count;
  }
  EXPECT_GE(seen, 30'000U);
}

// A reader of the port of which one source is followed.
class FollowedSource : public ::testing::Test {
 protected:
  static constexpr const char* kFollowed = "10.77.0.2";
  static constexpr unsigned kFlood = 20'000;  // more than the table has flows

  void SetUp() override {
    WC_NEEDS_DROP_LAB();
    network_.emplace();
    sender_.emplace("wc0");
    watch_.emplace(26477);
  }
  DropProbe& probe() { return watch_->probe(); }
  // Datagrams from the followed source, of which a socket drops so many; those are its only flow.
  void check_socket_drops(std::uint32_t count) {
    const UdpReader reader(26477, 1);
    Storm storm;
    storm.send_until(reader, count);
    watch_->wait_for(kFlood + count);
    std::uint64_t at_socket = 0;
    for (const DropFlow& flow : watch_->flows()) {
      if (flow.socket.inode != reader.inode()) continue;
      EXPECT_EQ(flow.source.text(), kFollowed);
      at_socket += flow.datagrams;
    }
    EXPECT_EQ(at_socket, reader.drops());
  }

  std::optional<DropNetwork> network_;
  std::optional<FrameSender> sender_;
  std::optional<DropWatch> watch_;
};

// Nobody has bound the port yet: they are dropped before a socket is chosen.
TEST_F(FollowedSource, FindsRoomWhenOthersFloodItsPort) {
  NumberField field = numbered_field("10.77.0.1", 26477);
  field.source = *IpAddress::parse(kFollowed);
  ASSERT_TRUE(probe().follow(field));
  for (unsigned i = 0; i < kFlood; ++i) {
    const std::string source = "11.0." + std::to_string(i >> 8U) + "." + std::to_string(i & 255U);
    sender_->must_send(to_host(source).udp(1000, 26477).no_checksum().payload(numbered(0)).build());
  }
  check_socket_drops(5);
  std::uint64_t of_many = 0;
  std::uint64_t with_source = 0;
  for (const DropFlow& flow : watch_->flows()) {
    of_many += flow.source == IpAddress{} ? flow.datagrams : 0;
    with_source += flow.source == IpAddress{} ? 0U : 1U;
  }
  EXPECT_LE(with_source, 1'100U);  // 1 024, and what two CPUs begin at once
  EXPECT_GE(of_many, kFlood - 1'100U);
  EXPECT_EQ(probe().unlisted_followed(), 0U);
}

// Forged with its own address, each with another port.
TEST_F(FollowedSource, FindsRoomWhenItsOwnAddressFloodsItsPort) {
  NumberField field = numbered_field("10.77.0.1", 26477);
  field.source = *IpAddress::parse(kFollowed);
  ASSERT_TRUE(probe().follow(field));
  Packet frame = to_host(kFollowed).udp(1000, 26477).no_checksum().payload(numbered(0)).build();
  for (unsigned i = 0; i < kFlood; ++i) {
    frame[34] = static_cast<std::byte>((2'000 + i) >> 8U);
    frame[35] = static_cast<std::byte>(2'000 + i);
    sender_->must_send(frame);
  }
  check_socket_drops(5);
  EXPECT_EQ(probe().unlisted_followed(), 0U);
}

// Streams whose number stands at no fixed place: every drop with its first bytes, not 1 024 a second of them.
TEST_F(FollowedSource, IsToldOneByOneByItsFirstBytes) {
  ASSERT_TRUE(probe().follow_bytes({*IpAddress::parse("10.77.0.1"), 26477, *IpAddress::parse(kFollowed)}));
  const UdpReader reader(26477, 1);
  Storm storm;
  storm.send_until(reader, kFlood);
  watch_->wait_for(kFlood);
  EXPECT_EQ(watch_->drops().size(), reader.drops());
  EXPECT_EQ(probe().lost_records(), 0U);
  for (const RawDrop& drop : watch_->drops()) ASSERT_EQ(drop.payload.size(), DropProbe::kPayloadBytes);
}

}  // namespace
}  // namespace wirecause
