// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::IsEmpty;

constexpr std::string_view kId = "tcp_queueing";

TcpEvidence queue(DurationNs mean, DurationNs waited = seconds(6)) {
  return direction()
      .waited("tcp.wait_queueing", 0, waited, {})
      .with("tcp.base_rtt_ns", 10'000'000)
      .with("tcp.queueing_ns", mean.ns)
      .with("tcp.queueing_most_ns", 2 * mean.ns)
      .with("tcp.queue_follows_flight", 900);
}

TEST(TcpQueueing, IsNamedWhereRoundTripsGrowWithWhatIsUnderWay) {
  const Judgement j = only(judged(kId, queue(milliseconds(40)), stall()));
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.severity, Severity::warning);
}

TEST(TcpQueueing, IsOnlyToldWhereTheyDoNotDouble) {
  EXPECT_EQ(only(judged(kId, queue(milliseconds(7)), stall())).severity, Severity::info);
}

// RFC 8289: what stands for less than 5 ms is no bad queue; a fast path's transfers double their round trips all the time.
TEST(TcpQueueing, IsOnlyToldWhereTheQueueIsShort) {
  const auto short_queue = queue(milliseconds(4)).with("tcp.base_rtt_ns", 100'000);
  EXPECT_EQ(only(judged(kId, short_queue, stall())).severity, Severity::info);
}

TEST(TcpQueueing, SaysNothingOfAQueueOfAMomentThatCostNoTime) {
  EXPECT_THAT(judged(kId, queue(milliseconds(40), DurationNs{0}).with("tcp.active", 60'000'000), stall()), IsEmpty());
}

TEST(TcpQueueing, SaysNothingOfAnOrdinaryBuffer) {
  EXPECT_THAT(judged(kId, queue(milliseconds(4)), stall()), IsEmpty());
}

// Acknowledgements come at the path's rate, and each lets a packet out: the transfer ends when it would, all others wait.
TEST(TcpQueueing, IsToldWhereOnlyOthersLoseTimeByIt) {
  EXPECT_EQ(only(judged(kId, queue(milliseconds(40), DurationNs{0}), stall())).severity, Severity::warning);
  EXPECT_THAT(judged(kId, queue(milliseconds(7), DurationNs{0}), stall()), IsEmpty());
}

TEST(TcpQueueing, IsRuledOutWhereTheReceiverTakesItsTime) {
  const TcpEvidence late = queue(milliseconds(40)).with("tcp.queue_follows_flight", 100);
  EXPECT_EQ(only(judged(kId, late, stall())).verdict, Verdict::ruled_out);
}

}  // namespace
}  // namespace wirecause::testing
