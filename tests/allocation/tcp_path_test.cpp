// Connections that are there already cost no allocation, whatever happens on them: losses, copies, closed windows. A
// direction pays once for its first hole, its first repetition, the first of the unusual that is counted, and when it has carried
// many packets; a connection once for its first stall.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "allocation/allocations.hpp"
#include "support/tcp_talk.hpp"
#include "tcp/path.hpp"

namespace wirecause {
namespace {

using test::Said;
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
  // The last that is paid for once comes with the packet from which on the way is watched; a round has four that are no copies.
  constexpr auto kWarm = static_cast<std::uint32_t>(tcp::Path::kFewest / 4);
  for (std::uint32_t round = 0; round < kWarm; ++round) say_all(talk, round);
  const std::uint64_t before = test::allocations_so_far();
  for (std::uint32_t round = kWarm; round < 10'000; ++round) say_all(talk, round);
  EXPECT_EQ(test::allocations_so_far(), before);
  EXPECT_EQ(talk.only().directions[1].counts.lost_before(), 10'000U);
}

// What it costs to know a connection: its state, its place in the table, what malloc rounds up.
TEST(TcpPath, AnOpenConnectionTakesLessThanTwoKibibytes) {
  constexpr std::uint32_t kConnections = 20'000;
  TcpTalk talk(TcpTalk::kClientFirst, TcpTalk::kServerFirst, kConnections);
  talk.handshake();
  const std::uint64_t before = test::bytes_held();
  for (std::uint32_t i = 1; i < kConnections; ++i) {
    talk.ports(static_cast<std::uint16_t>(20'000 + i), 80).after(10).handshake();
    for (std::uint32_t round = 0; round < 20; ++round) {
      talk.after(10).client({.seq = 1 + round * 100, .ack = 1 + round * 1'000, .len = 100});
      talk.after(10).server({.seq = 1 + round * 1'000, .ack = 101 + round * 100, .len = 1'000});
      talk.after(10).client({.seq = 101 + round * 100, .ack = 1'001 + round * 1'000});
    }
  }
  EXPECT_LT((test::bytes_held() - before) / (kConnections - 1), 2'048U);
}

// Numbers, flags and blocks as nobody would send them. What is paid for once is there after 20 000 packets; what may still grow
// are the lists of holes and of acknowledgements under way: each doubles when it holds more at once than ever before, up to its
// bound (64 and 32). So many allocations there are at most, however long it lasts.
TEST(TcpPath, AllocatesNoMoreThanItsBoundsUnderAnAttackOnSequenceNumbers) {
  TcpTalk talk;
  talk.handshake({.scale = 7, .sack_permitted = true}, {.scale = 7, .sack_permitted = true});
  std::uint32_t random = 1;
  const auto next = [&random] { return random = random * 1'664'525U + 1'013'904'223U; };
  const auto attack = [&](int packets) {
    for (int i = 0; i < packets; ++i) {
      const std::uint32_t wide = next();
      Said said{.seq = i % 2 == 0 ? wide : wide >> 18U, .ack = next() >> (i % 3 == 0 ? 0U : 18U), .len = next() >> 21U};
      said.flags = static_cast<std::uint8_t>((next() >> 24U) & 0xffU & ~std::uint32_t{tcp::kSyn});
      said.window = static_cast<std::uint16_t>(next() >> 16U);
      said.sack = {next() >> 18U, next() >> 18U};
      said.more_sack = {next() >> 18U, next() >> 18U};
      if (i % 2 == 0) {
        talk.after(3).client(said);
      } else {
        talk.after(3).server(said);
      }
    }
  };
  constexpr std::uint64_t kDoublings = 2 * (7 + 5);  // of both directions, to 64 holes and 32 acknowledgements
  attack(20'000);
  const std::uint64_t before = test::allocations_so_far();
  attack(400'000);
  EXPECT_LE(test::allocations_so_far() - before, kDoublings);
  const std::uint64_t held = test::bytes_held();
  attack(400'000);
  EXPECT_LE(test::bytes_held() - held, 8'192U);
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
