// The way of one direction in a line for people: "queueing 12 ms above 40 ms, follows its flight; bottleneck 12 Mbit/s needs a
// window of 60 KiB; cubic (confidence 95 %)".
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tcp/summary.hpp"

namespace wirecause {

// Empty where there is nothing to say. `receiver`: the other direction.
std::string path_text(const tcp::DirectionSummary& of, const tcp::DirectionSummary& receiver);

}  // namespace wirecause
