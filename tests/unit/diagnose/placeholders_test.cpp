// SPDX-License-Identifier: Apache-2.0
#include "diagnose/placeholders.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

const PlaceholderValues kValues{{"port", "26477"}, {"interface", "enp1s0f0"}, {"file", "day one.pcap"}};

TEST(FillCommand, PutsTheRealValues) {
  EXPECT_EQ(fill_command("ethtool -S {interface}", kValues).value(), "ethtool -S enp1s0f0");
}

TEST(FillCommand, QuotesAFileName) {
  EXPECT_EQ(fill_command("capinfos {file}", kValues).value(), "capinfos 'day one.pcap'");
  EXPECT_EQ(fill_command("capinfos {file}", {{"file", "it's"}}).value(), "capinfos 'it'\\''s'");
  EXPECT_EQ(fill_command("capinfos {file}", {{"file", "-rf"}}).value(), "capinfos './-rf'");
}

TEST(FillCommand, KnowsThatStandardInputIsNoFile) {
  const auto filled = fill_command("tshark -r {file}", {{"file", "-"}});
  ASSERT_FALSE(filled.has_value());
  EXPECT_EQ(filled.error().message(), "the capture came from standard input");
}

TEST(FillCommand, NamesWhatIsNotKnownInsteadOfGuessing) {
  const auto filled = fill_command("ip maddr show dev {vlan}", kValues);
  ASSERT_FALSE(filled.has_value());
  EXPECT_EQ(filled.error().message(), "vlan is not known");
}

TEST(FillCommand, PutsNoWordIntoACommandThatAShellWouldInterpret) {
  for (const char* hostile : {"eth0; reboot", "$(reboot)", "-h", "`x`", "a b", "", "eth0\n", "'x"}) {
    EXPECT_FALSE(fill_command("ethtool -S {interface}", {{"interface", hostile}}).has_value()) << hostile;
  }
}

TEST(FillCommand, PrintsNoControlCharactersOfAFileName) {
  EXPECT_FALSE(fill_command("capinfos {file}", {{"file", "a\x1b[2J"}}).has_value());
}

TEST(FillCommand, LeavesBracesThatAreNoPlaceholders) {
  EXPECT_EQ(fill_command("awk '{print $1}' {port}", kValues).value(), "awk '{print $1}' 26477");
  EXPECT_EQ(fill_command("tshark -Y 'frame.number in {1, 2}'", kValues).value(), "tshark -Y 'frame.number in {1, 2}'");
}

TEST(FillSentence, SaysWhatIsNotKnown) {
  EXPECT_EQ(fill_sentence("port {port}, group {group}", kValues), "port 26477, group (group not known)");
}

}  // namespace
}  // namespace wirecause
