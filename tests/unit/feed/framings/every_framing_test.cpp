// What must hold for every framing: a datagram cut at any byte, and hostile ones. Exact-size heap copies, so that the
// address sanitizer sees a read one byte past the captured end.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "unit/feed/framings/wire.hpp"

namespace wirecause {
namespace {

using test::Stream;
using test::Wire;

struct Case {
  std::string id;
  std::string description;  // generic only
  std::size_t header;       // from here on the numbers are captured
  Wire wire;                // two units or more where the framing has them
};

std::vector<Case> cases() {
  const auto mold_message = Wire().be16(3).text("one");
  const auto cme_message = Wire().le16(14).le16(4).le16(46).le16(1).le16(9).fill(4);
  const auto order = Wire().u8(14).u8(0x29).le32(5).le64(77);
  const auto cta_message = Wire().be16(9).text("TL").fill(5);
  const auto frame = Wire().le16(16).le16(5).le32(8).le16(4).le16(1001).le16(1).le16(2).le32(0).fill(4);
  return {
      {"moldudp64", "", 20, Wire().text("000008367I").be64(9).be16(2).add(mold_message).add(mold_message)},
      {"iex_tp", "", 40,
       Wire()
           .u8(1)
           .u8(0)
           .le16(0x8003)
           .le32(1)
           .le32(2)
           .le16(8)
           .le16(2)
           .le64(0)
           .le64(9)
           .le64(1'600'000'000'000'000'000)
           .le16(2)
           .text("ab")
           .le16(2)
           .text("cd")},
      {"cme_mdp3", "", 12, Wire().le32(9).le64(1'600'000'000'000'000'000).add(cme_message).add(cme_message)},
      {"cboe_pitch", "", 8, Wire().le16(36).u8(2).u8(1).le32(9).add(order).add(order)},
      {"siac_cta", "", 20,
       Wire().u8(2).be16(38).text("TO").be32(9).u8(2).be64(7).be16(0).add(cta_message).add(cta_message)},
      {"opra", "", 21, Wire().u8(6).be16(41).text("O ").u8(0).be32(9).u8(2).be64(7).be16(0).text("Dk ").fill(17)},
      {"deribit", "", 8, Wire().add(frame).add(frame)},
      {"rtp", "", 12, Wire().u8(0x80).u8(96).be16(9).be32(1).be32(2).fill(20)},
      {"generic", "seq=0/u32be,count=4/u16be", 6, Wire().be32(9).be16(2).fill(20)},
  };
}

FramingConfig config_of(const Case& c) {
  const Framing& framing = *find_framing(c.id);
  return framing.configure == nullptr ? FramingConfig{} : framing.configure(c.description).value();
}

TEST(EveryFraming, HasACaseHere) {
  std::set<std::string, std::less<>> covered;
  for (const auto& c : cases()) covered.insert(c.id);
  for (const Framing* framing : all_framings()) EXPECT_TRUE(covered.contains(framing->id)) << framing->id;
}

TEST(EveryFraming, ADatagramCutAnywhereIsTruncatedAndKeepsTheNumbersThatWereCaptured) {
  for (const auto& c : cases()) {
    const FramingConfig config = config_of(c);
    const Parsed whole = Stream(c.id, config).parse(c.wire);
    ASSERT_EQ(whole.outcome, DecodeOutcome::ok) << c.id;
    ASSERT_GE(whole.run_count, 1U) << c.id;
    for (std::size_t captured = 0; captured < c.wire.size(); ++captured) {
      const auto exact = std::make_unique<std::byte[]>(captured);
      std::copy_n(c.wire.bytes().begin(), captured, exact.get());
      Datagram d = test::datagram(c.wire);
      d.payload = Bytes(exact.get(), captured);
      Stream stream(c.id, config);
      const Parsed& cut = stream.parse(d);
      EXPECT_EQ(cut.outcome, DecodeOutcome::truncated) << c.id << " at " << captured;
      EXPECT_EQ(cut.run_count != 0, captured >= c.header) << c.id << " at " << captured;
      if (cut.run_count != 0) {
        EXPECT_EQ(cut.runs[0].first, whole.runs[0].first) << c.id << " at " << captured;
        const bool is_whole = cut.runs[0].count == whole.runs[0].count;
        EXPECT_TRUE(is_whole || cut.runs[0].count_is_minimum) << c.id << " at " << captured;
      }
      stream.framing().recognise(d);
      for (const auto& span : stream.messages(d)) {
        EXPECT_LE(span.bytes.data() + span.bytes.size(), exact.get() + captured) << c.id;
      }
    }
  }
}

TEST(EveryFraming, FlippedBytesNeverReadOutsideOrLeaveAnOutcomeOut) {
  std::mt19937 random(7);
  for (const auto& c : cases()) {
    const FramingConfig config = config_of(c);
    Stream stream(c.id, config);
    for (int round = 0; round < 3000; ++round) {
      const std::size_t size = c.wire.size();
      const auto exact = std::make_unique<std::byte[]>(size);
      std::copy_n(c.wire.bytes().begin(), size, exact.get());
      for (int flips = 0; flips < 3; ++flips) exact[random() % size] = static_cast<std::byte>(random());
      Datagram d = test::datagram(c.wire);
      d.payload = Bytes(exact.get(), size);
      const Parsed& parsed = stream.parse(d);
      if (parsed.outcome == DecodeOutcome::malformed || parsed.outcome == DecodeOutcome::not_mine) {
        EXPECT_EQ(parsed.run_count, 0U) << c.id;
      }
      stream.framing().recognise(d);
      stream.messages(d);
    }
  }
}

TEST(EveryFraming, SaysWhatItIs) {
  for (const Framing* framing : all_framings()) {
    EXPECT_EQ(find_framing(framing->id), framing);
    EXPECT_FALSE(framing->name.empty()) << framing->id;
    EXPECT_FALSE(framing->used_by.empty()) << framing->id;
    EXPECT_FALSE(framing->source.empty()) << framing->id;
    EXPECT_LE(framing->summary.size(), 72U) << framing->id;
    EXPECT_NE(framing->recognise, nullptr) << framing->id;
    EXPECT_NE(framing->parse, nullptr) << framing->id;
    EXPECT_NE(framing->messages, nullptr) << framing->id;
  }
  EXPECT_EQ(find_framing("no_such_framing"), nullptr);
}

}  // namespace
}  // namespace wirecause
