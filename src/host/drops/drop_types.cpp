// SPDX-License-Identifier: Apache-2.0
#include "host/drops/drop_types.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wirecause {
namespace {

constexpr std::string_view kCoreEnum = "skb_drop_reason";
constexpr std::string_view kMaskName = "SKB_DROP_REASON_SUBSYS_MASK";

bool names_reasons(std::string_view name) { return name == kCoreEnum || name.ends_with("_drop_reason"); }

// Bounds of an enumeration are not reasons.
bool is_bound(std::string_view name) {
  return name == kMaskName || name.ends_with("_MAX") || name.ends_with("_LAST") || name.starts_with("__");
}

void add_reasons(const KernelTypes& types, ReasonNames& out) {
  types.for_each_enumerator([&](const KernelTypes::Enumerator& one) {
    if (!names_reasons(one.enumeration) || one.name.empty() || is_bound(one.name)) return;
    const auto value = static_cast<std::uint32_t>(one.value);
    // A subsystem's names must not cover the core's numbers.
    if (one.enumeration == kCoreEnum || value >> 16U != 0) out.add(value, std::string(one.name));
  });
}

// 0: no such tracepoint.
unsigned count_arguments(const KernelTypes& types, std::string_view tracepoint) {
  return static_cast<unsigned>(types.tracepoint_arguments(tracepoint).value_or("").size());
}

}  // namespace

void ReasonNames::add(std::uint32_t value, std::string name) {
  const auto at = std::ranges::lower_bound(names_, value, {}, &std::pair<std::uint32_t, std::string>::first);
  if (at != names_.end() && at->first == value) return;
  names_.insert(at, {value, std::move(name)});
}

std::string ReasonNames::name(std::uint32_t value) const {
  const auto at = std::ranges::lower_bound(names_, value, {}, &std::pair<std::uint32_t, std::string>::first);
  if (at != names_.end() && at->first == value) return at->second;
  return fmt::format("reason {}", value);
}

std::optional<std::uint32_t> ReasonNames::value(std::string_view name) const {
  for (const auto& [value, known] : names_) {
    if (known == name) return value;
  }
  return std::nullopt;
}

Result<KernelDropTypes> read_kernel_drop_types(const std::string& folder) {
  WC_TRY_ASSIGN(const KernelTypes types, KernelTypes::load(folder));
  KernelDropTypes out;
  add_reasons(types, out.reasons);
  for (const char* module : {"mac80211", "openvswitch"}) {
    if (const auto added = KernelTypes::load_module(types, module)) add_reasons(*added, out.reasons);
  }
  out.kfree_skb_arguments = count_arguments(types, "kfree_skb");
  out.udp_failure_arguments = count_arguments(types, "udp_fail_queue_rcv_skb");
  if (out.kfree_skb_arguments < 2) {
    return fail(Errc::unsupported, folder + "/vmlinux: no tracepoint kfree_skb with its packet and place");
  }
  return out;
}

}  // namespace wirecause
