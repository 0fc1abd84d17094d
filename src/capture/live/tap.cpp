// Opening a tap.
// SPDX-License-Identifier: Apache-2.0
#include <linux/if_packet.h>

#include <algorithm>
#include <ctime>

#include "base/errno.hpp"
#include "capture/live/compiled_filter.hpp"
#include "capture/live/default_filter.hpp"
#include "capture/live/interface.hpp"
#include "capture/live/tap_source.hpp"

namespace wirecause {
namespace {

constexpr std::uint32_t kWholePackets = 256U << 10U;  // as libpcap has it

// Of the timers of the kernel that runs here: clock_getres() of a coarse clock is one of its ticks.
DurationNs kernel_tick() {
  std::timespec resolution{};
  if (::clock_getres(CLOCK_MONOTONIC_COARSE, &resolution) != 0) return milliseconds(10);
  return seconds(resolution.tv_sec) + nanoseconds(resolution.tv_nsec);
}

Result<FilterProgram> filter_for(const TapOptions& options, LinkType link_type) {
  const std::uint32_t kept = options.snap_length == 0 ? kWholePackets : std::min(options.snap_length, kWholePackets);
  if (options.filter.empty()) return default_filter(link_type, options.unicast_ports, kept);
  return compile_filter(options.filter, options.interface, link_type, kept);
}

Result<std::unique_ptr<LiveSource>> open(const TapOptions& options, std::uint32_t input) {
  // Protocol 0: nothing comes in before bind(), when filter and ring are in place.
  Socket socket(::socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) {
    return system_failure("open a packet socket", errno, "run as root, or give the program CAP_NET_RAW");
  }
  TapSource::Interface interface;
  interface.name = options.interface;
  WC_TRY_ASSIGN(interface.index, interface_index(socket, options.interface));
  WC_TRY_ASSIGN(interface.link_type, interface_link_type(socket, options.interface));
  if (are_all_stamped_by_hardware(socket, options.interface)) {
    interface.hardware_clock = HardwareClock::open(socket, options.interface);
  }
  WC_TRY_ASSIGN(FilterProgram filter, filter_for(options, interface.link_type));
  WC_TRY_ASSIGN(PacketRing ring, PacketRing::open(std::move(socket), options.ring_bytes, std::move(filter),
                                                  interface.hardware_clock.has_value()));
  WC_TRY(ring.bind(interface.index));
  return std::make_unique<TapSource>(std::move(ring), std::move(interface), options, input, kernel_tick());
}

}  // namespace

Result<std::unique_ptr<LiveSource>> open_tap(const TapOptions& options, std::uint32_t input) {
  auto opened = open(options, input);
  if (!opened) return tl::unexpected(std::move(opened).error().context("tap " + options.interface));
  return opened;
}

}  // namespace wirecause
