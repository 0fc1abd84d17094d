// Texts of /proc/PID as the kernel writes them, and as no kernel does.
// SPDX-License-Identifier: Apache-2.0
#include "host/readers/process_text.hpp"

#include <gtest/gtest.h>

#include "host/kernel/cpu_list.hpp"

namespace wirecause::testing {
namespace {

// Recorded: /proc/PID/stat of a shell, kernel 6.18.
constexpr std::string_view kStat =
    "2435 (feed) R) S 1 2435 2435 0 -1 4194304 356 1120 7 0 12 34 0 0 -2 0 1 0 98765 2621440 879 18446744073709551615 1 1 0 "
    "0 0 0 65536 3670020 1266777851 0 0 0 17 1 40 1 0 0 0 0 0 0 0 0 0 0 0\n";

TEST(ProcessText, CountsTheFieldsOfStatFromTheLastBracket) {
  const ProcStat stat = parse_proc_stat(kStat);
  EXPECT_EQ(stat.state, 'S');
  EXPECT_EQ(stat.major_faults, 7U);
  EXPECT_EQ(stat.start_ticks, 98765U);
  EXPECT_EQ(stat.cpu, 1);
  EXPECT_EQ(stat.policy, 1);
}

TEST(ProcessText, SurvivesAStatThatIsCutAnywhere) {
  for (std::size_t length = 0; length < kStat.size(); ++length) {
    const ProcStat stat = parse_proc_stat(std::string(kStat.substr(0, length)));
    EXPECT_TRUE(stat.state == '?' || stat.state == 'R' || stat.state == 'S') << length;
  }
  EXPECT_EQ(parse_proc_stat("1 (x) S -1 99999999999999999999 x").state, 'S');
}

TEST(ProcessText, TakesOnlyWholeNumbersThatFit) {
  EXPECT_EQ(number_in("18446744073709551615"), 18446744073709551615U);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1x", "0x1", "18446744073709551616"}) {
    EXPECT_FALSE(number_in(text)) << text;
  }
}

TEST(ProcessText, FindsAValueByItsWholeKey) {
  constexpr std::string_view kStatus =
      "nonvoluntary_ctxt_switches:\t9\nvoluntary_ctxt_switches:\t12\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n";
  EXPECT_EQ(value_of(kStatus, "voluntary_ctxt_switches"), "12");
  EXPECT_EQ(value_of(kStatus, "nonvoluntary_ctxt_switches"), "9");
  EXPECT_EQ(value_of(kStatus, "Cpus_allowed"), "3");
  EXPECT_EQ(value_of(kStatus, "Cpus_allowed_list"), "0-1");
  EXPECT_EQ(value_of(kStatus, "Cpus"), "");
  EXPECT_EQ(value_of("nr_throttled 17", "nr_throttled"), "17");
  EXPECT_EQ(value_of("key", "key"), "");
  EXPECT_EQ(value_of("key:", "key"), "");
}

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
