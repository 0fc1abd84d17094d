// When a pause is a symptom (decisions, "Rules of the domain": three heartbeats).
// SPDX-License-Identifier: Apache-2.0
#include "feed/silence.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

SilenceContext with_heartbeats() {
  SilenceContext context;
  context.heartbeat_interval = seconds(1);
  context.longest_pause = seconds(1);
  context.packets = 100;
  return context;
}

TEST(Silence, ThreeHeartbeatsThatDidNotComeAreASilence) {
  EXPECT_FALSE(is_silence(seconds(3), with_heartbeats()));
  EXPECT_TRUE(is_silence(milliseconds(3'001), with_heartbeats()));
}

TEST(Silence, AFeedWhosePausesWereLongerBeforeHasAnotherRhythmThanItsSpecification) {
  SilenceContext context = with_heartbeats();
  context.longest_pause = seconds(10);
  EXPECT_FALSE(is_silence(seconds(60), context));
}

TEST(Silence, AFewPacketsAreNoRhythm) {
  SilenceContext context = with_heartbeats();
  context.packets = 3;
  EXPECT_FALSE(is_silence(seconds(60), context));
}

TEST(Silence, AFeedWithoutHeartbeatsIsSilentOnlyAgainstALongSteadyRecordOfItsOwn) {
  SilenceContext steady;
  steady.packets = 100'000;
  steady.longest_pause = microseconds(50);
  EXPECT_TRUE(is_silence(seconds(5), steady));
  SilenceContext brief = steady;
  brief.packets = 50;
  EXPECT_FALSE(is_silence(seconds(5), brief));
  SilenceContext unsteady = steady;
  unsteady.longest_pause = seconds(2);
  EXPECT_FALSE(is_silence(seconds(5), unsteady));
}

}  // namespace
}  // namespace wirecause
