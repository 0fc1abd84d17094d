// Collectors against this kernel, in a network namespace of their own: the judge is the kernel's own text, or what the test
// itself did. Needs root; without it these tests are skipped.
// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "host/sockets/memberships.hpp"
#include "support/host_files.hpp"
#include "support/private_network.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Of the calling thread: its network namespace is not that of the process.
constexpr const char* kProc = "/proc/thread-self";

bool run(const std::string& command) { return std::system(command.c_str()) == 0; }

HostContext following(std::initializer_list<const char*> interfaces) {
  HostContext context;
  context.proc = kProc;
  for (const char* name : interfaces) context.interfaces.push_back({name, ::if_nametoindex(name)});
  return context;
}

std::unique_ptr<CollectorRun> opened_here(std::string_view id, const HostContext& context) {
  auto collector_run = find_collector(id)->open(context);
  EXPECT_TRUE(collector_run) << (collector_run ? "" : collector_run.error().message());
  return collector_run ? std::move(*collector_run) : nullptr;
}

// Samples until it holds, at most five seconds.
bool sampled_until(CollectorRun& collector_run, RecordedSink& sink, const std::function<bool()>& holds) {
  for (int i = 0; i < 500; ++i) {
    EXPECT_TRUE(collector_run.sample(kSampleTime + milliseconds(10 * i), sink));
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// Sends `count` datagrams to a port of 127.0.0.1 that nobody bound.
void send_datagrams(std::uint16_t port, int count) {
  const int sender = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  for (int i = 0; i < count; ++i) ::sendto(sender, "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  ::close(sender);
}

// Packets received on lo, as /proc/net/dev writes them (net/core/net-procfs.c: bytes, then packets).
std::int64_t packets_in_net_dev() {
  std::ifstream file(std::string(kProc) + "/net/dev");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    std::int64_t bytes = 0;
    std::int64_t packets = 0;
    if (words >> name >> bytes >> packets && name == "lo:") return packets;
  }
  return -1;
}

#define WC_IN_NAMESPACE(body) \
  if (const std::string why = in_network_namespace(body); !why.empty()) GTEST_SKIP() << why

TEST(LiveCollectors, OfLinksCountAsProcNetDevDoes) {
  WC_IN_NAMESPACE([] {
    send_datagrams(4001, 25);
    const auto link = opened_here("link", following({"lo"}));
    RecordedSink sink;
    EXPECT_TRUE(
        sampled_until(*link, sink, [&] { return sink.value("rx_packets", interface(0)) == packets_in_net_dev(); }));
    EXPECT_GE(sink.value("rx_packets", interface(0)).value_or(0), 25);
    EXPECT_EQ(sink.value("rx_missed_errors", interface(0)), 0);
  });
}

TEST(LiveCollectors, OfUdpCountDatagramsThatNobodyWaitsFor) {
  WC_IN_NAMESPACE([] {
    const auto snmp = opened_here("snmp", following({}));
    RecordedSink sink;
    ASSERT_TRUE(snmp->sample(kSampleTime, sink));
    EXPECT_EQ(sink.value("Udp.NoPorts"), 0);
    send_datagrams(4001, 7);
    EXPECT_TRUE(sampled_until(*snmp, sink, [&] { return sink.value("Udp.NoPorts") == 7; }));
  });
}

TEST(LiveCollectors, OfCarrierTellWhenItIsLostAndBack) {
  WC_IN_NAMESPACE([] {
    if (!run("ip link add wc0 type veth peer name wc1 && ip link set wc0 up && ip link set wc1 up")) return;
    const auto events = opened_here("link_events", following({"wc1"}));
    ASSERT_GE(events->event_descriptor(), 0);
    RecordedSink sink;
    EXPECT_TRUE(sampled_until(*events, sink, [&] { return sink.text("link.operstate", interface(0)) == "up"; }));
    sink.records.clear();
    const auto downs = sink.value("carrier_down_count", interface(0)).value_or(-1);
    ASSERT_TRUE(run("ip link set wc0 down"));
    EXPECT_TRUE(sampled_until(*events, sink, [&] { return sink.value("link.carrier", interface(0)) == 0; }));
    ASSERT_TRUE(run("ip link set wc0 up"));
    EXPECT_TRUE(sampled_until(*events, sink, [&] { return sink.value("link.carrier", interface(0)) == 1; }));
    EXPECT_EQ(sink.value("carrier_down_count", interface(0)), downs + 1);
  });
}

TEST(LiveCollectors, OfDriversKnowAVethAndALoopback) {
  WC_IN_NAMESPACE([] {
    if (!run("ip link add wc0 type veth peer name wc1 && ip link set wc0 up && ip link set wc1 up")) return;
    const auto ethtool = opened_here("ethtool", following({"wc1", "lo"}));
    RecordedSink sink;
    ASSERT_TRUE(ethtool->sample(kSampleTime, sink));
    EXPECT_EQ(sink.text("nic.driver", interface(0)), "veth");
    EXPECT_EQ(sink.value("nic.counters_complete", interface(0)), 1);
    EXPECT_EQ(sink.value("nic.lost", interface(0)), 0);
    EXPECT_THAT(sink.text("nic.counter_names", interface(0)), HasSubstr("nic.rx_discards = rx_queue_%u_drops"));
    EXPECT_EQ(sink.text("nic.driver", interface(1)), "loopback");
    EXPECT_EQ(sink.value("nic.counters_complete", interface(1)), 1);
  });
}

TEST(LiveCollectors, OfAnInterfaceThatIsGoneSaySo) {
  WC_IN_NAMESPACE([] {
    if (!run("ip link add wc0 type veth peer name wc1")) return;
    const HostContext context = following({"wc1"});
    const auto link = opened_here("link", context);
    const auto ethtool = opened_here("ethtool", context);
    const auto programs = opened_here("bpf_programs", context);
    ASSERT_TRUE(run("ip link del wc0"));
    RecordedSink sink;
    for (CollectorRun* gone : {link.get(), ethtool.get(), programs.get()}) {
      const auto done = gone->sample(kSampleTime, sink);
      ASSERT_FALSE(done);
      EXPECT_THAT(done.error().message(), HasSubstr("wc1"));
      EXPECT_EQ(done.error().code(), Errc::not_found);
    }
    EXPECT_TRUE(sink.samples.empty());
  });
}

TEST(LiveCollectors, OfNetfilterNameTheRuleThatDropped) {
  WC_IN_NAMESPACE([] {
    if (!run("command -v nft >/dev/null")) return;
    const auto before = opened_here("netfilter", following({}));
    RecordedSink none;
    ASSERT_TRUE(before->sample(kSampleTime, none));
    EXPECT_EQ(none.value("netfilter.tables"), 0);
    ASSERT_TRUE(
        run("nft 'table inet wc { chain in { type filter hook input priority 0; udp dport 4002 counter drop; "
            "udp dport 4003 drop; tcp dport 1 counter accept; }; }'"));
    const auto netfilter = opened_here("netfilter", following({}));
    RecordedSink sink;
    ASSERT_TRUE(netfilter->sample(kSampleTime, sink));
    EXPECT_EQ(sink.text("netfilter.tables"), "nft inet wc");
    EXPECT_EQ(sink.value("netfilter.drop_rules"), 1);
    EXPECT_THAT(sink.text("netfilter.drop_rules"), StartsWith("inet wc in handle "));
    EXPECT_EQ(sink.value("netfilter.uncounted_drop_rules"), 1);
    send_datagrams(4002, 3);
    EXPECT_TRUE(sampled_until(*netfilter, sink, [&] { return sink.value("netfilter.rule_packets") == 3; }));
    EXPECT_EQ(sink.text("netfilter.rule_packets"), sink.text("netfilter.drop_rules"));
  });
}

// A program that returns a constant: mov r0, value; exit.
int load_constant(bpf_prog_type type, const char* name, std::int32_t value) {
  bpf_insn program[2]{};
  program[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  program[0].imm = value;
  program[1].code = BPF_JMP | BPF_EXIT;
  return bpf_prog_load(type, name, "GPL", program, 2, nullptr);
}

TEST(LiveCollectors, OfBpfProgramsNameWhatIsAttached) {
  WC_IN_NAMESPACE([] {
    if (!run("ip link add wc0 type veth peer name wc1 && ip link set wc0 up && ip link set wc1 up")) return;
    const HostContext context = following({"wc1"});
    const auto programs = opened_here("bpf_programs", context);
    RecordedSink sink;
    ASSERT_TRUE(programs->sample(kSampleTime, sink));
    EXPECT_EQ(sink.value("interface.xdp", interface(0)), 0);
    EXPECT_EQ(sink.value("interface.tc_bpf", interface(0)), 0);

    const auto ifindex = static_cast<int>(context.interfaces[0].index);
    const int xdp = load_constant(BPF_PROG_TYPE_XDP, "wc_pass_all", XDP_PASS);
    const int tc = load_constant(BPF_PROG_TYPE_SCHED_CLS, "wc_accept_all", 0);
    ASSERT_GE(xdp, 0);
    ASSERT_GE(tc, 0);
    ASSERT_EQ(bpf_xdp_attach(ifindex, xdp, 0, nullptr), 0);
    bpf_tc_hook hook{};
    hook.sz = sizeof hook;
    hook.ifindex = ifindex;
    hook.attach_point = BPF_TC_INGRESS;
    bpf_tc_opts options{};
    options.sz = sizeof options;
    options.prog_fd = tc;
    ASSERT_EQ(bpf_tc_hook_create(&hook), 0);
    ASSERT_EQ(bpf_tc_attach(&hook, &options), 0);

    ASSERT_TRUE(programs->sample(kSampleTime + seconds(10), sink));
    EXPECT_GT(sink.value("interface.xdp", interface(0)).value_or(0), 0);
    EXPECT_THAT(sink.text("interface.xdp", interface(0)), StartsWith("native program "));
    EXPECT_THAT(sink.text("interface.xdp", interface(0)), HasSubstr("wc_pass_all"));
    EXPECT_EQ(sink.value("interface.tc_bpf", interface(0)), 1);
    EXPECT_EQ(sink.text("interface.tc_bpf", interface(0)),
              "ingress program " + std::to_string(options.prog_id) + " wc_accept_all");
    ::close(xdp);
    ::close(tc);
  });
}

TEST(LiveCollectors, OfMembershipsSeeWhatASocketJoins) {
  WC_IN_NAMESPACE([] {
    const int reader = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ip_mreqn request{};
    request.imr_multiaddr.s_addr = ::inet_addr("239.1.2.3");
    request.imr_ifindex = static_cast<int>(::if_nametoindex("lo"));
    ASSERT_EQ(::setsockopt(reader, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request), 0) << std::strerror(errno);
    const auto memberships = interface_memberships(kProc);
    ASSERT_EQ(memberships.size(), 1U);
    EXPECT_EQ(memberships[0].interface, "lo");
    EXPECT_EQ(memberships[0].group.text(), "239.1.2.3");
    ::close(reader);
    EXPECT_TRUE(interface_memberships(kProc).empty());
  });
}

TEST(LiveCollectors, AllOpenAndReadOnThisHost) {
  HostContext context;
  context.interfaces.push_back({"lo", ::if_nametoindex("lo")});
  for (const Collector* collector : all_collectors()) {
    const Availability can = collector->can_run(context);
    if (!can.is_usable()) continue;
    auto opened = collector->open(context);
    ASSERT_TRUE(opened) << collector->id << ": " << opened.error().message();
    RecordedSink sink;
    for (int i = 0; i < 3; ++i) {
      const auto done = (*opened)->sample(kSampleTime + seconds(i), sink);
      EXPECT_TRUE(done) << collector->id << ": " << (done ? "" : done.error().message());
    }
  }
}

}  // namespace
}  // namespace wirecause::testing
