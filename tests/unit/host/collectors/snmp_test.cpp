// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/host_files.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kPath = "/proc/net/snmp";

// Linux 6.18, as recorded; the counters of losses set by hand.
const std::string kText =
    "Ip: Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers "
    "OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates "
    "OutTransmits\n"
    "Ip: 2 64 821 1 2 0 0 3 820 471 0 4 5 6 7 8 0 0 0 471\n"
    "Icmp: InMsgs InErrors InCsumErrors InDestUnreachs OutMsgs OutErrors OutDestUnreachs\n"
    "Icmp: 1 0 0 1 9 0 9\n"
    "IcmpMsg: InType3\n"
    "IcmpMsg: 1\n"
    "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens InCsumErrors\n"
    "Tcp: 1 200 120000 -1 15 77\n"
    "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors\n"
    "Udp: 32 9 2002 33 1999 0 2 14 1\n"
    "UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors\n"
    "UdpLite: 90 91 92 93 94 95 96 97 98\n";

const Collector& snmp() { return *find_collector("snmp"); }

TEST(SnmpCollector, ReadsEachCounterUnderItsUpstreamName) {
  HostFiles files;
  const RecordedSink sink = sampled(snmp(), files.file(kPath, kText));
  EXPECT_EQ(sink.value("Udp.InDatagrams"), 32);
  EXPECT_EQ(sink.value("Udp.NoPorts"), 9);
  EXPECT_EQ(sink.value("Udp.InErrors"), 2002);
  EXPECT_EQ(sink.value("Udp.RcvbufErrors"), 1999);
  EXPECT_EQ(sink.value("Udp.InCsumErrors"), 2);
  EXPECT_EQ(sink.value("Udp.IgnoredMulti"), 14);
  EXPECT_EQ(sink.value("Udp.MemErrors"), 1);
  EXPECT_EQ(sink.value("Ip.InReceives"), 821);
  EXPECT_EQ(sink.value("Ip.ReasmFails"), 8);
  EXPECT_EQ(sink.value("Icmp.OutDestUnreachs"), 9);
}

TEST(SnmpCollector, DoesNotTakeTheCountersOfUdpLiteForThoseOfUdp) {
  HostFiles files;
  for (const auto& [key, value] : sampled(snmp(), files.file(kPath, kText)).samples)
    EXPECT_FALSE(value >= 90 && value < 99);
}

TEST(SnmpCollector, KnowsNothingOfCountersThatAnOlderKernelLacks) {
  HostFiles files;
  const RecordedSink sink =
      sampled(snmp(), files.file(kPath,
                                 "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors\n"
                                 "Udp: 1 2 3 4 5 6\n"));
  EXPECT_EQ(sink.value("Udp.RcvbufErrors"), 5);
  EXPECT_EQ(sink.value("Udp.MemErrors"), std::nullopt);
}

TEST(SnmpCollector, FindsItsColumnsAnewWhenTheyMove) {
  HostFiles files;
  files.file(kPath, "Udp: InDatagrams NoPorts\nUdp: 1 2\n");
  const auto run = opened(snmp(), files);
  RecordedSink sink;
  ASSERT_TRUE(run->sample(kSampleTime, sink));
  files.file(kPath, "Udp: NoPorts InErrors InDatagrams\nUdp: 30 40 50\n");
  ASSERT_TRUE(run->sample(kSampleTime, sink));
  EXPECT_EQ(sink.value("Udp.InDatagrams"), 50);
  EXPECT_EQ(sink.value("Udp.NoPorts"), 30);
  EXPECT_EQ(sink.value("Udp.InErrors"), 40);
}

TEST(SnmpCollector, LeavesAValueBeyond63BitsUnknownAndSaysSo) {
  HostFiles files;
  files.file(kPath, "Udp: InDatagrams NoPorts InErrors\nUdp: 99999999999999999999999 18446744073709551615 7\n");
  const auto run = opened(snmp(), files);
  RecordedSink sink;
  const auto done = run->sample(kSampleTime, sink);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message(), HasSubstr("2 values could not be read, the first of them Udp.InDatagrams"));
  EXPECT_EQ(sink.value("Udp.InDatagrams"), std::nullopt);
  EXPECT_EQ(sink.value("Udp.NoPorts"), std::nullopt);
  EXPECT_EQ(sink.value("Udp.InErrors"), 7);
}

TEST(SnmpCollector, LeavesMissingValuesUnknown) {
  HostFiles files;
  files.file(kPath, "Udp: InDatagrams NoPorts InErrors\nUdp: 1\n");
  const auto run = opened(snmp(), files);
  RecordedSink sink;
  EXPECT_FALSE(run->sample(kSampleTime, sink));
  EXPECT_EQ(sink.value("Udp.InDatagrams"), 1);
  EXPECT_EQ(sink.value("Udp.InErrors"), std::nullopt);
}

TEST(SnmpCollector, CutAnywherePublishesNothingNew) {
  HostFiles files;
  expect_cuts_publish_nothing_new(snmp(), files, kPath, kText);
  expect_noise_is_survived(snmp(), files, kPath, kText);
}

TEST(NetstatCollector, ReadsTheReversePathFilterFromTcpExt) {
  HostFiles files;
  const std::string text =
      "TcpExt: SyncookiesSent ListenOverflows ListenDrops IPReversePathFilter TCPRcvQDrop\n"
      "TcpExt: 1 2 3 41 5\n"
      "IpExt: InNoRoutes InTruncatedPkts InMcastPkts InCsumErrors ReasmOverlaps\n"
      "IpExt: 6 7 8 9 10\n"
      "MPTcpExt: MPCapableSYNRX MPCapableSYNTX\n"
      "MPTcpExt: 0 0\n";
  const Collector& netstat = *find_collector("netstat");
  const RecordedSink sink = sampled(netstat, files.file("/proc/net/netstat", text));
  EXPECT_EQ(sink.value("TcpExt.IPReversePathFilter"), 41);
  EXPECT_EQ(sink.value("TcpExt.ListenOverflows"), 2);
  EXPECT_EQ(sink.value("IpExt.InNoRoutes"), 6);
  EXPECT_EQ(sink.value("IpExt.InCsumErrors"), 9);
  expect_cuts_publish_nothing_new(netstat, files, "/proc/net/netstat", text);
}

TEST(Snmp6Collector, ReadsOneCounterALine) {
  HostFiles files;
  const std::string text =
      "Ip6InReceives                   \t11\n"
      "Ip6InDiscards                   \t12\n"
      "Icmp6OutDestUnreachs            \t13\n"
      "Udp6InDatagrams                 \t14\n"
      "Udp6RcvbufErrors                \t15\n"
      "UdpLite6RcvbufErrors            \t99\n";
  const Collector& snmp6 = *find_collector("snmp6");
  const RecordedSink sink = sampled(snmp6, files.file("/proc/net/snmp6", text));
  EXPECT_EQ(sink.value("Ip6InReceives"), 11);
  EXPECT_EQ(sink.value("Ip6InDiscards"), 12);
  EXPECT_EQ(sink.value("Icmp6OutDestUnreachs"), 13);
  EXPECT_EQ(sink.value("Udp6InDatagrams"), 14);
  EXPECT_EQ(sink.value("Udp6RcvbufErrors"), 15);
  EXPECT_EQ(sink.samples.size(), 5U);
  expect_cuts_publish_nothing_new(snmp6, files, "/proc/net/snmp6", text);
  expect_noise_is_survived(snmp6, files, "/proc/net/snmp6", text);
}

}  // namespace
}  // namespace wirecause::testing
