// SPDX-License-Identifier: Apache-2.0
#include "app/version.hpp"

namespace wirecause {

std::string_view version() { return WIRECAUSE_VERSION; }

}  // namespace wirecause
