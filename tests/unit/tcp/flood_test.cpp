// What an attacker can make the table of connections do: looks at slots, counted, never timed. They grow with the packets
// and with nothing else, whatever the addresses.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

#include "tcp/connection_table.hpp"

namespace wirecause::tcp {
namespace {

LoneSegment syn(std::uint32_t address, std::uint16_t port, std::uint32_t sequence = 7) {
  LoneSegment segment;
  segment.source = {IpAddress::v4(address), port};
  segment.destination = {IpAddress::v4(0x0a000001), 443};
  segment.sequence = sequence;
  segment.flags = kSyn;
  return segment;
}

TEST(TcpFlood, OfRandomAddressesCostsAFewLooksAPacket) {
  ConnectionTable table(4'096);
  constexpr std::uint32_t kPackets = 500'000;
  std::uint32_t random = 1;
  for (std::uint32_t i = 0; i < kPackets; ++i) {
    random = random * 1'664'525U + 1'013'904'223U;
    table.find_or_begin(syn(random, static_cast<std::uint16_t>(i)));
  }
  EXPECT_EQ(table.begun(), kPackets);
  // Half full, linear probing looks at 2.5 slots to miss (Knuth 6.4) and 1.5 more to insert; one is forgotten for each, and
  // what stood behind it moves up.
  EXPECT_LT(table.looks(), 10U * kPackets);
}

TEST(TcpFlood, AmongConnectionsThatAreInUseCostsNoMoreForEachOfThem) {
  constexpr std::uint32_t kOpen = 1'000;
  ConnectionTable table(kOpen + 100);
  const auto use_all = [&] {
    for (std::uint32_t i = 0; i < kOpen; ++i) {
      LoneSegment segment = syn(0x0a010000U + i, 40'000);
      segment.flags = kAck;
      table.find_or_begin(segment);
    }
  };
  use_all();
  const std::uint64_t before = table.looks();
  constexpr std::uint32_t kPackets = 200'000;
  for (std::uint32_t i = 0; i < kPackets; ++i) {
    table.find_or_begin(syn(0x14000000U + i, 1'000));
    if (i % 1'000 == 0) use_all();
  }
  EXPECT_LT(table.looks() - before, 12U * kPackets);
  EXPECT_EQ(table.begun(), kOpen + kPackets);  // none of those in use was given up and begun anew
}

// Where many connections come and go, those that are opening just then are not taken for a flood.
TEST(TcpFlood, OfConnectionsThatOpenCountsEachOnce) {
  ConnectionTable table(1'000);
  constexpr std::uint32_t kConnections = 50'000;
  constexpr std::uint32_t kLater = 20;  // connections that begin during a handshake
  for (std::uint32_t i = 0; i < kConnections + kLater; ++i) {
    if (i < kConnections) table.find_or_begin(syn(0x14000000U + i, 1'000));
    if (i < kLater) continue;
    LoneSegment answer = syn(0x14000000U + i - kLater, 1'000);
    std::swap(answer.source, answer.destination);
    answer.flags = kSyn | kAck;
    answer.acknowledgement = 8;
    table.find_or_begin(answer);
    LoneSegment last = syn(0x14000000U + i - kLater, 1'000, 8);
    last.flags = kAck;
    last.acknowledgement = 8;
    table.find_or_begin(last);
  }
  EXPECT_EQ(table.begun(), kConnections);
}

// The hash has no secret: addresses can be chosen that all meet in one slot.
TEST(TcpFlood, OfAddressesThatMeetInOneSlotIsBounded) {
  ConnectionTable table(100'000);
  constexpr std::uint32_t kPackets = 2'000;
  constexpr std::uint32_t kSlots = 1'024;  // as many as the table begins with
  std::uint32_t found = 0;
  for (std::uint32_t address = 1; found < kPackets; ++address) {
    const LoneSegment segment = syn(address, 1'000);
    if (ConnectionTable::hash_of(0, segment.source, segment.destination) % kSlots != 5) continue;
    ++found;
    table.find_or_begin(segment);
  }
  EXPECT_EQ(table.begun(), kPackets);
  EXPECT_LT(table.looks(), std::uint64_t{4} * ConnectionTable::kLongestSearch * kPackets);
}

TEST(TcpFlood, OfTheSamePortsAgainAndAgainCostsAFewLooksAPacket) {
  ConnectionTable table(1'000);
  constexpr std::uint32_t kPackets = 200'000;
  for (std::uint32_t i = 0; i < kPackets; ++i) table.find_or_begin(syn(0x0a000002, 1'000, i * 1'000));
  EXPECT_EQ(table.begun(), kPackets);
  EXPECT_LT(table.looks(), 8U * kPackets);
}

}  // namespace
}  // namespace wirecause::tcp
