// The states of one end of a connection and how what the wire shows moves them (RFC 9293 3.3.2, figure 5).
//
// The wire shows what an end sent and what came past towards it; that it arrived is assumed until something says
// otherwise. Timers are not on the wire: TIME-WAIT stays until its ports are used again.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace wirecause::tcp {

enum class State : std::uint8_t {
  closed,
  listen,
  syn_sent,
  syn_received,
  established,
  fin_wait_1,
  fin_wait_2,
  close_wait,
  closing,
  last_ack,
  time_wait,
};

enum class StateEvent : std::uint8_t {
  sends_syn,
  sends_syn_ack,
  sends_ack,        // of the peer's SYN, or anything later
  gets_syn,         // without ACK
  gets_ack_of_syn,  // its own SYN was acknowledged
  sends_fin,
  gets_fin,
  gets_ack_of_fin,  // its own FIN was acknowledged
  reset,            // sent or got an RST
};

State after(State state, StateEvent event);
std::string_view text(State state);  // "FIN-WAIT-1", as the RFC writes it

constexpr bool is_over(State state) { return state == State::closed || state == State::time_wait; }

}  // namespace wirecause::tcp
