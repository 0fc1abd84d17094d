// The walks through figure 5 of RFC 9293.
// SPDX-License-Identifier: Apache-2.0
#include "tcp/state.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace wirecause::tcp {
namespace {

using enum StateEvent;

State walk(State from, std::initializer_list<StateEvent> events) {
  for (const StateEvent event : events) from = after(from, event);
  return from;
}

TEST(TcpState, OfAClientOpensAndClosesFirst) {
  EXPECT_EQ(walk(State::closed, {sends_syn}), State::syn_sent);
  EXPECT_EQ(walk(State::closed, {sends_syn, sends_ack}), State::established);
  EXPECT_EQ(walk(State::established, {sends_fin}), State::fin_wait_1);
  EXPECT_EQ(walk(State::established, {sends_fin, gets_ack_of_fin}), State::fin_wait_2);
  EXPECT_EQ(walk(State::established, {sends_fin, gets_ack_of_fin, gets_fin}), State::time_wait);
}

TEST(TcpState, OfAServerOpensAndClosesSecond) {
  EXPECT_EQ(walk(State::closed, {gets_syn}), State::listen);
  EXPECT_EQ(walk(State::closed, {gets_syn, sends_syn_ack}), State::syn_received);
  EXPECT_EQ(walk(State::closed, {gets_syn, sends_syn_ack, gets_ack_of_syn}), State::established);
  EXPECT_EQ(walk(State::established, {gets_fin}), State::close_wait);
  EXPECT_EQ(walk(State::established, {gets_fin, sends_fin}), State::last_ack);
  EXPECT_EQ(walk(State::established, {gets_fin, sends_fin, gets_ack_of_fin}), State::closed);
}

TEST(TcpState, OfBothThatOpenAtOnceIsSynReceivedThenEstablished) {
  EXPECT_EQ(walk(State::closed, {sends_syn, gets_syn, sends_syn_ack, gets_ack_of_syn}), State::established);
}

TEST(TcpState, OfBothThatCloseAtOnceIsClosingThenTimeWait) {
  EXPECT_EQ(walk(State::established, {sends_fin, gets_fin}), State::closing);
  EXPECT_EQ(walk(State::established, {sends_fin, gets_fin, gets_ack_of_fin}), State::time_wait);
}

TEST(TcpState, IsClosedByAResetFromEveryState) {
  for (int i = 0; i <= static_cast<int>(State::time_wait); ++i)
    EXPECT_EQ(after(static_cast<State>(i), reset), State::closed);
}

}  // namespace
}  // namespace wirecause::tcp
