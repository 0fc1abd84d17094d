// Records as the live engine writes them: facts that hold, and what an owner is called.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "engine/live/consumer_book.hpp"
#include "evidence/record.hpp"

namespace wirecause {

inline std::int64_t as_value(std::uint64_t count) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(count, std::numeric_limits<std::int64_t>::max()));
}

inline Record fact(std::string_view name, Subject subject, std::int64_t value, std::string text,
                   std::string_view source, Unit unit = Unit::none) {
  Record record;
  record.shape = Shape::state;
  record.name = name;
  record.subject = subject;
  record.value = value;
  record.unit = unit;
  record.text = std::move(text);
  record.source = source;
  return record;
}

// "feedhandler[2435] fd 12"; of an owner that was not found "socket 1742", by its cookie.
std::string owner_text(const WatchedSocket& socket);

}  // namespace wirecause
