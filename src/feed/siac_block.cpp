// The runs of a SIAC block, for the framings siac_cta and opra.
//
// A reset is an epoch's beginning only after numbers of the old epoch were seen, and only once: its copies, and the
// repeated resets of a switch between data centres, have a block time that is not later or nothing in between.
// SPDX-License-Identifier: Apache-2.0
#include "feed/siac_block.hpp"

#include "feed/framing_support.hpp"

namespace wirecause::siac {
namespace {

struct Memory {
  std::uint64_t& reset_time;  // block time of the last reset
  std::uint64_t& has_data;    // 1: numbered messages were seen since
};

std::uint64_t block_time(const Block& b) noexcept { return std::uint64_t{b.seconds} * 1'000'000'000U + b.nanoseconds; }

void add_reset(const Block& b, const Memory& memory, Parsed& out) noexcept {
  if (block_time(b) <= memory.reset_time) return;
  memory.reset_time = block_time(b);
  if (memory.has_data == 0) return;
  memory.has_data = 0;
  Run& mark = add_run(out);
  mark.kind = RunKind::reset;
  mark.first = b.number == 0 ? kNumbers.first : b.number;
  mark.send_time = unix_send_time(block_time(b));
}

Run& add_block_run(const Block& b, RunKind kind, std::uint64_t first, std::uint32_t count, Parsed& out) noexcept {
  Run& run = add_run(out);
  run.kind = kind;
  run.first = first;
  run.count = count;
  run.messages = count;
  if (kind != RunKind::retransmission) run.send_time = unix_send_time(block_time(b));
  return run;
}

}  // namespace

bool has_good_checksum(const Datagram& d, std::size_t size, std::size_t checksum_at) noexcept {
  if (size > d.payload.size() || checksum_at + 2 > size) return false;
  std::uint32_t sum = 0;  // 65 535 bytes of 255 fit
  for (const std::byte b : d.payload.first(size)) sum += std::to_integer<std::uint32_t>(b);
  const auto high = std::to_integer<std::uint32_t>(d.payload[checksum_at]);
  const auto low = std::to_integer<std::uint32_t>(d.payload[checksum_at + 1]);
  return ((sum - high - low) & 0xffffU) == ((high << 8U) | low);
}

void add_runs(const Block& b, FramingState& state, Parsed& out) noexcept {
  const Memory memory{state.words[0], state.words[1]};
  const bool is_sent_again = b.retransmission == 'V';
  if (b.control == Control::line_integrity) {
    add_block_run(b, RunKind::heartbeat, number_after(kNumbers, b.number, 1), 0, out);
    return;
  }
  if (is_sent_again && b.number != 0) {
    add_block_run(b, RunKind::retransmission, b.number, b.messages, out);
    return;
  }
  const bool restarts =
      !is_sent_again && (b.control == Control::reset || (b.control == Control::start_of_day && b.number == 0));
  if (restarts) add_reset(b, memory, out);
  if (b.number == 0) {  // the counter itself after a reset, else a message outside the numbered stream
    Run& run = add_block_run(b, restarts ? RunKind::heartbeat : RunKind::unsequenced, kNumbers.first, 0, out);
    run.has_number = restarts;
    run.messages = restarts ? 0 : b.messages;
    return;
  }
  add_block_run(b, RunKind::data, b.number, b.messages, out);
  if (!restarts) memory.has_data = 1;
  if (b.control == Control::end_of_day) {
    add_block_run(b, RunKind::end_of_session, number_after(kNumbers, b.number, b.messages), 0, out);
  }
}

}  // namespace wirecause::siac
