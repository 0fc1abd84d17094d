// SPDX-License-Identifier: Apache-2.0
#include "host/collector.hpp"

namespace wirecause {

const Collector* find_collector(std::string_view id) {
  for (const Collector* collector : all_collectors()) {
    if (collector->id == id) return collector;
  }
  return nullptr;
}

}  // namespace wirecause
