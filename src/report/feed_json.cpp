// SPDX-License-Identifier: Apache-2.0
#include "report/feed_json.hpp"

#include "report/words.hpp"

namespace wirecause {
namespace {

Json gap_json(const Gap& gap) {
  Json json;
  json["first_sequence"] = gap.first_sequence;
  json["count"] = gap.count;
  json["opened_ns"] = json_of(gap.opened);
  json["closed_ns"] = json_of(gap.closed);
  json["closed_by"] = text(gap.closed_by);
  json["input"] = gap.input;
  json["frame"] = gap.frame == 0 ? Json(nullptr) : Json(gap.frame);
  return json;
}

void put_gaps(Json& json, const GapList& gaps, const ReportOptions& options) {
  put_capped(json, "gaps", gaps.listed, options.max_list, gaps.total, gap_json);
}

void put_identity(Json& json, const LineSummary& line) {
  json["line"] = line.name;
  put_stream(json, line);
  json["point"] = json_or_null(line.point);
}

void put_volume(Json& json, const LineSummary& line) {
  json["packets"] = line.packets;
  json["messages"] = line.messages;
  json["bytes"] = line.bytes;
  json["heartbeats"] = line.heartbeats;
  json["unsequenced"] = line.unsequenced;
  json["retransmissions"] = line.retransmissions;
  json["out_of_range_packets"] = line.out_of_range_packets;
  json["first_ns"] = json_of(line.first);
  json["last_ns"] = json_of(line.last);
}

void put_sums(Json& json, const LineSummary& line) {
  const bool numbered = line.expected > 0 || line.tail_unknown > 0;
  json["first_sequence"] = numbered ? Json(line.first_sequence) : Json(nullptr);
  json["last_sequence"] = numbered ? Json(line.last_sequence) : Json(nullptr);
  json["expected"] = line.expected;
  json["lost"] = line.lost;
  json["late"] = line.late;
  json["duplicates"] = line.duplicates;
  json["reordered_packets"] = line.reordered_packets;
  json["resets"] = line.resets;
  json["tail_unknown"] = line.tail_unknown;
  json["messages_lost"] = json_or_null(line.messages_lost);
}

Json line_json(const LineSummary& line, const ReportOptions& options) {
  Json json;
  put_identity(json, line);
  put_volume(json, line);
  put_sums(json, line);
  put_gaps(json, line.gaps, options);
  return json;
}

Json arbitrated_json(const ArbitratedSummary& sums, const ReportOptions& options) {
  Json json;
  json["expected"] = sums.expected;
  json["delivered"] = sums.delivered;
  json["recovered"] = sums.recovered;
  json["lost"] = sums.lost;
  json["tail_unknown"] = sums.tail_unknown;
  put_gaps(json, sums.gaps, options);
  return json;
}

Json peak_json(const BurstPeak& peak) {
  Json json;
  json["window_ns"] = peak.window.ns;
  json["packets"] = peak.packets;
  json["packets_at_ns"] = json_of(peak.packets_at);
  json["messages"] = peak.messages;
  json["messages_at_ns"] = json_of(peak.messages_at);
  json["bytes"] = peak.bytes;
  json["bytes_at_ns"] = json_of(peak.bytes_at);
  return json;
}

Json bursts_json(const LineSummary& line) {
  Json json;
  json["line"] = line.name;
  json["windows"] = list_of(line.bursts, peak_json);
  json["inter_arrival"] = json_of(line.inter_arrival);
  return json;
}

Json latency_json(const std::optional<LatencySummary>& latency) {
  if (!latency) return nullptr;
  Json json;
  json["from"] = latency->from;
  json["to"] = latency->to;
  json["relative"] = latency->relative;
  json["clock_error_ns"] = latency->clock_error ? Json(latency->clock_error->ns) : Json(nullptr);
  json["floor_ns"] = latency->relative ? Json(latency->floor_ns) : Json(nullptr);
  json["negative"] = latency->negative;
  json.update(json_of(latency->histogram));
  return json;
}

Json lead_json(const LeadSummary& lead) {
  Json json;
  json["leader"] = lead.leader;
  json["follower"] = lead.follower;
  json["compared"] = lead.compared;
  json["led"] = lead.led;
  json["lead"] = json_of(lead.lead);
  json["lag"] = json_of(lead.lag);
  return json;
}

}  // namespace

Json json_of(const FeedSummary& feed, const ReportOptions& options) {
  Json json;
  json["name"] = feed.name;
  json["protocol"] = feed.protocol;
  json["sequence_unit"] = text(feed.unit);
  json["session"] = json_or_null(feed.session);
  json["channel"] = feed.channel;
  json["epochs"] = feed.epochs;
  json["lines"] = list_of(feed.lines, [&](const LineSummary& line) { return line_json(line, options); });
  json["arbitrated"] = arbitrated_json(feed.arbitrated, options);
  json["bursts"] = list_of(feed.lines, bursts_json);
  json["latency"] = latency_json(feed.latency);
  json["leads"] = list_of(feed.leads, lead_json);
  return json;
}

Json json_of(const UnrecognisedStream& stream) {
  Json json;
  put_stream(json, stream);
  json["packets"] = stream.packets;
  json["bytes"] = stream.bytes;
  return json;
}

}  // namespace wirecause
