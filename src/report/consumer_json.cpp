// SPDX-License-Identifier: Apache-2.0
#include "report/consumer_json.hpp"

#include <map>

namespace wirecause {
namespace {

void put_owner(Json& json, const ConsumerSummary& consumer) {
  json["owner"] = json_or_null(consumer.owner);
  json["pid"] = json_or_null(consumer.pid);
  json["fd"] = json_or_null(consumer.fd);
  json["cookie"] = json_or_null(consumer.cookie);
  json["kind"] = text(consumer.kind);
  json["detail"] = json_or_null(consumer.detail);
}

Json dropped_at_json(const DroppedAt& at) {
  return Json{{"place", at.place},
              {"units", at.units},
              {"datagrams", at.datagrams},
              {"by", at.is_by_number ? "number" : "count"}};
}

// The sums a place, for who adds them up; how each was obtained stands beside them.
void put_dropped(Json& json, const ConsumerSummary& consumer) {
  std::map<std::string, std::uint64_t> units;
  for (const DroppedAt& at : consumer.dropped) units[at.place] += at.units;
  Json dropped = Json::object();
  for (const DroppedAt& at : consumer.dropped) dropped[at.place] = units[at.place];
  json["dropped"] = std::move(dropped);
  json["dropped_at"] = list_of(consumer.dropped, dropped_at_json);
}

// DESIGN D2: expected = read + queued + sum(dropped) + lost_before + unexplained.
void put_sum(Json& json, const ConsumerSummary& consumer) {
  json["expected"] = consumer.expected;
  json["read"] = json_or_null(consumer.read);
  json["read_unknown"] = json_or_null(consumer.read_unknown);
  json["queued"] = json_or_null(consumer.queued);
  put_dropped(json, consumer);
  json["dropped_unknown"] = json_or_null(consumer.dropped_unknown);
  json["lost_before"] = consumer.lost_before;
  json["unexplained"] = json_or_null(consumer.unexplained);
}

Json interface_json(const LiveInterface& interface) {
  return Json{{"name", interface.name},
              {"stamps", json_or_null(interface.stamps)},
              {"joined", interface.is_join},
              {"packets", interface.packets},
              {"dropped", interface.dropped}};
}

Json gap_json(const EvidenceGap& gap) {
  return Json{{"what", gap.what},
              {"reason", json_or_null(gap.reason)},
              {"remedy", json_or_null(gap.remedy)},
              {"claim", json_or_null(gap.claim)},
              {"hides_loss", gap.hides_loss}};
}

}  // namespace

Json json_of(const ConsumerSummary& consumer) {
  Json json;
  json["consumer"] = consumer.id;
  json["feed"] = consumer.feed;
  json["line"] = consumer.line;
  json["group"] = json_or_null(consumer.group);
  json["port"] = consumer.port;
  put_owner(json, consumer);
  put_sum(json, consumer);
  json["seen"] = consumer.seen;
  json["absent"] = consumer.absent;
  json["socket_drops"] = json_or_null(consumer.socket_drops);
  json["socket_events"] = json_or_null(consumer.socket_events);
  return json;
}

Json json_of(const PathPoint& point) {
  Json json;
  json["at"] = text(point.at);
  json["feed"] = json_or_null(point.feed);
  json["passed"] = json_or_null(point.passed);
  json["dropped"] = json_or_null(point.dropped);
  json["how"] = text(point.how);
  json["source"] = json_or_null(point.source);
  return json;
}

Json json_of(const LiveSummary& live) {
  Json json;
  json["interfaces"] = list_of(live.interfaces, interface_json);
  json["started_ns"] = json_of(live.started);
  json["ended_ns"] = json_of(live.ended);
  json["unobserved"] = list_of(live.gaps, gap_json);
  json["drop_records"] = live.drop_records;
  json["drop_records_lost"] = live.drop_records_lost;
  json["unlisted_drops"] = live.unlisted_drops;
  json["slowed"] = live.slowed;
  json["capabilities_kept"] = live.capabilities_kept;
  return json;
}

}  // namespace wirecause
