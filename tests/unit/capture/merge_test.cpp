// The order in which packets of several files come out, and when an input is known to have ended.
// SPDX-License-Identifier: Apache-2.0
#include "capture/merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "support/capture_reading.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;

class Merged : public ::testing::Test {
 public:
  // A file with packets at these seconds.
  Merged& file(std::initializer_list<std::uint32_t> seconds) {
    PcapBytes bytes;
    for (const std::uint32_t s : seconds) bytes.packet(s, 0, pattern(20, s));
    return add(bytes.bytes());
  }
  Merged& add(const ByteVector& bytes) {
    files_.push_back(std::make_unique<ByteVector>(bytes));
    auto source = open_capture_bytes(*files_.back(), "f", static_cast<std::uint32_t>(sources_.size()));
    EXPECT_TRUE(source);
    sources_.push_back(std::move(*source));
    return *this;
  }
  MergedCapture merged() { return MergedCapture(std::move(sources_)); }

  // "1a 2b": second and input of each packet.
  static std::string order_of(MergedCapture& merged, std::size_t batch = 64) {
    std::string order;
    for (const ReadPacket& packet : read_all(merged, batch)) {
      if (!order.empty()) order += ' ';
      order += packet.time == kNoTime.ns ? "?" : std::to_string(packet.time / 1'000'000'000);
      order += static_cast<char>('a' + packet.input);
    }
    return order;
  }

  std::vector<std::unique_ptr<ByteVector>> files_;
  std::vector<std::unique_ptr<CaptureSource>> sources_;
};

TEST_F(Merged, OrdersTwoFilesByTime) {
  auto merged = file({1, 3, 5}).file({2, 3, 6}).merged();
  EXPECT_EQ(order_of(merged), "1a 2b 3a 3b 5a 6b");
}

TEST_F(Merged, EqualStampsGoByInput) {
  auto merged = file({2, 2}).file({1, 2, 2}).file({2}).merged();
  EXPECT_EQ(order_of(merged), "1b 2a 2a 2b 2b 2c");
}

TEST_F(Merged, APacketStampedBackwardsKeepsItsPlaceInItsFile) {
  auto merged = file({1, 9, 2, 10}).file({3, 4, 11}).merged();
  EXPECT_EQ(order_of(merged), "1a 3b 4b 9a 2a 10a 11b");
}

TEST_F(Merged, PacketsWithoutTimeKeepTheirPlaceInTheirFile) {
  PcapngBytes unstamped;
  unstamped.section()
      .interface()
      .enhanced(0, 5'000'000, pattern(20))
      .simple(20, pattern(20))
      .enhanced(0, 7'000'000, pattern(20));
  auto merged = add(unstamped.bytes()).file({4, 6}).merged();
  EXPECT_EQ(order_of(merged), "4b 5a ?a 6b 7a");
}

TEST_F(Merged, OneFileIsPassedThrough) {
  auto merged = file({3, 1, 2}).merged();
  EXPECT_EQ(order_of(merged, 2), "3a 1a 2a");
  EXPECT_TRUE(merged.has_ended(0));
  EXPECT_EQ(merged.first_time(0).ns, 3'000'000'000);
  EXPECT_EQ(merged.last_time(0).ns, 2'000'000'000);
}

TEST_F(Merged, NothingGivesNothing) {
  auto merged = MergedCapture({});
  EXPECT_EQ(order_of(merged), "");
}

TEST_F(Merged, AnEmptyFileHasEndedBeforeTheFirstPacket) {
  auto merged = file({}).file({1}).merged();
  std::vector<PacketView> views(8);
  ASSERT_EQ(merged.next_batch(views), 1U);
  EXPECT_TRUE(merged.has_ended(0));
  EXPECT_FALSE(merged.has_ended(1));
  EXPECT_EQ(merged.first_time(0), kNoTime);
}

TEST_F(Merged, AFileThatEndedIsKnownWhenTheNextOneBegins) {
  auto merged = file({1, 2, 3}).file({4, 5}).merged();
  std::vector<PacketView> views(64);
  ASSERT_EQ(merged.next_batch(views), 3U);  // never past the last packet of an input
  EXPECT_FALSE(merged.has_ended(0));
  ASSERT_EQ(merged.next_batch(views), 2U);
  EXPECT_EQ(views[0].input, 1U);
  EXPECT_TRUE(merged.has_ended(0));
  EXPECT_EQ(merged.last_time(0).ns, 3'000'000'000);
  EXPECT_EQ(merged.first_time(1).ns, 4'000'000'000);
}

TEST_F(Merged, FilesThatOverlapAreNotTakenForEnded) {
  auto merged = file({1, 3, 9}).file({2, 4}).merged();
  std::vector<PacketView> views(1);
  while (merged.next_batch(views) != 0) {
    if (views[0].input == 1) {
      EXPECT_FALSE(merged.has_ended(0));
    }
  }
}

// Against a stable sort by (turn, input), where the turn of a packet is the highest stamp of its file so far.
TEST_F(Merged, ManyInterleavedFilesComeInTheOrderOfAStableSort) {
  struct Expected {
    std::uint32_t turn;
    std::uint32_t input;
    std::uint64_t frame;
  };
  std::mt19937 random(20'240'601);
  std::vector<Expected> expected;
  for (std::uint32_t input = 0; input < 7; ++input) {
    PcapBytes bytes;
    std::uint32_t second = 1'000;
    std::uint32_t turn = 0;
    for (std::uint64_t frame = 1; frame <= 900; ++frame) {
      second += static_cast<std::uint32_t>(random() % 9) - 3;
      turn = std::max(turn, second);
      bytes.packet(second, 0, pattern(4));
      expected.push_back({turn, input, frame});
    }
    add(bytes.bytes());
  }
  std::stable_sort(expected.begin(), expected.end(), [](const Expected& a, const Expected& b) {
    return a.turn != b.turn ? a.turn < b.turn : a.input < b.input;
  });
  auto all = merged();
  const auto packets = read_all(all, 100);
  ASSERT_EQ(packets.size(), expected.size());
  for (std::size_t i = 0; i < packets.size(); ++i) {
    ASSERT_EQ(packets[i].input, expected[i].input) << i;
    ASSERT_EQ(packets[i].frame, expected[i].frame) << i;
  }
}

}  // namespace
}  // namespace wirecause::testing
