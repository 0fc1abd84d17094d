// Whether a consumer has asked for the group that is sent to it, as far as it is known.
//
// The kernel keeps memberships twice: per socket (read by a BPF iterator) and per interface (/proc/net/igmp, igmp6). A
// socket's membership implies the interface's, not the other way round: with IP_MULTICAST_ALL, which is on by default, a
// bound socket gets groups that another socket has joined.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diagnose/host_case.hpp"

namespace wirecause {

enum class Membership : std::uint8_t {
  none,         // neither the socket nor, so far as known, anybody on this host has joined the group on that interface
  own,          // the socket has joined it there
  only_others,  // somebody on this host has, this socket has not
  unknown,
};

struct MembershipCase {
  Membership membership = Membership::unknown;
  std::optional<bool> gets_others;  // IP_MULTICAST_ALL
  std::string group;                // empty: not known
  Interface interface;
  std::string joined;  // the socket's memberships in words: "239.1.1.1@eth1"; empty: none, or not known
  std::vector<EvidenceId> evidence;

  bool joined_elsewhere() const;  // the same group on another interface
};

MembershipCase membership_case(const EvidenceView& view, const Episode& episode);

// Of an absence: packets of the group that came on another interface than the one on which they are awaited.
std::optional<EvidenceId> seen_elsewhere(const EvidenceView& view, const Episode& episode,
                                         const MembershipCase& member);

// Adds what the socket has joined instead, in words.
void add_joined(Reason& reason, const MembershipCase& member);

}  // namespace wirecause
