// TTLs of one direction: what its packets come with, whether that changed for good (another way), and what its resets come
// with (a reset that was made on the way has another one).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wirecause::tcp {

class Hops {
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
    ++changes_;
  }
  void reset(std::uint8_t ttl) noexcept {
    reset_ttl_ = ttl;
    has_reset_ = true;
  }

  std::uint8_t ttl() const { return ttl_; }            // now
  std::uint8_t ttl_before() const { return before_; }  // the last change; 0: none
  std::uint32_t changes() const { return changes_; }
  std::uint32_t odd() const { return odd_; }  // packets with another TTL that did not stay
  bool has_reset() const { return has_reset_; }
  std::uint8_t reset_ttl() const { return reset_ttl_; }

 private:
  static constexpr std::uint8_t kAgreeing = 4;  // packets in a row: no packet that strayed, but a new way

  std::uint32_t changes_ = 0;
  std::uint32_t odd_ = 0;
  std::uint8_t ttl_ = 0;
  std::uint8_t candidate_ = 0;
  std::uint8_t run_ = 0;
  std::uint8_t before_ = 0;
  std::uint8_t reset_ttl_ = 0;
  bool has_reset_ = false;
};

// How many routers a packet went through, if its sender began with the usual 64, 128 or 255; Windows, Linux and routers do.
constexpr std::uint8_t hops_of(std::uint8_t ttl) {
  return static_cast<std::uint8_t>((ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255) - ttl);
}

}  // namespace wirecause::tcp
