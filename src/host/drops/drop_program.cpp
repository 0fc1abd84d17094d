// SPDX-License-Identifier: Apache-2.0
#include "host/drops/drop_program.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "bpf/drop_record.h"
#include "drops.skel.h"
#include "evidence/drop_reason.hpp"
#include "host/drops/drop_place.hpp"
#include "host/kernel/bpf_refusal.hpp"

namespace wirecause {
namespace {

std::string program_name(const DropProgramChoice& choice, const char* tracepoint, unsigned arguments) {
  return fmt::format("{}_{}_{}", choice.is_typed ? "btf" : "raw", tracepoint, arguments);
}

void choose_programs(drops_bpf& object, const DropProgramChoice& choice) {
  const std::string drop = program_name(choice, "kfree_skb", choice.kfree_skb_arguments);
  const std::string failure = program_name(choice, "udp_fail", choice.udp_failure_arguments);
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object.obj) {
    const std::string_view name = bpf_program__name(program);
    bpf_program__set_autoload(program, name == drop || name == failure);
  }
}

void name_reasons(drops_bpf& object, const DropProgramChoice& choice, const ReasonNames& reasons) {
  object.rodata->drop_has_reason = choice.kfree_skb_arguments > 2 ? 1 : 0;
  object.rodata->drop_failure_follows = choice.udp_failure_arguments == 2 ? 1 : 0;
  for (const std::string_view name : reasons_of_normal_frees()) {
    if (const auto value = reasons.value(name)) object.rodata->drop_ignored[wc_drop_reason_slot(*value)] = 1;
  }
  constexpr std::uint32_t kNone = 0xffff'ffff;
  object.rodata->drop_not_specified = reasons.value(drop_reason::kNotSpecified).value_or(kNone);
}

void name_teardowns(drops_bpf& object, const KernelSymbols& symbols) {
  std::size_t used = 0;
  for (const std::string_view function : teardown_functions()) {
    for (const auto& [begin, end] : symbols.code_of(function)) {
      if (used == WC_DROP_TEARDOWNS) return;
      // A place is a return address: the one behind the call.
      object.rodata->drop_teardowns[used].first = begin + 1;
      object.rodata->drop_teardowns[used++].end = end + 1;
    }
  }
}

}  // namespace

std::vector<DropProgramChoice> drop_program_choices(const KernelDropTypes& types) {
  std::vector<DropProgramChoice> out;
  const unsigned arguments = std::clamp(types.kfree_skb_arguments, 2U, 4U);
  const unsigned failure = arguments == 4 ? 0 : std::min(types.udp_failure_arguments, 3U);
  for (const bool is_typed : {true, false}) out.push_back({is_typed, arguments, failure < 2 ? 0 : failure});
  return out;
}

Result<std::unique_ptr<DropProgram>> DropProgram::load(const DropProgramChoice& choice, const KernelDropTypes& types,
                                                       const KernelSymbols& symbols) {
  libbpf_set_print(nullptr);  // what fails is in the Error
  drops_bpf* object = drops_bpf__open();
  if (object == nullptr) return bpf_refusal("open the drop programs", errno);
  std::unique_ptr<DropProgram> out(new DropProgram(object, choice));
  choose_programs(*object, choice);
  name_reasons(*object, choice, types.reasons);
  name_teardowns(*object, symbols);
  if (const int error = -drops_bpf__load(object); error != 0) {
    return bpf_refusal("load drop program " + program_name(choice, "kfree_skb", choice.kfree_skb_arguments), error);
  }
  return out;
}

DropProgram::~DropProgram() {
  for (bpf_link* link : links_) bpf_link__destroy(link);
  drops_bpf__destroy(object_);
}

Result<void> DropProgram::attach() {
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object_->obj) {
    if (!bpf_program__autoload(program)) continue;
    bpf_link* link = bpf_program__attach(program);
    if (link == nullptr) {
      return bpf_refusal(fmt::format("attach drop program {}", bpf_program__name(program)), errno);
    }
    links_.push_back(link);
  }
  return {};
}

wc_drop_flow* DropProgram::flows() const { return object_->bss->drop_flows; }
wc_drop_field* DropProgram::fields() const { return object_->bss->drop_fields; }

std::uint32_t DropProgram::flows_used() const {
  return std::min<std::uint32_t>(__atomic_load_n(&object_->bss->drop_flows_used, __ATOMIC_ACQUIRE), WC_DROP_FLOWS);
}

std::uint64_t DropProgram::lost() const { return __atomic_load_n(&object_->bss->drop_lost, __ATOMIC_RELAXED); }

std::uint64_t DropProgram::suppressed() const {
  return __atomic_load_n(&object_->bss->drop_suppressed, __ATOMIC_RELAXED);
}

std::uint64_t DropProgram::followed_unlisted() const {
  return __atomic_load_n(&object_->bss->drop_followed_unlisted, __ATOMIC_RELAXED);
}

std::uint64_t DropProgram::unlisted(std::uint32_t reason_slot) const {
  return __atomic_load_n(&object_->bss->drop_unlisted[reason_slot], __ATOMIC_RELAXED);
}

void DropProgram::allow_unfollowed_again() const {
  __atomic_store_n(&object_->bss->drop_unfollowed, 0U, __ATOMIC_RELAXED);
}

int DropProgram::ring() const { return bpf_map__fd(object_->maps.drop_ring); }

std::uint64_t DropProgram::missed() const {
  std::uint64_t missed = 0;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object_->obj) {
    if (!bpf_program__autoload(program)) continue;
    bpf_prog_info info{};
    std::uint32_t length = sizeof info;
    if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &length) == 0) missed += info.recursion_misses;
  }
  return missed;
}

}  // namespace wirecause
