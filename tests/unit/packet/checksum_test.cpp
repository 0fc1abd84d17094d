// SPDX-License-Identifier: Apache-2.0
#include "packet/checksum.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace wirecause {
namespace {

std::vector<std::byte> bytes(std::initializer_list<unsigned> values) {
  std::vector<std::byte> out;
  for (const unsigned value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

// RFC 1071 as it is written there: 16-bit words, one at a time.
std::uint16_t by_the_book(Bytes data) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < data.size(); i += 2) {
    sum += std::to_integer<std::uint32_t>(data[i]) << 8U;
    if (i + 1 < data.size()) sum += std::to_integer<std::uint32_t>(data[i + 1]);
    sum = (sum & 0xffffU) + (sum >> 16U);
  }
  return static_cast<std::uint16_t>(sum);
}

// The header of RFC 1071's usual worked example (a 115-byte UDP datagram from 192.168.0.1), checksum 0xb861.
TEST(Checksum, AcceptsAKnownIpv4Header) {
  const auto header = bytes({0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                             0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7});
  EXPECT_TRUE(is_sum_good(ones_sum(header)));
}

TEST(Checksum, RefusesAKnownIpv4HeaderWithOneBitChanged) {
  auto header = bytes({0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                       0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7});
  for (std::size_t bit = 0; bit < header.size() * 8; ++bit) {
    header[bit / 8] ^= std::byte{1} << (bit % 8);
    EXPECT_FALSE(is_sum_good(ones_sum(header))) << bit;
    header[bit / 8] ^= std::byte{1} << (bit % 8);
  }
}

TEST(Checksum, AgreesWithTheBookAtEveryLengthAndAlignment) {
  std::mt19937 random(1);
  std::vector<std::byte> data(4096);
  for (std::byte& b : data) b = static_cast<std::byte>(random());
  for (std::size_t offset = 0; offset < 9; ++offset) {
    for (std::size_t length = 0; length < 300; ++length) {
      std::vector<std::byte> exact(data.begin() + static_cast<std::ptrdiff_t>(offset),
                                   data.begin() + static_cast<std::ptrdiff_t>(offset + length));
      if (exact.size() < 2) continue;
      // Make it good by the book: replace its first word by the complement of the sum of the rest.
      exact[0] = exact[1] = std::byte{0};
      const auto complement = static_cast<std::uint16_t>(~by_the_book(exact));
      exact[0] = static_cast<std::byte>(complement >> 8U);
      exact[1] = static_cast<std::byte>(complement);
      ASSERT_TRUE(is_sum_good(ones_sum(exact))) << offset << " " << length;
      exact.back() ^= std::byte{0x10};
      ASSERT_FALSE(is_sum_good(ones_sum(exact))) << offset << " " << length;
    }
  }
}

TEST(Checksum, CarriesThroughBytesOfAllOnes) {
  const std::vector<std::byte> ones(65'535, std::byte{0xff});
  EXPECT_TRUE(is_sum_good(ones_sum(Bytes(ones).first(65'534))));
  EXPECT_FALSE(is_sum_good(ones_sum(ones)));  // ends in 0xff00
}

TEST(Checksum, OfNothingIsNotGood) { EXPECT_FALSE(is_sum_good(ones_sum({}))); }

}  // namespace
}  // namespace wirecause
