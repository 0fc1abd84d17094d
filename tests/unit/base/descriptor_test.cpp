// Whether a descriptor is open is what fcntl(2) says of its number.
// SPDX-License-Identifier: Apache-2.0
#include "base/descriptor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace wirecause::testing {
namespace {

Descriptor opened() { return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }
bool is_open(int number) { return ::fcntl(number, F_GETFD) >= 0; }

TEST(Descriptor, IsClosedWithItsOwner) {
  int number = -1;
  {
    const Descriptor file = opened();
    number = file.get();
    ASSERT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(Descriptor, MovesWithoutBeingClosedOrClosedTwice) {
  Descriptor file = opened();
  const int number = file.get();
  Descriptor other(std::move(file));
  EXPECT_EQ(other.get(), number);
  EXPECT_TRUE(is_open(number));
  other = Descriptor();
  EXPECT_FALSE(is_open(number));
}

TEST(Descriptor, OfNothingIsNotOpen) {
  EXPECT_FALSE(Descriptor().is_open());
  EXPECT_FALSE(Descriptor(::open("/no/such/file", O_RDONLY)).is_open());
}

}  // namespace
}  // namespace wirecause::testing
