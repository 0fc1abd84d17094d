// One interface through SIOCETHTOOL: its driver, the driver's own statistics (`ethtool -S`), rings and pause.
//
// These statistics have no netlink form. The kernel writes as many values as the driver has *now*, whatever room was
// offered (net/ethtool/ioctl.c ethtool_get_stats), so the count is asked for before each reading and room is kept for
// twice as many. Needs no privilege. A reading may ask the firmware: at most once a second.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"

namespace wirecause {

struct DriverInfo {
  std::string driver;    // "mlx5_core"
  std::string version;   // of the driver
  std::string firmware;  // may be empty
  std::string bus;       // "0000:3b:00.0"; may be empty
};

struct RingSizes {
  std::uint32_t rx = 0;
  std::uint32_t rx_max = 0;
  std::uint32_t tx = 0;
  std::uint32_t tx_max = 0;
};

struct PauseSettings {
  bool autonegotiate = false;
  bool rx = false;
  bool tx = false;
};

class EthtoolDevice {
 public:
  static constexpr std::size_t kMaxStatistics = 65'536;

  static Result<EthtoolDevice> open(std::string interface);

  // Errors: not_found (no such interface), unsupported (it has no driver to ask: lo).
  Result<DriverInfo> driver();
  // How many statistics the driver has now. Errors: as above.
  Result<std::size_t> statistics_count();
  Result<std::vector<std::string>> statistic_names();
  // Values in the order of the names; valid until the next reading.
  Result<std::span<const std::uint64_t>> statistics();
  std::optional<RingSizes> rings();
  std::optional<PauseSettings> pause();

  const std::string& interface() const { return interface_; }

 private:
  EthtoolDevice(Descriptor socket, std::string interface)
      : socket_(std::move(socket)), interface_(std::move(interface)) {}
  // `request` begins with its command. Errors: not_found, unsupported, io.
  Result<void> ask(void* request, const char* what);
  std::vector<std::uint64_t>& room_for(std::size_t header_bytes, std::size_t value_bytes, std::size_t count);

  Descriptor socket_;
  std::string interface_;
  std::vector<std::uint64_t> buffer_;  // aligned for every structure of ethtool
};

}  // namespace wirecause
