// Which interfaces stand on which, from messages as the kernel sends them (net/core/rtnetlink.c rtnl_fill_ifinfo).
// SPDX-License-Identifier: Apache-2.0
#include "host/nic/upper_devices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "support/netlink_message.hpp"

namespace wirecause::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::byte> vlan_message() {
  ifinfomsg header{};
  header.ifi_index = 7;
  NetlinkMessage message(header);
  message.text(IFLA_IFNAME, "eth1.100").u32(IFLA_LINK, 2).u32(IFLA_MASTER, 9);
  message.nested(IFLA_LINKINFO, [](NetlinkMessage& info) {
    info.text(IFLA_INFO_KIND, "vlan");
    const std::uint16_t id = 100;
    info.nested(IFLA_INFO_DATA, [&](NetlinkMessage& data) { data.put(IFLA_VLAN_ID, &id, sizeof id); });
  });
  return message.body();
}

TEST(UpperDevices, AreReadFromTheKernelsMessages) {
  const auto link = link_relation(vlan_message());
  ASSERT_TRUE(link);
  EXPECT_EQ(link->index, 7U);
  EXPECT_EQ(link->name, "eth1.100");
  EXPECT_EQ(link->kind, "vlan");
  EXPECT_EQ(link->lower, 2U);
  EXPECT_EQ(link->master, 9U);
  EXPECT_EQ(link->vlan, 100);
  expect_damage_is_survived(vlan_message(), [](const auto& body) { link_relation(body); });
}

TEST(UpperDevices, ADeviceInAnotherNamespaceIsNotBelow) {
  NetlinkMessage message(ifinfomsg{});
  message.u32(IFLA_LINK, 2).u32(IFLA_LINK_NETNSID, 0);
  EXPECT_EQ(link_relation(message.body())->lower, 0U);
}

std::vector<std::uint32_t> above(const std::vector<LinkRelation>& links, std::uint32_t index,
                                 const std::set<std::uint32_t>& apart = {}) {
  std::vector<std::uint32_t> found;
  for (const UpperDevice& upper : uppers_of(links, index, apart)) found.push_back(upper.ifindex);
  return found;
}

// eth1 (2) and eth2 (3) in bond0 (4), on that bond0.100 (5) in br0 (6); veth1 (8) and its peer (9) in the same namespace.
const std::vector<LinkRelation> kHostLinks{{2, "eth1", "", 4, 0, {}},      {3, "eth2", "", 4, 0, {}},
                                           {4, "bond0", "bond", 0, 0, {}}, {5, "bond0.100", "vlan", 6, 4, 100},
                                           {6, "br0", "bridge", 0, 0, {}}, {8, "veth1", "veth", 0, 9, {}},
                                           {9, "veth2", "veth", 0, 8, {}}};

TEST(UpperDevices, AreFollowedByMasterAndByLink) {
  EXPECT_THAT(above(kHostLinks, 2), ElementsAre(4, 5, 6));
  EXPECT_THAT(above(kHostLinks, 5), ElementsAre(6));
  EXPECT_THAT(above(kHostLinks, 6), IsEmpty());
}

TEST(UpperDevices, ThePeerOfAVethIsAnotherWire) { EXPECT_THAT(above(kHostLinks, 8), IsEmpty()); }

TEST(UpperDevices, WhatIsTappedItselfAndAllThatStandsOnItIsNotMeant) {
  EXPECT_THAT(above(kHostLinks, 2, {2, 5}), ElementsAre(4));
}

TEST(UpperDevices, BearTheTagThatTheirPacketsHaveBelow) {
  std::vector<LinkRelation> links = kHostLinks;
  links.push_back({10, "bond0.100.7", "vlan", 0, 5, 7});
  const auto uppers = uppers_of(links, 2);
  ASSERT_EQ(uppers.size(), 4U);
  EXPECT_EQ(uppers[0].vlan, std::nullopt);
  EXPECT_EQ(uppers[1].vlan, 100);
  EXPECT_EQ(uppers[2].vlan, 100);
  EXPECT_EQ(uppers[3].vlan, 100);
}

TEST(UpperDevices, ARingOfDevicesEnds) {
  const std::vector<LinkRelation> ring{{2, "a", "vlan", 0, 3, 1}, {3, "b", "vlan", 0, 2, 1}};
  EXPECT_THAT(above(ring, 2), ElementsAre(3));
}

}  // namespace
}  // namespace wirecause::testing
