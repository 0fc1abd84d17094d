// A joined socket on one end of a veth pair, in a network namespace of its own; what counts is what the other end sent and
// what the kernel itself counted.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <sstream>

#include "support/frame_sender.hpp"
#include "support/private_network.hpp"

#include "packet/decode.hpp"
#include "support/live_reading.hpp"

namespace wirecause::test {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using testing::FrameSender;
using ::testing::HasSubstr;
using testing::PrivateNetwork;
using testing::ReadPacket;

IpAddress address(const char* text) { return *IpAddress::parse(text); }

Packet datagram(std::string_view payload, const char* group = "239.1.1.1", std::uint8_t ttl = 16) {
  return PacketBuilder{}.ethernet().ipv4("10.9.0.1", group).ttl(ttl).udp(1000, 26400).payload(payload).build();
}

Decoded decoded_of(const ReadPacket& packet) {
  PacketView view;
  view.bytes = packet.bytes;
  view.wire_length = packet.wire_length;
  view.link_type = packet.link_type;
  Decoded decoded;
  decode(view, decoded);
  return decoded;
}

std::string payload_of(const ReadPacket& packet) {
  const Decoded decoded = decoded_of(packet);
  std::string text;
  for (const std::byte byte : decoded.payload) text += static_cast<char>(byte);
  return text;
}

std::vector<std::string> payloads_of(const std::vector<ReadPacket>& packets) {
  std::vector<std::string> all;
  for (const ReadPacket& packet : packets) all.push_back(payload_of(packet));
  return all;
}

// A column of /proc/net/snmp of this namespace, by the names in its first line.
std::uint64_t udp_counter(const std::string& name) {
  std::istringstream text(PrivateNetwork::output("grep ^Udp: /proc/net/snmp"));
  std::string line;
  std::getline(text, line);
  std::istringstream names(line);
  std::getline(text, line);
  std::istringstream values(line);
  std::string column;
  std::string value;
  while (names >> column && values >> value) {
    if (column == name) return std::stoull(value);
  }
  ADD_FAILURE() << "no " << name;
  return 0;
}

class Join : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!network_.why_not().empty()) GTEST_SKIP() << network_.why_not();
    ASSERT_TRUE(PrivateNetwork::run("ip addr add 10.9.0.2/24 dev two"));
  }
  static JoinOptions options(const char* group = "239.1.1.1") {
    return {.group = address(group), .port = 26400, .interface = "two"};
  }
  static std::unique_ptr<LiveSource> joined(const JoinOptions& options) {
    auto opened = open_join(options, 2);
    EXPECT_TRUE(opened) << opened.error().message();
    return opened ? std::move(*opened) : nullptr;
  }
  static std::string refusal(const JoinOptions& options, Errc code) {
    const auto opened = open_join(options, 0);
    EXPECT_FALSE(opened);
    if (opened) return "";
    EXPECT_EQ(opened.error().code(), code) << opened.error().message();
    return opened.error().message();
  }

  PrivateNetwork network_;
};

TEST_F(Join, MakesPacketsOfWhatTheOtherEndSent) {
  const auto source = joined(options());
  const FrameSender sender("one");
  const TimeNs before = realtime();
  ASSERT_TRUE(sender.send(datagram("first")));
  ASSERT_TRUE(sender.send(datagram("", "239.1.1.1", 1)));
  const std::vector<ReadPacket> seen = packets_of(*source, 2);
  const TimeNs after = realtime();

  EXPECT_EQ(payloads_of(seen), (std::vector<std::string>{"first", ""}));
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const Decoded decoded = decoded_of(seen[i]);
    EXPECT_EQ(decoded.outcome, DecodeOutcome::ok);
    EXPECT_EQ(decoded.source, address("10.9.0.1"));
    EXPECT_EQ(decoded.destination, address("239.1.1.1"));
    EXPECT_EQ(decoded.source_port, 1000);
    EXPECT_EQ(decoded.destination_port, 26400);
    EXPECT_EQ(decoded.ttl, i == 0 ? 16 : 1);
    EXPECT_EQ(decoded.ip_checksum, Checksum::good);
    EXPECT_EQ(decoded.transport_checksum, Checksum::absent);
    EXPECT_EQ(seen[i].frame, i + 1);
    EXPECT_EQ(seen[i].input, 2U);
    EXPECT_GE(seen[i].time, before.ns);
    EXPECT_LE(seen[i].time, after.ns);
  }
}

