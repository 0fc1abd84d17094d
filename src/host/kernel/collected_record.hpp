// A record as collectors make it: an event or a state of this host, with the source that said so.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "evidence/record.hpp"

namespace wirecause {

// `name` and `source` are static text.
inline Record collected(Shape shape, std::string_view name, Subject subject, std::int64_t value, std::string text,
                        TimeNs from, std::string_view source) {
  Record record;
  record.shape = shape;
  record.name = name;
  record.subject = subject;
  record.from = from;
  record.value = value;
  record.source = source;
  record.text = std::move(text);
  return record;
}

}  // namespace wirecause
