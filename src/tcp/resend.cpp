// SPDX-License-Identifier: Apache-2.0
#include "tcp/resend.hpp"

namespace wirecause::tcp {

std::string_view text(Resend kind) {
  constexpr std::array<std::string_view, kResends> kNames{"syn",        "syn_ack",   "fast",       "rack",
                                                          "tail_probe", "timeout",   "spurious",   "window_probe",
                                                          "keep_alive", "path_copy", "unexplained"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace wirecause::tcp
