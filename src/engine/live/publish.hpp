// The names of evidence that the live engine publishes: consumers, and what was measured around a drop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "evidence/record.hpp"

namespace wirecause {

std::span<const Published> live_publishes();

}  // namespace wirecause
