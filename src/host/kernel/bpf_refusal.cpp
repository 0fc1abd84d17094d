// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/bpf_refusal.hpp"

#include <fmt/format.h>

#include <cerrno>

#include "base/errno.hpp"
#include "host/privileges.hpp"

namespace wirecause {
namespace {

constexpr std::string_view kRemedy = "run as root or with CAP_BPF and CAP_PERFMON";

bool may_use_bpf() {
  return has_capability("cap_sys_admin") || (has_capability("cap_bpf") && has_capability("cap_perfmon"));
}

}  // namespace

tl::unexpected<Error> bpf_refusal(std::string_view what, int error) {
  const bool is_denied = errc_of(error) == Errc::permission;
  if (is_denied && !may_use_bpf()) {
    return fail(Errc::permission, fmt::format("{}: {}: {}", what, errno_text(error), kRemedy));
  }
  const char* by_whom = is_denied ? " (the kernel does not accept the program)" : "";
  return fail(Errc::unsupported, fmt::format("{}: {}{}", what, errno_text(error), by_whom));
}

Availability bpf_unavailable(const Error& error) {
  return unavailable(error.message(), error.code() == Errc::permission
                                          ? std::string(kRemedy)
                                          : "a kernel from 5.15 on with CONFIG_BPF_SYSCALL and CONFIG_DEBUG_INFO_BTF");
}

}  // namespace wirecause
