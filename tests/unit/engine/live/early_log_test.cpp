// SPDX-License-Identifier: Apache-2.0
#include "engine/live/early_log.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

constexpr TimeNs kStart{1'767'623'400'000'000'000};

Descriptor run(LineId line, std::uint64_t first, DurationNs after = {}, RunKind kind = RunKind::data) {
  Descriptor d;
  d.time = kStart + after;
  d.line = line;
  d.first = first;
  d.count = 2;
  d.kind = kind;
  d.flags = Descriptor::kFirstOfPacket;
  return d;
}

bool by_number(LineId) { return false; }
bool by_order(LineId) { return true; }

TEST(EarlyLog, KeepsTheFirstDatagramsOfEachLineInOrder) {
  EarlyLog log;
  log.add(run(1, 10), by_number);
  log.add(run(0, 70), by_number);
  log.add(run(1, 12), by_number);
  ASSERT_EQ(log.of(1).size(), 2U);
  EXPECT_EQ(log.of(1)[0].first, 10U);
  EXPECT_EQ(log.of(1)[1].first, 12U);
  EXPECT_EQ(log.of(1)[1].count, 2U);
  EXPECT_TRUE(log.of(1)[1].begins_datagram);
  EXPECT_EQ(log.of(0).size(), 1U);
  EXPECT_TRUE(log.of(7).empty());
  EXPECT_FALSE(log.is_cut(7));
}

TEST(EarlyLog, TellsWhichRunsBeginADatagram) {
  EarlyLog log;
  log.add(run(0, 10), by_number);
  Descriptor second = run(0, 50);
  second.flags = 0;
  log.add(second, by_number);
  EXPECT_FALSE(log.of(0)[1].begins_datagram);
}

TEST(EarlyLog, KeepsDataOnly) {
  EarlyLog log;
  log.add(run(0, 10, {}, RunKind::heartbeat), by_number);
  log.add(run(0, 10, {}, RunKind::retransmission), by_number);
  EXPECT_TRUE(log.of(0).empty());
}

TEST(EarlyLog, KeepsTheFirstThreeSecondsOfALineAndNoMore) {
  EarlyLog log;
  log.add(run(0, 1), by_number);
  log.add(run(0, 2, seconds(3)), by_number);
  log.add(run(0, 3, seconds(3) + nanoseconds(1)), by_number);
  log.add(run(0, 4, seconds(2)), by_number);  // a gap in what is kept would be worse than its end
  EXPECT_EQ(log.of(0).size(), 2U);
  EXPECT_FALSE(log.is_cut(0)) << "more came later, not in the first seconds";
  log.add(run(1, 1, seconds(100)), by_number);
  EXPECT_EQ(log.of(1).size(), 1U) << "a line that begins later has its own first seconds";
}

// SIAC's blocks: no program in the kernel ever says what was read of them.
TEST(EarlyLog, GoesOnWhereNothingElseTellsTheNumbers) {
  EarlyLog log;
  log.add(run(0, 1), by_order);
  log.add(run(0, 2, seconds(60)), by_order);
  log.add(run(0, 3, seconds(3'600)), by_order);
  EXPECT_EQ(log.of(0).size(), 3U);
}

TEST(EarlyLog, SaysThatALineHadMoreThanIsKept) {
  EarlyLog log;
  for (std::uint64_t i = 0; i <= EarlyLog::kMaxOfLine; ++i) log.add(run(0, i), by_number);
  EXPECT_EQ(log.of(0).size(), EarlyLog::kMaxOfLine);
  EXPECT_TRUE(log.is_cut(0));
}

TEST(EarlyLog, IsBoundedOverAllLines) {
  EarlyLog log;
  const std::size_t lines = EarlyLog::kMaxOfAll / EarlyLog::kMaxOfLine + 1;
  for (LineId line = 0; line < lines; ++line) {
    for (std::uint64_t i = 0; i < EarlyLog::kMaxOfLine; ++i) log.add(run(line, i), by_number);
  }
  std::size_t kept = 0;
  for (LineId line = 0; line < lines; ++line) kept += log.of(line).size();
  EXPECT_EQ(kept, EarlyLog::kMaxOfAll);
  EXPECT_TRUE(log.is_cut(static_cast<LineId>(lines - 1)));
}

}  // namespace
}  // namespace wirecause
