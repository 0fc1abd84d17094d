// SPDX-License-Identifier: Apache-2.0
#include "diagnose/membership_case.hpp"

#include <array>

namespace wirecause {
namespace {

Membership membership_of(std::optional<std::int64_t> own, std::optional<std::int64_t> host) {
  if (own == 1) return Membership::own;
  if (host == 0) return Membership::none;
  if (own == 0) return host == 1 ? Membership::only_others : Membership::none;
  return Membership::unknown;
}

}  // namespace

bool MembershipCase::joined_elsewhere() const {
  return membership != Membership::own && !group.empty() && joined.find(group + "@") != std::string::npos;
}

MembershipCase membership_case(const EvidenceView& view, const Episode& episode) {
  constexpr std::array<std::string_view, 4> kNames{"consumer.is_member", "consumer.host_membership",
                                                   "consumer.multicast_all", "consumer.memberships"};
  MembershipCase found;
  const auto read = [&](std::string_view name) -> std::optional<std::int64_t> {
    const auto id = held_during(view, episode, name, episode.subject);
    if (!id) return std::nullopt;
    found.evidence.push_back(*id);
    if (name == kNames.back()) found.joined = view.record(*id).text;
    return view.record(*id).value;
  };
  const auto own = read(kNames[0]);
  const auto host = read(kNames[1]);
  const auto all = read(kNames[2]);
  read(kNames[3]);
  found.membership = membership_of(own, host);
  if (all) found.gets_others = *all != 0;
  found.group = group_of(view, episode);
  found.interface = interface_of(view, episode);
  return found;
}

std::optional<EvidenceId> seen_elsewhere(const EvidenceView& view, const Episode& episode,
                                         const MembershipCase& member) {
  const auto seen = view.of_episode(episode, "absence.seen_on");
  if (!seen || view.record(*seen).value <= 0) return std::nullopt;
  const std::string& where = view.record(*seen).text;
  return where.empty() || where == member.interface.name ? std::nullopt : seen;
}

void add_joined(Reason& reason, const MembershipCase& member) {
  if (member.joined.empty()) return;
  reason.text +=
      member.joined_elsewhere() ? "; it joined the group on another interface: {joined}" : "; it joined {joined}";
  reason.figures.push_back(word("joined", member.joined));
}

}  // namespace wirecause
