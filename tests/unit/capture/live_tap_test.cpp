// A tap on one end of a veth pair, in a network namespace of its own; what counts is what the other end sent.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/syscall.h>

#include <array>
#include <random>
#include <thread>

#include "support/frame_sender.hpp"
#include "support/private_network.hpp"

#include "support/live_reading.hpp"

namespace wirecause::test {
namespace {

using ::testing::AllOf;
using testing::FrameSender;
using ::testing::HasSubstr;
using testing::PrivateNetwork;
using testing::ReadPacket;

Packet feed_packet(std::uint16_t id, std::size_t payload = 104) {
  return PacketBuilder{}.ethernet().ipv4("10.0.0.1", "239.1.1.1").ip_id(id).udp(1000, 26400).payload(payload).build();
}

Packet unicast_packet(std::uint16_t port) {
  return PacketBuilder{}.ethernet().ipv4("10.0.0.1", "10.0.0.2").udp(1000, port).payload(20).build();
}

class Tap : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!network_.why_not().empty()) GTEST_SKIP() << network_.why_not();
  }
  static std::unique_ptr<LiveSource> tap(const TapOptions& options) {
    auto opened = open_tap(options, 3);
    EXPECT_TRUE(opened) << opened.error().message();
    return opened ? std::move(*opened) : nullptr;
  }
  static std::unique_ptr<LiveSource> tap_of_two() { return tap({.interface = "two"}); }

  PrivateNetwork network_;
};

TEST_F(Tap, HandsOutEveryPacketOfTheOtherEndInOrderAsItWasSent) {
  const auto source = tap_of_two();
  const FrameSender sender("one");
  std::vector<Packet> sent;
  const TimeNs before = realtime();
  for (std::uint16_t id = 0; id < 1'000; ++id) {
    sent.push_back(feed_packet(id));
    ASSERT_TRUE(sender.send(sent.back()));
  }
  const std::vector<ReadPacket> seen = packets_of(*source, sent.size());
  const TimeNs after = realtime();

  ASSERT_TRUE(bytes_of(seen) == sent) << seen.size();
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].frame, i + 1);
    EXPECT_EQ(seen[i].wire_length, sent[i].size());
    EXPECT_EQ(seen[i].input, 3U);
    EXPECT_EQ(seen[i].link_type, LinkType::ethernet);
    EXPECT_GE(seen[i].time, i == 0 ? before.ns : seen[i - 1].time);
    EXPECT_LE(seen[i].time, after.ns);
  }
}

TEST_F(Tap, PutsVlanTagsBackWhereTheKernelTookThemFrom) {
  const auto source = tap_of_two();
  const FrameSender sender("one");
  const auto tagged = [](std::uint16_t tpid) {
    return PacketBuilder{}.ethernet().vlan(100, tpid).ipv4("10.0.0.1", "239.1.1.1").udp(1, 2).payload(40);
  };
  const std::vector<Packet> sent{tagged(0x8100).build(), tagged(0x88a8).build(), tagged(0x88a8).vlan(2049).build(),
                                 feed_packet(1)};
  for (const Packet& packet : sent) ASSERT_TRUE(sender.send(packet));
  const std::vector<ReadPacket> seen = packets_of(*source, sent.size());
  EXPECT_EQ(bytes_of(seen), sent);
  for (const ReadPacket& packet : seen) EXPECT_EQ(packet.wire_length, packet.bytes.size());
}

TEST_F(Tap, TakesNeitherForeignUnicastNorTcp) {
  const auto source = tap({.interface = "two", .unicast_ports = {5000}});
  const FrameSender sender("one");
  ASSERT_TRUE(sender.send(unicast_packet(5001)));
  ASSERT_TRUE(sender.send(PacketBuilder{}.ethernet().ipv4("10.0.0.1", "10.0.0.2").tcp(1, 5000).build()));
  ASSERT_TRUE(sender.send(unicast_packet(5000)));
  EXPECT_EQ(bytes_of(rest_of(*source)), std::vector<Packet>{unicast_packet(5000)});
}

TEST_F(Tap, KeepsWhatTheSnapLengthSaysAndTheLengthOnTheWire) {
  const auto source = tap({.interface = "two", .snap_length = 60});
  const Packet sent = feed_packet(1);
  ASSERT_TRUE(FrameSender("one").send(sent));
  const std::vector<ReadPacket> seen = packets_of(*source, 1);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(bytes_of(seen)[0], Packet(sent.begin(), sent.begin() + 60));
  EXPECT_EQ(seen[0].wire_length, sent.size());
}

