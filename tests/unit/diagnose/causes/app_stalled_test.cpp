// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cause_scenarios.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kId = "app_stalled";

Judgement judgement(const EvidenceBuilder& evidence) { return only(judged(kId, evidence, full_buffer())); }

TEST(AppStalled, IsNamedWithWhatTheReaderSleptIn) {
  const Judgement j = judgement(sleeping_reader());
  EXPECT_TRUE(is_decided(j));
  EXPECT_EQ(j.subject, kConsumer);
  EXPECT_EQ(j.place, Place::application);
  EXPECT_EQ(
      sentence(j.because),
      "thread rx-itch did not read for 500 ms while datagrams waited: it slept in futex_wait_queue; 4 000 datagrams "
      "a second came, and the receive buffer holds 256");
}

TEST(AppStalled, SaysUnknownWhereTheBlockerIsNotKnown) {
  EXPECT_THAT(sentence(judgement(sleeping_reader().measured("reader.state", 'S')).because),
              HasSubstr("it slept, in what is not known"));
}

// proc(5): D is a sleep that no signal ends, T is stopped by a signal, t by a debugger.
TEST(AppStalled, TellsABlockedReaderFromOneThatASignalStopped) {
  EXPECT_THAT(sentence(judgement(sleeping_reader().measured("reader.state", 'D', "folio_wait_bit_common")).because),
              HasSubstr("it was blocked in folio_wait_bit_common"));
  for (const char state : {'T', 't'}) {
    EXPECT_THAT(sentence(judgement(sleeping_reader().measured("reader.state", state)).because),
                HasSubstr("it was stopped by a signal or a debugger"));
  }
}

TEST(AppStalled, IsNamedWhenTheReaderRanCodeOfItsOwn) {
  EXPECT_THAT(sentence(judgement(computing_reader()).because), HasSubstr("it ran code of its own for 496 ms of it"));
}

TEST(AppStalled, IsRuledOutWhereTheReaderWaitedForACpu) {
  const Judgement j = judgement(waiting_reader());
  EXPECT_EQ(j.verdict, Verdict::ruled_out);
  EXPECT_EQ(sentence(j.because), "of the 500 ms without a read it could run and got no CPU for 480 ms");
}

TEST(AppStalled, IsRuledOutWhereReadsWentOn) {
  const Judgement j = judgement(burst());
  EXPECT_EQ(j.verdict, Verdict::ruled_out);
  EXPECT_THAT(sentence(j.because),
              HasSubstr("reads went on: the longest time without one while datagrams waited was 2 ms"));
}

TEST(AppStalled, CannotTellItsOwnCodeFromAStolenCpuWithoutTheStealTime) {
  const Judgement j = judgement(computing_reader().without("cpu.steal"));
  EXPECT_EQ(j.verdict, Verdict::cannot_tell);
  EXPECT_EQ(j.severity, Severity::critical);
  EXPECT_THAT(j.missing, HasSubstr("host_steal"));
}

TEST(AppStalled, StaysUndecidedWithTheStarvedWhereTheRunQueueWasNotRead) {
  EXPECT_THAT(judgement(sleeping_reader().without("reader.run_delay")).undecided_with, ElementsAre("app_cpu_starved"));
}

TEST(AppStalled, IsSilentOnHealth) { EXPECT_THAT(judged(kId, healthy_capture(), observation()), IsEmpty()); }

}  // namespace
}  // namespace wirecause::testing
