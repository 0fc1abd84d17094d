// SPDX-License-Identifier: Apache-2.0
#include "report/analysis_json.hpp"

#include "report/consumer_json.hpp"
#include "report/feed_json.hpp"
#include "report/finding_json.hpp"
#include "report/input_json.hpp"
#include "report/tcp_json.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kSchema = "wirecause.analysis/1";

void put_live(Json& json, const Analysis& analysis) {
  if (!analysis.live) return;
  json["consumers"] = list_of(analysis.consumers, [](const ConsumerSummary& consumer) { return json_of(consumer); });
  json["path"] = list_of(analysis.path, [](const PathPoint& point) { return json_of(point); });
  json["live"] = json_of(*analysis.live);
}

}  // namespace

Json analysis_json(const Analysis& analysis, const ReportOptions& options) {
  Json json;
  json["schema"] = kSchema;
  json["version"] = analysis.version;
  json["verdict"] = json_of(analysis.diagnosis.verdict);
  put_capped(json, "findings", analysis.diagnosis.findings, options.max_list,
             [&](const Finding& finding) { return json_of(finding, options); });
  json["inputs"] = list_of(analysis.inputs, [&](const InputSummary& input) { return json_of(input, options); });
  json["feeds"] = list_of(analysis.feeds, [&](const FeedSummary& feed) { return json_of(feed, options); });
  put_capped(json, "unrecognised", analysis.unrecognised, options.max_list, analysis.unrecognised_total,
             [](const UnrecognisedStream& stream) { return json_of(stream); });
  if (!analysis.live) put_tcp(json, analysis.tcp, options);
  put_live(json, analysis);
  json["observer"] = observer_json(analysis);
  return json;
}

}  // namespace wirecause