TEST_F(Tap, DoesNotSeeWhatTheHostItselfSends) {
  const auto source = tap_of_two();
  ASSERT_TRUE(FrameSender("two").send(feed_packet(1)));
  ASSERT_TRUE(FrameSender("one").send(feed_packet(2)));
  EXPECT_EQ(bytes_of(rest_of(*source)), std::vector<Packet>{feed_packet(2)});
}

TEST_F(Tap, SeesADatagramOverLoopbackOnce) {
  const auto source = tap({.interface = "lo", .unicast_ports = {5000}});
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(5000);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr generic{};
  std::memcpy(&generic, &to, sizeof to);
  ASSERT_EQ(::sendto(socket, "abc", 3, 0, &generic, sizeof to), 3);
  ::close(socket);
  const std::vector<ReadPacket> seen = rest_of(*source);
  // And the ICMP "port unreachable" that answers it, which is taken too.
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].bytes.size(), 14U + 20U + 8U + 3U);
  EXPECT_EQ(seen[1].bytes.at(14 + 9), std::byte{1});
}

TEST_F(Tap, CountsWhatDidNotFitIntoTheRing) {
  const auto source = tap({.interface = "two", .ring_bytes = 1U << 20U});
  const FrameSender sender("one");
  constexpr std::uint64_t kSent = 20'000;
  for (std::uint64_t i = 0; i < kSent; ++i) ASSERT_TRUE(sender.send(feed_packet(static_cast<std::uint16_t>(i))));
  const std::uint64_t seen = rest_of(*source).size();
  source->refresh_statistics();
  const InterfaceFacts& facts = source->facts().interfaces.at(0);
  EXPECT_EQ(seen + facts.dropped.value(), kSent);
  EXPECT_GT(facts.dropped.value(), 0U);
  EXPECT_EQ(facts.received, kSent);
  EXPECT_EQ(facts.packets, seen);

  // It goes on behind the loss, and nothing is counted twice.
  ASSERT_TRUE(sender.send(feed_packet(7)));
  EXPECT_EQ(bytes_of(packets_of(*source, 1)), std::vector<Packet>{feed_packet(7)});
  source->refresh_statistics();
  EXPECT_EQ(facts.packets + facts.dropped.value(), kSent + 1);
}

