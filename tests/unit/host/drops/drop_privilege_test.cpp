// What the probe needs once it is attached, and what it leaves behind: nothing, both.
// SPDX-License-Identifier: Apache-2.0
#include <bpf/bpf.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>

#include "drop_lab.hpp"

namespace wirecause {
namespace {

using namespace testing;

// No capability, and bpf() refuses whatever is asked: as kernels before 5.19 do where kernel.unprivileged_bpf_disabled is set.
bool give_up_everything() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> none{};
  if (syscall(SYS_capset, &header, none.data()) != 0) return false;
  std::array<sock_filter, 4> rules = {
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 1),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{rules.size(), rules.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// Ends the process: 0: everything worked without a capability; else the step that did not. (The network cannot be left
// without one.)
[[noreturn]] void follow_and_drain_without_capabilities() {
  const DropNetwork network;
  const UdpReader reader(26477, 1);
  const FrameSender sender("wc0");
  DropWatch watch(26477);
  if (!give_up_everything()) _exit(1);
  if (open("/proc/1/environ", O_RDONLY) >= 0) _exit(2);
  if (bpf_prog_get_fd_by_id(1) >= 0) _exit(3);
  for (int i = 0; i < 10; ++i) sender.must_send(to_host().udp(1000, 26477).payload(numbered(1)).build());
  const std::uint32_t before = reader.drops();
  watch.wait_for(before);
  if (watch.drops().size() != before || watch.drops().back().has_number) _exit(4);
  if (!watch.probe().follow(numbered_field("10.77.0.1", 26477))) _exit(5);
  for (std::uint64_t i = 0; i < 10; ++i)
    sender.must_send(to_host().udp(1000, 26477).payload(numbered(500 + i)).build());
  watch.wait_for(reader.drops());
  if (watch.drops().size() != reader.drops() || watch.drops().back().number != 509) _exit(6);
  if (watch.flow().datagrams != reader.drops()) _exit(7);
  (void)watch.probe().unlisted();
  _exit(0);
}

int exit_code_of(int child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(DropPrivilege, NothingIsNeededAfterTheProbeWasOpened) {
  WC_NEEDS_DROP_LAB();
  const int child = fork();
  if (child == 0) follow_and_drain_without_capabilities();
  EXPECT_EQ(exit_code_of(child), 0);
}

TEST(DropPrivilege, WithoutPrivilegeItSaysWhichIsMissing) {
  WC_NEEDS_DROP_LAB();
  const int child = fork();
  if (child == 0) {
    if (!give_up_everything()) _exit(1);
    const Availability here = drop_probe_availability();
    if (here.is_usable()) _exit(2);
    if (here.remedy.find("CAP_BPF and CAP_PERFMON") == std::string::npos) _exit(3);
    const auto probe = open_drop_probe();
    if (probe || probe.error().code() != Errc::permission) _exit(4);
    _exit(0);
  }
  EXPECT_EQ(exit_code_of(child), 0);
}

// Numbers of the kernel's BPF objects that a process holds, by kind, as /proc/PID/fdinfo names them.
std::multimap<std::string, std::uint32_t> bpf_objects_of(int process) {
  std::multimap<std::string, std::uint32_t> out;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fdinfo")) {
    std::ifstream lines(entry.path());
    for (std::string name; lines >> name;) {
      std::uint32_t id = 0;
      if ((name == "prog_id:" || name == "map_id:" || name == "link_id:") && lines >> id) out.emplace(name, id);
    }
  }
  return out;
}

bool is_in_kernel(const std::string& kind, std::uint32_t id) {
  int descriptor = -1;
  if (kind == "prog_id:") descriptor = bpf_prog_get_fd_by_id(id);
  if (kind == "map_id:") descriptor = bpf_map_get_fd_by_id(id);
  if (kind == "link_id:") descriptor = bpf_link_get_fd_by_id(id);
  if (descriptor >= 0) close(descriptor);
  return descriptor >= 0;
}

bool goes_away(const std::string& kind, std::uint32_t id) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (is_in_kernel(kind, id)) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    usleep(10'000);
  }
  return true;
}

TEST(DropPrivilege, NothingIsLeftInTheKernelAfterAProcessThatWasKilled) {
  WC_NEEDS_DROP_LAB();
  std::array<int, 2> opened{};
  ASSERT_EQ(pipe(opened.data()), 0);
  const int child = fork();
  if (child == 0) {
    const auto probe = open_drop_probe();
    const char done = probe ? '1' : '0';
    (void)!write(opened[1], &done, 1);
    pause();
    _exit(0);
  }
  char done = 0;
  ASSERT_EQ(read(opened[0], &done, 1), 1);
  ASSERT_EQ(done, '1');
  const auto objects = bpf_objects_of(child);
  EXPECT_GE(objects.count("prog_id:"), 1U);
  EXPECT_GE(objects.count("map_id:"), 2U);
  for (const auto& [kind, id] : objects) EXPECT_TRUE(is_in_kernel(kind, id)) << kind << id;
  kill(child, SIGKILL);
  EXPECT_EQ(exit_code_of(child), 128 + SIGKILL);
  for (const auto& [kind, id] : objects) EXPECT_TRUE(goes_away(kind, id)) << kind << id;
  close(opened[0]);
  close(opened[1]);
}

}  // namespace
}  // namespace wirecause
