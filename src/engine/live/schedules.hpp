// When a live run does what takes long: looking for sockets, and diagnosing. Both stand still for the packets meanwhile, so
// neither may take more than a small share of the time, whatever comes. Times are CLOCK_MONOTONIC, nanoseconds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace wirecause {

// Sockets are looked for once a second, and sooner where a new line or a drop of an unknown socket asks for it: what asks
// within a tenth of a second is answered by one look.
class DiscoverySchedule {
 public:
  static constexpr std::int64_t kSoonest = 100'000'000;
  static constexpr std::int64_t kUsual = 1'000'000'000;
  static constexpr std::int64_t kShare = 20;  // of the time: 5 %

  void ask() { is_asked_ = true; }
  bool is_due(std::int64_t now) const { return now >= usual_ || (is_asked_ && now >= soonest_); }
  void done(std::int64_t begun, std::int64_t ended) {
    is_asked_ = false;
    soonest_ = begun + std::max(kSoonest, (ended - begun) * kShare);
    usual_ = std::max(begun + kUsual, soonest_);
  }

 private:
  bool is_asked_ = false;
  std::int64_t soonest_ = 0;
  std::int64_t usual_ = 0;
};

// A diagnosis is made twice a second where something changed, else every second and a half, and the rarer the longer one
// takes.
class JudgeSchedule {
 public:
  static constexpr std::int64_t kEvery = 500'000'000;
  static constexpr std::int64_t kUnchanged = 1'000'000'000;  // later
  static constexpr std::int64_t kShare = 50;                 // of the time: 2 %

  void begin(std::int64_t now) { due_ = now + kEvery; }
  bool may(std::int64_t now) const { return now >= due_; }
  bool must(std::int64_t now) const { return now - due_ >= kUnchanged; }
  void done(std::int64_t begun, std::int64_t ended) { due_ = begun + std::max(kEvery, (ended - begun) * kShare); }

 private:
  std::int64_t due_ = 0;
};

}  // namespace wirecause
