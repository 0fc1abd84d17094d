// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/host_files.hpp"

namespace wirecause::testing {
namespace {

// Linux 6.18, 2 CPUs. USER_HZ is 100 on every architecture that this is built for (sysconf(_SC_CLK_TCK)).
const std::string kStat =
    "cpu  111766 0 14422 90824 827 0 56 97 0 0\n"
    "cpu0 55272 1 6866 46754 78 2 5 45 0 0\n"
    "cpu1 56494 0 7556 44069 749 0 50 51 0 0\n"
    "intr 478903 0 0 1\n"
    "ctxt 429821\n";

TEST(CpuCollector, GivesTheTimeOfEachCpuInNanoseconds) {
  HostFiles files;
  const Collector& collector = *find_collector("cpu");
  const RecordedSink sink = sampled(collector, files.file("/proc/stat", kStat));
  constexpr std::int64_t kTick = 10'000'000;
  EXPECT_EQ(sink.value("cpu.user", cpu(0)), 55272 * kTick);
  EXPECT_EQ(sink.value("cpu.nice", cpu(0)), 1 * kTick);
  EXPECT_EQ(sink.value("cpu.irq", cpu(0)), 2 * kTick);
  EXPECT_EQ(sink.value("cpu.softirq", cpu(1)), 50 * kTick);
  EXPECT_EQ(sink.value("cpu.steal", cpu(1)), 51 * kTick);
  EXPECT_EQ(sink.samples.size(), 16U);
  expect_cuts_publish_nothing_new(collector, files, "/proc/stat", kStat);
  expect_noise_is_survived(collector, files, "/proc/stat", kStat);
}

TEST(CpuCollector, LeavesATimeThatDoesNotFitUnknown) {
  HostFiles files;
  files.file("/proc/stat", "cpu0 9223372036854775807 0 0 5\n");
  const auto run = opened(*find_collector("cpu"), files);
  RecordedSink sink;
  EXPECT_FALSE(run->sample(kSampleTime, sink));
  EXPECT_EQ(sink.value("cpu.user", cpu(0)), std::nullopt);
  EXPECT_EQ(sink.value("cpu.idle", cpu(0)), 50'000'000);
}

TEST(SoftirqsCollector, TakesTheCpusFromTheHeadLine) {
  HostFiles files;
  const std::string text =
      "                    CPU0       CPU2       \n"
      "          HI:          0          0\n"
      "      NET_TX:          4          5\n"
      "      NET_RX:        411        462\n"
      "       SCHED:      23296      22728\n";
  const Collector& collector = *find_collector("softirqs");
  const RecordedSink sink = sampled(collector, files.file("/proc/softirqs", text));
  EXPECT_EQ(sink.value("softirqs.NET_RX", cpu(0)), 411);
  EXPECT_EQ(sink.value("softirqs.NET_RX", cpu(2)), 462);
  EXPECT_EQ(sink.value("softirqs.NET_TX", cpu(2)), 5);
  EXPECT_EQ(sink.value("softirqs.NET_RX", cpu(1)), std::nullopt);
  expect_cuts_publish_nothing_new(collector, files, "/proc/softirqs", text);
  expect_noise_is_survived(collector, files, "/proc/softirqs", text);
}

}  // namespace
}  // namespace wirecause::testing
