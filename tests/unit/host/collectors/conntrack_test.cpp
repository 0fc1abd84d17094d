// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/host_files.hpp"

namespace wirecause::testing {
namespace {

constexpr std::string_view kPath = "/proc/net/stat/nf_conntrack";

// Linux 6.18 (net/netfilter/nf_conntrack_standalone.c ct_cpu_seq_show), two CPUs; counts set by hand.
const std::string kText =
    "entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  "
    "expect_new expect_create expect_delete search_restart\n"
    "00000010  00000000 00000001 00000000 00000002 00000000 00000000 00000000 00000000 00000003 0000000a 00000004 "
    "00000000  00000000 00000000 00000000 00000005\n"
    "00000010  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 000000ff 00000000 "
    "00000000  00000000 00000000 00000000 00000000\n";

const Collector& conntrack() { return *find_collector("conntrack"); }

TEST(ConntrackCollector, ReadsHexadecimalColumnsByTheirNames) {
  HostFiles files;
  files.file(kPath, kText).file("/proc/sys/net/netfilter/nf_conntrack_count", "16\n");
  const RecordedSink sink = sampled(conntrack(), files);
  EXPECT_EQ(sink.value("nf_conntrack.drop", cpu(0)), 10);
  EXPECT_EQ(sink.value("nf_conntrack.early_drop", cpu(0)), 4);
  EXPECT_EQ(sink.value("nf_conntrack.insert_failed", cpu(0)), 3);
  EXPECT_EQ(sink.value("nf_conntrack.invalid", cpu(0)), 2);
  EXPECT_EQ(sink.value("nf_conntrack.found", cpu(0)), 1);
  EXPECT_EQ(sink.value("nf_conntrack.search_restart", cpu(0)), 5);
  EXPECT_EQ(sink.value("nf_conntrack.drop", cpu(1)), 255);
  EXPECT_EQ(sink.value("net.netfilter.nf_conntrack_count"), 16);
}

TEST(ConntrackCollector, ReadsAnyOrderOfColumns) {
  HostFiles files;
  const RecordedSink sink = sampled(conntrack(), files.file(kPath, "drop entries\n00000002 00000001\n"));
  EXPECT_EQ(sink.value("nf_conntrack.drop", cpu(0)), 2);
  EXPECT_EQ(sink.value("nf_conntrack.early_drop", cpu(0)), std::nullopt);
}

TEST(ConntrackCollector, MissesNothingWhereItIsNotLoaded) {
  const HostFiles files;
  EXPECT_EQ(conntrack().can_run(files.context).state, Availability::State::full);
  EXPECT_TRUE(sampled(conntrack(), files).samples.empty());
}

TEST(ConntrackCollector, CutAnywherePublishesNothingNew) {
  HostFiles files;
  expect_cuts_publish_nothing_new(conntrack(), files, kPath, kText);
  expect_noise_is_survived(conntrack(), files, kPath, kText);
}

}  // namespace
}  // namespace wirecause::testing
