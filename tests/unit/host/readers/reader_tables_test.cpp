// The tables that the reader programs look into, filled as the programs would.
// SPDX-License-Identifier: Apache-2.0
#include "host/readers/reader_tables.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "host/readers/off_cpu.hpp"

namespace wirecause::testing {
namespace {

class Tables : public ::testing::Test {
 protected:
  // What a program would find.
  wc_reader_socket* socket(std::uint64_t cookie) {
    for (wc_reader_socket& slot : sockets_) {
      if (slot.cookie == cookie) return &slot;
    }
    return nullptr;
  }
  template <class Slot>
  static std::size_t used(const std::vector<Slot>& slots, __u64 Slot::*key) {
    std::size_t count = 0;
    for (const Slot& slot : slots) count += slot.*key != 0 && slot.*key != WC_READER_REMOVED ? 1U : 0U;
    return count;
  }
  static NumberField field(const std::string& destination, std::uint16_t port, std::uint8_t offset = 10) {
    return {.destination = *IpAddress::parse(destination),
            .port = port,
            .number_offset = offset,
            .number_width = 8,
            .number_big_endian = true,
            .count_offset = 18,
            .count_width = 2,
            .count_big_endian = true,
            .mark_offset = 18,
            .mark_value = 0xffff};
  }
  const wc_reader_field* field_of(const IpAddress& address, std::uint16_t port) const {
    for (const wc_reader_field& slot : fields_) {
      if (slot.port == port && std::memcmp(slot.address, address.bytes().data(), 16) == 0) return &slot;
    }
    return nullptr;
  }

