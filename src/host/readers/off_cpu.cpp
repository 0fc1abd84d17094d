// SPDX-License-Identifier: Apache-2.0
#include "host/readers/off_cpu.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

#include "bpf/readers.h"

namespace wirecause {
namespace {

constexpr std::uint32_t kUninterruptible = 0x2;
constexpr std::uint32_t kReported = 0x7f;  // interruptible to parked
constexpr std::uint32_t kNoLoad = 0x400;
constexpr std::uint32_t kLockWait = 0x1000;  // PREEMPT_RT
constexpr std::string_view kLetters = "RSDTtXZP";

}  // namespace

char task_state_letter(std::uint32_t state) {
  if (state == (kUninterruptible | kNoLoad)) return 'I';
  if ((state & kLockWait) != 0) return 'D';
  return kLetters[static_cast<std::size_t>(std::bit_width(state & kReported))];
}

std::optional<OffCpu> parse_off_cpu(std::span<const std::byte> record) {
  wc_off_cpu raw{};
  if (record.size() < sizeof raw) return std::nullopt;
  std::memcpy(&raw, record.data(), sizeof raw);
  OffCpu interval;
  interval.thread = raw.thread;
  interval.from_ns = raw.from_ns;
  interval.to_ns = raw.to_ns;
  interval.runnable_ns =
      std::clamp<std::int64_t>(raw.runnable_ns, 0, std::max<std::int64_t>(raw.to_ns - raw.from_ns, 0));
  interval.state = task_state_letter(raw.state);
  interval.instead = raw.instead;
  interval.instead_command.assign(raw.instead_command, ::strnlen(raw.instead_command, sizeof raw.instead_command));
  return interval;
}

}  // namespace wirecause
