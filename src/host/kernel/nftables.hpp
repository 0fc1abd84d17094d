// The rules of nftables that drop packets, and how many each has dropped, through nfnetlink.
//
// Used by the collector netfilter. Takes CAP_NET_ADMIN at every reading. Only what a user needs to find and take back a
// rule is read: family, table, chain, handle, verdict, its own counter; not what it matches. iptables-nft writes its rules
// here as well; iptables-legacy does not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "host/kernel/netlink_channel.hpp"

namespace wirecause {

struct NftTable {
  std::string family;  // "inet", "ip", "ip6", "arp", "bridge", "netdev"
  std::string name;
};

// A rule whose verdict is drop or reject, or (handle 0) a base chain whose policy is to drop.
struct NftDropRule {
  std::string family;
  std::string table;
  std::string chain;
  std::uint64_t handle = 0;
  std::string_view verdict;             // "drop", "reject", "policy drop"
  std::optional<std::int64_t> packets;  // of its counter; nothing: it has none

  // As `nft delete rule` takes it: "inet filter input handle 7".
  std::string place() const;
};

// Of the bodies of NFT_MSG_NEWTABLE, NEWRULE and NEWCHAIN; nothing: cut, or (rules, chains) it drops nothing.
std::optional<NftTable> nft_table(std::span<const std::byte> body);
std::optional<NftDropRule> nft_drop_rule(std::span<const std::byte> body);
std::optional<NftDropRule> nft_drop_policy(std::span<const std::byte> body);

class Nftables {
 public:
  static constexpr std::size_t kMostDropRules = 4096;

  static Result<Nftables> open();
  // Errors of all: permission; unsupported (a kernel without nftables).
  Result<std::vector<NftTable>> tables();
  // Rules first, then policies; at most kMostDropRules. `rules_seen` counts all rules, whatever their verdict.
  Result<std::vector<NftDropRule>> drop_rules(std::size_t& rules_seen);

 private:
  explicit Nftables(NetlinkChannel channel) : channel_(std::move(channel)) {}
  Result<void> dump(std::uint8_t message, const NetlinkChannel::EachMessage& each);

  NetlinkChannel channel_;
};

}  // namespace wirecause
