// SPDX-License-Identifier: Apache-2.0
#include "tcp/state.hpp"

namespace wirecause::tcp {
namespace {

State after_ack_of_fin(State state) {
  switch (state) {
    case State::fin_wait_1:
      return State::fin_wait_2;
    case State::closing:
      return State::time_wait;
    case State::last_ack:
      return State::closed;
    default:
      return state;
  }
}

State after_fin_from_peer(State state) {
  switch (state) {
    case State::fin_wait_1:
      return State::closing;
    case State::fin_wait_2:
      return State::time_wait;
    case State::closing:
    case State::last_ack:
    case State::time_wait:
    case State::closed:
      return state;
    default:
      return State::close_wait;
  }
}

State after_own_fin(State state) {
  switch (state) {
    case State::close_wait:
      return State::last_ack;
    case State::syn_received:
    case State::established:
    case State::syn_sent:  // data and FIN on a SYN: Fast Open
    case State::listen:
      return State::fin_wait_1;
    default:
      return state;
  }
}

}  // namespace

State after(State state, StateEvent event) {
  switch (event) {
    case StateEvent::sends_syn:
      return state == State::closed || state == State::listen ? State::syn_sent : state;
    case StateEvent::sends_syn_ack:
      return state == State::closed || state == State::listen || state == State::syn_sent ? State::syn_received : state;
    case StateEvent::gets_syn:
      return state == State::closed ? State::listen : state;
    case StateEvent::sends_ack:
      return state == State::syn_sent || state == State::listen ? State::established : state;
    case StateEvent::gets_ack_of_syn:
      return state == State::syn_received ? State::established : state;
    case StateEvent::sends_fin:
      return after_own_fin(state);
    case StateEvent::gets_fin:
      return after_fin_from_peer(state);
    case StateEvent::gets_ack_of_fin:
      return after_ack_of_fin(state);
    case StateEvent::reset:
      return State::closed;
  }
  return state;
}

std::string_view text(State state) {
  switch (state) {
    case State::closed:
      return "CLOSED";
    case State::listen:
      return "LISTEN";
    case State::syn_sent:
      return "SYN-SENT";
    case State::syn_received:
      return "SYN-RECEIVED";
    case State::established:
      return "ESTABLISHED";
    case State::fin_wait_1:
      return "FIN-WAIT-1";
    case State::fin_wait_2:
      return "FIN-WAIT-2";
    case State::close_wait:
      return "CLOSE-WAIT";
    case State::closing:
      return "CLOSING";
    case State::last_ack:
      return "LAST-ACK";
    case State::time_wait:
      return "TIME-WAIT";
  }
  return "CLOSED";
}

}  // namespace wirecause::tcp
