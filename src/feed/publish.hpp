// The names of evidence about feeds and lines: published by engine from the trackers' results, read by causes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "evidence/record.hpp"

namespace wirecause {

std::span<const Published> feed_publishes();

}  // namespace wirecause
