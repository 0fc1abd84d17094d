// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "socket_rcvbuf_burst";

Judgement judgement(const EvidenceBuilder& evidence) { return only(judged(kId, evidence, full_buffer())); }

// 657 datagrams of 832 B are 546 624 B; 212 992 B hold 256 of them (measured for 104 B of payload).
TEST(SocketRcvbufBurst, IsNamedOnThisHostWhenTheBurstIsLargerThanTheBufferAndTheReaderKeepsUp) {
  const Judgement j = judgement(burst());
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.subject, kConsumer);
  EXPECT_EQ(j.place, Place::on_this_host);
  EXPECT_EQ(j.strength, Strength::by_number);
  EXPECT_EQ(sentence(j.because),
            "up to 657 datagrams came within 3 ms: 533 KiB at 832 B truesize, and the receive buffer holds 208 KiB "
            "(256); over the seconds around 4 000 a second came, and while any waited 36 000 a second were read");
}

TEST(SocketRcvbufBurst, IsCriticalOnlyWhereUnitsAreLostForGood) {
  EXPECT_EQ(judgement(burst()).severity, Severity::critical);
  const Episode recovered = DropEpisodeBuilder(Checkpoint::socket, std::string(kFullBufferReason)).recovered(9).build();
  const Judgement j = only(judged(kId, burst(), recovered));
  EXPECT_EQ(j.severity, Severity::warning);
  EXPECT_EQ(j.recovered, 9U);
}

TEST(SocketRcvbufBurst, SaysByCountWhereNoNumberOfADroppedDatagramWasRead) {
  const Episode episode =
      DropEpisodeBuilder(Checkpoint::socket, std::string(kFullBufferReason)).lost(9).by_count("no BPF").build();
  EXPECT_EQ(only(judged(kId, burst(), episode)).strength, Strength::by_count);
}

TEST(SocketRcvbufBurst, IsRuledOutByAQueueThatStands) {
  const Judgement j = judgement(slow_reader());
  EXPECT_EQ(j.verdict, Verdict::ruled_out);
  EXPECT_THAT(sentence(j.because), HasSubstr("over half full in 93.0 % of 231 samples"));
}

TEST(SocketRcvbufBurst, IsRuledOutByAPauseInWhichTheSteadyRateFillsTheBuffer) {
  const Judgement j = judgement(sleeping_reader());
  EXPECT_EQ(j.verdict, Verdict::ruled_out);
  EXPECT_EQ(
      sentence(j.because),
      "it did not read for 500 ms while datagrams waited; 4 000 datagrams a second came, and the receive buffer holds 256");
}

TEST(SocketRcvbufBurst, CannotTellWithoutABurstThatIsLargerThanTheBuffer) {
  for (const EvidenceBuilder& evidence :
       {burst().measured("arrival.burst_packets", 256), burst().without("arrival.burst_packets"),
        burst().without("arrival.burst"), burst().without("reader.read_rate").without("reader.reads")}) {
    const Judgement j = judgement(evidence);
    EXPECT_EQ(j.verdict, Verdict::cannot_tell);
    EXPECT_EQ(j.severity, Severity::critical);  // units are lost, whoever is to blame
    EXPECT_FALSE(j.missing.empty());
  }
}

// The queue was drained between two samples, so that nobody could take the rate of reads.
TEST(SocketRcvbufBurst, IsNamedByAQueueThatIsEmptyBeforeAndAfter) {
  const Judgement j = judgement(burst().without("reader.read_rate"));
  EXPECT_TRUE(is_decided(j));
  EXPECT_THAT(sentence(j.because),
              HasSubstr("the queue was empty before and after, and 8 000 datagrams were read in the seconds around"));
}

TEST(SocketRcvbufBurst, CannotTellWhereTheQueueWasNotEmptyAgainOrMostWasLost) {
  const EvidenceBuilder no_rate = burst().without("reader.read_rate");
  for (const EvidenceBuilder& evidence :
       {EvidenceBuilder(no_rate).measured("socket.queue_after", 60'000), no_rate.without("socket.queue_before"),
        EvidenceBuilder(no_rate).measured("reader.reads", 1'203)}) {
    EXPECT_EQ(judgement(evidence).verdict, Verdict::cannot_tell);
    EXPECT_THAT(judgement(evidence).missing, HasSubstr("rates"));
  }
}

TEST(SocketRcvbufBurst, StaysUndecidedWithTheStopsWhereNobodySawTheReads) {
  const Judgement j = judgement(burst().without("reader.longest_gap"));
  EXPECT_THAT(j.undecided_with, ElementsAre("app_stalled", "app_cpu_starved"));
  EXPECT_THAT(j.missing, HasSubstr("CAP_BPF"));
}

TEST(SocketRcvbufBurst, IsSilentOnHealthAndOnDropsElsewhere) {
  EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty());
  const Episode firewall = DropEpisodeBuilder(Checkpoint::netfilter, "SKB_DROP_REASON_NETFILTER_DROP").lost(9).build();
  EXPECT_THAT(judged(kId, burst(), firewall), IsEmpty());
  EXPECT_THAT(judged(kId, burst(), filtered()), IsEmpty());
}

}  // namespace
}  // namespace wirecause::testing
