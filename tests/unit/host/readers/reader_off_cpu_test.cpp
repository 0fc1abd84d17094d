// When a followed thread did not run and why, against what the test made it do.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <optional>
#include <thread>

#include "host/readers/reader_tracepoints.hpp"
#include "reader_lab.hpp"

namespace wirecause::testing {
namespace {

using ReaderOffCpu = ReaderProbeLive;

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

TEST_F(ReaderOffCpu, TellsASleepOfAFollowedThread) {
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

TEST_F(ReaderOffCpu, TellsThatAThreadWaitedForACpuAndWhatRanInstead) {
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
  EXPECT_GE(wait->to_ns - wait->from_ns, 2'000'000);
  EXPECT_EQ(wait->runnable_ns, wait->to_ns - wait->from_ns);
  EXPECT_EQ(wait->instead_command, "unit_host");
}

// Kernels before 5.18: the state is the thread's own field.
TEST_F(ReaderOffCpu, TellsASleepAlsoWhereTheTracepointHasNoState) {
  auto older = open_reader_probe({.sock_recv_length = "pvv", .sched_switch = "vpp", .sched_wakeup = "p"});
  ASSERT_TRUE(older) << older.error().message();
  ASSERT_TRUE((*older)->attach());
  ASSERT_TRUE((*older)->follow_thread(thread_id()));
  ::usleep(30'000);
  const auto sleep =
      interval_of(**older, thread_id(), [](const OffCpu& o) { return o.to_ns - o.from_ns > 25'000'000; });
  ASSERT_TRUE(sleep);
  EXPECT_EQ(sleep->state, 'S');
  EXPECT_LT(sleep->runnable_ns, sleep->to_ns - sleep->from_ns);
}

TEST_F(ReaderOffCpu, TellsThatAProcessWasStopped) {
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
  ::waitpid(child, nullptr, WUNTRACED);  // a busy machine lets it run no sooner
  ::usleep(30'000);
  ::kill(child, SIGCONT);
  const auto stopped =
      interval_of(*probe_, static_cast<std::uint32_t>(child), [](const OffCpu& o) { return o.state == 'T'; });
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ASSERT_TRUE(followed);
  ASSERT_TRUE(stopped);
  EXPECT_GE(stopped->to_ns - stopped->from_ns, 15'000'000);
}

TEST_F(ReaderOffCpu, TellsTheUninterruptibleWaitOfVfork) {
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

}  // namespace
}  // namespace wirecause::testing
