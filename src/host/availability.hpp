// Whether a piece of evidence can be had on this host, why not, and how to get it: one line of `wirecause doctor`.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace wirecause {

struct Availability {
  enum class State : unsigned char {
    full,
    reduced,  // less than the best: `reason` says what is missing and what is claimed all the same
    none,
  };
  State state = State::full;
  std::string reason;  // why not full: "/sys/kernel/btf/vmlinux: no such file"
  std::string remedy;  // what the user can do: "run as root or with CAP_BPF and CAP_PERFMON"; empty: nothing

  bool is_usable() const { return state != State::none; }
};

inline Availability available() { return {}; }
inline Availability reduced(std::string reason, std::string remedy) {
  return {Availability::State::reduced, std::move(reason), std::move(remedy)};
}
inline Availability unavailable(std::string reason, std::string remedy) {
  return {Availability::State::none, std::move(reason), std::move(remedy)};
}

}  // namespace wirecause
