// SPDX-License-Identifier: Apache-2.0
#include "host/drops/btf_names.hpp"

#include <bpf/btf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace wirecause {
namespace {

struct FreeBtf {
  void operator()(btf* types) const { btf__free(types); }
};
using Btf = std::unique_ptr<btf, FreeBtf>;

constexpr std::string_view kCoreEnum = "skb_drop_reason";
constexpr std::string_view kMaskName = "SKB_DROP_REASON_SUBSYS_MASK";

std::string_view name_of(const btf* types, std::uint32_t offset) {
  const char* name = btf__name_by_offset(types, offset);
  return name == nullptr ? std::string_view{} : std::string_view{name};
}

bool names_reasons(std::string_view name) { return name == kCoreEnum || name.ends_with("_drop_reason"); }

// Bounds of an enumeration are not reasons.
bool is_bound(std::string_view name) {
  return name == kMaskName || name.ends_with("_MAX") || name.ends_with("_LAST") || name.starts_with("__");
}

void add_reasons(const btf* types, const btf_type* type, bool is_core, ReasonNames& out) {
  if (btf_kind(type) != BTF_KIND_ENUM) return;
  const struct btf_enum* values = ::btf_enum(type);
  for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
    const std::string_view name = name_of(types, values[i].name_off);
    const auto value = static_cast<std::uint32_t>(values[i].val);
    // A subsystem's names must not cover the core's numbers.
    if (name.empty() || is_bound(name) || (!is_core && value >> 16U == 0)) continue;
    out.add(value, std::string(name));
  }
}

void add_reasons(const btf* types, std::uint32_t first, ReasonNames& out) {
  for (std::uint32_t id = first; id < btf__type_cnt(types); ++id) {
    const btf_type* type = btf__type_by_id(types, id);
    if (type == nullptr || !btf_is_any_enum(type)) continue;
    const std::string_view name = name_of(types, type->name_off);
    if (names_reasons(name)) add_reasons(types, type, name == kCoreEnum, out);
  }
}

// typedef void (*btf_trace_NAME)(void*, arguments...)
unsigned arguments_of(const btf* types, const std::string& tracepoint) {
  const int id = btf__find_by_name_kind(types, ("btf_trace_" + tracepoint).c_str(), BTF_KIND_TYPEDEF);
  if (id < 0) return 0;
  const btf_type* pointer = btf__type_by_id(types, btf__type_by_id(types, static_cast<std::uint32_t>(id))->type);
  if (pointer == nullptr || !btf_is_ptr(pointer)) return 0;
  const btf_type* function = btf__type_by_id(types, pointer->type);
  if (function == nullptr || !btf_is_func_proto(function) || btf_vlen(function) == 0) return 0;
  return btf_vlen(function) - 1U;
}

void add_module_reasons(const std::string& folder, btf* kernel, ReasonNames& out) {
  for (const char* module : {"mac80211", "openvswitch"}) {
    const std::string path = folder + "/" + module;
    if (access(path.c_str(), R_OK) != 0) continue;
    const Btf types(btf__parse_split(path.c_str(), kernel));
    if (types) add_reasons(types.get(), btf__type_cnt(kernel), out);
  }
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
  const std::string path = folder + "/vmlinux";
  const Btf types(btf__parse(path.c_str(), nullptr));
  if (!types) {
    return fail(Errc::unsupported, fmt::format("{}: {}: the kernel's types are not there (CONFIG_DEBUG_INFO_BTF)", path,
                                               std::strerror(errno)));
  }
  KernelDropTypes out;
  add_reasons(types.get(), 1, out.reasons);
  add_module_reasons(folder, types.get(), out.reasons);
  out.kfree_skb_arguments = arguments_of(types.get(), "kfree_skb");
  out.udp_failure_arguments = arguments_of(types.get(), "udp_fail_queue_rcv_skb");
  if (out.kfree_skb_arguments < 2) {
    return fail(Errc::unsupported, fmt::format("{}: no tracepoint kfree_skb with its packet and place", path));
  }
  return out;
}

}  // namespace wirecause
