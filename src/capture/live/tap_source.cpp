// SPDX-License-Identifier: Apache-2.0
#include "capture/live/tap_source.hpp"

#include <fmt/format.h>
#include <linux/if_packet.h>

#include <cerrno>
#include <system_error>

#include "capture/live/interface.hpp"

namespace wirecause {

TapSource::TapSource(PacketRing ring, Interface interface, const TapOptions& options, std::uint32_t input,
                     DurationNs tick)
    : ring_(std::move(ring)),
      name_(interface.name),
      index_(interface.index),
      hardware_clock_(std::move(interface.hardware_clock)),
      watermark_(longest_wait(tick) + longest_wait(tick)) {
  reading_.input = input;
  reading_.link_type = interface.link_type;
  reading_.wants_hardware_stamps = hardware_clock_.has_value();
  if (hardware_clock_) reading_.hardware_to_realtime = hardware_clock_->to_realtime();
  facts_.file = interface.name;
  facts_.format = "live (AF_PACKET)";
  InterfaceFacts& facts = facts_.interfaces.emplace_back();
  facts.name = interface.name;
  facts.filter = options.filter;
  facts.link_type = interface.link_type;
  facts.snap_length = options.snap_length;
  facts.ticks_per_second = 1'000'000'000;
  facts.received = 0;
  facts.dropped = 0;
}

std::size_t TapSource::next_batch(std::span<PacketView> out) {
  give_back_read_blocks();
  std::size_t filled = 0;
  while (filled < out.size()) {
    if (block_.is_done() && !open_next_block()) break;
    filled += block_.read(out.subspan(filled), reading_);
  }
  if (filled == 0) {
    ask_for_trouble();
  } else if (tail_error_ && !is_gone_) {
    tail_error_.reset();  // it came up again
  }
  facts_.bytes = reading_.bytes;
  facts_.damaged_records = reading_.damaged;
  facts_.packets_without_time = reading_.without_time;
  facts_.interfaces.front().packets = reading_.packets;
  return filled;
}

bool TapSource::open_next_block() {
  // A reader that holds all of the ring would find its own blocks again.
  if (taken_ == ring_.blocks() || !ring_.is_handed_over(next_)) return false;
  block_ = RingBlock(ring_.block(next_));
  next_ = (next_ + 1) % ring_.blocks();
  ++taken_;
  return true;
}

void TapSource::give_back_read_blocks() {
  for (; taken_ > (block_.is_done() ? 0U : 1U); --taken_) {
    ring_.give_back((next_ + ring_.blocks() - taken_) % ring_.blocks());
  }
}

// An interface that is set down or removed leaves ENETDOWN at the socket (packet_notifier()), which keeps poll() awake
// until somebody asks. Asked only when nothing came.
void TapSource::ask_for_trouble() {
  if (is_gone_) return;
  const int trouble = ring_.socket().get<int>(SOL_SOCKET, SO_ERROR).value_or(errno);
  if (trouble == 0) return;
  is_gone_ = !interface_name(ring_.socket(), index_);
  if (is_gone_) {
    tail_error_ = fmt::format("interface {} was removed", name_);
  } else if (trouble == ENETDOWN) {
    tail_error_ = fmt::format("interface {} is down", name_);
  } else {
    tail_error_ = fmt::format("interface {}: {}", name_, std::generic_category().message(trouble));
  }
}

TimeNs TapSource::watermark(TimeNs now) const {
  if (is_gone_) return later(reading_.last, now);
  const bool waits = !block_.is_done() || ring_.is_handed_over(next_) || ring_.holds_packets(next_);
  return watermark_.at(now, reading_.last, !waits, reading_.saw_hardware_stamp);
}

StampSource TapSource::stamp_source() const {
  return reading_.saw_hardware_stamp ? StampSource::hardware : StampSource::software;
}

// packet_getsockopt() sets both to zero as it answers, and counts what was dropped among tp_packets too.
void TapSource::refresh_statistics() {
  if (hardware_clock_) {
    hardware_clock_->refresh();
    reading_.hardware_to_realtime = hardware_clock_->to_realtime();
  }
  const auto counted = ring_.socket().get<tpacket_stats_v3>(SOL_PACKET, PACKET_STATISTICS);
  if (!counted) return;
  InterfaceFacts& facts = facts_.interfaces.front();
  facts.received = facts.received.value_or(0) + counted->tp_packets;
  facts.dropped = facts.dropped.value_or(0) + counted->tp_drops;
}

}  // namespace wirecause
