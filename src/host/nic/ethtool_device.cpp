// SPDX-License-Identifier: Apache-2.0
#include "host/nic/ethtool_device.hpp"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/errno.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kSlack = 1024;  // values beyond twice as many as were announced

// Text of a fixed field that may lack its NUL.
template <std::size_t kSize>
std::string field_text(const char (&field)[kSize]) {
  return {field, ::strnlen(field, kSize)};
}

}  // namespace

Result<EthtoolDevice> EthtoolDevice::open(std::string interface) {
  if (interface.empty() || interface.size() >= IFNAMSIZ) {
    return fail(Errc::not_found, "'" + interface + "': no name of an interface");
  }
  // Any socket takes these requests; AF_INET may be switched off, AF_UNIX may not.
  Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) socket = Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return system_failure("socket for ethtool", errno);
  return EthtoolDevice(std::move(socket), std::move(interface));
}

Result<void> EthtoolDevice::ask(void* request, const char* what) {
  ifreq wrapped{};
  std::memcpy(wrapped.ifr_name, interface_.data(), interface_.size());
  wrapped.ifr_data = static_cast<char*>(request);
  if (::ioctl(socket_.get(), SIOCETHTOOL, &wrapped) == 0) return {};
  return system_failure(interface_ + ": " + what, errno);
}

Result<DriverInfo> EthtoolDevice::driver() {
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  WC_TRY(ask(&info, "driver"));
  return DriverInfo{field_text(info.driver), field_text(info.version), field_text(info.fw_version),
                    field_text(info.bus_info)};
}

Result<std::size_t> EthtoolDevice::statistics_count() {
  // The count follows the structure, whose last member has no size of its own.
  alignas(ethtool_sset_info) std::array<std::byte, sizeof(ethtool_sset_info) + sizeof(std::uint32_t)> request{};
  ethtool_sset_info head{};
  head.cmd = ETHTOOL_GSSET_INFO;
  head.sset_mask = 1ULL << ETH_SS_STATS;
  std::memcpy(request.data(), &head, sizeof head);
  WC_TRY(ask(request.data(), "number of statistics"));
  std::memcpy(&head, request.data(), sizeof head);
  std::uint32_t count = 0;
  std::memcpy(&count, request.data() + sizeof head, sizeof count);
  if (head.sset_mask == 0) return std::size_t{0};
  if (count > kMaxStatistics) return fail(Errc::bad_input, interface_ + ": a driver with too many statistics");
  return std::size_t{count};
}

std::vector<std::uint64_t>& EthtoolDevice::room_for(std::size_t header_bytes, std::size_t value_bytes,
                                                    std::size_t count) {
  const std::size_t bytes = header_bytes + value_bytes * (2 * count + kSlack);
  buffer_.resize(std::max(buffer_.size(), bytes / sizeof(std::uint64_t) + 1));
  return buffer_;
}

Result<std::vector<std::string>> EthtoolDevice::statistic_names() {
  WC_TRY_ASSIGN(const std::size_t count, statistics_count());
  std::vector<std::string> names;
  if (count == 0) return names;
  auto& room = room_for(sizeof(ethtool_gstrings), ETH_GSTRING_LEN, count);
  ethtool_gstrings head{};
  head.cmd = ETHTOOL_GSTRINGS;
  head.string_set = ETH_SS_STATS;
  head.len = static_cast<std::uint32_t>(count);
  std::memcpy(room.data(), &head, sizeof head);
  WC_TRY(ask(room.data(), "names of statistics"));
  std::memcpy(&head, room.data(), sizeof head);
  const std::span<const std::byte> bytes = std::as_bytes(std::span(room)).subspan(sizeof head);
  for (std::size_t i = 0; i < std::min<std::size_t>(head.len, 2 * count); ++i) {
    char name[ETH_GSTRING_LEN];
    std::memcpy(name, bytes.data() + i * ETH_GSTRING_LEN, sizeof name);
    names.push_back(field_text(name));
  }
  return names;
}

Result<std::span<const std::uint64_t>> EthtoolDevice::statistics() {
  WC_TRY_ASSIGN(const std::size_t count, statistics_count());
  if (count == 0) return std::span<const std::uint64_t>{};
  static_assert(sizeof(ethtool_stats) == sizeof(std::uint64_t));
  auto& room = room_for(sizeof(ethtool_stats), sizeof(std::uint64_t), count);
  ethtool_stats head{};
  head.cmd = ETHTOOL_GSTATS;
  head.n_stats = static_cast<std::uint32_t>(count);
  std::memcpy(room.data(), &head, sizeof head);
  WC_TRY(ask(room.data(), "statistics"));
  std::memcpy(&head, room.data(), sizeof head);
  return std::span<const std::uint64_t>(room.data() + 1, std::min<std::size_t>(head.n_stats, 2 * count));
}

std::optional<RingSizes> EthtoolDevice::rings() {
  ethtool_ringparam rings{};
  rings.cmd = ETHTOOL_GRINGPARAM;
  if (!ask(&rings, "ring sizes")) return std::nullopt;
  return RingSizes{rings.rx_pending, rings.rx_max_pending, rings.tx_pending, rings.tx_max_pending};
}

std::optional<PauseSettings> EthtoolDevice::pause() {
  ethtool_pauseparam pause{};
  pause.cmd = ETHTOOL_GPAUSEPARAM;
  if (!ask(&pause, "pause")) return std::nullopt;
  return PauseSettings{pause.autoneg != 0, pause.rx_pause != 0, pause.tx_pause != 0};
}

}  // namespace wirecause
