// Who dropped inside netfilter: a rule, or connection tracking that found its table full. Both bear one reason
// (NETFILTER_DROP); one answer for the two causes, so that they never contradict each other.
//
// Connection tracking counts what it drops (nf_conntrack_in(), net/netfilter/nf_conntrack_core.c): the `drop` column of
// nf_conntrack's statistics. `early_drop` counts entries that were thrown out to make room: the table was full, but the
// packet went on. Rules of nftables free by nft_do_chain since 6.7, so the symbol alone names them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diagnose/host_case.hpp"

namespace wirecause {

enum class Tracking : std::uint8_t {
  is_rule,   // the kernel's symbol is that of a rule, or one rule counted as many
  still,     // its drop counter did not move: a rule
  full,      // it moved, and nothing says that the table had room
  has_room,  // it moved although the table was far from full
  unknown,   // it was not read
};

struct BusiestRule {
  std::string text;           // "inet filter input handle 7: drop"
  std::uint64_t packets = 0;  // over all of its readings
  std::vector<EvidenceId> records;
};

struct NetfilterCase {
  Tracking tracking = Tracking::unknown;
  std::optional<Growth> dropped;       // by connection tracking
  std::optional<std::uint64_t> most;   // entries in the table: the most around the episode
  std::optional<std::uint64_t> limit;  // nf_conntrack_max
  std::optional<BusiestRule> rule;     // the rule whose counter grew by the most around the episode
  std::vector<EvidenceId> evidence;
};

// The rule that counted the most over all readings that touch [from, to], ten seconds apart.
std::optional<BusiestRule> busiest_rule(const EvidenceView& view, TimeNs from, TimeNs to);

bool is_netfilter_drop(const Episode& episode);
NetfilterCase netfilter_case(const EvidenceView& view, const Episode& episode);

}  // namespace wirecause
