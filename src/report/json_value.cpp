// SPDX-License-Identifier: Apache-2.0
#include "report/json_value.hpp"

namespace wirecause {

Json json_of(const HistogramSummary& histogram) {
  const bool empty = histogram.count == 0;
  Json json;
  json["count"] = histogram.count;
  json["min_ns"] = empty ? Json(nullptr) : Json(histogram.min_ns);
  json["percentiles"] = list_of(histogram.percentiles, [](const auto& p) { return Json{{"q", p.q}, {"ns", p.ns}}; });
  json["max_ns"] = empty ? Json(nullptr) : Json(histogram.max_ns);
  return json;
}

}  // namespace wirecause
