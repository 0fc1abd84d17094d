// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/cpu_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/kernel/kernel_text.hpp"

namespace wirecause {
namespace {

constexpr std::uint32_t kMaxCpus = 8'192;

void add_range(std::string_view item, std::set<std::uint32_t>& cpus) {
  const std::size_t dash = item.find('-');
  const auto first = number_of<std::uint32_t>(item.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number_of<std::uint32_t>(item.substr(dash + 1));
  if (!first || !last || *last >= kMaxCpus) return;
  for (std::uint32_t cpu = *first; cpu <= *last; ++cpu) cpus.insert(cpu);
}

}  // namespace

CpuSet parse_cpu_list(std::string_view text) {
  std::set<std::uint32_t> cpus;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(",\n"), text.size());
    add_range(text.substr(0, end), cpus);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {cpus.begin(), cpus.end()};
}

std::string cpu_list_text(const CpuSet& cpus) {
  std::string text;
  for (std::size_t i = 0; i < cpus.size();) {
    std::size_t last = i;
    while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : ",", cpus[i]);
    if (last != i) text += fmt::format("-{}", cpus[last]);
    i = last + 1;
  }
  return text;
}

CpuSet without(const CpuSet& cpus, const CpuSet& taken) {
  CpuSet left;
  std::ranges::set_difference(cpus, taken, std::back_inserter(left));
  return left;
}

CpuSet cpus_of(const cpu_set_t& set) {
  CpuSet cpus;
  for (std::uint32_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

cpu_set_t set_of(const CpuSet& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const std::uint32_t cpu : cpus) {
    if (cpu < CPU_SETSIZE) CPU_SET(cpu, &set);
  }
  return set;
}

}  // namespace wirecause
