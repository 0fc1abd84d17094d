// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/nftables.hpp"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>

#include "host/kernel/netlink_attributes.hpp"

namespace wirecause {
namespace {

std::string family_name(std::uint8_t family) {
  switch (family) {
    case NFPROTO_INET:
      return "inet";
    case NFPROTO_IPV4:
      return "ip";
    case NFPROTO_IPV6:
      return "ip6";
    case NFPROTO_ARP:
      return "arp";
    case NFPROTO_BRIDGE:
      return "bridge";
    case NFPROTO_NETDEV:
      return "netdev";
    default:
      return "family " + std::to_string(family);
  }
}

std::string text_of(std::span<const std::byte> attributes, std::uint16_t type) {
  const auto found = find_attribute(attributes, type);
  return found ? found->text() : std::string();
}

std::optional<std::int64_t> packets_in(std::span<const std::byte> counter) {
  const auto found = find_attribute(counter, NFTA_COUNTER_PACKETS);
  const auto packets = found ? found->be64() : std::nullopt;
  if (!packets || *packets > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(*packets);
}

// "immediate" into the verdict register with the code NF_DROP.
bool is_drop(std::span<const std::byte> immediate) {
  const auto target = find_attribute(immediate, NFTA_IMMEDIATE_DREG);
  const auto data = find_attribute(immediate, NFTA_IMMEDIATE_DATA);
  if (!target || target->be32() != std::uint32_t{NFT_REG_VERDICT} || !data) return false;
  const auto verdict = find_attribute(data->payload, NFTA_DATA_VERDICT);
  const auto code = verdict ? find_attribute(verdict->payload, NFTA_VERDICT_CODE) : std::nullopt;
  return code && code->be32() == std::uint32_t{NF_DROP};
}

// Goes through the expressions in their order: what counts before the verdict counts what it drops.
void read_expressions(std::span<const std::byte> list, NftDropRule& rule) {
  while (const auto element = take_attribute(list)) {
    const std::string name = text_of(element->payload, NFTA_EXPR_NAME);
    const auto data = find_attribute(element->payload, NFTA_EXPR_DATA);
    const auto inside = data ? data->payload : std::span<const std::byte>{};
    if (name == "counter") {
      rule.packets = packets_in(inside);
    } else if (name == "reject" || (name == "target" && text_of(inside, NFTA_TARGET_NAME) == "REJECT")) {
      rule.verdict = "reject";
    } else if (name == "immediate" && is_drop(inside)) {
      rule.verdict = "drop";
    }
  }
}

}  // namespace

std::string NftDropRule::place() const {
  std::string text = family + " " + table + " " + chain;
  return handle == 0 ? text : text + " handle " + std::to_string(handle);
}

std::optional<NftTable> nft_table(std::span<const std::byte> body) {
  const auto header = take_header<nfgenmsg>(body);
  if (!header) return std::nullopt;
  NftTable table{family_name(header->nfgen_family), text_of(body, NFTA_TABLE_NAME)};
  return table.name.empty() ? std::nullopt : std::optional(std::move(table));
}

std::optional<NftDropRule> nft_drop_rule(std::span<const std::byte> body) {
  const auto header = take_header<nfgenmsg>(body);
  if (!header) return std::nullopt;
  NftDropRule rule;
  rule.family = family_name(header->nfgen_family);
  rule.table = text_of(body, NFTA_RULE_TABLE);
  rule.chain = text_of(body, NFTA_RULE_CHAIN);
  const auto handle = find_attribute(body, NFTA_RULE_HANDLE);
  const auto expressions = find_attribute(body, NFTA_RULE_EXPRESSIONS);
  if (!handle || !expressions) return std::nullopt;
  rule.handle = handle->be64().value_or(0);
  read_expressions(expressions->payload, rule);
  if (rule.verdict.empty() || rule.handle == 0 || rule.chain.empty()) return std::nullopt;
  return rule;
}

std::optional<NftDropRule> nft_drop_policy(std::span<const std::byte> body) {
  const auto header = take_header<nfgenmsg>(body);
  const auto policy = header ? find_attribute(body, NFTA_CHAIN_POLICY) : std::nullopt;
  if (!policy || policy->be32() != std::uint32_t{NF_DROP}) return std::nullopt;
  NftDropRule rule;
  rule.family = family_name(header->nfgen_family);
  rule.table = text_of(body, NFTA_CHAIN_TABLE);
  rule.chain = text_of(body, NFTA_CHAIN_NAME);
  rule.verdict = "policy drop";
  if (const auto counters = find_attribute(body, NFTA_CHAIN_COUNTERS)) rule.packets = packets_in(counters->payload);
  return rule.chain.empty() ? std::nullopt : std::optional(std::move(rule));
}

Result<Nftables> Nftables::open() {
  WC_TRY_ASSIGN(NetlinkChannel channel, NetlinkChannel::open(NETLINK_NETFILTER));
  return Nftables(std::move(channel));
}

Result<void> Nftables::dump(std::uint8_t message, const NetlinkChannel::EachMessage& each) {
  nfgenmsg header{};
  header.nfgen_family = NFPROTO_UNSPEC;  // all
  header.version = NFNETLINK_V0;
  const auto type = static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | message);
  return channel_.ask(type, NLM_F_DUMP, std::as_bytes(std::span(&header, 1)), each);
}

Result<std::vector<NftTable>> Nftables::tables() {
  std::vector<NftTable> tables;
  WC_TRY(dump(NFT_MSG_GETTABLE, [&tables](std::uint16_t, std::span<const std::byte> body) {
    auto table = nft_table(body);
    if (table && tables.size() < kMostDropRules) tables.push_back(std::move(*table));
  }));
  return tables;
}

Result<std::vector<NftDropRule>> Nftables::drop_rules(std::size_t& rules_seen) {
  std::vector<NftDropRule> rules;
  rules_seen = 0;
  WC_TRY(dump(NFT_MSG_GETRULE, [&rules, &rules_seen](std::uint16_t, std::span<const std::byte> body) {
    ++rules_seen;
    auto rule = nft_drop_rule(body);
    if (rule && rules.size() < kMostDropRules) rules.push_back(std::move(*rule));
  }));
  WC_TRY(dump(NFT_MSG_GETCHAIN, [&rules](std::uint16_t, std::span<const std::byte> body) {
    auto policy = nft_drop_policy(body);
    if (policy && rules.size() < kMostDropRules) rules.push_back(std::move(*policy));
  }));
  return rules;
}

}  // namespace wirecause
