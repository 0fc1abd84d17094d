// TTLs (hop limits) of one direction: what its packets come with, and whether that changed for good, as on another way.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wirecause::tcp {

class TtlSteps {
 public:
  void packet(std::uint8_t ttl) noexcept {
    if (ttl_ == 0 || ttl == ttl_) {
      ttl_ = ttl;
      run_ = 0;
      return;
    }
    ++odd_;
    run_ = static_cast<std::uint8_t>(ttl == candidate_ ? run_ + 1 : 1);
    candidate_ = ttl;
    if (run_ < kAgreeing) return;
    before_ = ttl_;
    ttl_ = ttl;
    odd_ -= run_;
    run_ = 0;
    ++steps_;
  }

  std::uint8_t now() const { return ttl_; }
  std::uint8_t before() const { return before_; }  // the last step; 0: none
  std::uint32_t steps() const { return steps_; }
  std::uint32_t odd() const { return odd_; }  // packets with another one that did not stay

 private:
  static constexpr std::uint8_t kAgreeing = 4;  // packets in a row: none that strayed, but a new way

  std::uint32_t steps_ = 0;
  std::uint32_t odd_ = 0;
  std::uint8_t ttl_ = 0;
  std::uint8_t candidate_ = 0;
  std::uint8_t run_ = 0;
  std::uint8_t before_ = 0;
};

// How many routers a packet went through, if its sender began with 64, 128 or 255, as all common systems do.
constexpr std::uint8_t hops_of(std::uint8_t ttl) {
  return static_cast<std::uint8_t>((ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255) - ttl);
}

}  // namespace wirecause::tcp
