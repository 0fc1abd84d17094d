// Why a BPF call was refused, and what the user can do. EPERM and EACCES mean missing capabilities, or, to a process that has
// them, a program that the kernel's verifier does not accept.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "host/availability.hpp"

namespace wirecause {

// `error`: errno. Errc::permission only where a capability is missing, else Errc::unsupported.
tl::unexpected<Error> bpf_refusal(std::string_view what, int error);
Availability bpf_unavailable(const Error& error);

}  // namespace wirecause
