// What goes to the helper and back is what was said; what is cut, too long or made up is nothing.
// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/process_messages.hpp"

#include <gtest/gtest.h>

namespace wirecause::testing {
namespace {

OwnerSearch two_owners() {
  OwnerSearch found;
  found.unreadable = 3;
  found.owners[77] = {{2435, 5, "feed]handler"}, {2436, 5, ""}};
  found.owners[78] = {{1, 0, std::string("a\0b", 3)}};
  return found;
}

TEST(ProcessMessages, ComeAsTheyWent) {
  const auto question = question_in(bytes_of(Question{QuestionKind::owners, {1, ~0ULL}, 0, 0}));
  ASSERT_TRUE(question);
  EXPECT_EQ(question->kind, QuestionKind::owners);
  EXPECT_EQ(question->inodes, (std::set<std::uint64_t>{1, ~0ULL}));
  const auto asked = question_in(bytes_of(Question{QuestionKind::wait, {}, 2435, 2437}));
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->pid, 2435);
  EXPECT_EQ(asked->thread, 2437);

  const auto owners = owners_in(bytes_of(two_owners()));
  ASSERT_TRUE(owners);
  EXPECT_EQ(owners->unreadable, 3U);
  ASSERT_EQ(owners->owners.at(77).size(), 2U);
  EXPECT_EQ(owners->owners.at(77)[0].command, "feed]handler");
  EXPECT_EQ(owners->owners.at(77)[1].pid, 2436);
  EXPECT_EQ(owners->owners.at(78)[0].command.size(), 3U);

  const auto bypass = bypass_in(bytes_of(BypassFound{{{9, "rx", "Onload", "libonload.so mapped"}}, 4}));
  ASSERT_TRUE(bypass);
  EXPECT_EQ(bypass->unreadable, 4U);
  EXPECT_EQ(bypass->processes.at(0).evidence, "libonload.so mapped");

  const auto wait = wait_in(bytes_of(ThreadWait{"futex_wait_queue", "futex"}));
  ASSERT_TRUE(wait);
  EXPECT_EQ(wait->wchan, "futex_wait_queue");
  EXPECT_EQ(wait->system_call, "futex");
}

TEST(ProcessMessages, ThatAreCutAnywhereAreNone) {
  const std::string whole = bytes_of(two_owners());
  for (std::size_t length = 0; length < whole.size(); ++length) EXPECT_FALSE(owners_in(whole.substr(0, length)));
  EXPECT_FALSE(owners_in(whole + "x"));
  const std::string question = bytes_of(Question{QuestionKind::owners, {1, 2, 3}, 0, 0});
  for (std::size_t length = 0; length < question.size(); ++length) {
    EXPECT_FALSE(question_in(question.substr(0, length)));
  }
}

// A count of four thousand million owners in twelve bytes allocates nothing.
TEST(ProcessMessages, ThatClaimMoreThanTheyHoldAreNone) {
  EXPECT_FALSE(owners_in(std::string(8, '\0') + "\xff\xff\xff\xff"));
  EXPECT_FALSE(bypass_in(std::string(8, '\0') + "\xff\xff\xff\xff"));
  EXPECT_FALSE(wait_in("\xff\xff\xff\x7f"));
}

}  // namespace
}  // namespace wirecause::testing
