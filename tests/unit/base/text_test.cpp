// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace wirecause {
namespace {

TEST(NumberText, SetsThousandsApart) {
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(999), "999");
  EXPECT_EQ(number_text(1'204), "1 204");
  EXPECT_EQ(number_text(8'000'113), "8 000 113");
  EXPECT_EQ(number_text(std::numeric_limits<std::uint64_t>::max()), "18 446 744 073 709 551 615");
  EXPECT_EQ(signed_number_text(-1'204), "-1 204");
  EXPECT_EQ(signed_number_text(std::numeric_limits<std::int64_t>::min()), "-9 223 372 036 854 775 808");
  EXPECT_EQ(count_text(1, "packet"), "1 packet");
  EXPECT_EQ(count_text(2'000, "packet"), "2 000 packets");
}

TEST(PercentText, KeepsTwoDigitsOfWhatIsRare) {
  EXPECT_EQ(percent_text(1'204, 8'000'113), "0.015 %");
  EXPECT_EQ(percent_text(15, 1'000'000), "0.0015 %");
  EXPECT_EQ(percent_text(999, 1'000'000), "0.1 %");
  EXPECT_EQ(percent_text(9'999, 1'000'000), "1.0 %");
  EXPECT_EQ(percent_text(1, 4), "25.0 %");
  EXPECT_EQ(percent_text(1, 3), "33.3 %");
}

TEST(PercentText, NeverRoundsSomethingToNothingNorMostToAll) {
  EXPECT_EQ(percent_text(1, 1'000'000'000), "< 0.001 %");
  EXPECT_EQ(percent_text(999'999'999, 1'000'000'000), "> 99.999 %");
  EXPECT_EQ(percent_text(99'985, 100'000), "99.985 %");
  EXPECT_EQ(percent_text(0, 5), "0 %");
  EXPECT_EQ(percent_text(5, 5), "100 %");
}

TEST(PercentText, SaysNoDataForNothingOfNothing) { EXPECT_EQ(percent_text(0, 0), "no data"); }

TEST(PercentText, SurvivesTheLargestNumbers) {
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(percent_text(most / 2, most), "50.0 %");
  EXPECT_EQ(percent_text(most, 1), number_text(most) + " times");
}

TEST(DurationText, ChoosesTheUnitThatReadsBest) {
  EXPECT_EQ(duration_text(nanoseconds(0)), "0 ns");
  EXPECT_EQ(duration_text(nanoseconds(850)), "850 ns");
  EXPECT_EQ(duration_text(nanoseconds(8'300)), "8.3 us");
  EXPECT_EQ(duration_text(nanoseconds(8'319)), "8.31 us");
  EXPECT_EQ(duration_text(nanoseconds(100'000)), "100 us");
  EXPECT_EQ(duration_text(microseconds(12'500)), "12.5 ms");
  EXPECT_EQ(duration_text(nanoseconds(999'999'999)), "999 ms");
  EXPECT_EQ(duration_text(milliseconds(400'455)), "400.455 s");
  EXPECT_EQ(duration_text(seconds(3)), "3 s");
  EXPECT_EQ(duration_text(seconds(725)), "12 min 05 s");
  EXPECT_EQ(duration_text(seconds(23'400)), "6 h 30 min");
  EXPECT_EQ(duration_text(nanoseconds(-1'500)), "-1.5 us");
  EXPECT_EQ(duration_text(DurationNs{std::numeric_limits<std::int64_t>::min()}), "-2 562 047 h 47 min");
}

TEST(BytesText, CountsInPowersOf1024) {
  EXPECT_EQ(bytes_text(64), "64 B");
  EXPECT_EQ(bytes_text(212'992), "208 KiB");
  EXPECT_EQ(bytes_text(1'536), "1.5 KiB");
  EXPECT_EQ(bytes_text(std::numeric_limits<std::uint64_t>::max()), "15.9 EiB");
}

// 1 704 205 800 s is 2024-01-02T14:30:00Z (GNU date).
TEST(ClockText, PrintsNanosecondsDateAndOffset) {
  const TimeNs t = TimeNs{0} + seconds(1'704'205'800) + nanoseconds(118'000'123);
  EXPECT_EQ(clock_text(t), "14:30:00.118000123");
  EXPECT_EQ(short_clock_text(t), "14:30:00.118");
  EXPECT_EQ(clock_text(t, -5 * 3'600), "09:30:00.118000123");
  EXPECT_EQ(date_text(t), "2024-01-02");
  EXPECT_EQ(date_text(t, 10 * 3'600), "2024-01-03");
  EXPECT_EQ(date_clock_text(t, -5 * 3'600), "2024-01-02 09:30:00.118000123 -05:00");
  EXPECT_EQ(offset_text(19'800), "+05:30");
  EXPECT_EQ(date_clock_text(kNoTime), "unknown");
}

TEST(ClockText, CountsDownBefore1970) {
  EXPECT_EQ(date_clock_text(TimeNs{-1}), "1969-12-31 23:59:59.999999999 +00:00");
  EXPECT_EQ(date_text(TimeNs{std::numeric_limits<std::int64_t>::min() + 1}), "1677-09-21");
  EXPECT_EQ(date_text(TimeNs{std::numeric_limits<std::int64_t>::max()}), "2262-04-11");
}

TEST(Printable, DisarmsControlCharactersAndKeepsUtf8) {
  EXPECT_EQ(printable("caf\xc3\xa9 → ok"), "café → ok");
  EXPECT_EQ(printable("\x1b[31mred\n"), "\\x1b[31mred\\x0a");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");           // C1 CSI
  EXPECT_EQ(printable("a\xff\xfe"), "a\\xff\\xfe");         // not UTF-8
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(printable("\xf0\x9f\x98"), "\\xf0\\x9f\\x98");  // cut
}

TEST(TerminalText, CutsAndWrapsByColumns) {
  EXPECT_EQ(columns_of("a → b"), 5U);
  EXPECT_EQ(cut_to("publisher → line", 13), "publisher → …");
  EXPECT_EQ(cut_to("short", 5), "short");
  EXPECT_EQ(cut_to("short", 0), "");
  EXPECT_EQ(wrapped("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("unbreakable word", 4), (std::vector<std::string>{"unbreakable", "word"}));
  EXPECT_TRUE(wrapped("", 10).empty());
}

}  // namespace
}  // namespace wirecause
