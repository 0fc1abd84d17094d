// SPDX-License-Identifier: Apache-2.0
#include "tcp/summarise.hpp"

#include <algorithm>

#include "packet/tunnel.hpp"
#include "tcp/incast.hpp"

namespace wirecause::tcp {
namespace {

// What is left behind the last packet that settled it.
std::array<DurationNs, kWaits> time_of(const Connection& connection, std::uint8_t from) {
  const Flow& flow = connection.flows[from];
  Account account = flow.account;
  const bool is_closing = connection.reset != kNoTime || flow.is_fin_sent_before;
  if (!connection.was_open) {
    account.settle(connection.last, Wait::handshake);
  } else if (is_closing) {
    account.settle(connection.last, Wait::closing);
  } else if (flow.recovery && flow.recovery->is_recovering(flow.acknowledged)) {
    const bool by_timer = flow.recovery->kind() == Resend::timeout;
    account.settle(connection.last, by_timer ? Wait::recovery_timeout : Wait::recovery_fast);
  } else {
    if (flow.in_flight() > 0) account.settle(connection.last, Wait::network);
    account.settle(std::min(flow.last_progress + connection.way_to_sender(from), connection.last), Wait::network);
    account.settle(connection.last, Wait::sender_idle);
  }
  std::array<DurationNs, kWaits> sums = account.sums();
  if (flow.plateau.is_send_buffer(connection.base_round_trip())) {
    const auto move = [&](Wait source, DurationNs part) {
      sums[static_cast<std::size_t>(source)] = sums[static_cast<std::size_t>(source)] - part;
      sums[static_cast<std::size_t>(Wait::pacing)] = sums[static_cast<std::size_t>(Wait::pacing)] + part;
    };
    move(Wait::congestion_window, flow.plateau.window());
    move(Wait::queueing, flow.plateau.queueing());
  }
  return sums;
}

NeverCame never_came(const Flow& flow) {
  NeverCame out;
  if (!flow.holes) return out;
  for (const Hole& hole : flow.holes->all()) {
    if (hole.begin < flow.acknowledged) continue;
    out.bytes += static_cast<std::uint64_t>(hole.end - hole.begin);
    if (out.since != kNoTime && out.since <= hole.opener.time) continue;
    out.since = hole.opener.time;
    out.frame = hole.opener.frame;
  }
  return out;
}

DirectionSummary direction_of(const Connection& connection, std::uint8_t from) {
  const Flow& flow = connection.flows[from];
  const Flow& peer = connection.flows[1U - from];
  DirectionSummary out;
  out.counts = flow.all_counts();
  out.state = flow.state;
  if (flow.mss != 0) out.mss = flow.mss;
  if (flow.has_scale) out.window_scale = flow.scale;
  out.sack_permitted = flow.sack_permitted;
  out.has_stamps = flow.has_stamps;
  out.largest_window = flow.largest_window;
  out.largest_segment = flow.largest_segment;
  if (flow.oddities) out.zero_window = flow.oddities->zero_time;
  if (flow.zero_since != kNoTime) out.zero_window = out.zero_window + (connection.last - flow.zero_since);
  out.round_trip_least = flow.round_trip.least();
  out.round_trip_smoothed = flow.round_trip.smoothed();
  out.round_trip_samples = flow.round_trip.samples();
  if (flow.round_trip.samples() > 0) out.timeout = flow.timeout(peer.round_trip.least());
  out.smallest_window = flow.smallest_window == ~std::uint32_t{0} ? 0 : flow.smallest_window;
  out.time = time_of(connection, from);
  out.path = path_summary_of(flow);
  for (std::size_t i = 0; connection.stalls && i < kWaits; ++i) {
    out.stalls[i] = connection.stalls->count(from, static_cast<Wait>(i));
  }
  out.tries = flow.all_tries();
  out.last_packet = flow.last_packet;
  out.acknowledged = static_cast<std::uint64_t>(std::max<Offset>(0, flow.acknowledged - (flow.has_syn ? 1 : 0)));
  out.in_flight = static_cast<std::uint64_t>(flow.in_flight());
  out.never_came = never_came(flow);
  out.is_nagle_off = flow.is_nagle_off;
  out.full_window = flow.known.full_window;
  out.capture_point = capture_point(flow.round_trip.least(), peer.round_trip.least());
  return out;
}

}  // namespace

std::string_view text(CapturePoint point) {
  switch (point) {
    case CapturePoint::unknown:
      return "unknown";
    case CapturePoint::near_sender:
      return "near_sender";
    case CapturePoint::middle:
      return "middle";
    case CapturePoint::near_receiver:
      return "near_receiver";
  }
  return "unknown";
}

CapturePoint capture_point(DurationNs to_receiver, DurationNs to_sender) {
  constexpr std::int64_t kNear = 8;
  if (to_receiver.ns <= 0 || to_sender.ns <= 0) return CapturePoint::unknown;
  const std::int64_t whole = to_receiver.ns / kNear + to_sender.ns / kNear;
  if (to_sender.ns <= whole) return CapturePoint::near_sender;
  if (to_receiver.ns <= whole) return CapturePoint::near_receiver;
  return CapturePoint::middle;
}

namespace {

std::optional<bool> asymmetry_of(const Connection& connection) {
  const auto& [one, other] = connection.flows;
  if (!one.has_mac || !other.has_mac) return std::nullopt;
  return one.source_mac != other.destination_mac || one.destination_mac != other.source_mac;
}

}  // namespace

ConnectionSummary summary_of(const Connection& connection) {
  ConnectionSummary out;
  const std::uint8_t client = connection.client;
  const auto server = static_cast<std::uint8_t>(1U - client);
  out.id = connection.id;
  out.client = connection.ends[client];
  out.server = connection.ends[server];
  out.is_client_known = connection.is_client_known;
  out.starts_with_syn = connection.starts_with_syn;
  out.point = connection.point;
  out.input = connection.input;
  for (const Flow& flow : connection.flows) {
    if (flow.counts.packets > 0 && flow.vlan != kNoVlan && !out.vlan) out.vlan = flow.vlan;
    out.marks |= flow.marks;
  }
  for (const std::uint8_t from : {client, server}) {
    const Flow& flow = connection.flows[from];
    if (!out.tunnel.empty() || flow.tunnel == Tunnel::none) continue;
    out.tunnel = text(flow.tunnel);
    out.tunnel_number = flow.tunnel_number;
  }
  out.is_asymmetric = asymmetry_of(connection);
  out.first = connection.first;
  out.last = connection.last;
  out.first_frame = connection.first_frame;
  out.last_frame = connection.last_frame;
  if (connection.syn != kNoTime && connection.opened != kNoTime) out.handshake = connection.opened - connection.syn;
  if (connection.base_round_trip().ns > 0) out.base_round_trip = connection.base_round_trip();
  out.reset = connection.reset;
  out.reset_frame = connection.reset_frame;
  out.is_reset_by_client = connection.reset != kNoTime && connection.reset_by == client;
  if (connection.reset_facts) out.reset_facts = *connection.reset_facts;
  out.late_syn_acks = connection.late_syn_acks;
  if (connection.flows[client].has_syn) out.client_isn = connection.flows[client].base;
  out.saw_syn_ack = connection.syn_ack != kNoTime;
  out.exchanges = connection.exchanges.sums();
  if (connection.stalls) {
    out.stalls = connection.stalls->longest();
    out.stalls_total = connection.stalls->total();
    for (Stall& stall : out.stalls) stall.direction = stall.direction == client ? 0 : 1;
  }
  out.directions = {direction_of(connection, client), direction_of(connection, server)};
  return out;
}

void complete(TcpSummary& summary) {
  std::ranges::sort(summary.connections, {}, &ConnectionSummary::id);
  summary.incasts = incasts_of(summary.connections);
}

}  // namespace wirecause::tcp
