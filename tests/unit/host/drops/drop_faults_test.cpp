// Each fault of the receive path, made in a namespace of its own, and what the kernel's drop says of it: the reason, the
// place, the socket and the number. The table in src/host/drops/drop_place.cpp is what these measured.
// SPDX-License-Identifier: Apache-2.0
#include <linux/filter.h>
#include <net/if.h>
#include <poll.h>

#include <fstream>

#include "drop_lab.hpp"
#include "drop_lab_bpf.hpp"

namespace wirecause {
namespace {

using namespace testing;

constexpr std::uint16_t kPort = 26477;
constexpr const char* kGroup = "239.7.7.7";

Packet datagram(std::uint64_t number = 42) { return to_host().udp(1000, kPort).payload(numbered(number, 3)).build(); }
Packet to_the_group(std::uint64_t number = 42) {
  return to_group(kGroup).udp(1000, kPort).payload(numbered(number, 3)).build();
}

class DropFault : public ::testing::Test {
 protected:
  void SetUp() override {
    WC_NEEDS_DROP_LAB();
    network_ = std::make_unique<DropNetwork>();
    sender_ = std::make_unique<FrameSender>("wc0");
    watch_ = std::make_unique<DropWatch>(kPort);
    ASSERT_TRUE(watch_->probe().follow(numbered_field(DropNetwork::kHost, kPort)));
    ASSERT_TRUE(watch_->probe().follow(numbered_field(kGroup, kPort)));
  }

  // One datagram, number 42, count 3, was dropped so; returns its flow.
  DropFlow expect_drop(std::string_view reason, Checkpoint place) {
    watch_->wait_for(1);
    const DropFlow flow = watch_->flow();
    EXPECT_EQ(flow.reason, reason);
    EXPECT_EQ(flow.place, place);
    EXPECT_EQ(flow.datagrams, 1U);
    EXPECT_EQ(flow.interface, "wc1");
    EXPECT_EQ(flow.ifindex, if_nametoindex("wc1"));
    EXPECT_EQ(flow.payload_length, 100U);
    EXPECT_EQ(flow.source_port, 1000U);
    EXPECT_EQ(watch_->drops().size(), 1U);
    for (const RawDrop& drop : watch_->drops()) {
      EXPECT_TRUE(drop.has_number);
      EXPECT_EQ(drop.number, 42U);
      EXPECT_EQ(drop.count, 3U);
    }
    return flow;
  }

  std::vector<std::uint64_t> numbers_dropped_at(Checkpoint place) {
    std::vector<std::uint64_t> out;
    for (const RawDrop& drop : watch_->drops()) {
      if (watch_->probe().flows()[drop.flow].place == place) out.push_back(drop.number);
    }
    return out;
  }

