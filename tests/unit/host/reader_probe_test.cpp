// What a reader read, against what the test sent to it and received; when it did not run, against what the test made it do.
// SPDX-License-Identifier: Apache-2.0
#include "host/reader_probe.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>

#include "host/privileges.hpp"
#include "support/thread_netns.hpp"
#include "support/udp_endpoint.hpp"

namespace wirecause::testing {
namespace {

constexpr std::uint16_t kPort = 26400;
constexpr std::size_t kDatagram = 100;

// MoldUDP64: session (10 bytes), sequence number (8), message count (2), all big-endian.
std::array<unsigned char, kDatagram> mold(std::uint64_t number, std::uint16_t count) {
  std::array<unsigned char, kDatagram> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[10 + i] = static_cast<unsigned char>(number >> (56U - 8U * i));
  bytes[18] = static_cast<unsigned char>(count >> 8U);
  bytes[19] = static_cast<unsigned char>(count & 0xffU);
  return bytes;
}

NumberPlace mold_place(const std::string& destination, std::uint16_t port = kPort) {
  return {.destination = *IpAddress::parse(destination),
          .port = port,
          .number_offset = 10,
          .number_width = 8,
          .count_offset = 18,
          .count_width = 2,
          .mark_counts_from = 0xffff};
}

void send_mold(const UdpEndpoint& from, const std::string& to, std::uint64_t number, std::uint16_t count,
               std::uint16_t port = kPort) {
  const auto bytes = mold(number, count);
  ASSERT_TRUE(from.send_to(to, port, bytes.data(), bytes.size())) << std::strerror(errno);
}

std::int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}
std::uint32_t thread_id() { return static_cast<std::uint32_t>(::syscall(SYS_gettid)); }

using Receive = void (*)(int descriptor);

void by_recv(int descriptor) {
  char buffer[200];
  ASSERT_EQ(::recv(descriptor, buffer, sizeof buffer, 0), static_cast<ssize_t>(kDatagram));
}
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

class ReaderProbeLive : public ::testing::Test {
 protected:
  void SetUp() override {
    auto probe = open_reader_probe();
    if (!probe && probe.error().code() == Errc::permission) GTEST_SKIP() << probe.error().message();
    ASSERT_TRUE(probe) << probe.error().message();
    if ((*probe)->availability().state != Availability::State::full) GTEST_SKIP() << (*probe)->availability().reason;
    probe_ = std::move(*probe);
  }
  // `body` in a namespace of its own, with the probe attached.
  template <class Body>
  void run(Body body) {
    const std::string reason = in_network_namespace([&] {
      const auto attached = probe_->attach();
      ASSERT_TRUE(attached) << attached.error().message();
      body();
    });
    if (!reason.empty()) GTEST_SKIP() << reason;
  }
  ReaderCounts counts(const UdpEndpoint& endpoint) {
    const auto taken = probe_->take_counts(endpoint.cookie());
    EXPECT_TRUE(taken) << "not followed";
    return taken.value_or(ReaderCounts{});
  }
  std::unique_ptr<ReaderProbe> probe_;
};

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
    const std::int64_t before = monotonic_ns();
    for (int i = 0; i < 5; ++i) by_recv(reader.descriptor());
    const std::int64_t after = monotonic_ns();
    by_recv(other.descriptor());
    const ReaderCounts read = counts(reader);
    EXPECT_EQ(read.datagrams, 5U);
    EXPECT_EQ(read.bytes, 5U * kDatagram);
    EXPECT_EQ(read.thread, thread_id());
    EXPECT_GE(read.last_read_ns, before);
    EXPECT_LE(read.last_read_ns, after);
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
      ASSERT_TRUE(probe_->follow_numbers(mold_place("127.0.0.1")));
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
                                            .count_big_endian = is_big,
                                            .mark_counts_from = 0}));
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
    ASSERT_TRUE(probe_->follow_numbers(mold_place("127.0.0.1")));
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
    ASSERT_TRUE(probe_->follow_numbers(mold_place("127.0.0.1")));
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
    ASSERT_TRUE(probe_->follow_numbers(mold_place("239.1.1.1")));
    ASSERT_TRUE(probe_->follow_numbers(mold_place("239.1.1.1", kPort + 1)));
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
    NumberPlace other = mold_place("239.1.1.2");
    other.number_offset = 0;
    ASSERT_TRUE(probe_->follow_numbers(mold_place("239.1.1.1")));
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

