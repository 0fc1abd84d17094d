// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_pair_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/impact.hpp"
#include "support/tcp_talk.hpp"

namespace wirecause {
namespace {

using test::TcpTalk;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t kWidth = 100;

void ask(TcpTalk& talk) {
  talk.handshake();
  talk.after(10).client({.seq = 1, .ack = 1, .len = 100});
  talk.after(100).server({.seq = 1, .ack = 101, .len = 700});
}

TEST(HostPairTable, AddsUpHostsThatHaveMoreThanOneConnection) {
  TcpTalk talk;
  ask(talk.ports(1'000, 443));
  ask(talk.ports(1'001, 443));
  ask(talk.hosts(0x0a000009, 0x0a000002));
  const Lines lines = host_pair_table(talk.tracker.summary(), 10, kWidth);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[1], HasSubstr("10.0.0.1 → 10.0.0.2"));
  EXPECT_THAT(lines[1], HasSubstr("200 B / 1.3 KiB"));
}

TEST(HostPairTable, SaysNothingWhereEveryPairHasOneConnection) {
  TcpTalk talk;
  ask(talk);
  EXPECT_THAT(host_pair_table(talk.tracker.summary(), 10, kWidth), IsEmpty());
}

TEST(HostPairTable, CountsWhatDoesNotFit) {
  TcpTalk talk;
  for (std::uint32_t client = 1; client <= 4; ++client) {
    talk.hosts(0x0a000100 + client, 0x0a000002);
    ask(talk.ports(1'000, 443));
    ask(talk.ports(1'001, 443));
  }
  const Lines lines = host_pair_table(talk.tracker.summary(), 4, kWidth);
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_THAT(lines[3], HasSubstr("2 of 4 host pairs shown"));
}

TEST(Impact, OfConnectionsIsTheirTime) {
  Finding finding;
  finding.connections = 2;
  finding.lost_ns = 300'000'000;
  finding.life_ns = 1'000'000'000;
  EXPECT_EQ(impact_text(finding, "unit"), "300 ms of 1 s (30.0 %) of 2 connections");
}

}  // namespace
}  // namespace wirecause
