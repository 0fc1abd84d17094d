// Multicast memberships of interfaces, out of /proc/net/igmp (net/ipv4/igmp.c igmp_mc_seq_show) and igmp6 (net/ipv6/mcast.c
// igmp6_mc_seq_show). IPv4 groups are the bytes of the address read as one integer of the host, in hexadecimal.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <bit>

#include "host/kernel/kernel_text.hpp"
#include "host/kernel/proc_file.hpp"
#include "host/sockets/memberships.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kMaxMemberships = 65'536;
constexpr int kHexadecimal = 16;
constexpr std::uint32_t kAllHosts = 0xE0000001;  // 224.0.0.1: every interface is a member

std::optional<IpAddress> group_v4(std::string_view word) {
  const auto value = number_of(word, kHexadecimal);
  if (word.size() != 8 || !value) return std::nullopt;
  const auto as_written = static_cast<std::uint32_t>(*value);
  const bool is_little = std::endian::native == std::endian::little;
  return IpAddress::v4(is_little ? __builtin_bswap32(as_written) : as_written);
}

std::optional<IpAddress> group_v6(std::string_view word) {
  std::array<std::byte, 16> bytes{};
  if (word.size() != 2 * bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto value = number_of(word.substr(2 * i, 2), kHexadecimal);
    if (!value) return std::nullopt;
    bytes[i] = static_cast<std::byte>(*value);
  }
  return IpAddress::v6(bytes);
}

// ff01::/16 and ff02::/16 never leave the interface or the link: all nodes, solicited nodes.
bool is_of_the_link(const IpAddress& group) {
  const auto scope = group.bytes()[1];
  return group.bytes()[0] == std::byte{0xff} && (scope == std::byte{1} || scope == std::byte{2});
}

// "4\teth0      :     1      V3" names an interface, "\t\t\t\t010000E0     1 0:00000000\t\t0" is a group of it.
void read_v4(std::string_view text, std::vector<InterfaceMembership>& found) {
  InterfaceMembership current;
  while (auto line = take_line(text)) {
    const bool is_group = line->starts_with('\t');
    const std::string_view first = take_word(*line);
    if (is_group) {
      const auto group = group_v4(first);
      if (!group || current.ifindex == 0 || group->v4_host_order() == kAllHosts || !group->is_multicast()) continue;
      if (found.size() >= kMaxMemberships) return;
      current.group = *group;
      found.push_back(current);
      continue;
    }
    const auto index = number_of(first);
    std::string_view name = take_word(*line);
    if (name.ends_with(':')) name.remove_suffix(1);
    current.ifindex = index && *index <= UINT32_MAX ? static_cast<std::uint32_t>(*index) : 0;
    current.interface = name;
  }
}

// "4    eth0            ff0200000000000000000001ff000002     1 00000004 0"
void read_v6(std::string_view text, std::vector<InterfaceMembership>& found) {
  while (auto line = take_line(text)) {
    const auto index = number_of(take_word(*line));
    const std::string_view name = take_word(*line);
    const auto group = group_v6(take_word(*line));
    if (!index || *index > UINT32_MAX || !group || !group->is_multicast() || is_of_the_link(*group)) continue;
    if (found.size() >= kMaxMemberships) return;
    found.push_back({static_cast<std::uint32_t>(*index), std::string(name), *group});
  }
}

void read_file(const std::string& path, void (*read)(std::string_view, std::vector<InterfaceMembership>&),
               std::vector<InterfaceMembership>& found) {
  auto file = ProcFile::open(path);
  if (!file) return;
  if (const auto text = file->read()) read(*text, found);
}

}  // namespace

std::vector<InterfaceMembership> interface_memberships(const std::string& proc) {
  std::vector<InterfaceMembership> found;
  read_file(proc + "/net/igmp", &read_v4, found);
  read_file(proc + "/net/igmp6", &read_v6, found);
  return found;
}

}  // namespace wirecause
