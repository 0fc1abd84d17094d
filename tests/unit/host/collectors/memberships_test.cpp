// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/memberships.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/host_files.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;

// Linux 6.18, little-endian, after `ip maddr` joins by a socket: 239.1.1.1 and 233.54.12.111 on eth0.
const std::string kIgmp =
    "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"
    "1\tlo        :     1      V3\n"
    "\t\t\t\t010000E0     1 0:00000000\t\t0\n"
    "4\teth0      :     3      V3\n"
    "\t\t\t\t010101EF     1 0:00000000\t\t0\n"
    "\t\t\t\t6F0C36E9     2 0:00000000\t\t0\n"
    "\t\t\t\t010000E0     1 0:00000000\t\t0\n"
    "12\tlongname123:     1      V2\n"
    "\t\t\t\t020101EF     1 1:0000002A\t\t1\n";
const std::string kIgmp6 =
    "4    eth0            ff0200000000000000000001ff000002     1 00000004 0\n"
    "4    eth0            ff020000000000000000000000000001     1 0000000C 0\n"
    "4    eth0            ff010000000000000000000000000001     1 00000008 0\n"
    "4    eth0            ff150000000000000000000000000001     1 00000004 0\n";

HostFiles& recorded(HostFiles& files) { return files.file("/proc/net/igmp", kIgmp).file("/proc/net/igmp6", kIgmp6); }

std::vector<std::string> texts(const std::vector<InterfaceMembership>& memberships) {
  std::vector<std::string> texts;
  for (const InterfaceMembership& m : memberships) {
    texts.push_back(std::to_string(m.ifindex) + " " + m.interface + " " + m.group.text());
  }
  return texts;
}

TEST(InterfaceMemberships, AreTheGroupsThatSomebodyJoined) {
  HostFiles files;
  EXPECT_THAT(texts(interface_memberships(recorded(files).context.proc)),
              ElementsAre("4 eth0 239.1.1.1", "4 eth0 233.54.12.111", "12 longname123 239.1.1.2", "4 eth0 ff15::1"));
}

TEST(InterfaceMemberships, AreNoneWhereNothingCanBeRead) { EXPECT_TRUE(interface_memberships("/nonexistent").empty()); }

TEST(InterfaceMemberships, OfACutFileAreThoseBeforeTheCut) {
  HostFiles files;
  recorded(files).remove("/proc/net/igmp6");
  const auto whole = texts(interface_memberships(files.context.proc));
  for (std::size_t size = 0; size < kIgmp.size(); ++size) {
    files.file("/proc/net/igmp", kIgmp.substr(0, size));
    const auto cut = texts(interface_memberships(files.context.proc));
    ASSERT_LE(cut.size(), whole.size());
    EXPECT_TRUE(std::equal(cut.begin(), cut.end(), whole.begin())) << size;
  }
}

TEST(MembershipsCollector, PublishesThoseOfEachFollowedInterfaceWhenTheyChange) {
  HostFiles files;
  recorded(files).interface("eth0", 4).interface("eth9", 9);
  const auto run = opened(*find_collector("memberships"), files);
  RecordedSink sink;
  ASSERT_TRUE(run->sample(kSampleTime, sink));
  ASSERT_TRUE(run->sample(kSampleTime + seconds(1), sink));
  EXPECT_EQ(sink.records.size(), 2U);
  EXPECT_EQ(sink.value("interface.memberships", interface(0)), 3);
  EXPECT_EQ(sink.text("interface.memberships", interface(0)), "233.54.12.111, 239.1.1.1, ff15::1");
  EXPECT_EQ(sink.value("interface.memberships", interface(1)), 0);
  files.file("/proc/net/igmp", "");
  ASSERT_TRUE(run->sample(kSampleTime + seconds(2), sink));
  EXPECT_EQ(sink.text("interface.memberships", interface(0)), "ff15::1");
}

}  // namespace
}  // namespace wirecause::testing
