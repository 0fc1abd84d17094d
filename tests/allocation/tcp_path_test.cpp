// Connections that are there already cost no allocation, whatever happens on them: losses, copies, closed windows. A
// direction pays once for its first hole and its first repetition, a connection once for its first stall.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "allocation/allocations.hpp"
#include "support/tcp_talk.hpp"

namespace wirecause {
namespace {

using test::TcpTalk;

// Segments with a gap that is filled by a repetition, acknowledged with a block, and one that is captured twice.
void say_all(TcpTalk& talk, std::uint32_t round) {
  const std::uint32_t at = 1 + round * 4'000;
  talk.after(10).server({.seq = at, .ack = 1, .len = 1'000});
  talk.after(10).server({.seq = at + 2'000, .ack = 1, .len = 1'000});
  talk.after(10).client({.seq = 1, .ack = at + 1'000, .sack = {at + 2'000, at + 3'000}});
  talk.after(150).server({.seq = at + 1'000, .ack = 1, .len = 1'000, .ip_id = 0});
  talk.after(1).server({.seq = at + 1'000, .ack = 1, .len = 1'000, .ip_id = 0});
  talk.after(10).server({.seq = at + 3'000, .ack = 1, .len = 1'000});
  talk.after(10).client({.seq = 1, .ack = at + 4'000, .window = 0});
  talk.after(10'000).client({.seq = 1, .ack = at + 4'000});
}

TEST(TcpPath, AllocatesNothingInSteadyState) {
  TcpTalk talk;
  talk.handshake({.sack_permitted = true}, {.sack_permitted = true});
  for (std::uint32_t round = 0; round < 2; ++round) say_all(talk, round);
  const std::uint64_t before = test::allocations_so_far();
  for (std::uint32_t round = 2; round < 10'000; ++round) say_all(talk, round);
  EXPECT_EQ(test::allocations_so_far(), before);
  EXPECT_EQ(talk.only().directions[1].counts.lost_before(), 10'000U);
}

TEST(TcpPath, AllocatesNothingUnderAFloodOnceTheTableIsFull) {
  TcpTalk talk(TcpTalk::kClientFirst, TcpTalk::kServerFirst, 128);
  const auto flood = [&](int from, int to) {
    for (int i = from; i < to; ++i) talk.ports(static_cast<std::uint16_t>(i), 80).after(1).client({.flags = tcp::kSyn});
  };
  flood(1, 2'000);
  const std::uint64_t before = test::allocations_so_far();
  flood(2'000, 60'000);
  EXPECT_EQ(test::allocations_so_far(), before);
}

}  // namespace
}  // namespace wirecause