TEST_F(Join, MakesIpv6PacketsWithARightChecksum) {
  PrivateNetwork::set("/proc/sys/net/ipv6/conf/two/accept_dad", "0");
  PrivateNetwork::set("/proc/sys/net/ipv6/conf/two/disable_ipv6", "0");
  ASSERT_TRUE(PrivateNetwork::run("ip -6 addr add fd00::2/64 dev two nodad"));
  const auto source = joined(options("ff15::1"));
  const FrameSender sender("one");
  for (const char* payload : {"even", "odd", ""}) {
    ASSERT_TRUE(sender.send(PacketBuilder{}
                                .ethernet("02:00:00:00:00:01", "33:33:00:00:00:01")
                                .ipv6("fd00::1", "ff15::1")
                                .ttl(9)
                                .udp(1000, 26400)
                                .payload(payload)
                                .build()));
  }
  const std::vector<ReadPacket> seen = packets_of(*source, 3);
  EXPECT_EQ(payloads_of(seen), (std::vector<std::string>{"even", "odd", ""}));
  for (const ReadPacket& packet : seen) {
    const Decoded decoded = decoded_of(packet);
    EXPECT_EQ(decoded.source, address("fd00::1"));
    EXPECT_EQ(decoded.destination, address("ff15::1"));
    EXPECT_EQ(decoded.source_port, 1000);
    EXPECT_EQ(decoded.ttl, 9);
    EXPECT_EQ(decoded.transport_checksum, Checksum::good);
  }
}

TEST_F(Join, JoinsOnTheInterfaceThatIsNamedAndLeavesWithTheSource) {
  const auto memberships = [] { return PrivateNetwork::output("ip maddress show two"); };
  const std::string before = memberships();
  auto source = joined(options());
  EXPECT_THAT(memberships(), HasSubstr("239.1.1.1"));
  source.reset();
  EXPECT_EQ(memberships(), before);
}

TEST_F(Join, TakesNothingFromAnInterfaceOnWhichOnlyOthersHaveJoined) {
  ASSERT_TRUE(PrivateNetwork::add_pair("three", "four"));
  ASSERT_TRUE(PrivateNetwork::run("ip addr add 10.8.0.2/24 dev four"));
  JoinOptions elsewhere = options();
  elsewhere.interface = "four";
  const auto ours = joined(options());
  const auto theirs = joined(elsewhere);
  const Packet sent =
      PacketBuilder{}.ethernet().ipv4("10.8.0.1", "239.1.1.1").udp(1, 26400).payload("elsewhere").build();
  ASSERT_TRUE(FrameSender("three").send(sent));
  EXPECT_EQ(payloads_of(packets_of(*theirs, 1)), std::vector<std::string>{"elsewhere"});
  EXPECT_TRUE(rest_of(*ours).empty());
}

TEST_F(Join, CountsWhatItsSocketDroppedAsTheKernelDoes) {
  JoinOptions small = options();
  small.buffer_bytes = 20'000;
  const auto source = joined(small);
  const FrameSender sender("one");
  constexpr std::uint64_t kSent = 1'000;
  for (std::uint64_t i = 0; i < kSent; ++i) ASSERT_TRUE(sender.send(datagram("datagram")));
  source->refresh_statistics();
  const InterfaceFacts& facts = source->facts().interfaces.at(0);
  EXPECT_EQ(facts.dropped, udp_counter("RcvbufErrors")) << "also before a datagram says so";

  const std::uint64_t seen = rest_of(*source).size();
  EXPECT_GT(seen, 0U);
  EXPECT_EQ(seen + udp_counter("RcvbufErrors"), kSent);
  source->refresh_statistics();
  EXPECT_EQ(facts.dropped, kSent - seen);
  EXPECT_EQ(facts.received, kSent);
  EXPECT_EQ(facts.packets, seen);

  ASSERT_TRUE(sender.send(datagram("one more")));
  EXPECT_EQ(payloads_of(packets_of(*source, 1)), std::vector<std::string>{"one more"});
  EXPECT_EQ(facts.dropped, kSent - seen) << "nor twice";
}

TEST_F(Join, BelievesItsSocketMoreThanADatagramThatWaitedSinceFewerWereDropped) {
  JoinOptions small = options();
  small.buffer_bytes = 20'000;
  const auto source = joined(small);
  const FrameSender sender("one");
  const auto send_many = [&sender] {
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(sender.send(datagram("datagram")));
  };
  send_many();
  std::vector<PacketView> views(25);
  ASSERT_EQ(source->next_batch(views), 25U);  // room for some that know of the drops so far
  send_many();
  source->refresh_statistics();
  const InterfaceFacts& facts = source->facts().interfaces.at(0);
  EXPECT_EQ(facts.dropped, udp_counter("RcvbufErrors"));
  EXPECT_GT(rest_of(*source).size(), 0U);
  EXPECT_EQ(facts.dropped, udp_counter("RcvbufErrors"));
}

