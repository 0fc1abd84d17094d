// --from and --to as instants, once the first packet is known.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/options.hpp"

namespace wirecause {

// A time of day is on the UTC day of the first packet. A --to that would then lie before its --from is on the next day;
// a window that would have ended more than half a day before the first packet is on the next day, too: it runs over
// midnight.
void fix_window(AnalysisOptions& options, TimeNs first);

}  // namespace wirecause