  std::vector<wc_reader_socket> sockets_ = std::vector<wc_reader_socket>(WC_READER_SOCKETS);
  std::vector<wc_reader_thread> threads_ = std::vector<wc_reader_thread>(WC_READER_THREADS);
  std::vector<wc_reader_field> fields_ = std::vector<wc_reader_field>(WC_READER_FIELDS);
  std::uint32_t generation_ = 0;
  ReaderTables tables_{{.sockets = std::span<wc_reader_socket, WC_READER_SOCKETS>(sockets_),
                        .threads = std::span<wc_reader_thread, WC_READER_THREADS>(threads_),
                        .fields = std::span<wc_reader_field, WC_READER_FIELDS>(fields_),
                        .field_generation = &generation_}};
};

TEST_F(Tables, HoldAsManySocketsAsPromised) {
  for (std::uint64_t cookie = 1; cookie <= ReaderProbe::kMaxSockets; ++cookie)
    ASSERT_TRUE(tables_.follow_socket(cookie));
  EXPECT_EQ(used(sockets_, &wc_reader_socket::cookie), ReaderProbe::kMaxSockets);
  for (std::uint64_t cookie = 1; cookie <= ReaderProbe::kMaxSockets; ++cookie) EXPECT_TRUE(tables_.take_counts(cookie));
}

TEST_F(Tables, MakeRoomWhereNobodyAskedForTheLongest) {
  for (std::uint64_t cookie = 1; cookie <= ReaderProbe::kMaxSockets; ++cookie)
    ASSERT_TRUE(tables_.follow_socket(cookie));
  for (std::uint64_t cookie = 1; cookie <= ReaderProbe::kMaxSockets; ++cookie) {
    if (cookie != 77) tables_.take_counts(cookie);
  }
  ASSERT_TRUE(tables_.follow_socket(1'000));
  EXPECT_FALSE(tables_.take_counts(77));
  EXPECT_TRUE(tables_.take_counts(1'000));
  EXPECT_EQ(used(sockets_, &wc_reader_socket::cookie), ReaderProbe::kMaxSockets);
}

TEST_F(Tables, AreNotWornOutByManySockets) {
  for (std::uint64_t cookie = 1; cookie <= 20'000; ++cookie) ASSERT_TRUE(tables_.follow_socket(cookie)) << cookie;
  EXPECT_EQ(used(sockets_, &wc_reader_socket::cookie), ReaderProbe::kMaxSockets);
}

TEST_F(Tables, KeepTheCountsOfASocketThatIsFollowedTwice) {
  ASSERT_TRUE(tables_.follow_socket(5));
  socket(5)->datagrams = 9;
  ASSERT_TRUE(tables_.follow_socket(5));
  EXPECT_EQ(tables_.take_counts(5)->datagrams, 9U);
}

TEST_F(Tables, RefuseWhatIsNoSocketAndNoThread) {
  EXPECT_FALSE(tables_.follow_socket(0));
  EXPECT_FALSE(tables_.follow_socket(WC_READER_REMOVED));
  EXPECT_FALSE(tables_.follow_thread(0));
}

TEST_F(Tables, HoldAsManyThreadsAsPromisedAndNoMoreUntilOneEnds) {
  for (std::uint32_t thread = 1; thread <= ReaderProbe::kMaxThreads; ++thread)
    ASSERT_TRUE(tables_.follow_thread(thread * 3));
  EXPECT_FALSE(tables_.follow_thread(99'999));
  EXPECT_TRUE(tables_.follow_thread(3)) << "is followed already";
  for (wc_reader_thread& slot : threads_) {
    if (slot.thread == 300) slot.thread = WC_READER_REMOVED;  // as the program does when it ends
  }
  EXPECT_TRUE(tables_.follow_thread(99'999));
  EXPECT_EQ(used(threads_, &wc_reader_thread::thread), ReaderProbe::kMaxThreads);
}

TEST_F(Tables, BeginANewPeriodOfTheLongestGapWhenTaken) {
  ASSERT_TRUE(tables_.follow_socket(5));
  socket(5)->longest_gap_ns = 7'000;
  socket(5)->longest_gap_end_ns = 90'000;
  const auto counts = tables_.take_counts(5);
  EXPECT_EQ(counts->longest_gap_ns, 7'000);
  EXPECT_EQ(counts->longest_gap_end_ns, 90'000);
  EXPECT_EQ(tables_.take_counts(5)->longest_gap_ns, 0);
}

TEST_F(Tables, SayNothingOfNumbersBeforeOneWasRead) {
  ASSERT_TRUE(tables_.follow_socket(5));
  socket(5)->datagrams = 2;
  socket(5)->unnumbered = 2;
  EXPECT_FALSE(tables_.take_counts(5)->units);
  EXPECT_FALSE(tables_.take_counts(5)->next_number);
  EXPECT_EQ(tables_.take_counts(5)->datagrams_without_number, 2U);
  socket(5)->has_number = 1;
  socket(5)->units = 3;
  socket(5)->next_number = 103;
  EXPECT_EQ(tables_.take_counts(5)->units, 3U);
  EXPECT_EQ(tables_.take_counts(5)->next_number, 103U);
}

TEST_F(Tables, HoldThePlaceOfEveryDestinationAndOfItsPort) {
  ASSERT_TRUE(tables_.follow_numbers(field("239.1.1.1", 26400)));
  ASSERT_TRUE(tables_.follow_numbers(field("239.1.1.2", 26400)));
  EXPECT_EQ(generation_, 2U);
  const wc_reader_field* exact = field_of(*IpAddress::parse("239.1.1.2"), 26400);
  ASSERT_NE(exact, nullptr);
  EXPECT_EQ(exact->span_offset, 10);
  EXPECT_EQ(exact->span, 10);
  EXPECT_EQ(exact->number_at, 0);
  EXPECT_EQ(exact->number_width, 8);
  EXPECT_EQ(exact->count_at, 8);
  EXPECT_EQ(exact->mark, 0xffff);
  EXPECT_EQ(exact->mark_at, 18 - 10);
  EXPECT_EQ(field_of(IpAddress{}, 26400)->span, 10);
}

TEST_F(Tables, ReadNothingByPortAloneWhereLayoutsDiffer) {
  ASSERT_TRUE(tables_.follow_numbers(field("239.1.1.1", 26400, 10)));
  ASSERT_TRUE(tables_.follow_numbers(field("239.1.1.2", 26400, 0)));
  ASSERT_TRUE(tables_.follow_numbers(field("239.1.1.3", 26400, 10)));
  EXPECT_EQ(field_of(IpAddress{}, 26400)->span, 0);
  EXPECT_EQ(field_of(*IpAddress::parse("239.1.1.1"), 26400)->span, 10);
}

TEST_F(Tables, HoldAsManyPlacesAsPromised) {
  for (std::uint16_t i = 0; i < ReaderTables::kMaxFields; ++i) {
    const std::string group = "239.7." + std::to_string(i / 256) + "." + std::to_string(i % 256);
    ASSERT_TRUE(tables_.follow_numbers(field(group, static_cast<std::uint16_t>(20'000 + i)))) << i;
  }
  EXPECT_FALSE(tables_.follow_numbers(field("239.9.9.9", 1)));
  EXPECT_TRUE(tables_.follow_numbers(field("239.7.0.1", 20'001, 4))) << "is there already";
}

TEST_F(Tables, RefuseAPlaceThatCannotBeRead) {
  NumberField wide = field("239.1.1.1", 26400);
  wide.number_width = 3;
  EXPECT_FALSE(tables_.follow_numbers(wide));
  NumberField counted = field("239.1.1.1", 26400);
  counted.count_width = 16;
  EXPECT_FALSE(tables_.follow_numbers(counted));
  EXPECT_FALSE(tables_.follow_numbers(field("239.1.1.1", 0)));
  EXPECT_FALSE(tables_.follow_numbers(field("239.1.1.1", 26400, 60)));   // the count 42 bytes before it
  EXPECT_FALSE(tables_.follow_numbers(field("239.1.1.1", 26400, 255)));  // 8 bytes from there are beyond what is kept
}

TEST(OffCpuRecord, HasTheLettersOfPs) {
  // include/linux/sched.h of 6.18, and task_state_index() of fs/proc/array.c's letters "RSDTtXZPI".
  EXPECT_EQ(task_state_letter(0x0000), 'R');
  EXPECT_EQ(task_state_letter(0x0001), 'S');
  EXPECT_EQ(task_state_letter(0x0002), 'D');
  EXPECT_EQ(task_state_letter(0x0004), 'T');
  EXPECT_EQ(task_state_letter(0x0008), 't');
  EXPECT_EQ(task_state_letter(0x0402), 'I');
  EXPECT_EQ(task_state_letter(0x0102), 'D');  // TASK_KILLABLE: WAKEKILL | UNINTERRUPTIBLE
  EXPECT_EQ(task_state_letter(0x8001), 'S');  // FREEZABLE
  EXPECT_EQ(task_state_letter(0x1000), 'D');  // RTLOCK_WAIT
  EXPECT_EQ(task_state_letter(~0U), 'D');
}

TEST(OffCpuRecord, WasRunnableForNoLongerThanItWasOff) {
  wc_off_cpu record{};
  record.to_ns = 10'000'000;
  record.state = 1;
  const auto bytes = [&] { return std::as_bytes(std::span(&record, 1)); };
  record.runnable_ns = 4'000'000;
  EXPECT_EQ(parse_off_cpu(bytes())->runnable_ns, 4'000'000);
  record.runnable_ns = 99'000'000;  // never more than the interval
  EXPECT_EQ(parse_off_cpu(bytes())->runnable_ns, 10'000'000);
}

TEST(OffCpuRecord, IsNothingWhenItIsCut) {
  const wc_off_cpu record{};
  const auto bytes = std::as_bytes(std::span(&record, 1));
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(
        parse_off_cpu(std::vector<std::byte>(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length))));
  }
  EXPECT_TRUE(parse_off_cpu(bytes));
}

}  // namespace
}  // namespace wirecause::testing
