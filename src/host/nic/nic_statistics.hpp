// A driver's statistics, read by its row of the table: sums under the common names, and which raw counter grew.
//
// Pure: names and values in, figures out; the collector ethtool feeds it from the ioctl, tests from recorded output of
// `ethtool -S`. Where each name belongs is found once, when the names are set.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/nic/driver_counters.hpp"

namespace wirecause {

struct CounterGrowth {
  std::string_view raw;  // "rx2_drops"; valid as long as the names are
  std::int64_t growth = 0;
  bool is_known = true;  // false: the table does not know it, it only sounds like a loss
};

class NicStatistics {
 public:
  // Values of the common names; nothing: this driver has no such counter.
  using Sums = std::array<std::optional<std::int64_t>, kNicCounters>;

  NicStatistics(std::string_view driver, std::vector<std::string> names);

  // Takes one reading, in the order of the names. A different number of values than of names is no reading (false): the
  // driver has other queues now, and the names have to be asked for anew.
  bool take(std::span<const std::uint64_t> values);

  const Sums& sums() const { return sums_; }
  // Frames lost, by all rows of the table together; nothing: the driver is not in it.
  std::optional<std::int64_t> lost() const;
  // Counters of losses (and of XDP, pause, filters) that grew between the last two readings.
  std::span<const CounterGrowth> grown() const { return grown_; }

  // Whether the losses of the table are every place where this driver loses a frame.
  bool is_complete() const { return is_complete_; }
  // "nic.rx_missed = rx_discards_phy; nic.rx_no_buffer = rx_out_of_buffer + ...", rows of queues under their pattern.
  std::string meaning() const;

  std::size_t size() const { return names_.size(); }

 private:
  enum class Kind : std::uint8_t { other, known, sounds_lossy };
  struct Place {
    Kind kind = Kind::other;
    NicCounter counter = NicCounter::rx_discards;
  };

  const DriverTable* table_;
  std::vector<std::string> names_;
  std::vector<Place> places_;  // by name
  std::vector<std::uint64_t> before_;
  Sums sums_{};
  std::vector<CounterGrowth> grown_;
  bool is_complete_ = false;
};

}  // namespace wirecause
