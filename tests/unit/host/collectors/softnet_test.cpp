// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/host_files.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kPath = "/proc/net/softnet_stat";

// Linux 6.18, 2 CPUs: processed, dropped, time_squeeze set by hand; CPU 1 is offline and has no line.
const std::string kText =
    "00000327 0000000a 00000003 00000000 00000000 00000000 00000000 00000000 00000000 00000002 00000001 00000007 00000000 "
    "00000000 00000007\n"
    "ffffffff 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000002 "
    "00000000 00000000\n";

const Collector& softnet() { return *find_collector("softnet"); }

TEST(SoftnetCollector, ReadsTheColumnsThatTheKernelDocuments) {
  HostFiles files;
  const RecordedSink sink = sampled(softnet(), files.file(kPath, kText));
  EXPECT_EQ(sink.value("softnet_stat.processed", cpu(0)), 0x327);
  EXPECT_EQ(sink.value("softnet_stat.dropped", cpu(0)), 10);
  EXPECT_EQ(sink.value("softnet_stat.time_squeeze", cpu(0)), 3);
  EXPECT_EQ(sink.value("softnet_stat.received_rps", cpu(0)), 2);
  EXPECT_EQ(sink.value("softnet_stat.flow_limit_count", cpu(0)), 1);
  EXPECT_EQ(sink.value("softnet_stat.backlog_len", cpu(0)), 7);
}

TEST(SoftnetCollector, TakesTheCpuFromItsColumnAndNotFromTheLine) {
  HostFiles files;
  const RecordedSink sink = sampled(softnet(), files.file(kPath, kText));
  EXPECT_EQ(sink.value("softnet_stat.processed", cpu(2)), 0xffffffff);
  EXPECT_EQ(sink.value("softnet_stat.processed", cpu(1)), std::nullopt);
}

TEST(SoftnetCollector, ReadsTheElevenColumnsOfOlderKernels) {
  HostFiles files;
  const RecordedSink sink =
      sampled(softnet(), files.file(kPath,
                                    "0000000f 00000001 00000002 00000000 00000000 00000000 00000000 00000000 00000000 "
                                    "00000000 00000000\n"
                                    "00000010 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 "
                                    "00000000 00000000\n"));
  EXPECT_EQ(sink.value("softnet_stat.processed", cpu(1)), 16);
  EXPECT_EQ(sink.value("softnet_stat.backlog_len", cpu(1)), std::nullopt);
}

TEST(SoftnetCollector, LeavesWhatIsNoNumberUnknownAndSaysSo) {
  HostFiles files;
  files.file(kPath, "0000000f zzzz 00000002\n00000010 00000000 11112222333344445\n");
  const auto run = opened(softnet(), files);
  RecordedSink sink;
  const auto done = run->sample(kSampleTime, sink);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message(), HasSubstr("/proc/net/softnet_stat: 2 values could not be read"));
  EXPECT_EQ(sink.value("softnet_stat.processed", cpu(0)), 15);
  EXPECT_EQ(sink.value("softnet_stat.dropped", cpu(0)), std::nullopt);
  EXPECT_EQ(sink.value("softnet_stat.time_squeeze", cpu(0)), 2);
  EXPECT_EQ(sink.value("softnet_stat.time_squeeze", cpu(1)), std::nullopt);
}

TEST(SoftnetCollector, CutAnywherePublishesNothingNew) {
  HostFiles files;
  expect_cuts_publish_nothing_new(softnet(), files, kPath, kText);
  expect_noise_is_survived(softnet(), files, kPath, kText);
}

TEST(SoftnetCollector, SaysWhyItCannotRun) {
  const HostFiles files;
  const Availability availability = softnet().can_run(files.context);
  EXPECT_EQ(availability.state, Availability::State::none);
  EXPECT_THAT(availability.reason, HasSubstr("/proc/net/softnet_stat: No such file"));
  EXPECT_FALSE(availability.remedy.empty());
  EXPECT_FALSE(softnet().open(files.context));
}

}  // namespace
}  // namespace wirecause::testing
