// SPDX-License-Identifier: Apache-2.0
#include "host/nic/upper_devices.hpp"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "host/kernel/netlink_attributes.hpp"
#include "host/kernel/netlink_channel.hpp"

namespace wirecause {
namespace {

constexpr std::array<std::string_view, 6> kStanding{"vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "macsec"};

void read_info(std::span<const std::byte> nested, LinkRelation& link) {
  std::span<const std::byte> data;
  while (const auto attribute = take_attribute(nested)) {
    if (attribute->type == IFLA_INFO_KIND) link.kind = attribute->text();
    if (attribute->type == IFLA_INFO_DATA) data = attribute->payload;
  }
  if (link.kind != "vlan") return;
  if (const auto id = find_attribute(data, IFLA_VLAN_ID)) link.vlan = id->as<std::uint16_t>();
}

bool stands_on(const LinkRelation& link, const LinkRelation& below) {
  if (below.master == link.index) return true;
  return link.lower == below.index && std::find(kStanding.begin(), kStanding.end(), link.kind) != kStanding.end();
}

}  // namespace

std::optional<LinkRelation> link_relation(std::span<const std::byte> body) {
  const auto header = take_header<ifinfomsg>(body);
  if (!header) return std::nullopt;
  LinkRelation link;
  link.index = static_cast<std::uint32_t>(header->ifi_index);
  bool is_elsewhere = false;
  while (const auto attribute = take_attribute(body)) {
    if (attribute->type == IFLA_IFNAME) link.name = attribute->text();
    if (attribute->type == IFLA_MASTER) link.master = attribute->as<std::uint32_t>().value_or(0);
    if (attribute->type == IFLA_LINK) link.lower = attribute->as<std::uint32_t>().value_or(0);
    if (attribute->type == IFLA_LINK_NETNSID) is_elsewhere = true;
    if (attribute->type == IFLA_LINKINFO) read_info(attribute->payload, link);
  }
  if (is_elsewhere) link.lower = 0;
  return link;
}

std::vector<UpperDevice> uppers_of(std::span<const LinkRelation> links, std::uint32_t ifindex,
                                   const std::set<std::uint32_t>& apart) {
  std::vector<UpperDevice> found{{ifindex, {}}};
  for (std::size_t next = 0; next < found.size(); ++next) {
    const UpperDevice below = found[next];
    const auto link = std::ranges::find(links, below.ifindex, &LinkRelation::index);
    if (link == links.end()) continue;
    for (const LinkRelation& above : links) {
      const bool is_known = std::ranges::find(found, above.index, &UpperDevice::ifindex) != found.end();
      if (is_known || apart.contains(above.index) || !stands_on(above, *link)) continue;
      // The outer tag is the one that the packet bears at the bottom.
      found.push_back({above.index, below.vlan ? below.vlan : above.vlan});
    }
  }
  found.erase(found.begin());
  return found;
}

Result<std::vector<LinkRelation>> read_link_relations() {
  WC_TRY_ASSIGN(NetlinkChannel channel, NetlinkChannel::open(NETLINK_ROUTE));
  ifinfomsg question{};
  question.ifi_family = AF_UNSPEC;
  std::vector<LinkRelation> links;
  WC_TRY(channel.ask(RTM_GETLINK, NLM_F_DUMP, std::as_bytes(std::span(&question, 1)),
                     [&links](std::uint16_t, std::span<const std::byte> body) {
                       if (auto link = link_relation(body)) links.push_back(std::move(*link));
                     }));
  return links;
}

}  // namespace wirecause
