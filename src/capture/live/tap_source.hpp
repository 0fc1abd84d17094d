// A passive tap: the packets of a ring as a LiveSource, straight out of the blocks that the kernel filled.
//
// A block goes back to the kernel at the call of next_batch() after the one that handed out its last view. One thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "capture/live/hardware_clock.hpp"
#include "capture/live/live_source.hpp"
#include "capture/live/packet_ring.hpp"
#include "capture/live/ring_block.hpp"
#include "capture/live/watermark.hpp"

namespace wirecause {

class TapSource final : public LiveSource {
 public:
  struct Interface {
    std::string name;
    int index = 0;
    LinkType link_type = LinkType::ethernet;
    std::optional<HardwareClock> hardware_clock{};  // it stamps every packet by that
  };

  TapSource(PacketRing ring, Interface interface, const TapOptions& options, std::uint32_t input, DurationNs tick);

  std::size_t next_batch(std::span<PacketView> out) override;
  const CaptureFacts& facts() const override { return facts_; }
  const std::optional<std::string>& tail_error() const override { return tail_error_; }
  std::uint64_t bytes_consumed() const override { return reading_.bytes; }

  TimeNs watermark(TimeNs now) const override;
  int descriptor() const override { return ring_.socket().descriptor(); }
  StampSource stamp_source() const override;
  void refresh_statistics() override;

 private:
  bool open_next_block();
  void give_back_read_blocks();
  void ask_for_trouble();

  PacketRing ring_;
  std::string name_;
  int index_;
  RingReading reading_;
  CaptureFacts facts_;
  std::optional<std::string> tail_error_;
  bool is_gone_ = false;

  RingBlock block_;        // being read
  std::size_t next_ = 0;   // the block that the kernel will hand over next
  std::size_t taken_ = 0;  // blocks before `next_` that are not given back yet

  std::optional<HardwareClock> hardware_clock_;
  mutable Watermark watermark_;  // only the moment of asking shows that nothing waits
};

}  // namespace wirecause
