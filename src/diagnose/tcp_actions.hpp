// Steps that stand in the runbooks of several causes of TCP.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diagnose/cause.hpp"

namespace wirecause {

// The connection that lost most, packet by packet.
inline constexpr Action kShowConnection{.command = "wirecause analyze {file} --connection {connection}",
                                        .impact = "reads the capture",
                                        .verify = "wirecause analyze {file} --details",
                                        .looks = true};

// Something that the owner of one end, or of the path, does; `command` is a sentence.
constexpr Action for_others(Action its_own) {
  Action action = its_own;
  action.when = When::other_team;
  if (action.verify.empty()) action.verify = "wirecause analyze next.pcapng";
  return action;
}

}  // namespace wirecause
