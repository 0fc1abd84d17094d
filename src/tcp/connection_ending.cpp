// What a segment says of how the connection ends: a reset, tries without an answer, a server that does not take it.
// Called before the states move, so that a reset finds them as they were.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tcp/connection.hpp"

namespace wirecause::tcp {
namespace {

bool is_probe(const Note& note) { return note.has(Mark::keep_alive) || note.has(Mark::window_probe); }

// What a timer sent again; what an acknowledgement led to is no try without an answer.
bool is_by_timer(const Note& note) { return note.resend == Resend::timeout || note.resend == Resend::tail_probe; }

void note_try(const Segment& segment, const Note& note, Flow& flow) {
  if (!is_probe(note) && !is_by_timer(note)) return;
  if (!flow.tries) flow.tries = std::make_unique<Tries>();
  Tries& tries = *flow.tries;
  if (tries.all() == 0) {
    tries.first = segment.time;
    tries.first_frame = segment.frame;
  }
  ++(is_probe(note) ? tries.probes : tries.resends);
  if (is_by_timer(note) && segment.length > 0 && segment.length >= flow.largest_segment) ++tries.full_resends;
  tries.last = segment.time;
  tries.last_frame = segment.frame;
}

std::unique_ptr<ResetFacts> facts_of(const Connection& connection, const Segment& segment, std::uint8_t from) {
  const Flow& flow = connection.flows[from];
  const Flow& other = connection.flows[1U - from];
  auto facts = std::make_unique<ResetFacts>();
  facts->ttl = segment.ttl;
  facts->before = flow.hops;
  facts->is_bare = !segment.has(kAck);
  facts->fin_by_resetter = flow.counts.fins > 0;
  facts->fin_by_other = other.counts.fins > 0;
  facts->other_spoke_last =
      other.last_packet != kNoTime && flow.last_before != kNoTime && other.last_packet >= flow.last_before;
  Offset acknowledged = other.acknowledged;  // a reset may acknowledge, too
  if (segment.has(kAck) && other.has_base) {
    const Offset its_own = offset_near(other.acknowledged, other.base, segment.acknowledgement);
    acknowledged = std::clamp(its_own, acknowledged, std::max(acknowledged, other.next));
  }
  const Offset fin = other.has_fin && acknowledged < other.fin_end ? 1 : 0;
  facts->unacknowledged = std::max<Offset>(0, other.next - acknowledged - fin);
  if (flow.last_before != kNoTime) facts->silence = segment.time - flow.last_before;
  facts->tries = other.all_tries();
  return facts;
}

// Of an end that sent a reset, something that only a living connection says, too late to have been under way with it.
bool goes_on(const Connection& connection, const Segment& segment, std::uint8_t from, const Note& note) {
  if (!connection.reset_facts || connection.reset_by != from || segment.has(kRst)) return false;
  if (!note.has(Mark::new_data) && !note.has(Mark::new_ack)) return false;
  const DurationNs base = connection.base_round_trip();
  return base.ns > 0 && segment.time - connection.reset > base;
}

}  // namespace

void note_ending(Connection& connection, const Segment& segment, std::uint8_t from, const Note& note) {
  Flow& flow = connection.flows[from];
  Flow& peer = connection.flows[1U - from];
  if (note.has(Mark::out_of_window)) return;
  if (segment.has(kRst)) {
    if (connection.reset == kNoTime && connection.is_established()) {
      connection.reset_facts = facts_of(connection, segment, from);
    }
  } else {
    flow.hops.add(segment.ttl);
    note_try(segment, note, flow);
    if (goes_on(connection, segment, from, note)) ++connection.reset_facts->went_on;
    // Whoever waits for the client's first data (TCP_DEFER_ACCEPT) sends its SYN-ACK again until then.
    const bool has_data = connection.flows[connection.client].counts.data_packets > 0;
    if (note.resend == Resend::syn_ack && connection.opened != kNoTime && has_data) ++connection.late_syn_acks;
  }
  if (peer.tries) *peer.tries = {};
  flow.last_before = segment.time;
}

}  // namespace wirecause::tcp
