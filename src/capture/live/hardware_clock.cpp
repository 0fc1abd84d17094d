// SPDX-License-Identifier: Apache-2.0
#include "capture/live/hardware_clock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/ptp_clock.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace wirecause {
namespace {

constexpr unsigned kSamples = 5;

// -1: none.
int clock_number(const Socket& socket, const std::string& interface) {
  ethtool_ts_info info{};
  info.cmd = ETHTOOL_GET_TS_INFO;
  info.phc_index = -1;
  ifreq request{};
  if (interface.size() >= sizeof request.ifr_name) return -1;
  std::copy(interface.begin(), interface.end(), request.ifr_name);
  request.ifr_data = static_cast<char*>(static_cast<void*>(&info));
  return ::ioctl(socket.descriptor(), SIOCETHTOOL, &request) == 0 ? info.phc_index : -1;
}

std::int64_t ns_of(const ptp_clock_time& time) {
  return std::int64_t{time.sec} * 1'000'000'000 + static_cast<std::int64_t>(time.nsec);
}

}  // namespace

std::optional<DurationNs> offset_to_realtime(std::span<const ptp_clock_time> readings) {
  std::optional<std::int64_t> shortest;
  DurationNs offset{0};
  for (std::size_t i = 0; i + 2 < readings.size(); i += 2) {
    const std::int64_t before = ns_of(readings[i]);
    const std::int64_t took = ns_of(readings[i + 2]) - before;
    if (took < 0 || (shortest && took >= *shortest)) continue;
    shortest = took;
    offset = nanoseconds(before + took / 2 - ns_of(readings[i + 1]));
  }
  return shortest ? std::optional(offset) : std::nullopt;
}

std::optional<HardwareClock> HardwareClock::open(const Socket& socket, const std::string& interface) {
  const int number = clock_number(socket, interface);
  if (number < 0) return std::nullopt;
  FileDescriptor device(::open(fmt::format("/dev/ptp{}", number).c_str(), O_RDONLY | O_CLOEXEC));
  if (!device.is_open()) return std::nullopt;
  HardwareClock clock(std::move(device));
  if (!clock.ask()) return std::nullopt;
  return clock;
}

void HardwareClock::refresh() { (void)ask(); }

bool HardwareClock::ask() {
  if (!device_.is_open()) return false;
  ptp_sys_offset request{};
  request.n_samples = kSamples;
  if (::ioctl(device_.get(), PTP_SYS_OFFSET, &request) != 0) return false;
  const auto offset = offset_to_realtime(std::span(request.ts).first(2 * kSamples + 1));
  if (offset) to_realtime_ = *offset;
  return offset.has_value();
}

}  // namespace wirecause