// Waits for an interval of `thread` that `is_it` accepts.
template <class Predicate>
std::optional<OffCpu> interval_of(ReaderProbe& probe, std::uint32_t thread, Predicate is_it) {
  std::vector<OffCpu> intervals;
  for (int i = 0; i < 200; ++i) {
    probe.drain(intervals);
    for (const OffCpu& interval : intervals) {
      if (interval.thread == thread && is_it(interval)) return interval;
    }
    ::usleep(10'000);
  }
  return std::nullopt;
}

void stay_on(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  ASSERT_EQ(::sched_setaffinity(0, sizeof set, &set), 0);
}

TEST_F(ReaderProbeLive, TellsASleepOfAFollowedThread) {
  ASSERT_TRUE(probe_->attach());
  ASSERT_TRUE(probe_->follow_thread(thread_id()));
  const std::int64_t before = monotonic_ns();
  ::usleep(30'000);
  const std::int64_t after = monotonic_ns();
  const auto sleep =
      interval_of(*probe_, thread_id(), [&](const OffCpu& o) { return o.to_ns - o.from_ns > 25'000'000; });
  ASSERT_TRUE(sleep);
  EXPECT_EQ(sleep->state, 'S');
  EXPECT_GE(sleep->from_ns, before);
  EXPECT_LE(sleep->to_ns, after);
  EXPECT_LE(sleep->runnable_ns, sleep->to_ns - sleep->from_ns - 25'000'000);
}

// Spins for 3 ms of every 10, ahead of all ordinary threads of CPU 0.
void push_in(const std::atomic<bool>& stop, std::atomic<std::uint32_t>& id) {
  stay_on(0);
  const sched_param priority{.sched_priority = 1};
  const bool is_ahead = ::sched_setscheduler(0, SCHED_FIFO, &priority) == 0;
  id = is_ahead ? thread_id() : ~0U;
  while (is_ahead && !stop) {
    for (const std::int64_t end = monotonic_ns() + 3'000'000; monotonic_ns() < end;) {
    }
    ::usleep(7'000);
  }
}

TEST_F(ReaderProbeLive, TellsThatAThreadWaitedForACpuAndWhatRanInstead) {
  ASSERT_TRUE(probe_->attach());
  std::atomic<bool> stop{false};
  std::atomic<std::uint32_t> pushed{0};
  std::atomic<std::uint32_t> pushing{0};
  std::thread reader([&] {
    stay_on(0);
    pushed = thread_id();
    while (!stop) {
    }
  });
  std::thread other([&] { push_in(stop, pushing); });
  while (pushed == 0 || pushing == 0) ::usleep(100);
  const bool may_push = pushing != ~0U;
  const auto followed = probe_->follow_thread(pushed);
  const auto wait =
      may_push ? interval_of(*probe_, pushed, [&](const OffCpu& o) { return o.instead == pushing; }) : std::nullopt;
  stop = true;
  reader.join();
  other.join();
  if (!may_push) GTEST_SKIP() << "SCHED_FIFO takes CAP_SYS_NICE";
  ASSERT_TRUE(followed);
  ASSERT_TRUE(wait);
  EXPECT_EQ(wait->state, 'R');
  EXPECT_TRUE(wait->was_runnable);
  EXPECT_GE(wait->to_ns - wait->from_ns, 2'000'000);
  EXPECT_EQ(wait->runnable_ns, wait->to_ns - wait->from_ns);
  EXPECT_EQ(wait->instead_command, "unit_host");
}

TEST_F(ReaderProbeLive, TellsThatAProcessWasStopped) {
  ASSERT_TRUE(probe_->attach());
  const pid_t child = ::fork();
  if (child == 0) {
    for (;;) {
      char byte = 0;
      if (::pread(-1, &byte, 1, 0) == 0) ::_exit(1);
    }
  }
  const auto followed = probe_->follow_thread(static_cast<std::uint32_t>(child));
  ::usleep(20'000);
  ::kill(child, SIGSTOP);
  ::usleep(30'000);
  ::kill(child, SIGCONT);
  const auto stopped =
      interval_of(*probe_, static_cast<std::uint32_t>(child), [](const OffCpu& o) { return o.state == 'T'; });
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ASSERT_TRUE(followed);
  ASSERT_TRUE(stopped);
  EXPECT_GE(stopped->to_ns - stopped->from_ns, 25'000'000);
}

TEST_F(ReaderProbeLive, TellsTheUninterruptibleWaitOfVfork) {
  ASSERT_TRUE(probe_->attach());
  ASSERT_TRUE(probe_->follow_thread(thread_id()));
  const pid_t child = ::vfork();  // wait_for_vfork_done(): TASK_KILLABLE
  if (child == 0) {
    const timespec time{.tv_sec = 0, .tv_nsec = 20'000'000};
    ::syscall(SYS_nanosleep, &time, nullptr);
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  const auto wait = interval_of(*probe_, thread_id(), [](const OffCpu& o) { return o.state == 'D'; });
  ASSERT_TRUE(wait);
  EXPECT_GE(wait->to_ns - wait->from_ns, 15'000'000);
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
                         probe_->follow_numbers(mold_place("127.0.0.1")) && probe_->follow_socket(reader.cookie()) &&
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
