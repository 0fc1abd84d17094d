// Which framing a stream is: a certain mark at once, else three packets in a row whose numbers agree.
// The framings here are made up: one byte of mark, one byte of number, one byte of channel.
// SPDX-License-Identifier: Apache-2.0
#include "feed/recogniser.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace wirecause {
namespace {

std::uint8_t byte_at(const Datagram& d, std::size_t i) { return std::to_integer<std::uint8_t>(d.payload[i]); }

template <char kMark, Recognition kAnswer>
Framing marked(std::string_view id, int specificity) {
  Framing framing;
  framing.id = id;
  framing.specificity = specificity;
  framing.recognise = [](const Datagram& d) noexcept {
    return d.payload.size() == 3 && byte_at(d, 0) == static_cast<std::uint8_t>(kMark) ? kAnswer : Recognition::no;
  };
  framing.parse = [](const Datagram& d, std::size_t, const FramingConfig&, FramingState&, Parsed& out) noexcept {
    out.outcome = d.payload.size() == 3 ? DecodeOutcome::ok : DecodeOutcome::malformed;
    out.run_count = 1;
    out.resume_at = 0;
    out.runs[0] = Run{};
    out.runs[0].first = byte_at(d, 1);
    out.runs[0].channel = byte_at(d, 2);
    out.runs[0].count = 1;
  };
  return framing;
}

class Stream {
 public:
  explicit Stream(std::vector<Candidate> candidates) : candidates_(std::move(candidates)), recogniser_(candidates_) {}

  Recogniser::Decision look(char mark, std::uint8_t number, std::uint8_t channel = 0) {
    const std::array<std::byte, 3> bytes{static_cast<std::byte>(mark), std::byte{number}, std::byte{channel}};
    Datagram datagram;
    datagram.payload = bytes;
    datagram.wire_length = 3;
    return recogniser_.look(datagram);
  }
  Recogniser& recogniser() { return recogniser_; }

 private:
  std::vector<Candidate> candidates_;
  Recogniser recogniser_;
};

using Decision = Recogniser::Decision;

const Framing kPlausible = marked<'P', Recognition::plausible>("plausible", 10);
const Framing kStricter = marked<'P', Recognition::plausible>("stricter", 20);
const Framing kCertain = marked<'C', Recognition::certain>("certain", 10);

Candidate candidate(const Framing& framing) {
  Candidate made;
  made.framing = &framing;
  return made;
}

TEST(Recogniser, AMagicOrAChecksumDecidesAtOnce) {
  Stream stream({candidate(kPlausible), candidate(kCertain)});
  EXPECT_EQ(stream.look('C', 7), Decision::recognised);
  EXPECT_EQ(stream.recogniser().choice().framing->id, "certain");
}

TEST(Recogniser, ThreePacketsInARowThatAgreeDecideAndNoneIsLostToTheCounts) {
  Stream stream({candidate(kPlausible)});
  EXPECT_EQ(stream.look('P', 1), Decision::open);
  EXPECT_EQ(stream.look('P', 2), Decision::open);
  EXPECT_EQ(stream.look('P', 3), Decision::recognised);
  ASSERT_EQ(stream.recogniser().held().size(), 3U);
  EXPECT_EQ(stream.recogniser().held()[0].runs.at(0).first, 1U);
  EXPECT_EQ(stream.recogniser().held()[2].packet, 2U);
}

TEST(Recogniser, APacketThatIsNoneOfItBreaksTheRow) {
  Stream stream({candidate(kPlausible)});
  stream.look('P', 1);
  stream.look('P', 2);
  EXPECT_EQ(stream.look('x', 9), Decision::open);
  EXPECT_EQ(stream.look('P', 3), Decision::open);
  EXPECT_EQ(stream.look('P', 4), Decision::open);
  EXPECT_EQ(stream.look('P', 5), Decision::recognised);
}

TEST(Recogniser, AFieldThatNeverChangesIsNoNumber) {
  Stream stream({candidate(kPlausible)});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(stream.look('P', 7), Decision::open);
}

TEST(Recogniser, OfTwoThatAgreeTheMoreSpecificWins) {
  Stream stream({candidate(kPlausible), candidate(kStricter)});
  stream.look('P', 1);
  stream.look('P', 2);
  ASSERT_EQ(stream.look('P', 3), Decision::recognised);
  EXPECT_EQ(stream.recogniser().choice().framing->id, "stricter");
}

TEST(Recogniser, WhatNothingClaimsIsNoneOfOurs) {
  Stream stream({candidate(kPlausible), candidate(kCertain)});
  for (std::uint32_t i = 1; i < Recogniser::kMaxPackets; ++i) ASSERT_EQ(stream.look('x', 1), Decision::open);
  EXPECT_EQ(stream.look('x', 1), Decision::none);
}

TEST(Recogniser, ChannelsThatTakeTurnsAreComparedEachWithItself) {
  Stream stream({candidate(kPlausible)});
  Decision decision = Decision::open;
  for (std::uint8_t i = 0; i < 4 && decision == Decision::open; ++i) {
    decision = stream.look('P', static_cast<std::uint8_t>(1 + i), 1);
    if (decision == Decision::open) decision = stream.look('P', static_cast<std::uint8_t>(200 + i), 2);
  }
  EXPECT_EQ(decision, Decision::recognised);
}

TEST(Recogniser, OnePacketIsEnoughWhereTheUserNamedTheFraming) {
  Candidate named = candidate(kPlausible);
  named.plausible_is_enough = true;
  Stream stream({named});
  EXPECT_EQ(stream.look('P', 1), Decision::recognised);
}

TEST(Recogniser, WhereTheUserNamedThisVeryStreamItsMarksAreNotAsked) {
  Candidate named = candidate(kPlausible);
  named.plausible_is_enough = named.is_destination_named = true;
  Stream stream({named});
  EXPECT_EQ(stream.look('x', 1), Decision::recognised);
}

}  // namespace
}  // namespace wirecause
