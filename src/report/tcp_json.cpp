// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_json.hpp"

#include "report/tcp_order.hpp"
#include "report/tcp_path_json.hpp"
#include "tcp/pairs.hpp"

namespace wirecause {
namespace {

using tcp::ConnectionSummary;
using tcp::DirectionSummary;
using tcp::FlowCounts;

// One value of each direction: `from_client`, `from_server`.
template <class F>
Json each_way(const ConnectionSummary& connection, F&& value_of) {
  Json json;
  json["from_client"] = value_of(connection.directions[0]);
  json["from_server"] = value_of(connection.directions[1]);
  return json;
}

template <class Count, class Counts>
Json counts_each_way(const ConnectionSummary& connection, Count Counts::*count) {
  return each_way(connection, [count](const DirectionSummary& of) { return Json(of.counts.*count); });
}

Json options_json(const DirectionSummary& of) {
  Json json;
  json["mss"] = json_or_null(of.mss);
  json["window_scale"] = json_or_null(of.window_scale);
  json["sack"] = of.sack_permitted;
  json["timestamps"] = of.has_stamps;
  return json;
}

Json marks_json(std::uint8_t marks) {
  using Options = tcp::Options;
  Json list = Json::array();
  const auto put = [&](Options::Mark mark, std::string_view name) {
    if ((marks & mark) != 0) list.push_back(name);
  };
  put(Options::kFastOpen, "fast_open");
  put(Options::kMultipath, "multipath");
  put(Options::kMd5, "md5");
  put(Options::kAuthentication, "authentication");
  put(Options::kAccurateEcn, "accurate_ecn");
  put(Options::kMalformed, "malformed_options");
  return list;
}

// One value of each kind, `names` beside them.
template <class Kind, class Values, class F>
Json by_kind(const Values& values, F&& value_of) {
  Json json;
  for (std::size_t i = 0; i < values.size(); ++i) json[std::string(text(static_cast<Kind>(i)))] = value_of(values[i]);
  return json;
}

Json resends_json(const DirectionSummary& of) {
  return by_kind<tcp::Resend>(of.counts.resent, [](std::uint64_t packets) { return Json(packets); });
}

Json time_json(const DirectionSummary& of) {
  return by_kind<tcp::Wait>(of.time, [](DurationNs spent) { return Json(spent.ns); });
}

Json stall_json(const tcp::Stall& stall) {
  Json json;
  json["from_ns"] = json_of(stall.from);
  json["to_ns"] = json_of(stall.to);
  json["waits_for"] = tcp::text(stall.wait);
  json["sender"] = stall.direction == 0 ? "client" : "server";
  json["frame_before"] = stall.frame_before;
  json["frame_after"] = stall.frame_after;
  return json;
}

Json exchanges_json(const tcp::Exchanges::Sums& sums) {
  Json json;
  json["count"] = sums.count;
  json["first_byte_ns"] = sums.first_byte.ns;
  json["longest_first_byte_ns"] = sums.longest_first_byte.ns;
  json["frame"] = sums.count == 0 ? Json(nullptr) : Json(sums.longest_frame);
  json["transfer_ns"] = sums.transfer.ns;
  return json;
}

Json tunnel_json(const ConnectionSummary& connection) {
  if (connection.tunnel.empty()) return nullptr;
  Json json;
  json["kind"] = connection.tunnel;
  json["number"] = connection.tunnel_number;
  return json;
}

Json incast_json(const tcp::Incast& incast) {
  Json json;
  json["receiver"] = incast.receiver.text();
  json["from_ns"] = json_of(incast.from);
  json["to_ns"] = json_of(incast.to);
  json["stalled_ns"] = incast.stalled.ns;
  json["together"] = incast.together;
  json["connections"] = incast.connections.size();
  return json;
}

Json reset_json(const ConnectionSummary& connection) {
  if (connection.reset == kNoTime) return nullptr;
  Json json;
  json["time_ns"] = json_of(connection.reset);
  json["frame"] = connection.reset_frame;
  json["by"] = connection.is_reset_by_client ? "client" : "server";
  return json;
}

Json duration_or_null(const std::optional<DurationNs>& duration) { return duration ? Json(duration->ns) : Json(); }

Json duration_or_null(DurationNs duration) { return duration.ns > 0 ? Json(duration.ns) : Json(); }

Json pair_json(const tcp::HostPair& pair) {
  Json json;
  json["client"] = pair.client.text();
  json["server"] = pair.server.text();
  json["connections"] = pair.connections;
  json["established"] = pair.established;
  json["first_ns"] = json_of(pair.first);
  json["last_ns"] = json_of(pair.last);
  json["life_ns"] = pair.life.ns;
  json["lost_ns"] = pair.stalled().ns;
  json["base_rtt_ns"] = duration_or_null(pair.base_round_trip);
  json["packets"] = pair.packets;
  json["bytes"] = Json{{"from_client", pair.bytes[0]}, {"from_server", pair.bytes[1]}};
  json["retransmissions"] = pair.retransmissions;
  json["reordered"] = pair.reordered;
  json["resets"] = pair.resets;
  json["time"] = by_kind<tcp::Wait>(pair.time, [](DurationNs spent) { return Json(spent.ns); });
  return json;
}

DurationNs stalled(const tcp::TcpSummary& tcp) {
  DurationNs sum{0};
  for (const ConnectionSummary& connection : tcp.connections) sum = sum + connection.stalled();
  return sum;
}

Json totals_json(const tcp::Totals& totals) {
  Json json;
  json["connections"] = totals.connections;
  json["evicted"] = totals.evicted;
  json["established"] = totals.established;
  json["packets"] = totals.packets;
  json["bytes"] = totals.bytes;
  json["copies"] = totals.copies;
  json["resets"] = totals.resets;
  json["seen_again"] = totals.seen_again;
  json["filled"] = totals.filled;
  json["retransmissions"] = totals.retransmissions;
  json["reordered"] = totals.reordered;
  return json;
}

}  // namespace

Json json_of(const ConnectionSummary& c) {
  Json json;
  json["id"] = c.id;
  json["client"] = endpoint_text(c.client.address, c.client.port);
  json["server"] = endpoint_text(c.server.address, c.server.port);
  json["client_known"] = c.is_client_known;
  json["starts_with_syn"] = c.starts_with_syn;
  json["input"] = c.input;
  json["vlan"] = json_or_null(c.vlan);
  json["tunnel"] = tunnel_json(c);
  json["asymmetric"] = json_or_null(c.is_asymmetric);
  json["first_ns"] = json_of(c.first);
  json["last_ns"] = json_of(c.last);
  json["first_frame"] = c.first_frame;
  json["last_frame"] = c.last_frame;
  json["state_client"] = tcp::text(c.directions[0].state);
  json["state_server"] = tcp::text(c.directions[1].state);
  json["handshake_ns"] = duration_or_null(c.handshake);
  json["base_rtt_ns"] = duration_or_null(c.base_round_trip);
  json["options"] = each_way(c, options_json);
  json["marks"] = marks_json(c.marks);
  json["packets"] = counts_each_way(c, &FlowCounts::packets);
  json["bytes"] = counts_each_way(c, &FlowCounts::bytes);
  json["copies"] = counts_each_way(c, &FlowCounts::copies);
  json["retransmissions"] = each_way(c, resends_json);
  json["lost_before"] = each_way(c, [](const DirectionSummary& of) { return Json(of.counts.lost_before()); });
  json["lost_after"] = each_way(c, [](const DirectionSummary& of) { return Json(of.counts.lost_after()); });
  json["reordered"] = counts_each_way(c, &FlowCounts::reordered);
  json["doubly_received"] = counts_each_way(c, &FlowCounts::doubly_received);
  json["seen_again"] = counts_each_way(c, &FlowCounts::seen_again);
  json["filled"] = counts_each_way(c, &FlowCounts::filled);
  json["passed_over"] = counts_each_way(c, &FlowCounts::holes);
  json["uncaptured_bytes"] = counts_each_way(c, &FlowCounts::uncaptured);
  json["acks_of_unseen"] = counts_each_way(c, &FlowCounts::acks_of_unseen);
  json["captured_late"] = counts_each_way(c, &FlowCounts::captured_late);
  json["duplicate_acks"] = counts_each_way(c, &FlowCounts::duplicate_acks);
  json["window_updates"] = counts_each_way(c, &FlowCounts::window_updates);
  json["zero_windows"] = counts_each_way(c, &FlowCounts::zero_windows);
  json["zero_window_ns"] = each_way(c, [](const DirectionSummary& of) { return Json(of.zero_window.ns); });
  json["keep_alives"] = counts_each_way(c, &FlowCounts::keep_alives);
  json["window_probes"] = counts_each_way(c, &FlowCounts::window_probes);
  json["out_of_window"] = counts_each_way(c, &FlowCounts::out_of_window);
  json["congestion_marks"] = counts_each_way(c, &FlowCounts::congestion_marks);
  json["congestion_echoes"] = counts_each_way(c, &FlowCounts::echoes);
  json["resets"] = counts_each_way(c, &FlowCounts::resets);
  json["reset"] = reset_json(c);
  json["half_rtt_ns"] = each_way(c, [](const DirectionSummary& of) { return duration_or_null(of.round_trip_least); });
  json["rtt_samples"] = each_way(c, [](const DirectionSummary& of) { return Json(of.round_trip_samples); });
  json["delayed_acks"] = counts_each_way(c, &FlowCounts::delayed_acks);
  json["longest_ack_delay_ns"] =
      each_way(c, [](const DirectionSummary& of) { return Json(of.counts.longest_ack_delay_ns); });
  json["timeout_ns"] = each_way(c, [](const DirectionSummary& of) { return duration_or_null(of.timeout); });
  json["time"] = each_way(c, time_json);
  json["exchanges"] = exchanges_json(c.exchanges);
  json["stalls"] = list_of(c.stalls, stall_json);
  json["stalls_omitted"] = c.stalls_total - c.stalls.size();
  json["congestion_control"] =
      each_way(c, [](const DirectionSummary& of) { return Json(tcp::text(of.path.congestion.algorithm)); });
  json["path"]["from_client"] = path_json(c.directions[0], c.directions[1]);
  json["path"]["from_server"] = path_json(c.directions[1], c.directions[0]);
  json["capture_point"] = each_way(c, [](const DirectionSummary& of) { return Json(tcp::text(of.capture_point)); });
  return json;
}

void put_tcp(Json& json, const tcp::TcpSummary& tcp, const ReportOptions& options) {
  put_capped(json, "tcp", by_importance(tcp), options.max_list, tcp.totals.connections,
             [](const ConnectionSummary* connection) { return json_of(*connection); });
  const std::vector<tcp::HostPair> pairs = tcp::host_pairs(tcp);
  put_capped(json, "tcp_pairs", pairs, options.max_list, pairs.size(), pair_json);
  put_capped(json, "tcp_incasts", tcp.incasts, options.max_list, tcp.incasts.size(), incast_json);
  json["tcp_totals"] = totals_json(tcp.totals);
  json["tcp_totals"]["lost_ns"] = stalled(tcp).ns;
}

}  // namespace wirecause
