// SPDX-License-Identifier: Apache-2.0
#include "report/tcp_path_json.hpp"

#include "tcp/ttl_steps.hpp"

namespace wirecause {
namespace {

using tcp::PathSummary;

Json number_or_null(std::uint64_t number) { return number > 0 ? Json(number) : Json(); }

Json queueing_json(const tcp::QueueingSummary& queueing) {
  if (queueing.samples == 0) return nullptr;
  Json json;
  json["base_rtt_ns"] = queueing.base.ns;
  json["mean_ns"] = queueing.mean.ns;
  json["most_ns"] = queueing.most.ns;
  json["samples"] = queueing.samples;
  json["follows_flight"] = queueing.follows_flight;
  return json;
}

Json policing_json(const tcp::PolicingSummary& policing) {
  if (policing.intervals == 0) return nullptr;
  Json json;
  json["policed"] = policing.is_policed;
  json["rate_bps"] = policing.rate;
  json["spread"] = policing.spread;
  json["intervals"] = policing.intervals;
  json["losses"] = policing.losses;
  json["queued_before"] = policing.queued_before;
  return json;
}

Json congestion_json(const tcp::CongestionSummary& congestion) {
  Json json;
  json["confidence"] = congestion.confidence;
  json["epochs"] = congestion.epochs;
  json["marks"] = congestion.marks;
  json["rounds"] = congestion.rounds;
  json["kept"] = number_or_null(congestion.kept);
  json["growth"] = number_or_null(congestion.growth);
  json["shrunk"] = congestion.shrunk;
  return json;
}

}  // namespace

Json path_json(const tcp::DirectionSummary& of, const tcp::DirectionSummary& receiver) {
  const PathSummary& path = of.path;
  Json json;
  json["ttl"] = number_or_null(path.ttl);
  json["hops"] = path.ttl > 0 ? Json(tcp::hops_of(path.ttl)) : Json();
  json["ttl_before"] = number_or_null(path.ttl_before);
  json["ttl_steps"] = path.ttl_steps;
  json["odd_ttls"] = path.odd_ttls;
  json["size_passed"] = path.size_passed;
  json["size_stuck"] = number_or_null(path.size_stuck);
  json["stuck_resends"] = path.stuck_resends;
  json["told_mtu"] = number_or_null(path.told_mtu);
  json["watched"] = path.was_watched;
  json["queueing"] = path.was_watched ? queueing_json(path.queueing) : Json();
  json["fastest_rate_bps"] = number_or_null(path.fastest_rate);
  json["bottleneck"] = path.is_bottleneck_rate;
  json["bandwidth_delay_bytes"] = number_or_null(path.bandwidth_delay_bytes);
  json["largest_flight"] = number_or_null(path.largest_flight);
  json["largest_window"] = receiver.largest_window;
  json["policing"] = path.was_watched ? policing_json(path.policing) : Json();
  json["congestion"] = path.was_watched ? congestion_json(path.congestion) : Json();
  return json;
}

}  // namespace wirecause
