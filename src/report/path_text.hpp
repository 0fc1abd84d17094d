// Where on the path a finding is, in words. Used by finding_text and live_line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "report/analysis.hpp"

namespace wirecause {

// "BEFORE THIS HOST"; of drops on this host with their checkpoint: "ON THIS HOST, at the socket".
std::string place_text(const Finding& finding);

// "publisher ✓ → line ✗ 1 204 → capture"; of a consumer "publisher ✓ → line ✓ → NIC ✓ → kernel ✓ → socket ✗ 1 204 of
// 1 204 → application", where the second figure is all that ended on this host for it. A ✓ stands only where packets
// were seen, else "?". Empty when nothing was lost.
std::string path_text(const Analysis& analysis, const Finding& finding);

// "by number", "by count", "1 000 by number, 204 by count", and why it is less than the best; empty where nothing was
// dropped here, or every number was read and the socket came with the drop.
std::string certainty_text(const Finding& finding);

}  // namespace wirecause
