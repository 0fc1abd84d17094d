// SPDX-License-Identifier: Apache-2.0
#include "host/nic/link_state.hpp"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>

#include "host/kernel/netlink_attributes.hpp"

namespace wirecause {
namespace {

// net/core/net-sysfs.c operstates[], by RFC 2863.
constexpr std::array<std::string_view, 7> kOperstates{"unknown", "notpresent", "down", "lowerlayerdown",
                                                      "testing", "dormant",    "up"};
constexpr std::array<std::string_view, 5> kXdpModes{"", "native", "generic", "offload", "several"};

template <std::size_t kSize>
std::string_view name_of(const std::array<std::string_view, kSize>& names, std::optional<std::uint8_t> value) {
  return value && *value < kSize ? names[*value] : std::string_view{};
}

std::optional<std::int64_t> number(const NetlinkAttribute& attribute) {
  const auto value = attribute.as<std::uint32_t>();
  return value ? std::optional<std::int64_t>(*value) : std::nullopt;
}

void read_xdp(std::span<const std::byte> nested, LinkState& state) {
  while (const auto attribute = take_attribute(nested)) {
    if (attribute->type == IFLA_XDP_ATTACHED) {
      const auto mode = attribute->as<std::uint8_t>();
      state.xdp_mode = name_of(kXdpModes, mode);
      if (mode && *mode == XDP_ATTACHED_NONE) state.xdp_program = 0;
    } else if (attribute->type == IFLA_XDP_PROG_ID) {
      state.xdp_program = attribute->as<std::uint32_t>();
    }
  }
}

void read_attribute(const NetlinkAttribute& attribute, LinkState& state) {
  switch (attribute.type) {
    case IFLA_IFNAME:
      state.name = attribute.text();
      break;
    case IFLA_MTU:
      state.mtu = number(attribute);
      break;
    case IFLA_CARRIER:
      if (const auto carrier = attribute.as<std::uint8_t>()) state.carrier = *carrier != 0;
      break;
    case IFLA_OPERSTATE:
      state.operstate = name_of(kOperstates, attribute.as<std::uint8_t>());
      break;
    case IFLA_CARRIER_CHANGES:
      state.carrier_changes = number(attribute);
      break;
    case IFLA_CARRIER_UP_COUNT:
      state.carrier_up_count = number(attribute);
      break;
    case IFLA_CARRIER_DOWN_COUNT:
      state.carrier_down_count = number(attribute);
      break;
    case IFLA_XDP:
      read_xdp(attribute.payload, state);
      break;
    default:
      break;
  }
}

}  // namespace

std::optional<LinkState> link_state(std::span<const std::byte> body) {
  const auto header = take_header<ifinfomsg>(body);
  if (!header) return std::nullopt;
  LinkState state;
  state.index = static_cast<std::uint32_t>(header->ifi_index);
  while (const auto attribute = take_attribute(body)) read_attribute(*attribute, state);
  return state;
}

Result<LinkState> read_link_state(NetlinkChannel& channel, std::uint32_t index) {
  ifinfomsg question{};
  question.ifi_family = AF_UNSPEC;
  question.ifi_index = static_cast<int>(index);
  std::optional<LinkState> state;
  WC_TRY(channel.ask(RTM_GETLINK, 0, std::as_bytes(std::span(&question, 1)),
                     [&state](std::uint16_t, std::span<const std::byte> body) { state = link_state(body); }));
  if (!state) return fail(Errc::bad_input, "the kernel's answer about an interface: cut");
  return *state;
}

}  // namespace wirecause
