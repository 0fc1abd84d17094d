// How a segment moves both ends' states, and the times of the handshake.
// SPDX-License-Identifier: Apache-2.0
#include "tcp/connection.hpp"

namespace wirecause::tcp {
namespace {

void note_reset(Connection& connection, const Segment& segment, std::uint8_t from) {
  if (connection.reset == kNoTime) {
    connection.reset = segment.time;
    connection.reset_frame = segment.frame;
    connection.reset_by = from;
  }
  for (Flow& flow : connection.flows) flow.state = after(flow.state, StateEvent::reset);
}

void note_syn(Connection& connection, const Segment& segment, std::uint8_t from) {
  Flow& flow = connection.flows[from];
  Flow& peer = connection.flows[1U - from];
  ++flow.counts.syns;
  if (!segment.has(kAck)) {
    if (connection.syn == kNoTime) connection.syn = segment.time;
    flow.state = after(flow.state, StateEvent::sends_syn);
    peer.state = after(peer.state, StateEvent::gets_syn);
    return;
  }
  if (!connection.is_client_known) {
    connection.is_client_known = true;
    connection.client = static_cast<std::uint8_t>(1U - from);
  }
  if (connection.syn_ack == kNoTime) connection.syn_ack = segment.time;
  flow.state = after(flow.state, StateEvent::sends_syn_ack);
  if (peer.state == State::closed) peer.state = State::syn_sent;  // its SYN was not captured
}

// The FIN of `peer` has arrived when the other end acknowledges it: an end that sent its own FIN without doing so had not
// had it yet, and both closed at once.
void note_acknowledged_fin(Flow& flow, Flow& peer) {
  if (peer.is_fin_acknowledged || !peer.has_fin || peer.acknowledged < peer.fin_end) return;
  peer.is_fin_acknowledged = true;
  flow.state = after(flow.state, StateEvent::gets_fin);
  peer.state = after(peer.state, StateEvent::gets_ack_of_fin);
}

// What nearly every segment is: on an open connection, of which neither end has sent a FIN that waits.
bool moves_nothing(const Connection& connection, const Segment& segment, const Flow& flow, const Flow& peer) {
  const bool is_open = flow.state == State::established && peer.state == State::established && !peer.has_fin;
  const bool opens = connection.opened == kNoTime && connection.syn_ack != kNoTime;
  return is_open && !opens && (segment.flags & (kSyn | kFin | kRst)) == 0;
}

}  // namespace

void note_states(Connection& connection, const Segment& segment, std::uint8_t from, const Note& note) {
  if (segment.has(kRst)) ++connection.flows[from].unusual().resets;
  if (note.has(Mark::out_of_window)) return;
  Flow& flow = connection.flows[from];
  Flow& peer = connection.flows[1U - from];
  if (moves_nothing(connection, segment, flow, peer)) [[likely]]
    return;
  if (segment.has(kRst)) return note_reset(connection, segment, from);
  if (segment.has(kSyn)) note_syn(connection, segment, from);
  if (segment.has(kAck)) {
    if (!segment.has(kSyn)) {
      const bool opens = connection.opened == kNoTime && connection.syn_ack != kNoTime && from == connection.client;
      if (opens && peer.acknowledged >= 1) connection.opened = segment.time;
      flow.state = after(flow.state, StateEvent::sends_ack);
    }
    if (peer.has_syn && peer.acknowledged >= 1) peer.state = after(peer.state, StateEvent::gets_ack_of_syn);
  }
  if (segment.has(kAck)) note_acknowledged_fin(flow, peer);
  if (segment.has(kFin) && ++flow.counts.fins == 1) flow.state = after(flow.state, StateEvent::sends_fin);
}

}  // namespace wirecause::tcp
