// The IP ids of one sender: whether they say in which order it sent its packets. They do where each packet of a connection has
// the next one (Linux) or one not far above it; not where they stand still or are drawn by lot.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace wirecause::tcp {

class IpIds {
 public:
  static constexpr int kNear = 1'000;

  // Of the next packet as it was captured; 0: none.
  void note(std::uint16_t id) {
    if (id == 0) return;
    const int step = has_any_ ? apart(id, newest_) : 0;
    if (step > 0 && step <= kNear) ++grown_;
    if (step > kNear || step < -kNear) ++strange_;
    if (!has_any_ || step > 0 || step < -kNear) newest_ = id;
    has_any_ = true;
  }

  // Sent before the packet with the other id; nothing: the ids do not say.
  std::optional<bool> is_older(std::uint16_t id, std::uint16_t than) const {
    if (id == 0 || than == 0 || strange_ > grown_ / 8) return std::nullopt;
    const int step = apart(id, than);
    if (step == 0 || step > kNear || step < -kNear) return std::nullopt;
    return step < 0;
  }
  // Not sent after the newest packet: it came late, or twice. Only where many packets have shown how the ids go.
  bool is_no_newer(std::uint16_t id) const {
    constexpr std::uint32_t kMany = 8;
    if (grown_ < kMany || id == 0 || strange_ > grown_ / 8) return false;
    const int step = apart(id, newest_);
    return step <= 0 && step >= -kNear;
  }

 private:
  static int apart(std::uint16_t id, std::uint16_t than) {
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(id - than));
  }

  std::uint16_t newest_ = 0;
  bool has_any_ = false;
  std::uint32_t grown_ = 0;
  std::uint32_t strange_ = 0;
};

}  // namespace wirecause::tcp
