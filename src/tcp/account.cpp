// SPDX-License-Identifier: Apache-2.0
#include "tcp/account.hpp"

namespace wirecause::tcp {

std::string_view text(Wait wait) {
  constexpr std::array<std::string_view, kWaits> kNames{
      "handshake",         "sender_idle",   "write_pattern",    "receiver_window", "receiver_buffer",
      "congestion_window", "recovery_fast", "recovery_timeout", "recovery_probe",  "pacing",
      "network",           "queueing",      "closing"};
  return kNames[static_cast<std::size_t>(wait)];
}

std::array<DurationNs, kWaits> Account::sums() const {
  std::array<DurationNs, kWaits> sums{};
  if (apart_) sums = *apart_;
  for (std::size_t i = 0; i < kUsual.size(); ++i) sums[static_cast<std::size_t>(kUsual[i])] = usual_[i];
  return sums;
}

}  // namespace wirecause::tcp
