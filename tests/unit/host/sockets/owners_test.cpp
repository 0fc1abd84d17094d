// Owners of sockets in folders that look like /proc, and in this process as it is.
// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/owners.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "support/udp_endpoint.hpp"

namespace wirecause::testing {
namespace {

namespace fs = std::filesystem;

class Owners : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "owners_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    proc_ = name;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(proc_, ignored);
  }
  std::string process(int pid, const std::string& command, int start) const {
    const fs::path folder = proc_ / std::to_string(pid);
    fs::create_directories(folder / "fd");
    std::ofstream(folder / "comm") << command << "\n";
    std::ofstream(folder / "stat") << pid << " (" << command << ") S 1 1 1 0 -1 4194560 1 0 0 0 5 4 0 0 20 0 1 0 "
                                   << start << " 1024 100\n";
    return folder;
  }
  static void descriptor(const std::string& process, int number, const std::string& link) {
    fs::create_symlink(link, fs::path(process) / "fd" / std::to_string(number));
  }
  fs::path proc_;
};

TEST_F(Owners, AreFoundByTheInodeInTheLink) {
  const std::string feed = process(2435, "feedhandler", 777);
  descriptor(feed, 0, "/dev/null");
  descriptor(feed, 12, "socket:[4242]");
  descriptor(feed, 13, "socket:[42]");
  const OwnerSearch search = find_owners(proc_, {4242});
  ASSERT_EQ(search.owners.size(), 1U);
  const SocketOwner& owner = search.owners.at(4242).front();
  EXPECT_EQ(owner.pid, 2435);
  EXPECT_EQ(owner.fd, 12);
  EXPECT_EQ(owner.command, "feedhandler");
  EXPECT_EQ(search.unreadable, 0U);
}

TEST_F(Owners, OfAnInheritedDescriptorAreAllListedByPid) {
  descriptor(process(300, "child", 2), 5, "socket:[9]");
  descriptor(process(20, "parent", 1), 5, "socket:[9]");
  descriptor((proc_ / "20").string(), 7, "socket:[9]");
  const auto owners = find_owners(proc_, {9}).owners.at(9);
  ASSERT_EQ(owners.size(), 3U);
  EXPECT_EQ(owners[0].pid, 20);
  EXPECT_EQ(owners[0].fd, 5);
  EXPECT_EQ(owners[1].fd, 7);
  EXPECT_EQ(owners[2].pid, 300);
}

TEST_F(Owners, AreReadWhateverTheCommandIsCalled) {
  descriptor(process(7, "a) R 9 (b", 4711), 3, "socket:[1]");
  EXPECT_EQ(find_owners(proc_, {1}).owners.at(1).front().pid, 7);
}

TEST_F(Owners, AreNotMadeUpFromLinksThatOnlyLookLikeSockets) {
  const std::string odd = process(7, "odd", 1);
  int number = 3;
  for (const char* link : {"socket:[", "socket:[]", "socket:[12", "socket:[12x]", "socket:[-12]", "pipe:[12]",
                           "socket:[99999999999999999999999]", "xsocket:[12]", "socket:[12] (deleted)"}) {
    descriptor(odd, number++, link);
  }
  fs::create_symlink("socket:[12]", fs::path(odd) / "fd" / "not-a-number");
  EXPECT_TRUE(find_owners(proc_, {12, 0}).owners.empty());
}

TEST_F(Owners, OfProcessesThatEndedOrOfAMissingProcAreNone) {
  fs::create_directories(proc_ / "99");  // ended between the two readings: no fd folder
  fs::create_directories(proc_ / "self" / "fd");
  const OwnerSearch search = find_owners(proc_, {1});
  EXPECT_TRUE(search.owners.empty());
  EXPECT_EQ(search.unreadable, 0U);
  EXPECT_TRUE(find_owners((proc_ / "nowhere").string(), {1}).owners.empty());
}

TEST_F(Owners, ThatMayNotBeReadAreCounted) {
  if (::geteuid() == 0) {
    const pid_t child = ::fork();
    if (child == 0) {
      const bool dropped = ::setgid(65534) == 0 && ::setuid(65534) == 0;
      const OwnerSearch search = find_owners("/proc", {1});
      ::_exit(dropped && search.unreadable > 0 ? 0 : 1);  // pid 1 is root's
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  } else {
    EXPECT_GT(find_owners("/proc", {1}).unreadable, 0U);
  }
}

TEST(OwnersLive, OfASocketOfOursAreThisProcessAndTheChildThatInheritedIt) {
  const UdpEndpoint endpoint;
  const pid_t child = ::fork();
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  const auto search = find_owners("/proc", {endpoint.inode()});
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ASSERT_TRUE(search.owners.contains(endpoint.inode()));
  std::set<std::int32_t> pids;
  for (const SocketOwner& owner : search.owners.at(endpoint.inode())) {
    pids.insert(owner.pid);
    EXPECT_EQ(owner.fd, endpoint.descriptor());
    EXPECT_EQ(owner.command, "unit_host");
  }
  EXPECT_EQ(pids, (std::set<std::int32_t>{::getpid(), child}));
}

}  // namespace
}  // namespace wirecause::testing
