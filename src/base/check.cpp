// SPDX-License-Identifier: Apache-2.0
#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace wirecause {

void check_failed(const char* file, int line, const char* claim, const char* why) {
  std::fprintf(stderr, "wirecause: broken invariant at %s:%d: %s (%s)\n", file, line, claim, why);
  std::abort();
}

}  // namespace wirecause
