// SPDX-License-Identifier: Apache-2.0
#include "capture/live/filter_assembler.hpp"

#include <limits>

#include "base/check.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kUnplaced = std::numeric_limits<std::size_t>::max();

}  // namespace

FilterAssembler::Label FilterAssembler::label() {
  places_.push_back(kUnplaced);
  return Label{places_.size() - 1};
}

void FilterAssembler::place(Label label) { places_[static_cast<std::size_t>(label)] = program_.size(); }

void FilterAssembler::jump(unsigned code, std::uint32_t k, Label label) {
  jumps_.push_back({program_.size(), static_cast<std::size_t>(label)});
  emit(code, k);
}

FilterProgram FilterAssembler::program() {
  for (const Jump& jump : jumps_) {
    const std::size_t place = places_[jump.label];
    WC_CHECK(place != kUnplaced && place > jump.from, "a socket filter jumps forward, to a placed label");
    const std::size_t distance = place - jump.from - 1;
    sock_filter& instruction = program_[jump.from];
    if (BPF_OP(instruction.code) == BPF_JA) {
      instruction.k = static_cast<std::uint32_t>(distance);
    } else {
      WC_CHECK(distance <= std::numeric_limits<std::uint8_t>::max(), "a conditional jump reaches 255 instructions");
      instruction.jt = static_cast<std::uint8_t>(distance);
    }
  }
  return std::move(program_);
}

}  // namespace wirecause
