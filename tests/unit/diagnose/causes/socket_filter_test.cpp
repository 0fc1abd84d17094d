// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kId = "socket_filter";

// With a filter of "ret 0" on a UDP socket, and with a cgroup_skb ingress program of "return 0", kernel 6.18 reports
// reason SOCKET_FILTER at udp_queue_rcv_one_skb for both (perf record -e skb:kfree_skb).
TEST(SocketFilter, IsNamedWithTheProcessWhoseSocketItIs) {
  const Judgement j = only(judged(kId, consumer_facts(), filtered()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.subject, kConsumer);
  EXPECT_EQ(j.place, Place::on_this_host);
  EXPECT_EQ(j.severity, Severity::critical);
  EXPECT_EQ(
      sentence(j.because),
      "a filter at the socket refused 500 datagrams with 500 units: feedhandler attached it to its own socket, or it "
      "is a program of its cgroup");
}

TEST(SocketFilter, NamesTheProcessAloneWhereItsSocketIsKnownToHaveAFilter) {
  const EvidenceBuilder evidence = consumer_facts().value("consumer.has_filter", kConsumer, 1);
  EXPECT_THAT(sentence(only(judged(kId, evidence, filtered())).because), Not(HasSubstr("cgroup")));
}

TEST(SocketFilter, IsRuledOutWhereTheSocketHasNone) {
  const EvidenceBuilder evidence = consumer_facts().value("consumer.has_filter", kConsumer, 0);
  EXPECT_EQ(only(judged(kId, evidence, filtered())).verdict, Verdict::ruled_out);
  const Judgement j = only(judged("kernel_bpf_drop", evidence, filtered()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_THAT(sentence(j.because), HasSubstr("a BPF program of the reader's cgroup refused 500 datagrams"));
}

TEST(SocketFilter, IsNamedWithoutAProcessWhereItIsNotKnown) {
  const Judgement j = only(judged(kId, consumer_facts().without("consumer.owner"), filtered()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_THAT(sentence(j.because), HasSubstr("whose socket it is, is not known"));
}

TEST(SocketFilter, PrintsNoControlCharactersOfAProcessName) {
  const EvidenceBuilder evidence = consumer_facts().value("consumer.owner", kConsumer, 7, "a\x1b[2J");
  EXPECT_THAT(sentence(only(judged(kId, evidence, filtered())).because), Not(HasSubstr("\x1b")));
}

TEST(SocketFilter, IsRuledOutWhereTheBufferWasFull) {
  EXPECT_EQ(only(judged(kId, burst(), full_buffer())).verdict, Verdict::ruled_out);
}

TEST(SocketFilter, IsNotNamedForDropsOfAFirewall) {
  const Episode firewall = DropEpisodeBuilder(Checkpoint::netfilter, "SKB_DROP_REASON_NETFILTER_DROP").lost(9).build();
  EXPECT_THAT(judged(kId, consumer_facts(), firewall), IsEmpty());
}

// The socket's own counter counts full buffers, checksums and filters alike (sk_drops).
TEST(SocketFilter, IsNotConcludedFromTheSocketsCounter) {
  const Episode counted = DropEpisodeBuilder(Checkpoint::socket, "").lost(9).by_count("no BPF").build();
  EXPECT_THAT(judged(kId, consumer_facts().measured("socket.drops", 9), counted), IsEmpty());
}

TEST(SocketFilter, IsSilentOnHealth) { EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty()); }

}  // namespace
}  // namespace wirecause::testing
