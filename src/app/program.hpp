// From argv to an exit code: finds the command, parses its arguments, runs it, and says in one line what went wrong.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

namespace wirecause {

int run_program(int argc, char** argv);

}  // namespace wirecause
