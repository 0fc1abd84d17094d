// SPDX-License-Identifier: Apache-2.0
#include "tcp/segment_sizes.hpp"

#include <gtest/gtest.h>

#include "support/tcp_flow.hpp"

namespace wirecause::test {
namespace {

TEST(SegmentSizes, LargeOnesThatNeverArriveAreStuckWhileSmallOnesPass) {
  TcpTalk talk;
  talk.handshake({.mss = 1'460}, {.mss = 1'460});
  talk.at(1'000).client({.seq = 1, .ack = 1, .len = 200});
  talk.at(2'000).server({.seq = 1, .ack = 201});
  for (const std::int64_t us : {3'000, 210'000, 630'000, 1'470'000})
    talk.at(us).client({.seq = 201, .ack = 1, .len = 1'460});
  const auto path = talk.only().directions[0].path;
  EXPECT_EQ(path.size_passed, 200U);
  EXPECT_EQ(path.size_stuck, 1'460U);
  EXPECT_EQ(path.stuck_resends, 3U);
  EXPECT_FALSE(path.is_stuck_answered);
  talk.at(1'500'000).server({.seq = 1, .ack = 201, .len = 50});
  EXPECT_TRUE(talk.only().directions[0].path.is_stuck_answered);
}

TEST(SegmentSizes, WhatArrivedInTheEndIsNotStuck) {
  TcpTalk talk;
  talk.handshake({.mss = 1'460}, {.mss = 1'460});
  talk.at(1'000).client({.seq = 1, .ack = 1, .len = 1'460});
  talk.at(210'000).client({.seq = 1, .ack = 1, .len = 1'460});
  talk.at(211'000).server({.seq = 1, .ack = 1'461});
  const auto path = talk.only().directions[0].path;
  EXPECT_EQ(path.size_passed, 1'460U);
  EXPECT_EQ(path.size_stuck, 0U);
}

// RFC 4821: the sender tries smaller ones, and they pass; on a way that once took large ones.
TEST(SegmentSizes, SmallerPiecesOfTheSameBytesPass) {
  tcp::SegmentSizes sizes;
  sizes.sent(1'460, 1'460);
  sizes.acknowledged(1'460);
  sizes.sent(1'460, 2'920);
  sizes.sent_again(1'460, 2'920, false);
  sizes.sent_again(1'460, 2'920, true);
  sizes.sent_again(1'460, 2'920, true);
  sizes.sent_again(512, 1'972, true);
  sizes.acknowledged(1'972);
  EXPECT_EQ(sizes.delivered(), 512U);
  EXPECT_EQ(sizes.stuck(), 1'460U);
  EXPECT_EQ(sizes.repeated(), 2U);
}

// RFC 1191: fragmentation needed, of the connection whose packet it quotes.
TEST(SegmentSizes, ARoutersMessageBelongsToTheDirectionThatItQuotes) {
  TcpTalk talk;
  talk.handshake();
  const tcp::Endpoint client{IpAddress::v4(0x0a000001), 40'000};
  const tcp::Endpoint server{IpAddress::v4(0x0a000002), 443};
  talk.tracker.too_big(0, server, client, 1'400);
  talk.tracker.too_big(0, server, client, 1'280);
  talk.tracker.too_big(0, server, {IpAddress::v4(0x0a000009), 1}, 576);  // nobody's
  EXPECT_EQ(talk.only().directions[0].path.told_mtu, 0U);
  EXPECT_EQ(talk.only().directions[1].path.told_mtu, 1'280U);
}

}  // namespace
}  // namespace wirecause::test
