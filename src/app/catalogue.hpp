// What `wirecause list` can list: a table of kinds, each from its registry, as rows for people and for programs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/layout.hpp"

namespace wirecause {

struct Catalogue {
  std::string_view kind;                      // "causes"
  std::span<const std::string_view> columns;  // keys in JSON; the first is the id
  std::vector<Row> (*rows)() = nullptr;
};

std::span<const Catalogue> all_catalogues();

std::string catalogue_text(const Catalogue& catalogue);
std::string catalogue_json(const Catalogue& catalogue);  // schema wirecause.list/1

}  // namespace wirecause
