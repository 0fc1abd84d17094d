// SPDX-License-Identifier: Apache-2.0
#include "report/advice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "support/example_live.hpp"

namespace wirecause {
namespace {

TEST(Advice, HasNothingToSayOfARunThatSawEverything) { EXPECT_TRUE(limits_of(example::healthy()).empty()); }

TEST(Advice, WordsEveryLimitThatWasMet) {
  Analysis analysis = example::undecided();
  analysis.inputs.front().cut = "ends inside block 17";
  analysis.inputs.front().truncated_packets = 3;
  analysis.observer.evicted = 1;
  const auto limits = limits_of(analysis);
  ASSERT_EQ(limits.size(), 4U);
  EXPECT_EQ(text_of(limits[0]), "1 input cut inside a record: read to the last whole packet");
  EXPECT_EQ(limits[1].limit, Limit::evicted);
  EXPECT_EQ(text_of(limits[2]), "3 packets captured shorter than on the wire");
  EXPECT_EQ(limits[3].limit, Limit::capture_drops_unknown);
}

TEST(Advice, NamesTheOptionsThatMatchedNothing) {
  Analysis analysis = example::healthy();
  analysis.observer.unmatched = {{"--pair 239.9.9.9:1", UnmatchedOption::Why::not_seen},
                                 {"--framing opra", UnmatchedOption::Why::not_recognised}};
  const auto limits = limits_of(analysis);
  ASSERT_EQ(limits.size(), 1U);
  EXPECT_EQ(text_of(limits[0]),
            "2 options matched nothing: --pair 239.9.9.9:1 (no datagram), --framing opra (not recognised)");
  EXPECT_TRUE(is_blindness(limits[0].limit, analysis));
}

TEST(Advice, SaysThatTheStatedClockErrorIsTooSmall) {
  Analysis analysis = example::healthy();
  analysis.feeds.front().latency = LatencySummary{};
  analysis.feeds.front().latency->relative = false;
  analysis.feeds.front().latency->negative = 6'000;
  const auto limits = limits_of(analysis);
  ASSERT_EQ(limits.size(), 1U);
  EXPECT_EQ(limits[0].limit, Limit::latency_negative);
  EXPECT_TRUE(is_blindness(limits[0].limit, analysis));
  EXPECT_NE(text_of(limits[0]).find("6 000 messages"), std::string::npos);
}

TEST(Advice, HasNothingToSayOfALiveRunThatSawEverything) { EXPECT_TRUE(limits_of(example::healthy_live()).empty()); }

TEST(Advice, TellsOfALiveRunWhatCanBeDoneLive) {
  Analysis analysis = example::healthy_live();
  analysis.observer.packets_seen = 0;
  analysis.live->interfaces.back().is_join = true;
  analysis.live->interfaces.back().dropped = 3;
  const auto limits = limits_of(analysis);
  ASSERT_EQ(limits.size(), 2U);
  EXPECT_EQ(text_of(limits[0]), "no packet came");
  EXPECT_THAT(std::string(remedy_of(limits[0])), ::testing::HasSubstr("--join"));
  EXPECT_EQ(text_of(limits[1]), "3 datagrams dropped at this tool's own socket (--join)");
}

TEST(Advice, CallsALiveRunBlindWhereALossMayHide) {
  Analysis analysis = example::healthy_live();
  analysis.live->drop_records_lost = 9;  // the counts are exact all the same
  analysis.live->slowed = {"ethtool"};
  analysis.consumers.front().owner.clear();
  EXPECT_EQ(limits_of(analysis).size(), 3U);
  EXPECT_FALSE(is_blind(analysis));
  analysis.live->unlisted_drops = 1;  // of destinations that no feed has: those that are followed always find room
  EXPECT_FALSE(is_blind(analysis));
  analysis.consumers.front().unexplained = 1;
  EXPECT_TRUE(is_blind(analysis));
}

TEST(Advice, CallsARunBlindWhereALimitHidesSomething) {
  EXPECT_FALSE(is_blind(example::healthy()));
  EXPECT_FALSE(is_blind(example::undecided()));  // a plain pcap holds no drop count by its nature
  Analysis analysis = example::healthy();
  analysis.observer.dropped_by_capture = 17;
  EXPECT_TRUE(is_blind(analysis));
  EXPECT_EQ(blind_sentences(analysis), std::vector<std::string>{"17 packets dropped by the capture itself"});
}

TEST(Advice, GivesEachLimitItsOwnIdTextAndRemedy) {
  std::set<std::string_view> ids;
  std::set<std::string> texts;
  constexpr int kLimits = static_cast<int>(Limit::capture_drops_unknown) + 1;
  for (int i = 0; i < kLimits; ++i) {
    const auto limit = static_cast<Limit>(i);
    ids.insert(id_of(limit));
    texts.insert(text_of({limit, 2}));
    EXPECT_FALSE(remedy_of({limit, 2}).empty());
  }
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(kLimits));
  EXPECT_EQ(texts.size(), static_cast<std::size_t>(kLimits));
}

}  // namespace
}  // namespace wirecause
