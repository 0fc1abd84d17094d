// Where this process may run, against what sched_getaffinity(2) says.
// SPDX-License-Identifier: Apache-2.0
#include "host/cpu_placement.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/kernel/cpu_list.hpp"
#include "support/proc_folder.hpp"

namespace wirecause::testing {
namespace {

// The exit code of `body` in a child.
template <class Body>
int in_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

CpuSet own_cpus() {
  cpu_set_t set;
  return ::sched_getaffinity(0, sizeof set, &set) == 0 ? cpus_of(set) : CpuSet{};
}

TEST(IsolatedCpus, AreLeft) {
  const CpuSet before = own_cpus();
  if (before.size() < 2) GTEST_SKIP() << "one CPU only";
  const ProcFolder sys;
  sys.file("devices/system/cpu/isolated", std::to_string(before.back()) + "\n");
  EXPECT_EQ(in_child([&] {
              const auto left = stay_off_isolated_cpus(sys.path());
              const CpuSet expected(before.begin(), before.end() - 1);
              return left && *left == cpu_list_text(expected) && own_cpus() == expected ? 0 : 1;
            }),
            0);
}

TEST(IsolatedCpus, ThatAreAllThereIsAreNotLeft) {
  const CpuSet before = own_cpus();
  const ProcFolder sys;
  sys.file("devices/system/cpu/isolated", "0-8191\n");
  const auto left = stay_off_isolated_cpus(sys.path());
  ASSERT_TRUE(left);
  EXPECT_EQ(own_cpus(), before);
}

TEST(IsolatedCpus, ThatDoNotExistChangeNothing) {
  const CpuSet before = own_cpus();
  const ProcFolder sys;
  sys.file("devices/system/cpu/isolated", "\n");
  sys.file("devices/system/cpu/nohz_full", "  (null)\n");  // as some kernels print none
  const auto left = stay_off_isolated_cpus(sys.path());
  ASSERT_TRUE(left);
  EXPECT_EQ(*left, cpu_list_text(before));
  EXPECT_EQ(own_cpus(), before);
}

TEST(Pinned, ToOneCpuOrToldWhyNot) {
  const CpuSet before = own_cpus();
  ASSERT_FALSE(before.empty());
  EXPECT_EQ(in_child([&] { return pin_to_cpu(before.back()) && own_cpus() == CpuSet{before.back()} ? 0 : 1; }), 0);
  const auto refused = pin_to_cpu(8'191);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("CPU 8191"), std::string::npos);
  EXPECT_EQ(own_cpus(), before);
}

}  // namespace
}  // namespace wirecause::testing
