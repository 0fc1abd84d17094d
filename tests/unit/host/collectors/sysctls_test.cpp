// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/host_files.hpp"

namespace wirecause::testing {
namespace {

const Collector& sysctls() { return *find_collector("sysctls"); }

// Interface files as the kernel makes them: a VLAN's dot is part of the folder's name.
HostFiles& with_filters(HostFiles& files, std::string_view all, std::string_view own) {
  files.interface("eth0.100", 7);
  files.file("/proc/sys/net/ipv4/conf/all/rp_filter", std::string(all) + "\n");
  return files.file("/proc/sys/net/ipv4/conf/eth0.100/rp_filter", std::string(own) + "\n");
}

TEST(SysctlsCollector, PublishesEachSettingUnderItsOwnName) {
  HostFiles files;
  files.file("/proc/sys/net/core/rmem_max", "212992\n");
  files.file("/proc/sys/net/ipv4/udp_mem", "21966\t29289\t43932\n");
  const RecordedSink sink = sampled(sysctls(), files);
  EXPECT_EQ(sink.value("net.core.rmem_max"), 212992);
  EXPECT_EQ(sink.value("net.ipv4.udp_mem"), 43932);
  EXPECT_EQ(sink.text("net.ipv4.udp_mem"), "21966 29289 43932");
}

TEST(SysctlsCollector, KnowsNothingOfASettingThatIsNotThere) {
  HostFiles files;
  const RecordedSink sink = sampled(sysctls(), files.file("/proc/sys/net/core/rmem_max", "1\n"));
  EXPECT_EQ(sink.value("net.netfilter.nf_conntrack_max"), std::nullopt);
}

TEST(SysctlsCollector, TellsASettingAgainOnlyWhenItHasChanged) {
  HostFiles files;
  files.file("/proc/sys/net/core/rmem_max", "212992\n");
  const auto run = opened(sysctls(), files);
  RecordedSink sink;
  ASSERT_TRUE(run->sample(kSampleTime, sink));
  ASSERT_TRUE(run->sample(kSampleTime + seconds(10), sink));
  EXPECT_EQ(sink.records.size(), 1U);
  files.file("/proc/sys/net/core/rmem_max", "1048576\n");
  ASSERT_TRUE(run->sample(kSampleTime + seconds(20), sink));
  ASSERT_EQ(sink.records.size(), 2U);
  EXPECT_EQ(sink.records.back().value, 1048576);
  EXPECT_EQ(sink.records.back().from, kSampleTime + seconds(20));
}

// net/ipv4/fib_frontend.c: IN_DEV_RPFILTER is the maximum of conf/all and conf/IF.
TEST(SysctlsCollector, TakesTheLargerReversePathFilterAsTheOneThatApplies) {
  HostFiles strict_all;
  EXPECT_EQ(sampled(sysctls(), with_filters(strict_all, "1", "0")).value("rp_filter.effective", interface(0)), 1);
  HostFiles loose_own;
  EXPECT_EQ(sampled(sysctls(), with_filters(loose_own, "1", "2")).value("rp_filter.effective", interface(0)), 2);
  HostFiles off;
  const RecordedSink sink = sampled(sysctls(), with_filters(off, "0", "0"));
  EXPECT_EQ(sink.value("rp_filter.effective", interface(0)), 0);
  EXPECT_EQ(sink.value("net.ipv4.conf.rp_filter", interface(0)), 0);
}

TEST(SysctlsCollector, DoesNotGuessTheFilterWhenHalfOfItIsUnknown) {
  HostFiles files;
  with_filters(files, "1", "1").remove("/proc/sys/net/ipv4/conf/all/rp_filter");
  EXPECT_EQ(sampled(sysctls(), files).value("rp_filter.effective", interface(0)), std::nullopt);
}

TEST(SysctlsCollector, TakesNoSettingThatIsCutOrNoNumber) {
  HostFiles files;
  files.file("/proc/sys/net/core/rmem_max", "212").file("/proc/sys/net/core/rmem_default", "many\n");
  EXPECT_TRUE(sampled(sysctls(), files).records.empty());
}

}  // namespace
}  // namespace wirecause::testing
