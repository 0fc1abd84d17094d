// Assembles a socket filter (classic BPF, linux/filter.h) with labels instead of counted jumps.
//
// A conditional jump of classic BPF reaches 255 instructions forward, an unconditional one any distance; nothing jumps
// back. A load beyond the end of a packet ends the program with 0: reject.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <linux/filter.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wirecause {

using FilterProgram = std::vector<sock_filter>;

class FilterAssembler {
 public:
  enum class Label : std::size_t {};

  Label label();
  void place(Label label);  // here: at the next instruction

  void add(unsigned code, std::uint32_t k) { emit(code, k); }
  // Compares A: goes to `label` when it is so, to the next instruction when not.
  void jump_if_equal(std::uint32_t k, Label label) { jump(BPF_JMP | BPF_JEQ | BPF_K, k, label); }
  void jump_if_any_of(std::uint32_t bits, Label label) { jump(BPF_JMP | BPF_JSET | BPF_K, bits, label); }
  void jump(Label label) { jump(BPF_JMP | BPF_JA, 0, label); }

  FilterProgram program();  // all labels must be placed

 private:
  struct Jump {
    std::size_t from = 0;
    std::size_t label = 0;
  };

  void emit(unsigned code, std::uint32_t k) { program_.push_back({static_cast<std::uint16_t>(code), 0, 0, k}); }
  void jump(unsigned code, std::uint32_t k, Label label);

  FilterProgram program_;
  std::vector<std::size_t> places_;
  std::vector<Jump> jumps_;
};

}  // namespace wirecause
