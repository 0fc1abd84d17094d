// Which sizes of segments get through: for black holes, where large packets vanish and small ones pass.
//
// Sizes are payload bytes, as captured; a sender that leaves segmentation to its adapter is seen with larger ones, all of
// which get through.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "tcp/sequence.hpp"

namespace wirecause::tcp {

class SegmentSizes {
 public:
  // A segment went past for the first time.
  void sent(std::uint32_t length, Offset end) noexcept {
    if (length <= delivered_ || (tried_ != 0 && length >= tried_)) return;
    tried_ = length;
    tried_end_ = end;
  }
  // `in_vain`: by the timer, and not for the first time. What got through before then says nothing any more: the way may be
  // another one.
  void sent_again(std::uint32_t length, Offset end, bool in_vain) noexcept {
    if (in_vain && length <= delivered_) delivered_ = 0;
    if (length <= delivered_) return;
    tried_ = length;
    tried_end_ = end;
    if (length < stuck_) return;
    ++repeated_;
    stuck_ = length;
  }
  void acknowledged(Offset edge) noexcept {
    if (tried_ == 0 || edge < tried_end_) return;
    delivered_ = std::max(delivered_, tried_);
    tried_ = 0;
    if (stuck_ > delivered_) return;
    stuck_ = 0;
    repeated_ = 0;
    is_answered_ = false;
  }
  // The receiver was heard.
  void heard() noexcept { is_answered_ = is_answered_ || stuck_ != 0; }

  // A router said that nothing larger than this goes on: bytes of an IP packet.
  void told(std::uint32_t mtu) noexcept {
    const auto said = static_cast<std::uint16_t>(std::min<std::uint32_t>(mtu, 0xffff));
    told_mtu_ = told_mtu_ == 0 ? said : std::min(told_mtu_, said);
  }

  // The receiver was heard behind a repetition of the stuck size: small packets still pass.
  bool is_answered() const { return is_answered_; }
  std::uint32_t told_mtu() const { return told_mtu_; }
  std::uint32_t delivered() const { return delivered_; }  // largest that was acknowledged; 0: none
  std::uint32_t stuck() const { return stuck_; }          // largest that was sent again and never acknowledged; 0: none
  std::uint32_t repeated() const { return repeated_; }    // how often such were sent again

 private:
  Offset tried_end_ = 0;
  std::uint32_t tried_ = 0;  // larger than any that was acknowledged, and under way; 0: none
  std::uint32_t delivered_ = 0;
  std::uint32_t stuck_ = 0;
  std::uint32_t repeated_ = 0;
  std::uint16_t told_mtu_ = 0;  // 0: nobody did
  bool is_answered_ = false;
};

}  // namespace wirecause::tcp
