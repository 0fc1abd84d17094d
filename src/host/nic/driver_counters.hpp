// The table of drivers: which of a driver's own statistics (`ethtool -S`) tell what, under one name for all drivers.
//
// Data with its sources is in driver_counters.cpp; the collector ethtool reads by it. A driver that is not in the table
// keeps its counters under their raw names, and nothing is concluded from them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace wirecause {

// What a counter tells, whatever the driver calls it.
enum class NicCounter : std::uint8_t {
  rx_missed,     // lost before any ring: the port's own packet memory was full
  rx_no_buffer,  // lost because the ring had no buffer: the host did not come in time
  rx_crc,        // lost: damaged on the line
  rx_length,     // lost: an impossible length
  rx_discards,   // lost in the driver or device, for another or an unknown reason
  xdp_drops,     // an XDP program dropped it: no fault of the device
  filtered,      // no filter of the device wanted it: not for this host, or a group that was not programmed
  rx_pause,      // pause frames received: the peer told us to stop
  tx_pause,      // pause frames sent: we told the peer to stop, and it loses or queues instead
};
inline constexpr std::size_t kNicCounters = 9;

// Frames that the NIC or its driver lost. The rows of one driver do not count a frame twice.
constexpr bool is_loss(NicCounter counter) { return counter <= NicCounter::rx_discards; }

std::string_view published_name(NicCounter counter);  // "nic.rx_missed"

struct DriverCounter {
  std::string_view raw;  // with %u where the number of a queue or priority stands: "rx%u_drops"
  NicCounter counter;
};

struct DriverTable {
  std::string_view driver;
  std::span<const DriverCounter> counters;
  // Whether the losses above are known to be every place where this device and driver drop a frame that arrived, as long
  // as all of `needed` are among the names of the running driver.
  bool is_complete = false;
  std::span<const std::string_view> needed;
  std::string_view source;  // where it was learnt
};

std::span<const DriverTable> driver_tables();
const DriverTable* find_driver_table(std::string_view driver);  // nullptr: not in the table

// Whether a raw name is that of the pattern, %u being one or more digits.
bool matches(std::string_view pattern, std::string_view raw);

// The row of a raw name; nullptr: the table has none.
const DriverCounter* find_counter(const DriverTable& table, std::string_view raw);

// Whether a raw name of a driver without a table sounds like a receive loss: its growth is shown as it is.
bool sounds_like_a_loss(std::string_view raw);

}  // namespace wirecause