TEST_F(Tap, ReadsARingManyTimesItsSizeWithoutLoss) {
  const auto source = tap({.interface = "two", .ring_bytes = 2U << 20U});
  const FrameSender sender("one");
  std::uint16_t next = 0;
  for (int round = 0; round < 300; ++round) {  // 9 MB
    std::vector<Packet> sent;
    for (int i = 0; i < 20; ++i) {
      sent.push_back(feed_packet(next++, 1'400));
      ASSERT_TRUE(sender.send(sent.back()));
    }
    ASSERT_TRUE(bytes_of(packets_of(*source, sent.size())) == sent) << "round " << round;
  }
  source->refresh_statistics();
  EXPECT_EQ(source->facts().interfaces.at(0).dropped, 0U);
}

TEST_F(Tap, HandsOutMalformedFramesAsTheyAre) {
  const auto source = tap({.interface = "two", .filter = "greater 0"});
  const FrameSender sender("one");
  std::mt19937 random(1);
  std::vector<Packet> sent;
  while (sent.size() < 500) {
    Packet frame(14 + random() % 200);
    for (std::byte& byte : frame) byte = static_cast<std::byte>(random());
    // Half of them claim to be IP, where the kernel itself looks further.
    if (frame.size() % 2 == 0) {
      frame[12] = std::byte{0x08};
      frame[13] = std::byte{0x00};
    }
    if (sender.send(frame)) sent.push_back(frame);
  }
  EXPECT_TRUE(bytes_of(packets_of(*source, sent.size())) == sent);
}

TEST_F(Tap, EndsWithTheInterfaceAndSaysSo) {
  const auto source = tap_of_two();
  std::vector<PacketView> views(16);
  EXPECT_EQ(source->next_batch(views), 0U);
  EXPECT_EQ(source->tail_error(), std::nullopt);
  ASSERT_TRUE(PrivateNetwork::run("ip link del two"));

  pollfd readable{source->descriptor(), POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, 1'000), 1) << "who waits is woken";
  EXPECT_EQ(source->next_batch(views), 0U);
  ASSERT_NE(source->tail_error(), std::nullopt);
  EXPECT_THAT(*source->tail_error(), HasSubstr("interface two was removed"));
  EXPECT_EQ(::poll(&readable, 1, 0), 0) << "and does not spin";
  EXPECT_GE(source->watermark(realtime()) - (realtime() - seconds(1)), DurationNs{}) << "nor holds others back";
}

TEST_F(Tap, GoesOnWhenTheInterfaceWasDownAndIsUpAgain) {
  const auto source = tap_of_two();
  std::vector<PacketView> views(16);
  ASSERT_TRUE(PrivateNetwork::run("ip link set two down"));
  EXPECT_EQ(source->next_batch(views), 0U);
  EXPECT_EQ(source->tail_error(), "interface two is down");
  ASSERT_TRUE(PrivateNetwork::run("ip link set two up") && PrivateNetwork::sends("one"));
  ASSERT_TRUE(FrameSender("one").send(feed_packet(5)));
  EXPECT_EQ(bytes_of(packets_of(*source, 1)), std::vector<Packet>{feed_packet(5)});
  EXPECT_EQ(source->tail_error(), std::nullopt);
}

TEST_F(Tap, ChangesNothingThatTheHostShowsOfTheInterface) {
  const auto shown = [] {  // flags, promiscuity, receive modes, addresses that are listened to
    return PrivateNetwork::output("ip -d link show two; ip maddress show two; cat /proc/net/dev_mcast");
  };
  const std::string before = shown();
  EXPECT_THAT(before, AllOf(HasSubstr("promiscuity 0"), HasSubstr("allmulti 0")));
  auto source = tap({.interface = "two", .filter = "vlan 7"});
  EXPECT_EQ(shown(), before);
  source.reset();
  EXPECT_EQ(shown(), before);
}

TEST_F(Tap, IsPrecededByNoPacketThatItsWatermarkSaidHadGoneOut) {
  const auto source = tap_of_two();
  std::jthread sending([](const std::stop_token& stop) {
    const FrameSender sender("one");
    std::mt19937 random(2);
    while (!stop.stop_requested()) {
      for (auto burst = random() % 50; burst != 0; --burst) (void)sender.send(feed_packet(1));
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 12'000));
    }
  });
  std::vector<PacketView> views(64);
  TimeNs promised = kNoTime;
  std::size_t seen = 0;
  DurationNs behind{0};
  for (const TimeNs end = realtime() + seconds(1); realtime() < end;) {
    const TimeNs now = realtime();
    const std::size_t got = source->next_batch(views);
    for (std::size_t i = 0; i < got; ++i) ASSERT_GE(views[i].time, promised);
    seen += got;
    promised = source->watermark(now);
    if (seen != 0) behind = std::max(behind, now - promised);
  }
  EXPECT_GT(seen, 100U);
  EXPECT_LT(behind, milliseconds(500)) << "and it follows the clock";
}

TEST_F(Tap, TakesAFilterInTheLanguageOfTcpdump) {
  const auto source = tap({.interface = "two", .filter = "udp and dst port 26401 or vlan 7"});
  const FrameSender sender("one");
  const Packet wanted = PacketBuilder{}.ethernet().ipv4("10.0.0.1", "239.1.1.1").udp(1000, 26401).payload(9).build();
  const auto in_vlan = [](std::uint16_t id) {
    return PacketBuilder{}.ethernet().vlan(id).ipv4("10.0.0.1", "239.1.1.1").udp(1, 2).build();
  };
  for (const Packet& packet : {feed_packet(1), in_vlan(8), wanted, in_vlan(7)}) ASSERT_TRUE(sender.send(packet));
  EXPECT_EQ(bytes_of(rest_of(*source)), (std::vector<Packet>{wanted, in_vlan(7)}));
}

TEST_F(Tap, SaysWhatIsWrongWithAFilter) {
  const auto refused = open_tap({.interface = "two", .filter = "udp prot 5"}, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::bad_input);
  EXPECT_THAT(refused.error().message(), AllOf(HasSubstr("filter 'udp prot 5'"), HasSubstr("syntax error")));
}

TEST_F(Tap, SaysWhichInterfacesThereAre) {
  for (const std::string name : {"nosuch", "", "a name that is far too long for an interface"}) {
    const auto refused = open_tap({.interface = name}, 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::not_found);
    EXPECT_THAT(refused.error().message(), AllOf(HasSubstr("lo"), HasSubstr("one"), HasSubstr("two")));
  }
}

TEST_F(Tap, SaysWhichPrivilegeIsMissing) {
  std::thread([] {  // capabilities are a thread's own
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> none{};
    ASSERT_EQ(::syscall(SYS_capset, &header, none.data()), 0);
    const auto refused = open_tap({.interface = "two"}, 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::permission);
    EXPECT_THAT(refused.error().message(), HasSubstr("CAP_NET_RAW"));
  })
      .join();
}

}  // namespace
}  // namespace wirecause::test
