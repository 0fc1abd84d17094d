// Which files a command reads: those that were named, each once, however often and under whatever spelling.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/options.hpp"

namespace wirecause {

// Fills options.files from `named` and from options.points (a file may be named there alone), and gives the points the
// spelling under which their file is read. Errors: no file, standard input twice, two points of one file.
Result<void> choose_files(const std::vector<std::string>& named, AnalysisOptions& options);

}  // namespace wirecause
