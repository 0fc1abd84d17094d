// A tracepoint NAME has the type `typedef void (*btf_trace_NAME)(void *, arguments...)` (include/trace/bpf_probe.h); the
// first is the tracer's own.
// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/kernel_types.hpp"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/errno.hpp"

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

}  // namespace

void KernelTypes::Free::operator()(btf* types) const { btf__free(types); }

Result<KernelTypes> KernelTypes::load(const std::string& folder) {
  libbpf_set_print(nullptr);  // what is wrong is in the Error, not on stderr
  const std::string path = folder + "/vmlinux";
  btf* types = btf__parse(path.c_str(), nullptr);
  if (types == nullptr) {
    return fail(Errc::unsupported, fmt::format("{}: {}: the kernel's types are not there (CONFIG_DEBUG_INFO_BTF)", path,
                                               errno_text(errno)));
  }
  return KernelTypes(types, folder, 1);
}

Result<KernelTypes> KernelTypes::load_module(const KernelTypes& kernel, const std::string& module) {
  const std::string path = kernel.folder_ + "/" + module;
  if (access(path.c_str(), R_OK) != 0) return system_failure(path, errno);
  btf* types = btf__parse_split(path.c_str(), kernel.types_.get());
  if (types == nullptr) return fail(Errc::unsupported, fmt::format("{}: {}", path, errno_text(errno)));
  return KernelTypes(types, kernel.folder_, btf__type_cnt(kernel.types_.get()));
}

std::string_view KernelTypes::name_at(std::uint32_t offset) const {
  const char* name = btf__name_by_offset(types_.get(), offset);
  return name == nullptr ? std::string_view{} : std::string_view{name};
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

void KernelTypes::for_each_enumerator(const std::function<void(const Enumerator&)>& call) const {
  const std::uint32_t end = btf__type_cnt(types_.get());
  for (std::uint32_t id = first_; id < end; ++id) {
    const btf_type* type = btf__type_by_id(types_.get(), id);
    if (type == nullptr || !btf_is_enum(type)) continue;
    const std::string_view enumeration = name_at(type->name_off);
    const struct btf_enum* values = ::btf_enum(type);
    for (std::uint32_t i = 0; i < btf_vlen(type); ++i) call({enumeration, name_at(values[i].name_off), values[i].val});
  }
}

std::optional<std::uint32_t> KernelTypes::enumerator(std::string_view name) const {
  std::optional<std::uint32_t> found;
  for_each_enumerator([&](const Enumerator& one) {
    if (!found && one.name == name && one.value >= 0) found = static_cast<std::uint32_t>(one.value);
  });
  return found;
}

}  // namespace wirecause
