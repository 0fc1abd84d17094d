// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/kernel_facts.hpp"

#include <ifaddrs.h>
#include <linux/limits.h>
#include <net/if.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <map>
#include <memory>

#include "host/kernel/kernel_text.hpp"
#include "host/privileges.hpp"

namespace wirecause {
namespace {

std::string link_target(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  return size > 0 ? std::string(target.data(), static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

KernelFacts kernel_facts(const HostContext& context) {
  KernelFacts facts;
  utsname name{};
  if (::uname(&name) == 0) {
    facts.release = name.release;
    facts.machine = name.machine;
  }
  facts.has_btf = ::access((context.sys + "/kernel/btf/vmlinux").c_str(), R_OK) == 0;
  const auto setting = [&context](const char* path) {
    return number_of(first_line(context.proc + "/sys/kernel/" + path));
  };
  facts.unprivileged_bpf_disabled = setting("unprivileged_bpf_disabled");
  facts.kptr_restrict = setting("kptr_restrict");
  facts.perf_event_paranoid = setting("perf_event_paranoid");
  facts.network_namespace = link_target(context.proc + "/self/ns/net");
  facts.uid = ::geteuid();
  facts.capabilities = effective_capabilities();
  return facts;
}

std::vector<HostInterface> interfaces_in_use() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(first, &::freeifaddrs);
  std::map<std::uint32_t, std::string> up;
  for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next) {
    const bool is_in_use = (at->ifa_flags & IFF_UP) != 0 && (at->ifa_flags & IFF_LOOPBACK) == 0;
    const std::uint32_t index = is_in_use ? ::if_nametoindex(at->ifa_name) : 0;
    if (index != 0) up[index] = at->ifa_name;
  }
  std::vector<HostInterface> interfaces;
  for (const auto& [index, name] : up) interfaces.push_back({name, index});
  return interfaces;
}

}  // namespace wirecause
