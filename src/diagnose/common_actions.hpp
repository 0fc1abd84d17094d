// Steps that stand in the runbooks of several causes: a look at the packets, the capture taken again, copies removed.
// A cause gives what is its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diagnose/cause.hpp"

namespace wirecause {

// The packets of the finding, in tshark's words.
inline constexpr std::string_view kShowPackets =
    "tshark -r {file} -Y 'udp.dstport == {port} && frame.time_epoch >= {from} && frame.time_epoch <= {to}'";

inline constexpr Action kLookAtPackets{
    .command = kShowPackets, .impact = "reads the capture", .verify = "capinfos {file}", .looks = true};

// A better capture of the same place, into next.pcapng. The command and how to verify it may be the cause's own.
constexpr Action capture_again(Action its_own) {
  Action action = its_own;
  if (action.command.empty()) action.command = "dumpcap -i {interface} -B 256 -s 0 -w next.pcapng";
  if (action.verify.empty()) action.verify = "wirecause analyze next.pcapng";
  action.when = When::drain_first;
  action.takes_effect = TakesEffect::next_capture;
  action.undo = "stop dumpcap (Ctrl-C) and remove next.pcapng";
  return action;
}

// By time: editcap -d compares with the five packets before only, and other streams come between a packet and its copy.
inline constexpr Action kRemoveCopies{.command = "editcap -w 0.01 {file} without-duplicates.pcapng",
                                      .impact = "writes a new file; the original stays",
                                      .undo = "rm without-duplicates.pcapng",
                                      .verify = "wirecause analyze without-duplicates.pcapng"};

}  // namespace wirecause
