// A tracepoint NAME has the type `typedef void (*btf_trace_NAME)(void *, arguments...)` (include/trace/bpf_probe.h); the
// first is the tracer's own.
// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/kernel_types.hpp"

#include <bpf/btf.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace wirecause {
namespace {

constexpr std::uint32_t kMaxArguments = 12;  // MAX_BPF_FUNC_ARGS

// Behind typedefs and const; nullptr: no such type.
const btf_type* resolved(const btf* types, std::uint32_t id) {
  const btf_type* type = btf__type_by_id(types, id);
  for (int i = 0; i < 32 && type != nullptr && (btf_is_mod(type) || btf_is_typedef(type)); ++i) {
    type = btf__type_by_id(types, type->type);
  }
  return type;
}

std::optional<std::uint32_t> enumerator_of(const btf* types, const btf_type* type, std::string_view name) {
  for (std::uint32_t i = 0; i < btf_vlen(type); ++i) {
    const struct btf_enum& one = btf_enum(type)[i];
    const char* spelled = btf__name_by_offset(types, one.name_off);
    if (spelled != nullptr && spelled == name && one.val >= 0) return static_cast<std::uint32_t>(one.val);
  }
  return std::nullopt;
}

}  // namespace

void KernelTypes::Free::operator()(btf* types) const { btf__free(types); }

Result<KernelTypes> KernelTypes::load() {
  btf* types = btf__load_vmlinux_btf();
  if (types == nullptr) {
    return fail(Errc::unsupported,
                fmt::format("read the kernel's BTF (/sys/kernel/btf/vmlinux): {}", std::strerror(errno)));
  }
  return KernelTypes(types);
}

std::optional<std::string> KernelTypes::tracepoint_arguments(std::string_view name) const {
  const std::int32_t id =
      btf__find_by_name_kind(types_.get(), fmt::format("btf_trace_{}", name).c_str(), BTF_KIND_TYPEDEF);
  if (id <= 0) return std::nullopt;
  const btf_type* pointer = resolved(types_.get(), static_cast<std::uint32_t>(id));
  if (pointer == nullptr || !btf_is_ptr(pointer)) return std::nullopt;
  const btf_type* function = resolved(types_.get(), pointer->type);
  if (function == nullptr || !btf_is_func_proto(function)) return std::nullopt;
  const std::uint32_t count = btf_vlen(function);
  if (count == 0 || count > kMaxArguments) return std::nullopt;
  std::string letters;
  for (std::uint32_t i = 1; i < count; ++i) {
    const btf_type* argument = resolved(types_.get(), btf_params(function)[i].type);
    letters.push_back(argument != nullptr && btf_is_ptr(argument) ? 'p' : 'v');
  }
  return letters;
}

std::optional<std::uint32_t> KernelTypes::enumerator(std::string_view name) const {
  const std::uint32_t count = btf__type_cnt(types_.get());
  for (std::uint32_t id = 1; id < count; ++id) {
    const btf_type* type = btf__type_by_id(types_.get(), id);
    if (type == nullptr || !btf_is_enum(type)) continue;
    if (const auto value = enumerator_of(types_.get(), type, name)) return value;
  }
  return std::nullopt;
}

}  // namespace wirecause
