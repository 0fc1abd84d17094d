// The names of evidence that engine itself publishes: what the files say of the capture, and connections of TCP.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "evidence/record.hpp"

namespace wirecause {

std::span<const Published> engine_publishes();

}  // namespace wirecause