TEST_F(Join, SaysWhereTheKernelGaveLessThanWasAskedFor) {
  JoinOptions large = options();
  large.buffer_bytes = 1U << 30U;
  const auto source = joined(large);
  ASSERT_EQ(source->facts().comments.size(), 1U);
  EXPECT_THAT(source->facts().comments[0], AllOf(HasSubstr("SO_RCVBUF"), HasSubstr("net.core.rmem_max")));
  JoinOptions modest = options();
  modest.buffer_bytes = 65'536;
  EXPECT_TRUE(joined(modest)->facts().comments.empty());
}

TEST_F(Join, StandsBesideAnApplicationThatSharesItsPort) {
  const auto application = joined(options());
  const auto ours = joined(options());
  ASSERT_TRUE(FrameSender("one").send(datagram("for both")));
  EXPECT_EQ(payloads_of(packets_of(*application, 1)), std::vector<std::string>{"for both"});
  EXPECT_EQ(payloads_of(packets_of(*ours, 1)), std::vector<std::string>{"for both"});
}

TEST_F(Join, TakesUnicastButNotAwayFromAnApplication) {
  auto source = joined(options("10.9.0.2"));
  EXPECT_THAT(refusal(options("10.9.0.2"), Errc::io), AllOf(HasSubstr("10.9.0.2:26400"), HasSubstr("passive tap")));
  ASSERT_TRUE(PrivateNetwork::run("ip link set two address 02:00:00:00:00:02"));
  ASSERT_TRUE(FrameSender("one").send(PacketBuilder{}
                                          .ethernet("02:00:00:00:00:01", "02:00:00:00:00:02")
                                          .ipv4("10.9.0.1", "10.9.0.2")
                                          .udp(1000, 26400)
                                          .payload("to one")
                                          .build()));
  const std::vector<ReadPacket> seen = packets_of(*source, 1);
  EXPECT_EQ(payloads_of(seen), std::vector<std::string>{"to one"});
}

TEST_F(Join, HasTheCookieThatTheKernelShows) {
  const auto source = joined(options());
  std::ostringstream cookie;
  cookie << "sk:" << std::hex << socket_cookie_of(*source);
  const std::string shown = PrivateNetwork::output("ss -uaen 'sport = :26400' 2>/dev/null");
  if (shown.empty()) GTEST_SKIP() << "ss is not there";
  EXPECT_THAT(shown, AnyOf(HasSubstr(cookie.str() + " "), HasSubstr(cookie.str() + "\n")));
  const auto tap = open_tap({.interface = "two"}, 0);
  ASSERT_TRUE(tap);
  EXPECT_EQ(socket_cookie_of(**tap), 0U);
}

TEST_F(Join, NoticesThatItsInterfaceIsGone) {
  const auto source = joined(options());
  source->refresh_statistics();
  EXPECT_EQ(source->tail_error(), std::nullopt);
  ASSERT_TRUE(PrivateNetwork::run("ip link del two"));
  source->refresh_statistics();
  EXPECT_EQ(source->tail_error(), "interface two was removed");
  EXPECT_TRUE(packets_of(*source, 1, 10).empty());
}

TEST_F(Join, SaysWhyItCannot) {
  JoinOptions wrong = options();
  wrong.interface = "nosuch";
  EXPECT_THAT(refusal(wrong, Errc::not_found), HasSubstr("nosuch"));
  wrong = options();
  wrong.interface.clear();
  EXPECT_THAT(refusal(wrong, Errc::io), HasSubstr("no route to the group"));
  EXPECT_THAT(refusal(options("10.77.0.1"), Errc::io), HasSubstr("no interface has this address"));
}

TEST_F(Join, ItsWatermarkFollowsTheClockAndNeverPassesAPacket) {
  const auto source = joined(options());
  const FrameSender sender("one");
  // Until the kernel stamps, a datagram has the time at which it was read: later than those that wait.
  for (const TimeNs end = realtime() + milliseconds(50); realtime() < end;) {
    ASSERT_TRUE(sender.send(datagram("datagram")));
    ASSERT_EQ(packets_of(*source, 1).size(), 1U);
  }
  std::vector<PacketView> views(8);
  TimeNs promised = kNoTime;
  std::size_t seen = 0;
  for (int round = 0; round < 300; ++round) {
    for (int i = round % 20; i != 0; --i) ASSERT_TRUE(sender.send(datagram("datagram")));
    const TimeNs now = realtime();
    const std::size_t got = source->next_batch(views);
    for (std::size_t i = 0; i < got; ++i) ASSERT_GE(views[i].time, promised);
    seen += got;
    promised = source->watermark(now);
  }
  EXPECT_GT(seen, 1'000U);
  while (source->next_batch(views) != 0) continue;
  const TimeNs now = realtime();
  EXPECT_EQ(source->next_batch(views), 0U);
  EXPECT_LT(now - source->watermark(now), milliseconds(100));
}

}  // namespace
}  // namespace wirecause::test
