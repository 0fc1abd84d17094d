// Capabilities of a child, against what the kernel shows of it and lets it do.
// SPDX-License-Identifier: Apache-2.0
#include "host/privileges.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "host/kernel/kernel_text.hpp"

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

std::string of_status(const char* key) { return std::string(value_of(text_or_nothing("/proc/self/status"), key)); }

TEST(Privileges, AreThoseThatTheKernelShows) {
  const std::uint64_t effective = std::stoull(of_status("CapEff"), nullptr, 16) & ((std::uint64_t{1} << 41U) - 1);
  const auto names = effective_capabilities();
  EXPECT_EQ(names.size(), static_cast<std::size_t>(__builtin_popcountll(effective)));
  EXPECT_EQ(has_capability("cap_net_raw"), ((effective >> 13U) & 1U) != 0);  // CAP_NET_RAW
  EXPECT_EQ(has_capability("cap_bpf"), ((effective >> 39U) & 1U) != 0);      // CAP_BPF
  EXPECT_EQ(has_capability("cap_perfmon"), ((effective >> 38U) & 1U) != 0);  // CAP_PERFMON
  EXPECT_FALSE(has_capability("cap_fly"));
}

TEST(Privileges, AreGoneForGoodOnceDropped) {
  EXPECT_EQ(in_child([] {
              if (!drop_capabilities({})) return 1;
              if (!effective_capabilities().empty()) return 2;
              if (of_status("CapEff") != "0000000000000000" || of_status("CapPrm") != "0000000000000000") return 3;
              if (of_status("CapInh") != "0000000000000000" || of_status("CapAmb") != "0000000000000000") return 4;
              if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 5;
              if (::socket(AF_PACKET, SOCK_RAW, 0) >= 0) return 6;
              return drop_capabilities({"cap_net_raw"}) && effective_capabilities().empty() ? 0 : 7;
            }),
            0);
}

TEST(Privileges, KeepWhatIsNamed) {
  if (!has_capability("cap_sys_ptrace")) GTEST_SKIP() << "this process has no CAP_SYS_PTRACE to keep";
  EXPECT_EQ(in_child([] {
              if (!drop_capabilities({"cap_sys_ptrace"})) return 1;
              return effective_capabilities() == std::vector<std::string>{"cap_sys_ptrace"} ? 0 : 2;
            }),
            0);
}

TEST(Privileges, RefuseAnUnknownNameBeforeAnythingIsDropped) {
  EXPECT_EQ(in_child([] {
              const auto before = effective_capabilities();
              const auto dropped = drop_capabilities({"cap_net_raw", "cap_fly"});
              if (dropped || dropped.error().code() != Errc::usage) return 1;
              return effective_capabilities() == before ? 0 : 2;
            }),
            0);
}

}  // namespace
}  // namespace wirecause::testing
