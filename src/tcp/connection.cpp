// SPDX-License-Identifier: Apache-2.0
#include "tcp/connection.hpp"

#include <algorithm>

namespace wirecause::tcp {
namespace {

// What the handshake says of an end, or what its packets show where it was not captured.
void note_options(Connection& connection, const Segment& segment, Flow& flow, Flow& peer) {
  const Options& options = segment.options;
  flow.marks |= options.marks;
  if (options.has_timestamps) flow.has_stamps = true;
  if (!segment.has(kSyn)) return;
  flow.mss = options.has_mss ? options.mss : flow.mss;
  flow.has_scale = options.has_window_scale;
  flow.scale = options.window_scale;
  flow.sack_permitted = options.sack_permitted;
  flow.has_stamps = options.has_timestamps;
  const bool agreed = flow.has_scale && peer.has_scale;
  if (segment.has(kAck) || connection.is_simultaneous) flow.scale_applies = peer.scale_applies = agreed;
}

// A stamp and its echo: the round trip and what the other end waited, from the first packet that carried it.
void note_echo(const Segment& segment, Flow& flow, Flow& peer, Note& note) {
  const Options& options = segment.options;
  if (peer.awaited_since != kNoTime && segment.has(kAck)) {
    if (options.echo == peer.awaited_stamp) {
      const DurationNs trip = segment.time - peer.awaited_since;
      peer.round_trip.bound(trip);
      note.echo_trip_ns = trip.ns;
    }
    if (!is_older_stamp(options.echo, peer.awaited_stamp)) peer.awaited_since = kNoTime;
  }
  const bool is_first = flow.counts.packets <= 1 || is_older_stamp(flow.newest_stamp, options.stamp);
  if (flow.awaited_since != kNoTime || !is_first) return;
  flow.awaited_stamp = options.stamp;
  flow.awaited_since = segment.time;
}

void note_stamps(const Segment& segment, Flow& flow, Flow& peer, Note& note) {
  if (!segment.options.has_timestamps) {
    const bool agreed = flow.has_stamps && flow.has_syn && !segment.has(kSyn) && !segment.has(kRst);
    if (agreed) ++flow.unusual().stripped_after_syn;
    return;
  }
  note_echo(segment, flow, peer, note);
  if (flow.counts.packets > 1 && is_older_stamp(segment.options.stamp, flow.newest_stamp)) {
    ++flow.unusual().old_stamps;
    note.set(Mark::old_stamp);
  } else {
    flow.newest_stamp = segment.options.stamp;
  }
  flow.last_echo = segment.options.echo;
}

void note_congestion(const Segment& segment, Flow& flow) {
  constexpr std::uint8_t kExperienced = 3;
  if (segment.ecn == kExperienced) ++flow.unusual().congestion_marks;
  if (segment.has(kSyn)) return;
  if (segment.has(kEce)) ++flow.unusual().echoes;
  if (segment.has(kCwr)) ++flow.unusual().window_reduced;
}

void set_base(const Segment& segment, Flow& flow) {
  if (flow.has_base && !(segment.has(kSyn) && !flow.has_syn)) return;
  if (!flow.has_base) {
    flow.base = segment.sequence;
    flow.has_base = true;
  } else {  // the peer's acknowledgement came first: one offset less for the SYN
    flow.next += static_cast<std::int32_t>(flow.base - segment.sequence);
    flow.acknowledged += static_cast<std::int32_t>(flow.base - segment.sequence);
    flow.base = segment.sequence;
    flow.known.acknowledged = flow.acknowledged;
    flow.known.under_way.forget();
    Oddities& odd = flow.unusual();
    odd.unseen_begin = 0;
    odd.unseen_end = std::max(odd.unseen_end, Offset{1});
  }
  flow.has_syn = segment.has(kSyn);
}

}  // namespace

// Whether the receiver would take it: a reset far from what it waits for is not of this connection (RFC 9293 3.5.3, RFC 5961 3).
bool may_reset(const Segment& segment, const Flow& flow, const Flow& peer) {
  if (!flow.has_base || !peer.has_window) return true;
  constexpr Offset kLeast = 1 << 16;
  const Offset window = std::max<Offset>(kLeast, peer.largest_window);
  const Offset at = offset_near(flow.next, flow.base, segment.sequence);
  return at >= flow.acknowledged - window && at <= std::max(flow.next, peer.window_edge) + window;
}

std::uint8_t client_of(const Segment& first, const Origin& origin) {
  const std::uint8_t from = origin.source < origin.destination ? 0 : 1;
  const auto to = static_cast<std::uint8_t>(1U - from);
  if (first.has(kSyn)) return first.has(kAck) ? to : from;
  return origin.source.port >= origin.destination.port ? from : to;
}

void Connection::begin(std::uint64_t number, const Segment& segment, const Origin& origin) {
  *this = Connection{};
  id = number;
  ends = {std::min(origin.source, origin.destination), std::max(origin.source, origin.destination)};
  point = origin.point;
  input = segment.input;
  first = segment.time;
  first_frame = segment.frame;
  starts_with_syn = segment.has(kSyn);
  is_client_known = starts_with_syn;
  client = client_of(segment, origin);
  if (!starts_with_syn) flows[0].state = flows[1].state = State::established;
}

Note Connection::segment(const Segment& segment, std::uint8_t from) {
  Note note;
  Flow& flow = flows[from];
  Flow& peer = flows[1U - from];
  const FlightBefore before{flow.next, flow.flight, is_over(), last_frame};
  last = later(last, segment.time);
  last_frame = segment.frame;
  if (flow.copies.is_copy(segment, base_round_trip())) {
    note.set(Mark::copy);
    Oddities& odd = flow.unusual();
    ++odd.copies;
    odd.copy_begin = offset_near(flow.next, flow.base, segment.sequence);
    odd.copy_end = odd.copy_begin + segment.space();
    note.begin = odd.copy_begin;
    note.end = odd.copy_end;
    if (segment.has(kAck)) note.ack = offset_near(peer.acknowledged, peer.base, segment.acknowledgement);
    return note;
  }
  UsualCounts& counts = flow.counts;
  ++counts.packets;
  if (!segment.has(kRst)) flow.ttls.packet(segment.ttl);  // whoever makes a reset on the way has another one
  counts.bytes += segment.length;
  counts.data_packets += segment.length > 0 ? 1U : 0U;
  if (segment.is_cut()) [[unlikely]]
    ++flow.unusual().cut;
  flow.last_packet = segment.time;
  if (segment.has(kSyn) && !segment.has(kAck) && peer.has_syn && from != client && is_client_known) {
    is_simultaneous = true;
  }
  note_options(*this, segment, flow, peer);
  note_congestion(segment, flow);
  if (!segment.has(kRst)) {
    set_base(segment, flow);
    note_stamps(segment, flow, peer, note);
    if (segment.space() > 0) note_heard(*this, segment, from);
    note_data(*this, segment, from, note);
    flow.ids.note(static_cast<std::uint16_t>(segment.ip_id));
    if (segment.has(kAck) && !note.has(Mark::out_of_window)) {
      note_acknowledgement(*this, segment, from, note);
      note_window(*this, segment, from, note);
      note_report(*this, segment, from, note);
    } else if (segment.has(kSyn)) {
      note_window(*this, segment, from, note);
      note_report(*this, segment, from, note);
    }
  } else {
    note.set(Mark::reset);
    if (!may_reset(segment, flow, peer)) {
      ++flow.unusual().out_of_window;
      note.set(Mark::out_of_window);
    }
  }
  note_ending(*this, segment, from, note);
  note_states(*this, segment, from, note);
  note_time(*this, segment, from, note, before);
  if (!note.has(Mark::out_of_window)) note_path(*this, segment, from, note);
  if (segment.length > 0 && note.has(Mark::new_data)) {
    if (from == client) {
      exchanges.from_client(segment.time);
    } else {
      exchanges.from_server(segment.time, segment.frame);
    }
  }
  return note;
}

}  // namespace wirecause::tcp
