// What was read and what was not seen, as text: the line of a healthy run, inputs, unrecognised streams, the observer.
// Used by formats/text.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "report/analysis.hpp"
#include "report/text_field.hpp"

namespace wirecause {

// "eth0, eth1 (hardware stamps), 239.1.1.1:26477 joined (software stamps)"
std::string interfaces_text(const LiveSummary& live);

// "nothing wrong: 1 feed, 2 lines, 57 674 of 57 674 messages delivered; 13 022 packets, 400.455 s". Says "nothing to
// judge" where no feed was found, and that not everything was seen where that is so.
std::string healthy_line(const Analysis& analysis);

Field inputs_field(const Analysis& analysis, int keep, std::size_t width);
Field unrecognised_field(const Analysis& analysis, int keep, std::size_t width);
Field observer_field(const Analysis& analysis, int keep, std::size_t width);

}  // namespace wirecause
