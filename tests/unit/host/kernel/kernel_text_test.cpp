// Words, values and numbers as the kernel writes them, and as no kernel does.
// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/kernel_text.hpp"

#include <gtest/gtest.h>

namespace wirecause::testing {
namespace {

TEST(KernelText, TakesOnlyWholeNumbersThatFit) {
  EXPECT_EQ(number_of<std::uint64_t>("18446744073709551615"), 18446744073709551615U);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1x", "0x1", "18446744073709551616"}) {
    EXPECT_FALSE(number_of<std::uint64_t>(text)) << text;
  }
}

TEST(KernelText, TakesNoNumberThatItsTypeDoesNotHold) {
  EXPECT_EQ(number_of<std::int32_t>("2147483647"), INT32_MAX);
  EXPECT_FALSE(number_of<std::int32_t>("2147483648"));
  EXPECT_EQ(number_of("9223372036854775807"), INT64_MAX);
  EXPECT_FALSE(number_of("9223372036854775808"));
  EXPECT_EQ(number_of("ff", 16), 255);
}

TEST(KernelText, FindsAValueByItsWholeKey) {
  constexpr std::string_view kStatus =
      "nonvoluntary_ctxt_switches:\t9\nvoluntary_ctxt_switches:\t12\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n";
  EXPECT_EQ(value_of(kStatus, "voluntary_ctxt_switches"), "12");
  EXPECT_EQ(value_of(kStatus, "nonvoluntary_ctxt_switches"), "9");
  EXPECT_EQ(value_of(kStatus, "Cpus_allowed"), "3");
  EXPECT_EQ(value_of(kStatus, "Cpus_allowed_list"), "0-1");
  EXPECT_EQ(value_of(kStatus, "Cpus"), "");
  EXPECT_EQ(value_of("nr_throttled 17", "nr_throttled"), "17");
  EXPECT_EQ(value_of("key", "key"), "");
  EXPECT_EQ(value_of("key:", "key"), "");
}

TEST(KernelText, ReadsAFileAsFarAsItsLimit) {
  EXPECT_EQ(first_line("/proc/self/comm"), "unit_host");
  EXPECT_EQ(text_or_nothing("/proc/self/comm", 4), "unit");
  EXPECT_EQ(text_or_nothing("/proc/self/no_such_file"), "");
  const auto read = read_text("/proc/self/no_such_file", 4);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), Errc::not_found);
}

TEST(KernelText, OfNoDescriptorIsNothing) { EXPECT_FALSE(text_of(-1)); }

}  // namespace
}  // namespace wirecause::testing
