// The man page wirecause(1) from the tables of the commands, in the man macros of roff.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace wirecause {

std::string man_page();

}  // namespace wirecause
