// Readings as PTP_SYS_OFFSET gives them (linux/ptp_clock.h: system, clock, system, ..., system); offsets worked out by hand.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <linux/ptp_clock.h>
#include <sys/socket.h>

#include <vector>

#include "capture/live/hardware_clock.hpp"

namespace wirecause::testing {
namespace {

ptp_clock_time at(std::int64_t seconds, std::uint32_t ns) {
  ptp_clock_time time{};
  time.sec = seconds;
  time.nsec = ns;
  return time;
}

// TAI is 37 s ahead of UTC; the clock was read halfway between the two readings of the system's.
TEST(HardwareClock, AheadByTaiIsBroughtBack) {
  const std::vector<ptp_clock_time> readings{at(1000, 100), at(1037, 150), at(1000, 200)};
  EXPECT_EQ(offset_to_realtime(readings)->ns, -37'000'000'000);
}

TEST(HardwareClock, IsComparedWhereItWasReadFastest) {
  const std::vector<ptp_clock_time> readings{at(10, 0),      at(20, 70'000), at(10, 90'000),  // 90 us: read late in it
                                             at(20, 91'000), at(10, 92'000),                  // 2 us
                                             at(20, 99'000), at(10, 199'000)};
  EXPECT_EQ(offset_to_realtime(readings)->ns, -10'000'000'000);
}

TEST(HardwareClock, IsUnknownWithoutTwoReadingsOfTheSystem) {
  EXPECT_FALSE(offset_to_realtime({}));
  const std::vector<ptp_clock_time> cut{at(1, 0), at(2, 0)};
  EXPECT_FALSE(offset_to_realtime(cut));
  const std::vector<ptp_clock_time> stepped{at(9, 0), at(2, 0), at(8, 0)};
  EXPECT_FALSE(offset_to_realtime(stepped));
}

TEST(HardwareClock, OfAnInterfaceWithoutOneIsNone) {
  const Socket socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  EXPECT_FALSE(HardwareClock::open(socket, "lo"));
  EXPECT_FALSE(HardwareClock::open(socket, "an-interface-with-too-long-a-name"));
}

}  // namespace
}  // namespace wirecause::testing
