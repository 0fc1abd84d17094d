// SPDX-License-Identifier: Apache-2.0
#include "capture/live/interface.hpp"

#include <net/if.h>  // before the kernel's own, which then leaves out what both define

#include <fmt/format.h>
#include <linux/if_arp.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/errno.hpp"

namespace wirecause {
namespace {

// Nothing when the kernel refuses: no such interface, or no such question for its driver.
std::optional<ifreq> ask(const Socket& socket, unsigned long question, ifreq request) {
  if (::ioctl(socket.descriptor(), question, &request) != 0) return std::nullopt;
  return request;
}

std::optional<ifreq> ask(const Socket& socket, unsigned long question, const std::string& name) {
  ifreq request{};
  if (name.empty() || name.size() >= sizeof request.ifr_name) return std::nullopt;
  std::copy(name.begin(), name.end(), request.ifr_name);
  return ask(socket, question, request);
}

// In the namespace of the calling thread: for the text of an error only.
std::string interface_names() {
  struct if_nameindex* const all = ::if_nameindex();
  if (all == nullptr) return "";
  std::string names;
  for (const struct if_nameindex* one = all; one->if_index != 0; ++one) {
    if (!names.empty()) names += ", ";
    names += one->if_name;
  }
  ::if_freenameindex(all);
  return names;
}

}  // namespace

Result<int> interface_index(const Socket& socket, const std::string& name) {
  if (const auto answer = ask(socket, SIOCGIFINDEX, name)) return answer->ifr_ifindex;
  const std::string names = interface_names();
  return fail(Errc::not_found, fmt::format("there is no interface '{}' in this network namespace{}{}", name,
                                           names.empty() ? "" : "; there are: ", names));
}

std::optional<std::string> interface_name(const Socket& socket, int index) {
  ifreq request{};
  request.ifr_ifindex = index;
  const auto answer = ask(socket, SIOCGIFNAME, request);
  if (!answer) return std::nullopt;
  return std::string(answer->ifr_name, ::strnlen(answer->ifr_name, sizeof answer->ifr_name));
}

std::optional<LinkType> link_type_of_hardware(std::uint16_t hardware_type) {
  switch (hardware_type) {
    case ARPHRD_ETHER:
    case ARPHRD_LOOPBACK:  // frames of lo carry an Ethernet header of zeros
      return LinkType::ethernet;
    case ARPHRD_NONE:  // tun, WireGuard
    case ARPHRD_RAWIP:
    case ARPHRD_TUNNEL:
    case ARPHRD_TUNNEL6:
    case ARPHRD_SIT:
      return LinkType::raw;
    default:
      return std::nullopt;
  }
}

Result<LinkType> interface_link_type(const Socket& socket, const std::string& name) {
  const auto answer = ask(socket, SIOCGIFHWADDR, name);
  if (!answer) return system_failure(fmt::format("ask for the type of interface '{}'", name), errno);
  const auto type = static_cast<std::uint16_t>(answer->ifr_hwaddr.sa_family);
  if (const auto link = link_type_of_hardware(type)) return *link;
  return fail(
      Errc::unsupported,
      fmt::format("interface '{}' is of type {} (linux/if_arp.h): only Ethernet, loopback and devices that carry "
                  "bare IP packets can be tapped",
                  name, type));
}

bool are_all_stamped_by_hardware(const Socket& socket, const std::string& name) {
  hwtstamp_config config{};
  ifreq request{};
  if (name.size() >= sizeof request.ifr_name) return false;
  std::copy(name.begin(), name.end(), request.ifr_name);
  request.ifr_data = static_cast<char*>(static_cast<void*>(&config));
  return ask(socket, SIOCGHWTSTAMP, request).has_value() && config.rx_filter == HWTSTAMP_FILTER_ALL;
}

}  // namespace wirecause
