// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <array>

namespace wirecause {
namespace {

constexpr std::array<std::byte, 8> kBytes{std::byte{0x01}, std::byte{0x02}, std::byte{0x03}, std::byte{0x04},
                                          std::byte{0x05}, std::byte{0x06}, std::byte{0x07}, std::byte{0x08}};

TEST(FixedView, ReadsBothByteOrdersAtAnyOffset) {
  const auto view = header<8>(kBytes);
  ASSERT_TRUE(view);
  EXPECT_EQ((view->be<std::uint16_t, 1>()), 0x0203U);
  EXPECT_EQ((view->le<std::uint16_t, 1>()), 0x0302U);
  EXPECT_EQ((view->be<std::uint32_t, 3>()), 0x04050607U);
  EXPECT_EQ((view->be<std::uint64_t, 0>()), 0x0102030405060708U);
  EXPECT_EQ((view->le<std::uint64_t, 0>()), 0x0807060504030201U);
  EXPECT_EQ((view->be<std::uint8_t, 7>()), 0x08U);
  EXPECT_EQ((view->slice<6, 2>()[1]), std::byte{0x08});
}

TEST(FixedView, IsNotMadeFromTooFewBytes) { EXPECT_FALSE(header<9>(kBytes)); }

TEST(ByteReader, ReadsForwardUntilNothingIsLeft) {
  ByteReader in(kBytes);
  EXPECT_EQ(in.be<std::uint16_t>(), 0x0102U);
  EXPECT_EQ(in.le<std::uint16_t>(), 0x0403U);
  EXPECT_EQ(in.in<std::uint16_t>(std::endian::big), 0x0506U);
  EXPECT_EQ(in.remaining(), 2U);
  EXPECT_EQ(in.take(2).size(), 2U);
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.remaining(), 0U);
}

TEST(ByteReader, LatchesAShortReadAndGivesZeroFromThenOn) {
  ByteReader in(kBytes);
  in.skip(6);
  EXPECT_EQ(in.be<std::uint32_t>(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.be<std::uint8_t>(), 0U);
  EXPECT_TRUE(in.take(0).empty());
  EXPECT_TRUE(in.rest().empty());
  EXPECT_FALSE(in.ok());
}

TEST(ByteReader, RefusesToTakeMoreThanThereIs) {
  ByteReader in(kBytes);
  EXPECT_TRUE(in.take(9).empty());
  EXPECT_FALSE(in.ok());
}

}  // namespace
}  // namespace wirecause
