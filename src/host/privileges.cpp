// capget and capset by system call: their structures are in linux/capability.h, and libcap would be one library more.
// SPDX-License-Identifier: Apache-2.0
#include "host/privileges.hpp"

#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/errno.hpp"

namespace wirecause {
namespace {

// By number (linux/capability.h).
constexpr std::array<std::string_view, 41> kNames = {"cap_chown",
                                                     "cap_dac_override",
                                                     "cap_dac_read_search",
                                                     "cap_fowner",
                                                     "cap_fsetid",
                                                     "cap_kill",
                                                     "cap_setgid",
                                                     "cap_setuid",
                                                     "cap_setpcap",
                                                     "cap_linux_immutable",
                                                     "cap_net_bind_service",
                                                     "cap_net_broadcast",
                                                     "cap_net_admin",
                                                     "cap_net_raw",
                                                     "cap_ipc_lock",
                                                     "cap_ipc_owner",
                                                     "cap_sys_module",
                                                     "cap_sys_rawio",
                                                     "cap_sys_chroot",
                                                     "cap_sys_ptrace",
                                                     "cap_sys_pacct",
                                                     "cap_sys_admin",
                                                     "cap_sys_boot",
                                                     "cap_sys_nice",
                                                     "cap_sys_resource",
                                                     "cap_sys_time",
                                                     "cap_sys_tty_config",
                                                     "cap_mknod",
                                                     "cap_lease",
                                                     "cap_audit_write",
                                                     "cap_audit_control",
                                                     "cap_setfcap",
                                                     "cap_mac_override",
                                                     "cap_mac_admin",
                                                     "cap_syslog",
                                                     "cap_wake_alarm",
                                                     "cap_block_suspend",
                                                     "cap_audit_read",
                                                     "cap_perfmon",
                                                     "cap_bpf",
                                                     "cap_checkpoint_restore"};
static_assert(kNames[CAP_NET_RAW] == "cap_net_raw" && kNames[CAP_BPF] == "cap_bpf");
static_assert(kNames[CAP_SYS_PTRACE] == "cap_sys_ptrace" && CAP_LAST_CAP == kNames.size() - 1);

using Sets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

__user_cap_header_struct header() { return {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0}; }

Result<Sets> read_sets() {
  Sets sets{};
  auto version = header();
  if (::syscall(SYS_capget, &version, sets.data()) != 0) {
    return system_failure("read this process's capabilities", errno);
  }
  return sets;
}

std::size_t word_of(std::size_t number) { return CAP_TO_INDEX(number); }
std::uint32_t bit_of(std::size_t number) { return std::uint32_t{1} << (number & 31U); }

Result<Sets> sets_of(const std::vector<std::string>& keep) {
  Sets sets{};
  for (const std::string& name : keep) {
    const auto* found = std::ranges::find(kNames, name);
    if (found == kNames.end()) return fail(Errc::usage, fmt::format("keep capability {}: no such capability", name));
    const auto number = static_cast<std::size_t>(found - kNames.begin());
    sets[word_of(number)].effective |= bit_of(number);
    sets[word_of(number)].permitted |= bit_of(number);
  }
  return sets;
}

}  // namespace

std::vector<std::string> effective_capabilities() {
  std::vector<std::string> names;
  const auto sets = read_sets();
  if (!sets) return names;
  for (std::size_t number = 0; number < kNames.size(); ++number) {
    if (((*sets)[word_of(number)].effective & bit_of(number)) != 0) names.emplace_back(kNames[number]);
  }
  return names;
}

bool has_capability(std::string_view name) {
  const auto names = effective_capabilities();
  return std::ranges::find(names, name) != names.end();
}

// Of those in `keep` that the process does not have nothing is gained: the kernel refuses to raise what is not permitted.
Result<void> drop_capabilities(const std::vector<std::string>& keep) {
  WC_TRY_ASSIGN(Sets wanted, sets_of(keep));
  WC_TRY_ASSIGN(const Sets present, read_sets());
  for (std::size_t word = 0; word < wanted.size(); ++word) {
    wanted[word].permitted &= present[word].permitted;
    wanted[word].effective &= present[word].permitted;
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return system_failure("set no_new_privs", errno);
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);  // absent before 4.3, and then empty
  auto version = header();
  if (::syscall(SYS_capset, &version, wanted.data()) != 0) {
    return system_failure("drop capabilities", errno);
  }
  return {};
}

}  // namespace wirecause
