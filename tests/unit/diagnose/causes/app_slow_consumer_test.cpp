// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::string_view kId = "app_slow_consumer";

Judgement judgement(const EvidenceBuilder& evidence) { return only(judged(kId, evidence, full_buffer())); }

TEST(AppSlowConsumer, IsNamedInTheApplicationWhenTheQueueStandsAndReadsGoOn) {
  const Judgement j = judgement(slow_reader());
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.subject, kConsumer);
  EXPECT_EQ(j.place, Place::application);
  EXPECT_EQ(
      sentence(j.because),
      "thread rx-itch read 2 100 datagrams a second while any waited, and 4 000 a second came; the queue was over "
      "half full in 93.0 % of 231 samples, and reads never paused for longer than 3 ms");
}

// The load lasts two of the three seconds around the drops, so that over all of them less comes than could be read.
TEST(AppSlowConsumer, IsNamedWhereTheLoadEndedBeforeTheSecondsAroundItDid) {
  EXPECT_TRUE(is_decided(
      judgement(slow_reader().measured("arrival.rate", 1'900).measured("socket.queue_full_share", 650'000))));
}

TEST(AppSlowConsumer, SaysReaderWhereTheThreadIsNotKnown) {
  EXPECT_THAT(sentence(judgement(slow_reader().without("reader.command")).because),
              StartsWith("the reader read 2 100"));
}

TEST(AppSlowConsumer, IsRuledOutByAQueueThatIsEmptyBetweenBursts) {
  const Judgement j = judgement(burst());
  EXPECT_EQ(j.verdict, Verdict::ruled_out);
  EXPECT_EQ(sentence(j.because),
            "the queue was over half full in only 1.7 % of 231 samples, and 36 000 datagrams a second are read where "
            "4 000 come");
}

TEST(AppSlowConsumer, IsRuledOutByAPauseInWhichNothingWasRead) {
  EXPECT_EQ(judgement(sleeping_reader()).verdict, Verdict::ruled_out);
  EXPECT_EQ(judgement(waiting_reader()).verdict, Verdict::ruled_out);
}

TEST(AppSlowConsumer, CannotTellWithoutTheRatesAlthoughTheQueueStood) {
  for (const std::string_view name : {"reader.read_rate", "arrival.rate"}) {
    // Without the arrival rate nobody knows what a pause costs; this one is an ordinary wake-up.
    const EvidenceBuilder evidence = slow_reader().measured("reader.longest_gap", 200'000).without(name);
    EXPECT_EQ(judgement(evidence).verdict, Verdict::cannot_tell) << name;
    EXPECT_THAT(judgement(evidence).missing, HasSubstr("rates"));
  }
}

TEST(AppSlowConsumer, StaysUndecidedWithTheBurstWhereTheQueueWasNotSampled) {
  EXPECT_THAT(judgement(slow_reader().without("socket.queue_samples")).undecided_with,
              ElementsAre("socket_rcvbuf_burst"));
}

TEST(AppSlowConsumer, IsSilentOnHealth) { EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty()); }

}  // namespace
}  // namespace wirecause::testing
