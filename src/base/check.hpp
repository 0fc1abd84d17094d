// WC_CHECK: a broken invariant of ours ends the run with file and line. Never for input.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace wirecause {

[[noreturn]] void check_failed(const char* file, int line, const char* claim, const char* why);

}  // namespace wirecause

#define WC_CHECK(cond, why)                                                   \
  do {                                                                        \
    if (!(cond)) ::wirecause::check_failed(__FILE__, __LINE__, #cond, (why)); \
  } while (false)
