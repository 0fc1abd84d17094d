// What a reader read, against what the test sent to it and received.
// SPDX-License-Identifier: Apache-2.0
#include "host/readers/reader_probe.hpp"

#include <gtest/gtest.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "host/privileges.hpp"
#include "host/readers/reader_tracepoints.hpp"
#include "reader_lab.hpp"

namespace wirecause::testing {
namespace {

using Receive = void (*)(int descriptor);

void by_read(int descriptor) {
  char buffer[200];
  ASSERT_EQ(::read(descriptor, buffer, sizeof buffer), static_cast<ssize_t>(kDatagram));
}
void by_recvmsg(int descriptor) {
  char buffer[200];
  iovec piece{buffer, sizeof buffer};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  ASSERT_EQ(::recvmsg(descriptor, &message, 0), static_cast<ssize_t>(kDatagram));
}

TEST_F(ReaderProbeLive, CountsWhatWasReadAndByWhichThread) {
  run([&] {
    const UdpEndpoint reader;
    const UdpEndpoint other;
    const UdpEndpoint sender;
    ASSERT_TRUE(reader.bind("127.0.0.1", kPort));
    ASSERT_TRUE(other.bind("127.0.0.2", kPort));
    ASSERT_TRUE(probe_->follow_socket(reader.cookie()));
    for (std::uint64_t i = 0; i < 7; ++i) send_mold(sender, "127.0.0.1", i, 1);
    send_mold(sender, "127.0.0.2", 1, 1);
    for (int i = 0; i < 5; ++i) by_recv(reader.descriptor());
    by_recv(other.descriptor());
    const ReaderCounts read = counts(reader);
    EXPECT_EQ(read.datagrams, 5U);
    EXPECT_EQ(read.thread, thread_id());
    EXPECT_FALSE(read.units);
    EXPECT_EQ(read.datagrams_without_number, 5U);
    EXPECT_FALSE(probe_->take_counts(other.cookie()));
  });
}

TEST_F(ReaderProbeLive, ReadsTheNumbersWhicheverCallReceives) {
  for (const Receive receive : {&by_recv, &by_read, &by_recvmsg}) {
    run([&] {
      const UdpEndpoint reader;
      const UdpEndpoint sender;
      ASSERT_TRUE(reader.bind("127.0.0.1", kPort));
      ASSERT_TRUE(probe_->follow_numbers(mold_field("127.0.0.1")));
      ASSERT_TRUE(probe_->follow_socket(reader.cookie()));
      send_mold(sender, "127.0.0.1", 0x0102'0304'0506'0708U, 3);
      send_mold(sender, "127.0.0.1", 0x0102'0304'0506'070bU, 4);
      send_mold(sender, "127.0.0.1", 0x0102'0304'0506'070fU, 0xffff);  // end of session: consumes nothing
      for (int i = 0; i < 3; ++i) receive(reader.descriptor());
      const ReaderCounts read = counts(reader);
      EXPECT_EQ(read.units, 7U);
      EXPECT_EQ(read.first_number, 0x0102'0304'0506'0708U);
      EXPECT_EQ(read.next_number, 0x0102'0304'0506'070fU);
      EXPECT_EQ(read.datagrams_without_number, 0U);
    });
  }
}

// A mark that stands behind number and count, as the line integrity message of SIAC's blocks: its number is the last one.
TEST_F(ReaderProbeLive, AMarkMovesNothing) {
  run([&] {
    const UdpEndpoint reader;
    const UdpEndpoint sender;
    ASSERT_TRUE(reader.bind("127.0.0.1", kPort));
    NumberField field = mold_field("127.0.0.1");
    field.mark_offset = 22;
    field.mark_value = 0x4354;
    ASSERT_TRUE(probe_->follow_numbers(field));
    ASSERT_TRUE(probe_->follow_socket(reader.cookie()));
    auto mark = mold(100, 1);
    mark[22] = 'C';
    mark[23] = 'T';
    ASSERT_TRUE(sender.send_to("127.0.0.1", kPort, mark.data(), mark.size()));
    send_mold(sender, "127.0.0.1", 101, 2);
    mark[17] = 102;
    ASSERT_TRUE(sender.send_to("127.0.0.1", kPort, mark.data(), mark.size()));
    for (int i = 0; i < 3; ++i) by_recv(reader.descriptor());
    const ReaderCounts read = counts(reader);
    EXPECT_EQ(read.datagrams, 3U);
    EXPECT_EQ(read.units, 2U);
    EXPECT_EQ(read.first_number, 101U);
    EXPECT_EQ(read.next_number, 103U);
    EXPECT_EQ(read.datagrams_without_number, 0U);
  });
}

// Every width and order that a framing may have, the count before the number as well.
TEST_F(ReaderProbeLive, ReadsNumbersOfEveryWidthAndOrder) {
  run([&] {
    const UdpEndpoint sender;
    std::uint16_t port = 20'000;
    for (const std::uint8_t width : std::initializer_list<std::uint8_t>{1, 2, 4, 8}) {
      for (const bool is_big : {true, false}) {
        const UdpEndpoint reader;
        ASSERT_TRUE(reader.bind("127.0.0.1", ++port));
        ASSERT_TRUE(probe_->follow_numbers({.destination = *IpAddress::parse("127.0.0.1"),
                                            .port = port,
                                            .number_offset = 24,
                                            .number_width = width,
                                            .number_big_endian = is_big,
                                            .count_offset = 14,
                                            .count_width = width,
                                            .count_big_endian = is_big}));
        ASSERT_TRUE(probe_->follow_socket(reader.cookie()));
        std::array<unsigned char, kDatagram> bytes{};
        bytes.fill(0xee);
        std::uint64_t number = 0;
        for (unsigned i = 0; i < width; ++i) {  // 0x81, 0x8182, ... as it is written
          bytes[24 + (is_big ? i : width - 1U - i)] = static_cast<unsigned char>(0x81 + i);
          number = number << 8U | (0x81U + i);
          bytes[14 + (is_big ? i : width - 1U - i)] = i + 1U == width ? 5 : 0;
        }
        ASSERT_TRUE(sender.send_to("127.0.0.1", port, bytes.data(), bytes.size()));
        by_recv(reader.descriptor());
        const ReaderCounts read = counts(reader);
        EXPECT_EQ(read.first_number, number) << unsigned{width} << is_big;
        EXPECT_EQ(read.next_number, number + 5);
        EXPECT_EQ(read.units, 5U);
      }
    }
  });
}

// A reader of batches of 8, until nothing waits.
void drain_by_batches(int descriptor, std::size_t& datagrams) {
  std::array<std::array<char, 200>, 8> buffers{};
  std::array<iovec, 8> pieces{};
  std::array<mmsghdr, 8> messages{};
  for (std::size_t i = 0; i < 8; ++i) {
    pieces[i] = {buffers[i].data(), buffers[i].size()};
    messages[i].msg_hdr.msg_iov = &pieces[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  for (int n = 0; (n = ::recvmmsg(descriptor, messages.data(), 8, MSG_DONTWAIT, nullptr)) > 0;) {
    datagrams += static_cast<std::size_t>(n);
  }
}

TEST_F(ReaderProbeLive, ReadsTheNumbersOfBatches) {
  run([&] {
    const UdpEndpoint reader;
    const UdpEndpoint sender;
    ASSERT_TRUE(reader.bind("127.0.0.1", kPort));
    ASSERT_TRUE(probe_->follow_numbers(mold_field("127.0.0.1")));
    ASSERT_TRUE(probe_->follow_socket(reader.cookie()));
    std::size_t datagrams = 0;
    drain_by_batches(reader.descriptor(), datagrams);  // empty: from here on the place in the batch is known
    std::uint64_t number = 1;
    for (const int burst : {3, 8, 20, 1, 16}) {
      for (int i = 0; i < burst; ++i, number += 2) send_mold(sender, "127.0.0.1", number, 2);
      drain_by_batches(reader.descriptor(), datagrams);
      const ReaderCounts read = counts(reader);
      EXPECT_EQ(read.datagrams, datagrams);
      EXPECT_EQ(read.datagrams_without_number, 0U);
      EXPECT_EQ(read.units, 2 * datagrams);
      EXPECT_EQ(read.first_number, 1U);
      EXPECT_EQ(read.next_number, number);
    }
  });
}

TEST_F(ReaderProbeLive, DoesNotCountPeeksErrorsAndOtherSystemCalls) {
  run([&] {
    const UdpEndpoint reader;
    const UdpEndpoint sender;
    ASSERT_TRUE(reader.bind("127.0.0.1", kPort));
    ASSERT_TRUE(probe_->follow_socket(reader.cookie()));
    send_mold(sender, "127.0.0.1", 1, 1);
    char buffer[200];
    ASSERT_GT(::recv(reader.descriptor(), buffer, sizeof buffer, MSG_PEEK), 0);
    EXPECT_EQ(counts(reader).datagrams, 0U);
    by_recv(reader.descriptor());
    ASSERT_EQ(::recv(reader.descriptor(), buffer, sizeof buffer, MSG_DONTWAIT), -1);
    EXPECT_EQ(counts(reader).datagrams, 1U);
  });
}

TEST_F(ReaderProbeLive, SaysHowManyHadNoNumberWhereTheReaderTakesThePayloadApart) {
  run([&] {
    const UdpEndpoint reader;
    const UdpEndpoint sender;
    ASSERT_TRUE(reader.bind("127.0.0.1", kPort));
    ASSERT_TRUE(probe_->follow_numbers(mold_field("127.0.0.1")));
    ASSERT_TRUE(probe_->follow_socket(reader.cookie()));
    send_mold(sender, "127.0.0.1", 77, 1);
    char session[10];
    char rest[200];
    std::array<iovec, 2> pieces{{{session, sizeof session}, {rest, sizeof rest}}};
    ASSERT_GT(::readv(reader.descriptor(), pieces.data(), 2), 0);
    const ReaderCounts read = counts(reader);
    EXPECT_EQ(read.datagrams, 1U);
    EXPECT_EQ(read.datagrams_without_number, 1U);
    EXPECT_FALSE(read.units);
  });
}

TEST_F(ReaderProbeLive, FindsTheLayoutOfASocketBoundToAnyAddressByItsPort) {
  run([&] {
    const UdpEndpoint v4;
    const UdpEndpoint v6(AF_INET6);
    const UdpEndpoint sender;
    ASSERT_TRUE(v4.bind("0.0.0.0", kPort));
    ASSERT_TRUE(v6.bind("::", kPort + 1));  // dual-stack: gets IPv4 too
    ASSERT_TRUE(probe_->follow_numbers(mold_field("239.1.1.1")));
    ASSERT_TRUE(probe_->follow_numbers(mold_field("239.1.1.1", kPort + 1)));
    ASSERT_TRUE(probe_->follow_socket(v4.cookie()));
    ASSERT_TRUE(probe_->follow_socket(v6.cookie()));
    send_mold(sender, "127.0.0.1", 5, 1);
    send_mold(sender, "127.0.0.1", 6, 1, kPort + 1);
    by_recv(v4.descriptor());
    by_recv(v6.descriptor());
    EXPECT_EQ(counts(v4).next_number, 6U);
    EXPECT_EQ(counts(v6).next_number, 7U);
  });
}

TEST_F(ReaderProbeLive, ReadsNoNumberWhereTwoLayoutsShareAPort) {
  run([&] {
    const UdpEndpoint any;
    const UdpEndpoint sender;
    ASSERT_TRUE(any.bind("0.0.0.0", kPort));
    NumberField other = mold_field("239.1.1.2");
    other.number_offset = 0;
    ASSERT_TRUE(probe_->follow_numbers(mold_field("239.1.1.1")));
    ASSERT_TRUE(probe_->follow_numbers(other));
    ASSERT_TRUE(probe_->follow_socket(any.cookie()));
    send_mold(sender, "127.0.0.1", 5, 1);
    by_recv(any.descriptor());
    EXPECT_FALSE(counts(any).units);
  });
}

TEST_F(ReaderProbeLive, KeepsTheLongestGapBetweenReadsOfEachPeriod) {
  run([&] {
    const UdpEndpoint reader;
    const UdpEndpoint sender;
    ASSERT_TRUE(reader.bind("127.0.0.1", kPort));
    ASSERT_TRUE(probe_->follow_socket(reader.cookie()));
    for (std::uint64_t i = 0; i < 4; ++i) send_mold(sender, "127.0.0.1", i, 1);
    by_recv(reader.descriptor());
    ::usleep(20'000);
    const std::int64_t before = monotonic_ns();
    by_recv(reader.descriptor());
    const std::int64_t after = monotonic_ns();
    by_recv(reader.descriptor());
    const ReaderCounts first = counts(reader);
    EXPECT_GE(first.longest_gap_ns, 20'000'000);
    EXPECT_GE(first.longest_gap_end_ns, before);
    EXPECT_LE(first.longest_gap_end_ns, after);
    by_recv(reader.descriptor());
    EXPECT_LT(counts(reader).longest_gap_ns, first.longest_gap_ns);
  });
}

TEST_F(ReaderProbeLive, CountsNothingWhileDetachedAndMakesNoGapOfThatTime) {
  run([&] {
    const UdpEndpoint reader;
    const UdpEndpoint sender;
    ASSERT_TRUE(reader.bind("127.0.0.1", kPort));
    ASSERT_TRUE(probe_->follow_socket(reader.cookie()));
    for (std::uint64_t i = 0; i < 3; ++i) send_mold(sender, "127.0.0.1", i, 1);
    by_recv(reader.descriptor());
    probe_->detach();
    EXPECT_FALSE(probe_->is_attached());
    by_recv(reader.descriptor());
    EXPECT_EQ(counts(reader).datagrams, 1U);
    ::usleep(5'000);
    ASSERT_TRUE(probe_->attach());
    ASSERT_TRUE(probe_->attach());
    EXPECT_TRUE(probe_->is_attached());
    by_recv(reader.descriptor());
    const ReaderCounts read = counts(reader);
    EXPECT_EQ(read.datagrams, 2U);
    EXPECT_EQ(read.longest_gap_ns, 0);
  });
}

TEST_F(ReaderProbeLive, SaysWhatIsMissingWhereReadsAreNotTraced) {
  const auto older = open_reader_probe({.sock_recv_length = std::nullopt, .sched_switch = "vpp", .sched_wakeup = "p"});
  ASSERT_TRUE(older) << older.error().message();
  EXPECT_EQ((*older)->availability().state, Availability::State::reduced);
  EXPECT_NE((*older)->availability().reason.find("sock_recv_length"), std::string::npos);
  EXPECT_TRUE((*older)->attach());
}

// A child without any capability, as the tool is after it has opened everything.
TEST_F(ReaderProbeLive, NeedsNoCapabilityOnceItIsOpen) {
  const pid_t child = ::fork();
  if (child == 0) {
    int failed = 1;
    in_network_namespace([&] {
      if (!drop_capabilities({}) || has_capability("cap_bpf")) return;
      const UdpEndpoint reader;
      const UdpEndpoint sender;
      const bool ready = reader.bind("127.0.0.1", kPort) && probe_->attach() &&
                         probe_->follow_numbers(mold_field("127.0.0.1")) && probe_->follow_socket(reader.cookie()) &&
                         probe_->follow_thread(thread_id());
      if (!ready) return;
      send_mold(sender, "127.0.0.1", 9, 1);
      by_recv(reader.descriptor());
      ::usleep(5'000);
      const auto read = probe_->take_counts(reader.cookie());
      std::vector<OffCpu> intervals;
      probe_->drain(intervals);
      if (read && read->next_number == 10U && !intervals.empty()) failed = 0;
    });
    ::_exit(failed);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace wirecause::testing
