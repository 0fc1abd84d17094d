// The version of the program, from CMake's project().
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace wirecause {

std::string_view version();  // "0.1.0"

}  // namespace wirecause
