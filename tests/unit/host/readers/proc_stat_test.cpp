// /proc/PID/stat as the kernel writes it, and cut.
// SPDX-License-Identifier: Apache-2.0
#include "host/readers/proc_stat.hpp"

#include <gtest/gtest.h>

namespace wirecause::testing {
namespace {

// Recorded: /proc/PID/stat of a shell, kernel 6.18.
constexpr std::string_view kStat =
    "2435 (feed) R) S 1 2435 2435 0 -1 4194304 356 1120 7 0 12 34 0 0 -2 0 1 0 98765 2621440 879 18446744073709551615 1 1 0 "
    "0 0 0 65536 3670020 1266777851 0 0 0 17 1 40 1 0 0 0 0 0 0 0 0 0 0 0\n";

TEST(ProcStat, CountsTheFieldsOfStatFromTheLastBracket) {
  const ProcStat stat = parse_proc_stat(kStat);
  EXPECT_EQ(stat.state, 'S');
  EXPECT_EQ(stat.cpu, 1);
}

TEST(ProcStat, SurvivesAStatThatIsCutAnywhere) {
  for (std::size_t length = 0; length < kStat.size(); ++length) {
    const ProcStat stat = parse_proc_stat(std::string(kStat.substr(0, length)));
    EXPECT_TRUE(stat.state == '?' || stat.state == 'R' || stat.state == 'S') << length;
  }
  EXPECT_EQ(parse_proc_stat("1 (x) S -1 99999999999999999999 x").state, 'S');
}

}  // namespace
}  // namespace wirecause::testing
