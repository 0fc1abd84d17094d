// Options from bytes worked out by hand (RFC 9293 3.1, RFC 7323, RFC 2018).
// SPDX-License-Identifier: Apache-2.0
#include "tcp/options.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace wirecause::tcp {
namespace {

Options read(std::initializer_list<int> octets) {
  std::vector<std::byte> bytes;
  for (const int octet : octets) bytes.push_back(static_cast<std::byte>(octet));
  return read_options(bytes);
}

TEST(TcpOptions, OfALinuxSynAreAllRead) {
  const Options o =
      read({2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 0, 1, 3, 3, 7});  // MSS, SACK, stamps, NOP, scale
  EXPECT_TRUE(o.has_mss && o.sack_permitted && o.has_timestamps && o.has_window_scale);
  EXPECT_EQ(o.mss, 1460);
  EXPECT_EQ(o.stamp, 7U);
  EXPECT_EQ(o.window_scale, 7);
}

TEST(TcpOptions, HoldUpToFourSackBlocks) {
  const Options o = read({1, 1, 5, 18, 0, 0, 0, 10, 0, 0, 0, 20, 0, 0, 0, 30, 0, 0, 0, 40});
  ASSERT_EQ(o.sack_count, 2);
  EXPECT_EQ(o.sack[1].begin, 30U);
  EXPECT_EQ(o.sack[1].end, 40U);
}

TEST(TcpOptions, WithALargerScaleThanFourteenScaleByFourteen) { EXPECT_EQ(read({3, 3, 200}).window_scale, 14); }

TEST(TcpOptions, ThatLieAboutTheirLengthEndTheReading) {
  for (const auto& o : {read({2, 40, 1}), read({2, 0, 5, 180, 4, 2}), read({2, 1}), read({8})}) {
    EXPECT_NE(o.marks & Options::kMalformed, 0);
    EXPECT_FALSE(o.has_mss || o.sack_permitted);
  }
}

TEST(TcpOptions, BehindTheEndAreNotRead) { EXPECT_FALSE(read({0, 4, 2}).sack_permitted); }

TEST(TcpOptions, OfOtherProtocolsAreOnlyRecognised) {
  EXPECT_EQ(read({30, 4, 0, 0}).marks, Options::kMultipath);
  EXPECT_EQ(read({34, 2}).marks, Options::kFastOpen);
  EXPECT_EQ(read({29, 4, 1, 1}).marks, Options::kAuthentication);
}

}  // namespace
}  // namespace wirecause::tcp
