// SPDX-License-Identifier: Apache-2.0
#include "report/action_text.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "support/example_analysis.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kColumns = 60;

TEST(ActionText, PrintsASafeCommandAsItIsWithItsUndo) {
  FilledAction action = example::action("sysctl -w net.core.rmem_max=1", When::safe_now);
  action.undo = "rmem_max=2";
  EXPECT_EQ(action_lines(action, 90), Lines{"sysctl -w net.core.rmem_max=1  # (safe now; undo: rmem_max=2)"});
  EXPECT_EQ(action_lines(action, 40), (Lines{"sysctl -w net.core.rmem_max=1", "# (safe now; undo: rmem_max=2)"}));
}

TEST(ActionText, CommentsOutWhatCannotBeComputedAndCallsItNothingElse) {
  FilledAction action =
      example::action("cannot be computed: port is not known: ss -un 'sport = :{port}'", When::safe_now);
  action.is_computed = false;
  action.undo = "none needed";
  const Lines lines = action_lines(action, kColumns);
  for (const std::string& line : lines) {
    EXPECT_TRUE(line.starts_with("# ")) << line;
    EXPECT_EQ(line.find("safe now"), std::string::npos) << line;
  }
  EXPECT_TRUE(lines.front().starts_with("# cannot be computed: port is not known")) << lines.front();
}

TEST(ActionText, CommentsOutWhateverIsNotSafeNow) {
  for (const When when : {When::drain_first, When::after_close, When::other_team}) {
    const FilledAction action =
        example::action("ethtool -G eth0 rx 4096 and then a sentence that needs a second line", when);
    for (const std::string& line : action_lines(action, kColumns)) {
      EXPECT_TRUE(line.starts_with("# ")) << line;
      EXPECT_LE(columns_of(line), kColumns);
    }
  }
  const Lines lines = action_lines(example::action("restart x", When::after_close), kColumns);
  EXPECT_EQ(lines, Lines{"# after_close, restart x"});
}

TEST(ActionText, ContinuesALongCommandWithABackslashAndNeverInsideQuotes) {
  const FilledAction action = example::action(
      "dumpcap -i eth0 -f 'udp and dst host 239.1.1.1 and port 26477' -B 256 -w next.pcapng", When::safe_now);
  const Lines lines = action_lines(action, kColumns);
  EXPECT_EQ(lines, (Lines{"dumpcap -i eth0 -f \\", "  'udp and dst host 239.1.1.1 and port 26477' -B 256 -w \\",
                          "  next.pcapng"}));
}

TEST(ActionText, DisarmsALineBreakThatWouldEndAComment) {
  const Lines lines = action_lines(example::action("tell them\nrm -rf /", When::other_team), kColumns);
  EXPECT_EQ(lines, Lines{"# other_team, tell them\\x0arm -rf /"});
}

}  // namespace
}  // namespace wirecause
