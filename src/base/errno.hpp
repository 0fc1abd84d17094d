// What a refused system call becomes: an Error with the code to decide by and the system's own words.
//
// The one table from errno to Errc. Where a number means something else to one caller (EINVAL of the BPF verifier), that
// caller decides and says why.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace wirecause {

Errc errc_of(int error);

// "Operation not permitted".
std::string errno_text(int error);

// "<what>: <errno's text>[: <remedy>]". Give errno itself at once: what is called in between may change it.
tl::unexpected<Error> system_failure(std::string_view what, int error, std::string_view remedy = {});

}  // namespace wirecause
