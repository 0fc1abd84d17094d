// Processes of kernel-bypass stacks, and those that only look like them.
// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/bypass.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_xdp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "support/proc_folder.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kPlain = "55d0-55d1 r-xp 00000000 08:01 77 /usr/bin/feedhandler\n";

class Bypass : public ::testing::Test {
 protected:
  void descriptor(int number, const std::string& target) const {
    proc.link("2435/fd/" + std::to_string(number), target);
  }
  void maps(const std::string& lines) const { proc.file("2435/maps", kPlain + lines); }
  std::vector<BypassProcess> found() const {
    proc.file("2435/comm", "feedhandler\n");
    return find_bypass(proc.path());
  }
  // The one that must be found.
  BypassProcess one() const {
    const auto all = found();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? BypassProcess{} : all.front();
  }
  const ProcFolder proc;
};

TEST_F(Bypass, KnowsOnloadByItsDevice) {
  descriptor(7, "/dev/onload");
  descriptor(8, "/dev/sfc_char");  // its own way to the adapter
  const BypassProcess process = one();
  EXPECT_EQ(process.pid, 2435);
  EXPECT_EQ(process.command, "feedhandler");
  EXPECT_EQ(process.stack, "Onload");
  EXPECT_EQ(process.evidence, "/dev/onload open as fd 7");
}

TEST_F(Bypass, KnowsOnloadByAnAcceleratedSocket) {
  descriptor(6, "onload:[udp:6:2]");  // User Guide UG1586
  EXPECT_EQ(one().evidence, "onload:[udp:6:2] open as fd 6");
}

TEST_F(Bypass, KnowsEfViWithoutOnload) {
  descriptor(5, "/dev/sfc_char");
  EXPECT_EQ(one().stack, "ef_vi");
}

TEST_F(Bypass, KnowsVmaByItsLibrary) {
  descriptor(3, "socket:[12]");
  maps("7f00-7f01 r-xp 00000000 08:01 99                   /usr/lib/x86_64-linux-gnu/libvma.so.9.8.51\n");
  EXPECT_EQ(one().stack, "VMA");
  EXPECT_EQ(one().evidence, "libvma.so.9.8.51 mapped");
}

TEST_F(Bypass, DoesNotTakeAnotherLibraryForVma) {
  descriptor(3, "socket:[12]");
  maps("7f00-7f01 r-xp 00000000 08:01 99 /usr/lib/libvmaf.so.1\n7f00-7f01 r--p 0 08:01 9 /opt/libvma/readme.txt\n");
  EXPECT_TRUE(found().empty());
}

TEST_F(Bypass, KnowsDpdkByItsMemoryAndADevice) {
  descriptor(20, "/dev/vfio/14");
  maps("100000000-140000000 rw-s 00000000 00:2e 5 /dev/hugepages/rtemap_0\n");
  const BypassProcess process = one();
  EXPECT_EQ(process.stack, "DPDK");
  EXPECT_EQ(process.evidence, "/dev/hugepages/rtemap_0 mapped and /dev/vfio/14 open as fd 20");
}

TEST_F(Bypass, DoesNotTakeAVirtualMachineForDpdk) {
  descriptor(9, "/dev/kvm");
  descriptor(20, "/dev/vfio/14");
  maps("100000000-140000000 rw-s 00000000 00:2e 5 /dev/hugepages/qemu_back_mem (deleted)\n");
  EXPECT_TRUE(found().empty());
}

TEST_F(Bypass, DoesNotTakeHugePagesAloneForDpdk) {
  descriptor(3, "socket:[12]");
  descriptor(4, "/dev/vfio/vfio");  // the container, without a device
  maps("100000000-140000000 rw-s 00000000 00:2e 5 /dev/hugepages/database\n");
  EXPECT_TRUE(found().empty());
}

TEST_F(Bypass, TellsAnAfXdpSocketFromAPacketSocketByWhatIsMapped) {
  descriptor(3, "socket:[12]");
  maps("7f00-7f01 rw-s 00000000 00:08 12                   socket:[12]\n");  // a packet ring
  EXPECT_TRUE(found().empty());
  maps("7f00-7f01 rw-s 100000000 00:08 12                  socket:[12]\n");
  EXPECT_EQ(one().stack, "AF_XDP");
  EXPECT_THAT(one().evidence, HasSubstr("socket:[12]"));
}

TEST_F(Bypass, SurvivesMapsThatAreCutOrEndless) {
  descriptor(3, "socket:[12]");
  maps("\n\n7f00\n7f00-7f01 rw-s\n" + std::string(200'000, 'x'));
  EXPECT_TRUE(found().empty());
  proc.remove("2435/maps");
  EXPECT_TRUE(found().empty());
}

TEST_F(Bypass, OfNothingIsNothing) {
  EXPECT_TRUE(find_bypass((proc.path() + "/nowhere")).empty());
  proc.file("not-a-pid/comm", "x");
  EXPECT_TRUE(find_bypass(proc.path()).empty());
}

TEST(BypassLive, FindsAnAfXdpSocketOfThisProcess) {
  const int socket = ::socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (socket < 0) GTEST_SKIP() << "AF_XDP socket: " << std::strerror(errno);
  constexpr std::size_t kUmem = 64 * 4096;
  void* memory = ::mmap(nullptr, kUmem, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  xdp_umem_reg area{};
  area.addr = reinterpret_cast<std::uintptr_t>(memory);
  area.len = kUmem;
  area.chunk_size = 4096;
  const int entries = 64;
  ASSERT_EQ(::setsockopt(socket, SOL_XDP, XDP_UMEM_REG, &area, sizeof area), 0) << std::strerror(errno);
  ASSERT_EQ(::setsockopt(socket, SOL_XDP, XDP_UMEM_FILL_RING, &entries, sizeof entries), 0);
  xdp_mmap_offsets offsets{};
  socklen_t size = sizeof offsets;
  ASSERT_EQ(::getsockopt(socket, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &size), 0);
  const std::size_t ring_bytes = offsets.fr.desc + 64 * sizeof(std::uint64_t);
  void* ring = ::mmap(nullptr, ring_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, socket,
                      static_cast<off_t>(XDP_UMEM_PGOFF_FILL_RING));
  ASSERT_NE(ring, MAP_FAILED) << std::strerror(errno);
  bool found = false;
  for (const BypassProcess& process : find_bypass("/proc")) {
    found = found || (process.pid == ::getpid() && process.stack == "AF_XDP" && process.command == "unit_host");
  }
  EXPECT_TRUE(found);
  ::munmap(ring, ring_bytes);
  ::munmap(memory, kUmem);
  ::close(socket);
}

}  // namespace
}  // namespace wirecause::testing
