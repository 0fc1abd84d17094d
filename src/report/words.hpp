// Enumerators and endpoints of summaries as words, the enumerators the same in text and JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "evidence/episode.hpp"
#include "evidence/record.hpp"
#include "feed/summary.hpp"

namespace wirecause {

std::string_view text(ClosedBy closed_by);  // "recovered"
std::string_view text(Symptom symptom);     // "drop"
std::string_view text(SequenceUnit unit);   // "message"
std::string_view text(Unit unit);           // "per_million"; "none" where a value has no unit

// "239.1.1.1:26400", "[ff15::1]:26400"
std::string endpoint_text(std::string_view address, std::uint16_t port);

}  // namespace wirecause
