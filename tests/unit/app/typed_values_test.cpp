// SPDX-License-Identifier: Apache-2.0
#include "app/typed_values.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

TEST(TypedValues, ReadSizesInStepsOf1024) {
  EXPECT_EQ(*size_from("212992"), 212'992U);
  EXPECT_EQ(*size_from("256K"), 262'144U);
  EXPECT_EQ(*size_from("64M"), 67'108'864U);
  EXPECT_EQ(*size_from("1G"), 1'073'741'824U);
}

TEST(TypedValues, RefuseSizesThatAreNone) {
  for (const char* text : {"", "K", "M", "-1", "1.5M", "1 M", "0x10", "1T", "64m", "18446744073709551616"}) {
    EXPECT_FALSE(size_from(text)) << text;
  }
  EXPECT_EQ(*size_from("17179869183G"), 18'446'744'072'635'809'792U);  // 2^64 - 2^30
  EXPECT_FALSE(size_from("17179869184G"));                             // 2^64
}

TEST(TypedValues, ReadMinutesAndHoursBesideShorterSpans) {
  EXPECT_EQ(*duration_from("10min"), seconds(600));
  EXPECT_EQ(*duration_from("6h"), seconds(21'600));
  EXPECT_EQ(*duration_from("1.5ms"), microseconds(1'500));
  EXPECT_EQ(*duration_from("2s"), seconds(2));
  for (const char* text : {"min", "h", "-1h", "1.5h", "3000000h", "1hmin"}) EXPECT_FALSE(duration_from(text)) << text;
}

}  // namespace
}  // namespace wirecause
