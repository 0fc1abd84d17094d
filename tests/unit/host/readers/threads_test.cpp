// Threads of folders that look like /proc, and of this process against what the kernel tells it of itself.
// SPDX-License-Identifier: Apache-2.0
#include "host/readers/threads.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "host/kernel/cpu_list.hpp"
#include "support/proc_folder.hpp"

namespace wirecause::testing {
namespace {

void recorded_thread(const ProcFolder& proc, const std::string& folder) {
  proc.file(folder + "/stat",
            "2437 (reader) S 1 2435 2435 0 -1 4194304 356 1120 7 0 12 34 0 0 -51 0 2 0 98765 2621440 879 "
            "18446744073709551615 1 1 0 0 0 0 65536 3670020 1266777851 0 0 0 17 1 50 1 0 0 0 0 0 0 0 0 0 0 0\n");
  proc.file(folder + "/schedstat", "5000000000 123456789 42\n");
  proc.file(folder + "/status",
            "Name:\treader\nCpus_allowed:\t2\nCpus_allowed_list:\t1\nvoluntary_ctxt_switches:\t150\n"
            "nonvoluntary_ctxt_switches:\t9\n");
  proc.file(folder + "/comm", "reader\n");
  proc.file(folder + "/wchan", "futex_wait_queue");
  proc.file(folder + "/syscall", "202 0x7f 0x80 0x0 0x0 0x0 0x0 0x7ffc 0x7f\n");
}

TEST(Threads, ReadStateCpuDelayAndSwitches) {
  const ProcFolder proc;
  recorded_thread(proc, "2435/task/2437");
  const auto reader = open_thread(proc.path(), 2435, 2437);
  ASSERT_TRUE(reader);
  const auto sample = (*reader)->sample();
  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->state, 'S');
  EXPECT_EQ(sample->cpu, 1);
  EXPECT_EQ(sample->on_cpu_ns, 5'000'000'000U);
  EXPECT_EQ(sample->run_delay_ns, 123'456'789U);
  EXPECT_EQ(sample->involuntary_switches, 9U);
}

TEST(Threads, KnowWhereASleeperWaitsAndWhereItMayRun) {
  const ProcFolder proc;
  recorded_thread(proc, "2435/task/2437");
  const ThreadFacts facts = (*open_thread(proc.path(), 2435, 2437))->facts();
  EXPECT_EQ(facts.command, "reader");
  const ThreadWait wait = thread_wait(proc.path(), 2435, 2437);
  EXPECT_EQ(wait.wchan, "futex_wait_queue");
#ifdef __x86_64__
  EXPECT_EQ(wait.system_call, "futex");  // 202: arch/x86/entry/syscalls/syscall_64.tbl
#endif
  EXPECT_EQ(facts.affinity, "1");
  EXPECT_EQ(facts.cpus, (std::vector<std::uint32_t>{1}));
}

TEST(Threads, LeaveOutWhatMayNotBeReadOrMeansNothing) {
  const ProcFolder proc;
  recorded_thread(proc, "1/task/1");
  proc.remove("1/task/1/schedstat");  // CONFIG_SCHED_INFO=n
  proc.file("1/task/1/wchan", "0");
  proc.file("1/task/1/syscall", "running\n");
  const auto reader = open_thread(proc.path(), 1, 1);
  ASSERT_TRUE(reader);
  EXPECT_EQ((*reader)->sample()->run_delay_ns, 0U);
  EXPECT_EQ(thread_wait(proc.path(), 1, 1).wchan, "");
  EXPECT_EQ(thread_wait(proc.path(), 1, 1).system_call, "");
  proc.file("1/task/1/syscall", "-1 0x7ffc 0x7f\n");
  EXPECT_EQ(thread_wait(proc.path(), 1, 1).system_call, "");
  proc.file("1/task/1/syscall", "9999 0x0\n");
  EXPECT_EQ(thread_wait(proc.path(), 1, 1).system_call, "9999");
}

TEST(Threads, ThatAreNotThereAreAnError) {
  const ProcFolder proc;
  const auto reader = open_thread(proc.path(), 7, 8);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code(), Errc::not_found);
  EXPECT_TRUE(threads_of(proc.path(), 7).empty());
}

TEST(ThreadsLive, OfThisProcessAgreeWithTheKernelAndEnd) {
  std::atomic<std::int32_t> id{0};
  std::atomic<bool> stop{false};
  std::thread thread([&] {
    id = static_cast<std::int32_t>(::syscall(SYS_gettid));
    while (!stop) ::usleep(1'000);
  });
  while (id == 0) ::usleep(100);
  const auto threads = threads_of("/proc", ::getpid());
  EXPECT_NE(std::find(threads.begin(), threads.end(), id.load()), threads.end());
  EXPECT_NE(std::find(threads.begin(), threads.end(), ::getpid()), threads.end());

  const auto reader = open_thread("/proc", ::getpid(), id);
  ASSERT_TRUE(reader);
  const auto before = (*reader)->sample();
  ::usleep(30'000);
  const auto after = (*reader)->sample();
  const ThreadFacts facts = (*reader)->facts();
  cpu_set_t allowed;
  ASSERT_EQ(::sched_getaffinity(id, sizeof allowed, &allowed), 0);
  stop = true;
  thread.join();
  ASSERT_TRUE(before && after);
  EXPECT_GT(after->on_cpu_ns, 0U);
  EXPECT_EQ(facts.cpus, cpus_of(allowed));
  EXPECT_FALSE((*reader)->sample()) << "the thread has ended";
}

TEST(ThreadsLive, CountTheTimeOnACpuAsGetrusageDoes) {
  const auto own = static_cast<std::int32_t>(::syscall(SYS_gettid));
  const auto reader = open_thread("/proc", ::getpid(), own);
  ASSERT_TRUE(reader);
  const auto before = (*reader)->sample();
  timespec begin{};
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
  do {
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  } while ((now.tv_sec - begin.tv_sec) * 1'000'000'000 + now.tv_nsec - begin.tv_nsec < 20'000'000);
  ::usleep(1'000);  // a switch brings schedstat up to date
  const auto after = (*reader)->sample();
  ASSERT_TRUE(before && after);
  EXPECT_GE(after->on_cpu_ns - before->on_cpu_ns, 15'000'000U);
}

class Cgroups : public ::testing::Test {
 protected:
  void v2(const std::string& path) const {
    proc.file("self/mountinfo",
              "24 30 0:22 / /proc rw - proc proc rw\n"
              "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
    proc.file("7/cgroup", "0::" + path + "\n");
  }
  std::optional<CgroupCpu> read() const { return cgroup_cpu(proc.path(), sys.path(), 7); }
  const ProcFolder proc;
  const ProcFolder sys;
};

TEST_F(Cgroups, GiveThrottlingAndTheLimit) {
  v2("/trading.slice/feed.service");
  sys.file("fs/cgroup/trading.slice/feed.service/cpu.stat",
           "usage_usec 100\nuser_usec 60\nsystem_usec 40\nnr_periods 200\nnr_throttled 17\nthrottled_usec 340000\n");
  sys.file("fs/cgroup/trading.slice/feed.service/cpu.max", "50000 100000\n");
  const auto cpu = read();
  ASSERT_TRUE(cpu);
  EXPECT_EQ(cpu->path, "/trading.slice/feed.service");
  EXPECT_EQ(cpu->throttled_usec, 340'000U);
  EXPECT_EQ(cpu->quota_usec, 50'000U);
  EXPECT_EQ(cpu->period_usec, 100'000U);
}

TEST_F(Cgroups, FindTheLimitOfAnAncestor) {
  v2("/trading.slice/feed.service");
  sys.file("fs/cgroup/trading.slice/feed.service/cpu.stat", "nr_throttled 0\nthrottled_usec 0\n");
  sys.file("fs/cgroup/trading.slice/feed.service/cpu.max", "max 100000\n");
  sys.file("fs/cgroup/trading.slice/cpu.stat", "nr_throttled 3\nthrottled_usec 99\n");
  sys.file("fs/cgroup/trading.slice/cpu.max", "200000 100000\n");
  const auto cpu = read();
  ASSERT_TRUE(cpu);
  EXPECT_EQ(cpu->path, "/trading.slice");
  EXPECT_EQ(cpu->quota_usec, 200'000U);
}

TEST_F(Cgroups, WithoutALimitAreThoseOfTheProcess) {
  v2("/a/b");
  sys.file("fs/cgroup/a/b/cpu.stat", "nr_throttled 0\nthrottled_usec 0\n");
  sys.file("fs/cgroup/a/b/cpu.max", "max 100000\n");
  const auto cpu = read();
  ASSERT_TRUE(cpu);
  EXPECT_EQ(cpu->path, "/a/b");
  EXPECT_FALSE(cpu->quota_usec);
  EXPECT_FALSE(cpu->period_usec);
}

TEST_F(Cgroups, AreReadFromV1WhereTheControllerIsStillThere) {
  proc.file("self/mountinfo",
            "35 24 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
            "36 24 0:31 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
            "37 24 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  proc.file("7/cgroup", "4:cpuset:/other\n3:cpu,cpuacct:/feed\n0::/\n");
  sys.file("fs/cgroup/cpu,cpuacct/feed/cpu.stat", "nr_periods 10\nnr_throttled 4\nthrottled_time 2500000\n");
  sys.file("fs/cgroup/cpu,cpuacct/feed/cpu.cfs_quota_us", "20000\n");
  sys.file("fs/cgroup/cpu,cpuacct/feed/cpu.cfs_period_us", "100000\n");
  const auto cpu = read();
  ASSERT_TRUE(cpu);
  EXPECT_EQ(cpu->path, "/feed");
  EXPECT_EQ(cpu->throttled_usec, 2'500U);
  EXPECT_EQ(cpu->quota_usec, 20'000U);
  sys.file("fs/cgroup/cpu,cpuacct/feed/cpu.cfs_quota_us", "-1\n");
  EXPECT_FALSE(read()->quota_usec);
}

TEST_F(Cgroups, ThatCannotBeSeenAreNothing) {
  EXPECT_FALSE(read());
  v2("/../other");
  sys.file("fs/cgroup/other/cpu.stat", "nr_throttled 1\n");
  EXPECT_FALSE(read());
  v2("/no-controller");
  sys.file("fs/cgroup/no-controller/cpu.stat", "usage_usec 100\n");
  EXPECT_FALSE(read());
  proc.file("self/mountinfo", "nonsense\n\n - cgroup2\n1 2 3 - cgroup2 x y\n");
  EXPECT_FALSE(read());
}

}  // namespace
}  // namespace wirecause::testing
