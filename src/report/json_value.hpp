// The rules by which every value of wirecause.analysis/1 is written (docs/json.md): integers stay integers, what is not
// known is null, long lists are capped with the number of what was left out beside them.
//
// Used by the *_json files of this folder only. Keys keep the order in which they are written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/histogram.hpp"
#include "base/time.hpp"

namespace wirecause {

using Json = nlohmann::ordered_json;

inline Json json_of(TimeNs time) { return time == kNoTime ? Json(nullptr) : Json(time.ns); }

inline Json json_or_null(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

template <class T>
Json json_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json json_of(const HistogramSummary& histogram);

template <class T, class F>
Json list_of(const T& items, F&& json_of_item) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(json_of_item(item));
  return list;
}

// What a stream is known by: a line of a feed, or one that nobody recognised.
template <class Stream>
void put_stream(Json& json, const Stream& stream) {
  json["source"] = json_or_null(stream.source);
  json["group"] = json_or_null(stream.group);
  json["port"] = stream.port;
  json["vlan"] = json_or_null(stream.vlan);
}

// Writes `key` with the first `max` items and `key`_omitted with how many of `total` are not among them. `total` may be
// more than there are items, where the list was capped before.
template <class T, class F>
void put_capped(Json& object, const std::string& key, const std::vector<T>& items, std::uint64_t max,
                std::uint64_t total, F&& json_of_item) {
  Json list = Json::array();
  for (const T& item : items) {
    if (list.size() == max) break;
    list.push_back(json_of_item(item));
  }
  const std::uint64_t omitted = std::max<std::uint64_t>(total, items.size()) - list.size();
  object[key] = std::move(list);
  object[key + "_omitted"] = omitted;
}

template <class T, class F>
void put_capped(Json& object, const std::string& key, const std::vector<T>& items, std::uint64_t max,
                F&& json_of_item) {
  put_capped(object, key, items, max, items.size(), std::forward<F>(json_of_item));
}

}  // namespace wirecause
