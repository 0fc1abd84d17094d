// SPDX-License-Identifier: Apache-2.0
#include "evidence/path.hpp"

namespace wirecause {

std::string_view text(Checkpoint at) {
  switch (at) {
    case Checkpoint::nic:
      return "nic";
    case Checkpoint::xdp:
      return "xdp";
    case Checkpoint::backlog:
      return "backlog";
    case Checkpoint::tap:
      return "tap";
    case Checkpoint::tc:
      return "tc";
    case Checkpoint::netfilter:
      return "netfilter";
    case Checkpoint::ip:
      return "ip";
    case Checkpoint::udp:
      return "udp";
    case Checkpoint::socket:
      return "socket";
    case Checkpoint::read:
      return "read";
  }
  return "unknown";
}

std::string_view text(Obtained how) {
  switch (how) {
    case Obtained::counted:
      return "counted";
    case Obtained::derived:
      return "derived";
    case Obtained::unknown:
      break;
  }
  return "unknown";
}

}  // namespace wirecause
