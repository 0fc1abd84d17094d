// SPDX-License-Identifier: Apache-2.0
#include "app/catalogue.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "diagnose/cause.hpp"
#include "engine/publish.hpp"
#include "evidence/record.hpp"
#include "feed/framing.hpp"
#include "feed/publish.hpp"
#include "report/format.hpp"
#include "report/words.hpp"
#include "tap/quality.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kSummaryColumns[] = {"id", "summary"};
constexpr std::string_view kProtocolColumns[] = {"id", "name", "used_by"};
constexpr std::string_view kEvidenceColumns[] = {"name", "shape", "unit", "meaning"};

// Registries whose items have an id and a summary.
template <class Items>
std::vector<Row> summaries(Items items) {
  std::vector<Row> rows;
  for (const auto* item : items) rows.push_back({std::string(item->id), std::string(item->summary)});
  return rows;
}

std::vector<Row> causes() { return summaries(all_causes()); }
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

// Every folder that publishes declares what; together they are what a cause may need.
std::vector<Row> evidence() {
  std::vector<Row> rows;
  for (const auto published : {engine_publishes(), feed_publishes(), tap_publishes()}) {
    for (const Published& item : published) {
      rows.push_back({std::string(item.name), std::string(shape_text(item.shape)), std::string(text(item.unit)),
                      std::string(item.meaning)});
    }
  }
  std::ranges::sort(rows);
  return rows;
}

constexpr Catalogue kCatalogues[] = {
    {.kind = "causes", .columns = kSummaryColumns, .rows = &causes},
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
