// Whether a descriptor is open is what fcntl(2) says of its number.
// SPDX-License-Identifier: Apache-2.0
#include "base/file_descriptor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace wirecause::testing {
namespace {

FileDescriptor opened() { return FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }
bool is_open(int number) { return ::fcntl(number, F_GETFD) >= 0; }

TEST(FileDescriptor, IsClosedWithItsOwner) {
  int number = -1;
  {
    const FileDescriptor file = opened();
    number = file.get();
    ASSERT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
}

TEST(FileDescriptor, MovesWithoutBeingClosedOrClosedTwice) {
  FileDescriptor file = opened();
  const int number = file.get();
  FileDescriptor other(std::move(file));
  EXPECT_EQ(other.get(), number);
  EXPECT_TRUE(is_open(number));
  other = FileDescriptor();
  EXPECT_FALSE(is_open(number));
}

TEST(FileDescriptor, OfNothingIsNotOpen) {
  EXPECT_FALSE(FileDescriptor().is_open());
  EXPECT_FALSE(FileDescriptor(::open("/no/such/file", O_RDONLY)).is_open());
}

}  // namespace
}  // namespace wirecause::testing
