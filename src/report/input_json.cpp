// SPDX-License-Identifier: Apache-2.0
#include "report/input_json.hpp"

#include "report/advice.hpp"
#include "report/live_limits.hpp"

namespace wirecause {
namespace {

Json unknown_json(const UnknownCount& unknown) { return Json{{"what", unknown.what}, {"packets", unknown.packets}}; }

Json limit_json(const LimitSeen& limit) {
  return Json{
      {"id", id_of(limit.limit)}, {"count", limit.count}, {"text", text_of(limit)}, {"remedy", remedy_of(limit)}};
}

// What this tool itself lost is nobody's finding (DESIGN D11).
void put_own_losses(Json& json, const LiveSummary& live) {
  json["tap_dropped"] = tap_dropped(live);
  json["own_socket_dropped"] = own_socket_dropped(live);
  json["drop_records_lost"] = live.drop_records_lost;
}

}  // namespace

Json json_of(const InputSummary& input, const ReportOptions& options) {
  Json json;
  json["file"] = input.file;
  json["format"] = input.format;
  json["bytes"] = input.bytes;
  json["packets"] = input.packets;
  json["first_ns"] = json_of(input.first);
  json["last_ns"] = json_of(input.last);
  json["truncated_packets"] = input.truncated_packets;
  json["malformed_packets"] = input.malformed_packets;
  json["undecoded_packets"] = input.undecoded_packets;
  put_capped(json, "undecoded", input.undecoded, options.max_list, unknown_json);
  json["fragments"] = input.fragments;
  json["filtered_packets"] = input.filtered_packets;
  json["backward_stamps"] = input.backward_stamps;
  json["bad_ip_checksums"] = input.bad_ip_checksums;
  json["bad_udp_checksums"] = input.bad_udp_checksums;
  json["bad_tcp_checksums"] = input.bad_tcp_checksums;
  json["damaged_records"] = input.damaged_records;
  json["dropped"] = json_or_null(input.dropped);
  json["cut"] = json_or_null(input.cut);
  put_capped(json, "points", input.points, options.max_list, [](const std::string& point) { return Json(point); });
  put_capped(json, "comments", input.comments, options.max_list, [](const std::string& text) { return Json(text); });
  return json;
}

Json observer_json(const Analysis& analysis) {
  const ObserverSummary& observer = analysis.observer;
  Json json;
  json["packets_seen"] = observer.packets_seen;
  json["dropped_by_capture"] = json_or_null(observer.dropped_by_capture);
  json["evicted"] = observer.evicted;
  json["suppressed"] = observer.suppressed;
  if (analysis.live) put_own_losses(json, *analysis.live);
  json["blind"] = blind_sentences(analysis);
  json["limits"] = list_of(limits_of(analysis), limit_json);
  return json;
}

}  // namespace wirecause