  std::unique_ptr<DropNetwork> network_;
  std::unique_ptr<FrameSender> sender_;
  std::unique_ptr<DropWatch> watch_;
};

TEST_F(DropFault, AFullReceiveBufferIsOfThatSocket) {
  const UdpReader reader(kPort, 1);
  const std::uint64_t cookie = reader.cookie();
  while (reader.drops() == 0) sender_->must_send(datagram());
  const DropFlow flow = expect_drop("SKB_DROP_REASON_SOCKET_RCVBUFF", Checkpoint::socket);
  EXPECT_EQ(flow.socket, (SocketId{cookie, reader.inode()}));
  EXPECT_EQ(flow.socket_source, SocketSource::argument);
  EXPECT_EQ(flow.netns, network_->inode());
  // A datagram of 100 bytes costs a whole allocation (832 bytes as the kernel counts it).
  EXPECT_GT(flow.truesize, 512U);
}

TEST_F(DropFault, ASocketFilterIsOfThatSocket) {
  const UdpReader reader(kPort);
  sock_filter none[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
  const sock_fprog program{1, none};
  ASSERT_EQ(setsockopt(reader.descriptor(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
  sender_->must_send(datagram());
  EXPECT_EQ(expect_drop("SKB_DROP_REASON_SOCKET_FILTER", Checkpoint::socket).socket.inode, reader.inode());
  EXPECT_EQ(reader.drops(), 1U);
}

// udp_recvmsg verifies what nothing verified before: the reader drops it, in its own context. The kernel does not say for
// which socket, and the interface is only known by its number, looked up in the reader's namespace.
TEST_F(DropFault, ABadChecksumIsFoundWhenTheDatagramIsRead) {
  const UdpReader reader(kPort);
  sender_->must_send(to_host().udp(1000, kPort).payload(numbered(42, 3)).bad_checksum().build());
  char byte = 0;
  EXPECT_LT(recv(reader.descriptor(), &byte, 1, MSG_DONTWAIT), 0);
  const DropFlow flow = expect_drop("SKB_DROP_REASON_UDP_CSUM", Checkpoint::read);
  EXPECT_EQ(flow.socket, SocketId{});
  EXPECT_EQ(reader.drops(), 1U);
}

TEST_F(DropFault, ABadChecksumIsFoundByPollAsWell) {
  const UdpReader reader(kPort);
  sender_->must_send(to_host().udp(1000, kPort).payload(numbered(42, 3)).bad_checksum().build());
  pollfd waiting{reader.descriptor(), POLLIN, 0};
  EXPECT_EQ(poll(&waiting, 1, 0), 0);
  expect_drop("SKB_DROP_REASON_UDP_CSUM", Checkpoint::read);
}

// A filter must not see a damaged datagram: it is verified on arrival, and then the socket is known.
TEST_F(DropFault, ABadChecksumOfASocketWithAFilterIsFoundOnArrival) {
  const UdpReader reader(kPort);
  sock_filter all[] = {BPF_STMT(BPF_RET | BPF_K, 0xffff)};
  const sock_fprog program{1, all};
  ASSERT_EQ(setsockopt(reader.descriptor(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
  sender_->must_send(to_host().udp(1000, kPort).payload(numbered(42, 3)).bad_checksum().build());
  const DropFlow flow = expect_drop("SKB_DROP_REASON_UDP_CSUM", Checkpoint::udp);
  EXPECT_EQ(flow.socket.inode, reader.inode());
}

TEST_F(DropFault, TheReversePathFilterIsIp) {
  const UdpReader reader(kPort);
  run("sysctl -qw net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.wc1.rp_filter=1");
  sender_->must_send(to_host("172.31.5.5").udp(1000, kPort).payload(numbered(42, 3)).build());
  EXPECT_EQ(expect_drop("SKB_DROP_REASON_IP_RPFILTER", Checkpoint::ip).source, *IpAddress::parse("172.31.5.5"));
}

class DropFaultByRule : public DropFault, public ::testing::WithParamInterface<const char*> {};

TEST_P(DropFaultByRule, AFirewallRuleIsNetfilter) {
  const UdpReader reader(kPort);
  const std::string hook = GetParam();
  const std::string family = hook.starts_with("ingress") ? "netdev" : "ip";
  run("nft add table " + family + " t && nft add chain " + family + " t c '{ type filter hook " + hook +
      " priority 0; }' && nft add rule " + family + " t c udp dport 26477 drop");
  sender_->must_send(datagram());
  EXPECT_EQ(expect_drop("SKB_DROP_REASON_NETFILTER_DROP", Checkpoint::netfilter).symbol, "nft_do_chain");
}

// A rule of the ingress hook is behind the tap, too: __netif_receive_skb_core delivers to the taps, then asks tc, then it.
INSTANTIATE_TEST_SUITE_P(Hooks, DropFaultByRule, ::testing::Values("input", "prerouting", "ingress device wc1"));

TEST_F(DropFault, APortThatNobodyBoundIsUdp) {
  sender_->must_send(datagram());
  EXPECT_EQ(expect_drop("SKB_DROP_REASON_NO_SOCKET", Checkpoint::udp).socket_source, SocketSource::none);
}

// No reason is given: the place tells it from a multicast datagram of a joined group that nobody bound.
TEST_F(DropFault, AGroupThatNobodyJoinedIsIp) {
  const UdpReader reader(kPort);
  sender_->must_send(to_the_group());
  EXPECT_EQ(expect_drop("SKB_DROP_REASON_NOT_SPECIFIED", Checkpoint::ip).symbol, "ip_rcv_finish_core");
}

TEST_F(DropFault, AJoinedGroupWithoutAReaderIsUdp) {
  const UdpReader other(26999);
  other.join(kGroup);
  sender_->must_send(to_the_group());
  // __udp4_lib_mcast_deliver, which this compiler inlined.
  const std::string symbol = expect_drop("SKB_DROP_REASON_NOT_SPECIFIED", Checkpoint::udp).symbol;
  EXPECT_TRUE(symbol == "__udp4_lib_rcv" || symbol == "__udp4_lib_mcast_deliver") << symbol;
}

TEST_F(DropFault, AProgramAtTcIngressIsTc) {
  const UdpReader reader(kPort);
  const TcIngressProgram shot("wc1", TC_ACT_SHOT);
  sender_->must_send(datagram());
  expect_drop("SKB_DROP_REASON_TC_INGRESS", Checkpoint::tc);
}

class DropFaultByXdp : public DropFault, public ::testing::WithParamInterface<std::uint32_t> {};

// No reason is given. A driver that drops before it makes a packet of the frame is not seen at all.
TEST_P(DropFaultByXdp, AnXdpProgramIsXdp) {
  const UdpReader reader(kPort);
  const XdpProgram drop("wc1", GetParam(), XDP_DROP);
  sender_->must_send(datagram());
  expect_drop("SKB_DROP_REASON_NOT_SPECIFIED", Checkpoint::xdp);
}

INSTANTIATE_TEST_SUITE_P(Modes, DropFaultByXdp, ::testing::Values(XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE));

TEST_F(DropFault, AFragmentThatWaitedInVainIsIp) {
  run("sysctl -qw net.ipv4.ipfrag_time=1");
  sender_->must_send(to_host().fragment(0, true).udp(1000, kPort).payload(numbered(42, 3)).build());
  usleep(1'100'000);
  expect_drop("SKB_DROP_REASON_FRAG_REASM_TIMEOUT", Checkpoint::ip);
}

TEST_F(DropFault, UnreadDatagramsOfAClosedSocketAreNoDrops) {
  {
    const UdpReader reader(kPort);
    for (int i = 0; i < 5; ++i) sender_->must_send(datagram());
  }
  // The socket is gone: the next one finds none, and is the only drop.
  sender_->must_send(datagram());
  expect_drop("SKB_DROP_REASON_NO_SOCKET", Checkpoint::udp);
}

// The backlog is per CPU of the machine, so that others lose packets in that moment, too.
TEST_F(DropFault, AFullBacklogIsBeforeTheTap) {
  if (std::getenv("WIRECAUSE_MACHINE_WIDE") == nullptr) {
    GTEST_SKIP() << "overflows a CPU's input queue for the whole machine: set WIRECAUSE_MACHINE_WIDE to run it";
  }
  if (sysconf(_SC_NPROCESSORS_ONLN) < 2) GTEST_SKIP() << "needs two CPUs";
  const ThisThreadOnCpu first(0);
  run("unshare -m sh -c 'mount -t sysfs none /sys && echo 2 > /sys/class/net/wc1/queues/rx-0/rps_cpus'");
  {
    std::ofstream rules("rules.nft");
    rules << "table ip t {\n chain c {\n  type filter hook prerouting priority 0;\n";
    for (int i = 1; i < 6000; ++i) rules << "  udp dport " << i << " drop\n";
    rules << " }\n}\n";
  }
  run("nft -f rules.nft; status=$?; rm rules.nft; exit $status");
  std::vector<Packet> frames;
  for (std::uint64_t i = 0; i < 4000; ++i) frames.push_back(datagram(i));
  std::vector<std::uint64_t> refused;
  for (std::uint64_t i = 0; i < frames.size(); ++i) {
    if (!sender_->send(frames[i])) refused.push_back(i);
  }
  ASSERT_FALSE(refused.empty());
  watch_->wait_for(4000);
  EXPECT_EQ(numbers_dropped_at(Checkpoint::backlog), refused);
}

}  // namespace
}  // namespace wirecause
