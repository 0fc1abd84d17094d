// SPDX-License-Identifier: Apache-2.0
#include "app/terminal.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

TEST(Terminal, IsColouredOnlyWhenItIsATerminal) {
  EXPECT_TRUE(terminal_from(true, 120, nullptr, "xterm").colour);
  EXPECT_FALSE(terminal_from(false, 120, nullptr, "xterm").colour);
}

// no-color.org: "when present and not an empty string (regardless of its value)".
TEST(Terminal, HonoursNoColorWhateverItsValueUnlessEmpty) {
  EXPECT_FALSE(terminal_from(true, 120, "1", "xterm").colour);
  EXPECT_FALSE(terminal_from(true, 120, "0", "xterm").colour);
  EXPECT_TRUE(terminal_from(true, 120, "", "xterm").colour);
}

TEST(Terminal, IsNotColouredWhereItCannotBe) {
  EXPECT_FALSE(terminal_from(true, 120, nullptr, "dumb").colour);
  EXPECT_FALSE(terminal_from(true, 120, nullptr, nullptr).colour);
}

TEST(Terminal, HasAReadableWidth) {
  EXPECT_EQ(terminal_from(true, 120, nullptr, "xterm").width, 120);
  EXPECT_EQ(terminal_from(true, 0, nullptr, "xterm").width, 100);
  EXPECT_EQ(terminal_from(true, 10, nullptr, "xterm").width, 60);
  EXPECT_EQ(terminal_from(true, 4000, nullptr, "xterm").width, 160);
  EXPECT_EQ(terminal_from(false, 120, nullptr, "xterm").width, 100);
}

}  // namespace
}  // namespace wirecause
