// SPDX-License-Identifier: Apache-2.0
#include "app/catalogue.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "diagnose/cause.hpp"
#include "engine/live/publish.hpp"
#include "engine/publish.hpp"
#include "evidence/record.hpp"
#include "feed/framing.hpp"
#include "feed/publish.hpp"
#include "host/collector.hpp"
#include "report/format.hpp"
#include "report/words.hpp"
#include "tap/quality.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kSummaryColumns[] = {"id", "summary"};
constexpr std::string_view kCauseColumns[] = {"id", "lab", "summary"};
constexpr std::string_view kProtocolColumns[] = {"id", "name", "used_by"};
constexpr std::string_view kEvidenceColumns[] = {"name", "shape", "unit", "from", "meaning"};
constexpr std::string_view kCollectorColumns[] = {"id", "pace", "source", "needs", "summary"};

// Registries whose items have an id and a summary.
template <class Items>
std::vector<Row> summaries(Items items) {
  std::vector<Row> rows;
  for (const auto* item : items) rows.push_back({std::string(item->id), std::string(item->summary)});
  return rows;
}

std::vector<Row> causes() {
  std::vector<Row> rows;
  for (const Cause* cause : all_causes()) {
    rows.push_back({std::string(cause->id), std::string(text(cause->lab)), std::string(cause->summary)});
  }
  return rows;
}

std::vector<Row> commands() { return summaries(all_commands()); }
std::vector<Row> reports() { return summaries(all_report_formats()); }

std::vector<Row> protocols() {
  std::vector<Row> rows;
  for (const Framing* framing : all_framings()) {
    rows.push_back({std::string(framing->id), std::string(framing->name), std::string(framing->used_by)});
  }
  return rows;
}

std::string_view shape_text(Shape shape) {
  switch (shape) {
    case Shape::event:
      return "event";
    case Shape::sample:
      return "sample";
    case Shape::state:
      return "state";
    case Shape::interval:
      return "interval";
    case Shape::summary:
      return "summary";
  }
  return "";
}

// A name that two publish (a fact of an interface, and of a point that lies on it) is one row.
void add_published(std::vector<Row>& rows, std::string_view from, std::span<const Published> table) {
  for (const Published& item : table) {
    const auto same = std::ranges::find_if(rows, [&item](const Row& row) { return row.front() == item.name; });
    if (same == rows.end()) {
      rows.push_back({std::string(item.name), std::string(shape_text(item.shape)), std::string(text(item.unit)),
                      std::string(from), std::string(item.meaning)});
    } else {
      (*same)[3].append(", ").append(from);
      (*same)[4].append("; ").append(item.meaning);
    }
  }
}

// Every folder that publishes declares what; together they are what a cause may need.
std::vector<Row> evidence() {
  std::vector<Row> rows;
  add_published(rows, "engine", engine_publishes());
  add_published(rows, "feed", feed_publishes());
  add_published(rows, "tap", tap_publishes());
  for (const Collector* collector : all_collectors()) add_published(rows, collector->id, collector->publishes);
  add_published(rows, "live", live_publishes());
  std::ranges::sort(rows);
  return rows;
}

std::string_view pace_text(Pace pace) {
  switch (pace) {
    case Pace::fast:
      return "10 ms";
    case Pace::second:
      return "1 s";
    case Pace::slow:
      break;
  }
  return "10 s";
}

std::vector<Row> collectors() {
  std::vector<Row> rows;
  for (const Collector* collector : all_collectors()) {
    rows.push_back({std::string(collector->id), std::string(pace_text(collector->pace)), std::string(collector->source),
                    std::string(collector->needs), std::string(collector->summary)});
  }
  return rows;
}

constexpr Catalogue kCatalogues[] = {
    {.kind = "causes", .columns = kCauseColumns, .rows = &causes},
    {.kind = "collectors", .columns = kCollectorColumns, .rows = &collectors},
    {.kind = "commands", .columns = kSummaryColumns, .rows = &commands},
    {.kind = "evidence", .columns = kEvidenceColumns, .rows = &evidence},
    {.kind = "protocols", .columns = kProtocolColumns, .rows = &protocols},
    {.kind = "reports", .columns = kSummaryColumns, .rows = &reports},
};

}  // namespace

std::span<const Catalogue> all_catalogues() { return kCatalogues; }

std::string catalogue_text(const Catalogue& catalogue) { return aligned(catalogue.rows(), 0); }

std::string catalogue_json(const Catalogue& catalogue) {
  nlohmann::ordered_json items = nlohmann::ordered_json::array();
  for (const Row& row : catalogue.rows()) {
    nlohmann::ordered_json item;
    for (std::size_t i = 0; i < row.size(); ++i) item[std::string(catalogue.columns[i])] = row[i];
    items.push_back(item);
  }
  const nlohmann::ordered_json list{{"schema", "wirecause.list/1"}, {"kind", catalogue.kind}, {"items", items}};
  return list.dump(2) + "\n";
}

}  // namespace wirecause
