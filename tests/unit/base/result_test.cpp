// SPDX-License-Identifier: Apache-2.0
#include "base/result.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace wirecause {
namespace {

Result<int> parse_digit(char c) {
  if (c < '0' || c > '9') return fail(Errc::usage, "not a digit");
  return c - '0';
}

Result<void> check_digit(char c) {
  WC_TRY(parse_digit(c));
  return {};
}

Result<int> sum(char a, char b) {
  WC_TRY_ASSIGN(const int x, parse_digit(a));
  WC_TRY_ASSIGN(const int y, parse_digit(b));
  return x + y;
}

Result<std::unique_ptr<int>> boxed(char c) {
  WC_TRY_ASSIGN(const int x, parse_digit(c));
  return std::make_unique<int>(x);
}

TEST(Result, CarriesAValueOrAnErrorUpwards) {
  EXPECT_EQ(sum('3', '4'), 7);
  const auto failed = sum('3', 'x');
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), Errc::usage);
  EXPECT_EQ(failed.error().message(), "not a digit");
  EXPECT_TRUE(check_digit('1'));
  EXPECT_FALSE(check_digit('x'));
}

TEST(Result, MovesValuesThatCannotBeCopied) {
  auto box = boxed('5');
  ASSERT_TRUE(box);
  EXPECT_EQ(**box, 5);
}

TEST(Error, SaysWhatWasTriedInFront) {
  Error error(Errc::io, "disk full");
  error = std::move(error).context("write report").context("analyze a.pcap");
  EXPECT_EQ(error.message(), "analyze a.pcap: write report: disk full");
}

}  // namespace
}  // namespace wirecause
