// Lists of CPUs as the kernel writes them, and as no kernel does.
// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/cpu_list.hpp"

#include <gtest/gtest.h>

namespace wirecause::testing {
namespace {

TEST(CpuList, ReadsAndWritesWhatTheKernelWrites) {
  EXPECT_EQ(parse_cpu_list("0-3,8,10-11\n"), (CpuSet{0, 1, 2, 3, 8, 10, 11}));
  EXPECT_EQ(cpu_list_text({0, 1, 2, 3, 8, 10, 11}), "0-3,8,10-11");
  EXPECT_EQ(parse_cpu_list(""), CpuSet{});
  EXPECT_EQ(parse_cpu_list("\n"), CpuSet{});
  EXPECT_EQ(cpu_list_text({}), "");
}

TEST(CpuList, PassesOverWhatIsNoRangeAndIsNotTalkedIntoAHugeOne) {
  EXPECT_EQ(parse_cpu_list("x,1,2-,-3,5-4,0-99999999999,7"), (CpuSet{1, 7}));
}

TEST(CpuList, SubtractsSets) { EXPECT_EQ(without({0, 1, 2, 3}, {1, 3, 9}), (CpuSet{0, 2})); }

}  // namespace
}  // namespace wirecause::testing
