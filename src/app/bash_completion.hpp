// The completion script for bash from the tables of the commands: commands, options, fixed values, else file names.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace wirecause {

std::string bash_completion();

}  // namespace wirecause
