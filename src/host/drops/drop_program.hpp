// The drop programs of bpf/drops.bpf.c in the kernel: which of them this kernel can take, loading, attaching, and the
// memory that they share with us. Everything goes when the object is destroyed or the process ends: nothing is pinned.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "host/drops/drop_types.hpp"
#include "host/drops/kallsyms.hpp"

struct bpf_link;
struct drops_bpf;
struct wc_drop_flow;  // bpf/drop_record.h
struct wc_drop_field;

namespace wirecause {

// Which of the programs: one on kfree_skb, and one on udp_fail_queue_rcv_skb where the first does not get the socket.
struct DropProgramChoice {
  bool is_typed = true;                // tp_btf; else raw_tp
  unsigned kfree_skb_arguments = 4;    // 2, 3 or 4
  unsigned udp_failure_arguments = 0;  // 2, 3; 0: not attached

  bool operator==(const DropProgramChoice&) const = default;
};

// From the most to the least: what to try in turn on a kernel with these types.
std::vector<DropProgramChoice> drop_program_choices(const KernelDropTypes& types);

// The probe with exactly these programs: how tests see what an older kernel's would do.
class DropProbe;
Result<std::unique_ptr<DropProbe>> open_drop_probe(const DropProgramChoice& choice);

class DropProgram {
 public:
  // Loads, but does not attach. Error: what libbpf or the kernel said.
  static Result<std::unique_ptr<DropProgram>> load(const DropProgramChoice& choice, const KernelDropTypes& types,
                                                   const KernelSymbols& symbols);
  ~DropProgram();
  DropProgram(const DropProgram&) = delete;
  DropProgram& operator=(const DropProgram&) = delete;

  Result<void> attach();
  const DropProgramChoice& choice() const { return choice_; }

  // Shared with the program. Written by it at any time: read each field once.
  wc_drop_flow* flows() const;
  wc_drop_field* fields() const;
  std::uint32_t flows_used() const;  // at most WC_DROP_FLOWS
  std::uint64_t lost() const;
  std::uint64_t suppressed() const;
  std::uint64_t unlisted(std::uint32_t reason_slot) const;
  std::uint64_t followed_unlisted() const;
  void allow_unfollowed_again() const;  // after a drain
  int ring() const;                     // descriptor of the map
  // Drops that were not seen because they came while this CPU was in the program; 0 where the kernel does not say.
  std::uint64_t missed() const;

 private:
  DropProgram(drops_bpf* object, const DropProgramChoice& choice) : object_(object), choice_(choice) {}

  drops_bpf* object_;
  DropProgramChoice choice_;
  std::vector<bpf_link*> links_;
};

}  // namespace wirecause
