// SPDX-License-Identifier: Apache-2.0
#include "capture/live/live_source.hpp"

namespace wirecause {

std::string_view text(StampSource source) { return source == StampSource::hardware ? "hardware" : "software"; }

}  // namespace wirecause
