// SPDX-License-Identifier: Apache-2.0
#include "evidence/consumer.hpp"

namespace wirecause {

std::string_view text(ConsumerKind kind) {
  switch (kind) {
    case ConsumerKind::udp_socket:
      return "udp_socket";
    case ConsumerKind::this_tool:
      return "this_tool";
    case ConsumerKind::bypass:
      break;
  }
  return "bypass";
}

}  // namespace wirecause
