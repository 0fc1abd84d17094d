// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/nftables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "support/netlink_message.hpp"

namespace wirecause::testing {
namespace {

nfgenmsg of_family(std::uint8_t family) {
  nfgenmsg header{};
  header.nfgen_family = family;
  return header;
}

void counter(NetlinkMessage& list, std::uint64_t packets) {
  list.nested(NFTA_LIST_ELEM, [packets](NetlinkMessage& expression) {
    expression.text(NFTA_EXPR_NAME, "counter").nested(NFTA_EXPR_DATA, [packets](NetlinkMessage& data) {
      data.be64(NFTA_COUNTER_BYTES, 999).be64(NFTA_COUNTER_PACKETS, packets);
    });
  });
}

void verdict(NetlinkMessage& list, std::uint32_t code) {
  list.nested(NFTA_LIST_ELEM, [code](NetlinkMessage& expression) {
    expression.text(NFTA_EXPR_NAME, "immediate").nested(NFTA_EXPR_DATA, [code](NetlinkMessage& data) {
      data.be32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT).nested(NFTA_IMMEDIATE_DATA, [code](NetlinkMessage& value) {
        value.nested(NFTA_DATA_VERDICT, [code](NetlinkMessage& inner) { inner.be32(NFTA_VERDICT_CODE, code); });
      });
    });
  });
}

template <class Fill>
std::vector<std::byte> rule(Fill fill) {
  NetlinkMessage message(of_family(NFPROTO_INET));
  message.text(NFTA_RULE_TABLE, "filter").text(NFTA_RULE_CHAIN, "input").be64(NFTA_RULE_HANDLE, 7);
  message.nested(NFTA_RULE_EXPRESSIONS, fill);
  return message.body();
}

TEST(NftDropRule, IsFoundWithItsCounterAndThePlaceThatNftTakes) {
  const auto found = nft_drop_rule(rule([](NetlinkMessage& list) {
    counter(list, 12);
    verdict(list, NF_DROP);
  }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->place(), "inet filter input handle 7");
  EXPECT_EQ(found->verdict, "drop");
  EXPECT_EQ(found->packets, 12);
}

TEST(NftDropRule, WithoutACounterHasDroppedAnUnknownNumber) {
  const auto found = nft_drop_rule(rule([](NetlinkMessage& list) { verdict(list, NF_DROP); }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->packets, std::nullopt);
}

TEST(NftDropRule, IsNoRuleThatAccepts) {
  EXPECT_FALSE(nft_drop_rule(rule([](NetlinkMessage& list) {
    counter(list, 12);
    verdict(list, NF_ACCEPT);
  })));
}

TEST(NftDropRule, MayReject) {
  const auto found = nft_drop_rule(rule([](NetlinkMessage& list) {
    counter(list, 3);
    list.nested(NFTA_LIST_ELEM, [](NetlinkMessage& expression) { expression.text(NFTA_EXPR_NAME, "reject"); });
  }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->verdict, "reject");
  EXPECT_EQ(found->packets, 3);
}

std::vector<std::byte> chain(std::uint32_t policy) {
  NetlinkMessage message(of_family(NFPROTO_IPV4));
  message.text(NFTA_CHAIN_TABLE, "filter").text(NFTA_CHAIN_NAME, "INPUT").be32(NFTA_CHAIN_POLICY, policy);
  message.nested(NFTA_CHAIN_COUNTERS, [](NetlinkMessage& data) { data.be64(NFTA_COUNTER_PACKETS, 5); });
  return message.body();
}

TEST(NftDropPolicy, IsABaseChainThatDropsWhatNoRuleTook) {
  const auto found = nft_drop_policy(chain(NF_DROP));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->place(), "ip filter INPUT");
  EXPECT_EQ(found->verdict, "policy drop");
  EXPECT_EQ(found->packets, 5);
  EXPECT_FALSE(nft_drop_policy(chain(NF_ACCEPT)));
}

TEST(NftTable, HasAFamilyAndAName) {
  NetlinkMessage message(of_family(NFPROTO_NETDEV));
  message.text(NFTA_TABLE_NAME, "ingress");
  const auto table = nft_table(message.body());
  ASSERT_TRUE(table);
  EXPECT_EQ(table->family, "netdev");
  EXPECT_EQ(table->name, "ingress");
  EXPECT_FALSE(nft_table(NetlinkMessage(of_family(NFPROTO_INET)).body()));
}

TEST(Nftables, SurviveDamagedMessages) {
  const auto read = [](const std::vector<std::byte>& body) {
    nft_drop_rule(body);
    nft_drop_policy(body);
    nft_table(body);
  };
  expect_damage_is_survived(rule([](NetlinkMessage& list) {
                              counter(list, 12);
                              verdict(list, NF_DROP);
                            }),
                            read);
  expect_damage_is_survived(chain(NF_DROP), read);
}

}  // namespace
}  // namespace wirecause::testing
