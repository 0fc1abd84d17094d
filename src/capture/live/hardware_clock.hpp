// The clock of an adapter that stamps packets (PHC), and how far the realtime clock is from it: hardware stamps are converted,
// so that they stand beside what the host itself stamps. A PTP-disciplined PHC runs in TAI, 37 s ahead of UTC.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/file_descriptor.hpp"
#include "base/time.hpp"
#include "capture/live/socket.hpp"

struct ptp_clock_time;  // linux/ptp_clock.h

namespace wirecause {

class HardwareClock {
 public:
  HardwareClock() = default;  // none
  // Of the interface (ETHTOOL_GET_TS_INFO names /dev/ptpN). Nothing: it has none, or it may not be read.
  static std::optional<HardwareClock> open(const Socket& socket, const std::string& interface);

  // Asks again (PTP_SYS_OFFSET, microseconds); the answer of before stays where none is to be had.
  void refresh();
  // What is added to a stamp of it to have realtime, as of the last refresh().
  DurationNs to_realtime() const { return to_realtime_; }

 private:
  explicit HardwareClock(FileDescriptor device) : device_(std::move(device)) {}
  bool ask();

  FileDescriptor device_;
  DurationNs to_realtime_{0};
};

// Of readings system, clock, system, clock, ..., system (ptp_sys_offset::ts): by the pair that took the shortest time, whose
// middle is when the clock was read. Nothing: fewer than three, or the system's go back.
std::optional<DurationNs> offset_to_realtime(std::span<const ptp_clock_time> readings);

}  // namespace wirecause
