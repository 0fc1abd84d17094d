// SPDX-License-Identifier: Apache-2.0
#include "report/json_value.hpp"

namespace wirecause {

Json json_of(const HistogramSummary& histogram) {
  const bool empty = histogram.count == 0;
  Json percentiles = Json::array();
  for (const HistogramSummary::Percentile& p : histogram.percentiles) {
    percentiles.push_back(Json{{"q", p.q}, {"ns", p.ns}});
  }
  Json json;
  json["count"] = histogram.count;
  json["min_ns"] = empty ? Json(nullptr) : Json(histogram.min_ns);
  json["percentiles"] = std::move(percentiles);
  json["max_ns"] = empty ? Json(nullptr) : Json(histogram.max_ns);
  return json;
}

}  // namespace wirecause
