// SPDX-License-Identifier: Apache-2.0
#include "engine/live/watch.hpp"

#include "engine/live/live_run.hpp"

namespace wirecause {

Result<AnalysisResult> watch(const WatchOptions& options, const WatchCallbacks& callbacks, int stop) {
  WC_TRY_ASSIGN(Equipment equipment, open_equipment(options));
  LiveRun run(options, equipment, callbacks);
  return run.run(stop);
}

}  // namespace wirecause
