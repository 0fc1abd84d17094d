// Which line a stream is (DESIGN D4): a new source that goes on where the old one stopped is the same line, two sources at
// once are two.
// SPDX-License-Identifier: Apache-2.0
#include "engine/line_book.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

constexpr TimeNs kStart{1'767'623'400'000'000'000};

struct LineBookTest : testing::Test {
  LineBookTest() {
    candidate.framing = find_framing("moldudp64");
    stream.key.port = 26'477;
    other.key.port = 26'477;
    stream.key.source = *IpAddress::parse("10.0.0.1");
    other.key.source = *IpAddress::parse("10.0.9.9");
    line = book.add(stream, candidate, 0);
    line->session = 7;
    book.note(*line, kStart, 1'000, 10);  // 1010 is next
  }
  const Line* continued(std::uint64_t first, DurationNs after, std::uint64_t session = 7) {
    wirecause::Run run;  // testing::Test has one too
    run.first = first;
    run.count = 1;
    run.session = session;
    return book.continued_by(other, *choice, run, kStart + after);
  }

  Candidate candidate;
  const Candidate* choice = &candidate;
  Stream stream;
  Stream other;
  LineBook book{1};
  Line* line = nullptr;
};

TEST_F(LineBookTest, ANewSourceThatGoesOnWhereTheOldOneStoppedIsTheSameLine) {
  EXPECT_EQ(continued(1'010, milliseconds(1)), line);
  EXPECT_EQ(continued(1'015, milliseconds(1)), line);
  EXPECT_EQ(continued(9'000, milliseconds(1)), nullptr);
}

TEST_F(LineBookTest, ANewSourceBelowALineThatGoesOnIsALineOfItsOwn) {
  EXPECT_EQ(continued(1'009, milliseconds(1)), nullptr);
  EXPECT_EQ(continued(900, milliseconds(1)), nullptr);
  EXPECT_EQ(continued(1, milliseconds(1)), nullptr);
}

TEST_F(LineBookTest, OnceTheOldSourceHasStoppedANewOneMayBeginBelowItOrAnew) {
  EXPECT_EQ(continued(1'009, seconds(1)), line);
  EXPECT_EQ(continued(1, seconds(1)), line);
}

TEST_F(LineBookTest, ANewSourceWithANewSessionIsARestart) {
  EXPECT_EQ(continued(1, milliseconds(1), 8), line);
  EXPECT_EQ(continued(9'000, milliseconds(1), 8), nullptr);
}

TEST_F(LineBookTest, ANewSourceAfterTheNumbersHaveWrappedGoesOn) {
  Candidate rtp;
  rtp.framing = find_framing("rtp");
  choice = &rtp;
  line = book.add(stream, rtp, 0);
  book.note(*line, kStart, 65'530, 5);
  EXPECT_EQ(continued(2, milliseconds(1), 0), line);
  EXPECT_EQ(continued(65'500, milliseconds(1), 0), nullptr);
}

// The user names one line's framing, or both one by one; what the lines carry is the same.
TEST_F(LineBookTest, LinesOfTheSameFramingAndDescriptionAreOneGroupWhoeverNamedIt) {
  Candidate named = candidate;
  named.is_destination_named = true;
  named.plausible_is_enough = true;
  EXPECT_EQ(book.add(other, named, 0)->group, line->group);
  EXPECT_NE(book.add(other, named, 1)->group, line->group);
}

TEST_F(LineBookTest, LinesOfAnotherDescriptionAreAnotherGroup) {
  const Framing* generic = find_framing("generic");
  const Candidate four{generic, *generic->configure("seq=0/u32be"), false, false};
  const Candidate eight{generic, *generic->configure("seq=0/u64be"), false, false};
  const Candidate four_again{generic, *generic->configure("seq=0/u32be"), true, true};
  const GroupId group = book.add(other, four, 0)->group;
  EXPECT_NE(book.add(other, eight, 0)->group, group);
  EXPECT_EQ(book.add(other, four_again, 0)->group, group);
}

}  // namespace
}  // namespace wirecause
