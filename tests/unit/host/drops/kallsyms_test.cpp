// SPDX-License-Identifier: Apache-2.0
#include "host/drops/kallsyms.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace wirecause {
namespace {

// As Linux prints it (kernel/kallsyms.c s_show): a module's symbols have its name behind a tab.
constexpr std::string_view kText =
    "0000000000000000 A fixed_percpu_data\n"
    "ffffffff81000000 T _stext\n"
    "ffffffff812439b6 t ip_rcv_finish_core.cold\n"
    "ffffffff81ff79f0 t ip_rcv_finish_core\n"
    "ffffffff81ff7f90 t ip_rcv_core\n"
    "ffffffff82047e40 T udp_destruct_common\n"
    "ffffffff82047f40 t udp_destruct_sock\n"
    "ffffffff83000000 D jiffies\n"
    "ffffffffc0001000 t ixgbe_clean_rx_irq\t[ixgbe]\n";

TEST(KernelSymbols, AnAddressIsInTheFunctionThatBeginsBeforeIt) {
  const KernelSymbols symbols = KernelSymbols::parse(kText);
  const auto place = symbols.find(0xffffffff81ff7a10);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->symbol, "ip_rcv_finish_core");
  EXPECT_EQ(place->offset, 0x20U);
  EXPECT_EQ(symbols.find(0xffffffff81ff79f0)->symbol, "ip_rcv_finish_core");
  EXPECT_EQ(symbols.find(0xffffffffc0001fff)->symbol, "ixgbe_clean_rx_irq");
  EXPECT_FALSE(symbols.find(0x1000));
}

TEST(KernelSymbols, DataIsNoCode) {
  EXPECT_EQ(KernelSymbols::parse(kText).find(0xffffffff83000001)->symbol, "udp_destruct_sock");
}

TEST(KernelSymbols, TheCodeOfAFunctionIsAllItsParts) {
  const auto code = KernelSymbols::parse(kText).code_of("ip_rcv_finish_core");
  using Range = std::pair<std::uint64_t, std::uint64_t>;
  EXPECT_EQ(code,
            (std::vector<Range>{{0xffffffff812439b6, 0xffffffff81ff79f0}, {0xffffffff81ff79f0, 0xffffffff81ff7f90}}));
  EXPECT_TRUE(KernelSymbols::parse(kText).code_of("ip_rcv").empty());
}

TEST(KernelSymbols, HiddenAddressesAreNoSymbols) {
  EXPECT_TRUE(KernelSymbols::parse("0000000000000000 T _stext\n0000000000000000 t ip_rcv\n").empty());
}

TEST(KernelSymbols, WhatIsNoSuchLineIsLeftOut) {
  const KernelSymbols symbols = KernelSymbols::parse(
      "\nffffffff81000000\nzz T name\nffffffff81000001 T\nffffffff81000002 T \nfffffffffffffffffff T long\n"
      "ffffffff81000003  T two\nffffffff81000004 t good");
  EXPECT_EQ(symbols.find(~0ULL)->symbol, "good");
  EXPECT_EQ(symbols.find(~0ULL)->offset, ~0ULL - 0xffffffff81000004);
  EXPECT_FALSE(symbols.find(0xffffffff81000003));
}

TEST(KernelSymbols, OfSeveralNamesOfOneAddressTheFirstCounts) {
  EXPECT_EQ(KernelSymbols::parse("ff00 T first\nff00 W alias\n").find(0xff01)->symbol, "first");
}

TEST(KernelSymbols, AFileWithoutAddressesSaysWhichSettingHidesThem) {
  const auto folder = std::filesystem::temp_directory_path() / ("kallsyms" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "kallsyms") << "0000000000000000 T _stext\n";
  const auto hidden = KernelSymbols::read(folder);
  ASSERT_FALSE(hidden);
  EXPECT_EQ(hidden.error().code(), Errc::permission);
  EXPECT_NE(hidden.error().message().find("kernel.kptr_restrict"), std::string::npos);
  std::filesystem::remove_all(folder);
  const auto absent = KernelSymbols::read(folder);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code(), Errc::not_found);
}

}  // namespace
}  // namespace wirecause
