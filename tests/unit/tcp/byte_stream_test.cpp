// The stream as a reader gets it, from segments in every order and shape. Expected texts are worked out by hand: offset by
// offset the byte that was captured first, a dot where none was.
// SPDX-License-Identifier: Apache-2.0
#include "tcp/byte_stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "support/stream_text.hpp"

namespace wirecause {
namespace {

using test::Piece;
using test::StreamText;
using test::TextStream;

std::string text_of(const std::vector<Piece>& pieces) {
  TextStream stream;
  stream.begin();
  for (const Piece& piece : pieces) stream.data(piece.at, piece.text);
  return stream.finished();
}

struct Overlap {
  const char* shape;
  std::vector<Piece> pieces;
  const char* stream;
};

// 3..6 waits, for nothing before it is there; what comes then has every position towards it.
const std::vector<Overlap>& overlaps() {
  static const std::vector<Overlap> all{
      {"in order", {{0, "abc"}, {3, "def"}}, "abcdef"},
      {"the same again", {{0, "abc"}, {0, "ABC"}}, "abc"},
      {"begins alike, shorter", {{0, "abc"}, {0, "AB"}}, "abc"},
      {"begins alike, longer", {{0, "abc"}, {0, "ABCDE"}}, "abcDE"},
      {"behind, overlapping", {{0, "abc"}, {2, "CDE"}}, "abcDE"},
      {"before what waits", {{3, "def"}, {0, "AB"}}, "AB.def"},
      {"up to what waits", {{3, "def"}, {0, "ABC"}}, "ABCdef"},
      {"into what waits", {{3, "def"}, {0, "ABCD"}}, "ABCdef"},
      {"up to the end of what waits", {{3, "def"}, {0, "ABCDEF"}}, "ABCdef"},
      {"over what waits", {{3, "def"}, {0, "ABCDEFGH"}}, "ABCdefGH"},
      {"what waits again", {{3, "def"}, {3, "DEF"}, {0, "abc"}}, "abcdef"},
      {"inside what waits", {{3, "def"}, {4, "E"}, {0, "abc"}}, "abcdef"},
      {"begins with what waits, shorter", {{3, "def"}, {3, "DE"}, {0, "abc"}}, "abcdef"},
      {"begins with what waits, longer", {{3, "def"}, {3, "DEFG"}, {0, "abc"}}, "abcdefG"},
      {"ends with what waits", {{3, "def"}, {5, "F"}, {0, "abc"}}, "abcdef"},
      {"begins before, ends with what waits", {{3, "def"}, {2, "CDEF"}, {0, "ab"}}, "abCdef"},
      {"begins before, ends inside what waits", {{3, "def"}, {2, "CDE"}, {0, "ab"}}, "abCdef"},
      {"begins inside, ends behind what waits", {{3, "def"}, {5, "FGH"}, {0, "abc"}}, "abcdefGH"},
      {"touches the end of what waits", {{3, "def"}, {6, "GH"}, {0, "abc"}}, "abcdefGH"},
      {"around what waits", {{3, "def"}, {2, "CDEFG"}, {0, "ab"}}, "abCdefG"},
      {"over two that wait", {{2, "c"}, {4, "e"}, {1, "BCDEF"}, {0, "a"}}, "aBcDeF"},
      {"over two that wait, in order", {{2, "c"}, {4, "e"}, {0, "ABCDEF"}}, "ABcDeF"},
      {"from one that waits into the next", {{2, "cd"}, {6, "gh"}, {3, "DEFG"}, {0, "ab"}}, "abcdEFgh"},
      {"between two that wait", {{2, "c"}, {5, "f"}, {3, "DE"}, {0, "ab"}}, "abcDEf"},
      {"a byte at a time, backwards", {{4, "e"}, {3, "d"}, {2, "c"}, {1, "b"}, {0, "a"}}, "abcde"},
      {"partly told already, partly new, partly waiting", {{0, "abc"}, {5, "f"}, {1, "BCDEFG"}}, "abcDEfG"},
      {"before the first byte", {{-2, "xyAB"}, {2, "cd"}}, "ABcd"},
      {"nothing ever fills it", {{0, "ab"}, {4, "ef"}, {8, "i"}}, "ab..ef..i"},
  };
  return all;
}

TEST(ByteStream, FirstCapturedBytesCountWhereSegmentsOverlap) {
  for (const Overlap& overlap : overlaps()) EXPECT_EQ(text_of(overlap.pieces), overlap.stream) << overlap.shape;
}

TEST(ByteStream, OverlapsAreTheSameAcrossTheWrapOfSequenceNumbers) {
  for (const Overlap& overlap : overlaps()) {
    TextStream stream(0xffff'fffcU);
    stream.begin();
    for (const Piece& piece : overlap.pieces) stream.data(piece.at, piece.text);
    EXPECT_EQ(stream.finished(), overlap.stream) << overlap.shape;
  }
}

TEST(ByteStream, BytesInOrderAreToldAtOnceAndNotCopied) {
  TextStream stream;
  stream.begin();
  stream.data(0, "abc");
  EXPECT_EQ(stream.text.text, "abc");
  EXPECT_EQ(stream.stream.waiting_bytes(), 0U);
}

TEST(ByteStream, AStreamThatWasJoinedInTheMiddleBeginsWithItsFirstByte) {
  TextStream stream;
  stream.data(1'000, "abc");
  stream.data(1'003, "de");
  EXPECT_EQ(stream.finished(), "abcde");
  EXPECT_EQ(stream.stream.counts().missing, 0U);
}

TEST(ByteStream, WhatIsAcknowledgedAndWasNotCapturedIsGivenUpWhenManyPacketsHavePassed) {
  TextStream stream;
  stream.begin();
  stream.data(0, "ab");
  stream.data(4, "ef");
  stream.acknowledged(6);
  for (int i = 0; i < 63; ++i) stream.after(1'000).data(6 + i, "g");
  EXPECT_EQ(stream.text.text, "ab");
  stream.after(1'000).data(6 + 63, "g");
  stream.after(1'000).data(6 + 64, "g");
  EXPECT_EQ(stream.text.text.substr(0, 8), "ab..efgg");
  ASSERT_EQ(stream.text.holes.size(), 1U);
  EXPECT_EQ(stream.text.holes[0].begin, 2);
  EXPECT_EQ(stream.text.holes[0].end, 4);
}

TEST(ByteStream, DataCapturedBehindItsAcknowledgementIsNoHole) {
  TextStream stream;
  stream.begin();
  stream.acknowledged(4);
  stream.data(2, "cd");
  stream.data(0, "ab");
  EXPECT_EQ(stream.finished(), "abcd");
  EXPECT_TRUE(stream.text.holes.empty());
}

TEST(ByteStream, WhatIsNotAcknowledgedIsWaitedFor) {
  TextStream stream;
  stream.begin();
  stream.acknowledged(0);
  for (int i = 0; i < 1'000; ++i) stream.after(1'000).data(4 + i, "x");
  EXPECT_TRUE(stream.text.text.empty());
  stream.data(0, "abcd");
  EXPECT_EQ(stream.finished(), "abcd" + std::string(1'000, 'x'));
}

TEST(ByteStream, OneDirectionAloneIsKeptAndItsHolesAreSkippedForRoom) {
  TextStream stream(7, 8);
  stream.begin();
  stream.data(2, "cdef");
  stream.data(8, "ijkl");
  stream.data(12, "m");
  EXPECT_EQ(stream.text.text, "..cdef");
  EXPECT_EQ(stream.finished(), "..cdef..ijklm");
}

TEST(ByteStream, NothingUnacknowledgedIsSkippedForRoomWhileTheReceiverIsHeard) {
  TextStream stream(7, 8);
  stream.begin();
  stream.acknowledged(0);
  stream.data(2, "cdef");
  stream.data(8, "ijkl");
  stream.data(12, "m");
  EXPECT_EQ(stream.text.text, "");
  EXPECT_EQ(stream.stream.counts().refused, 1U);
  stream.data(0, "ab");
  stream.data(6, "gh");
  stream.data(12, "m");
  EXPECT_EQ(stream.finished(), "abcdefghijklm");
}

TEST(ByteStream, APacketThatTheCaptureCutLeavesAHoleBehindWhatIsThere) {
  TextStream stream;
  stream.begin();
  stream.cut(0, "ab", 5);
  stream.data(5, "fg");
  EXPECT_EQ(stream.finished(), "ab...fg");
  ASSERT_EQ(stream.text.holes.size(), 1U);
  EXPECT_EQ(stream.text.holes[0].reason, tcp::StreamHole::Reason::cut);
}

TEST(ByteStream, AFinEndsTheStreamAndItsAcknowledgementIsNoByte) {
  TextStream stream;
  stream.begin();
  stream.data(0, "abc", tcp::kAck | tcp::kFin);
  stream.acknowledged(4);
  EXPECT_TRUE(stream.stream.is_complete());
  EXPECT_EQ(stream.finished(), "abc");
}

TEST(ByteStream, TheNumberOfAFinThatWasNotCapturedIsNoByteEither) {
  TextStream stream;
  stream.begin();
  stream.data(0, "abc");
  stream.acknowledged(4);
  EXPECT_EQ(stream.finished(), "abc");
}

TEST(ByteStream, ATailThatOnlyItsAcknowledgementShowsIsAHole) {
  TextStream stream;
  stream.begin();
  stream.data(0, "abc");
  stream.acknowledged(8);
  EXPECT_EQ(stream.finished(), "abc.....");
}

TEST(ByteStream, DataOnASynIsTheBeginning) {
  TextStream stream;
  stream.data(-1, "ab", tcp::kSyn);  // the SYN takes the number before the first byte
  stream.data(2, "cd");
  EXPECT_EQ(stream.finished(), "abcd");
}

TEST(ByteStream, TheTextOfAResetIsNotOfTheStream) {
  TextStream stream;
  stream.begin();
  stream.data(0, "abc");
  stream.data(3, "go away", tcp::kRst);
  EXPECT_EQ(stream.finished(), "abc");
}

TEST(ByteStream, WhatIsFurtherAheadThanAnyWindowIsRefused) {
  TextStream stream;
  stream.begin();
  stream.data(0, "abc");
  stream.data((1 << 30) + 4, "xyz");
  EXPECT_EQ(stream.stream.counts().refused, 3U);
  EXPECT_EQ(stream.finished(), "abc");
}

TEST(ByteStream, CountsWhatRepeatsAndWhatContradictsWhatStillWaits) {
  TextStream stream;
  stream.begin();
  stream.data(3, "def");
  stream.data(3, "dEf");
  stream.data(0, "abc");
  stream.data(0, "abc");
  EXPECT_EQ(stream.stream.counts().repeated, 6U);
  EXPECT_EQ(stream.stream.counts().conflicting, 1U);
}

TEST(ByteStream, MemoryIsBoundedWhateverIsSent) {
  TextStream stream;
  stream.begin();
  const std::string piece(1'000, 'x');
  std::size_t most = 0;
  for (int i = 0; i < 100'000; ++i) {
    stream.data(1 + i % 50'000 * 2'000, piece);
    most = std::max(most, stream.stream.waiting_bytes());
    ASSERT_LE(stream.stream.waiting_pieces(), tcp::ByteStream::kMostPieces);
  }
  EXPECT_LE(most, tcp::ByteStream::kMostBytes);
}

}  // namespace
}  // namespace wirecause
