// Which namespace this is, against what the kernel itself says: /proc/self/ns/net reads "net:[INODE]" (nsfs).
// SPDX-License-Identifier: Apache-2.0
#include "host/netns.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/private_network.hpp"

namespace wirecause {
namespace {

std::string link_of(const char* path) {
  std::array<char, 64> text{};
  const ssize_t length = ::readlink(path, text.data(), text.size());
  return {text.data(), length < 0 ? 0U : static_cast<std::size_t>(length)};
}

TEST(Netns, TheOwnInodeIsWhatTheKernelPrints) {
  EXPECT_EQ(fmt::format("net:[{}]", own_netns()), link_of("/proc/thread-self/ns/net"));
  EXPECT_NE(own_netns(), 0U);
}

TEST(Netns, AnotherNamespaceHasAnotherInode) {
  const std::uint32_t outside = own_netns();
  const testing::PrivateNetwork network;
  if (!network.why_not().empty()) GTEST_SKIP() << network.why_not();
  EXPECT_NE(own_netns(), outside);
  EXPECT_EQ(fmt::format("net:[{}]", own_netns()), link_of("/proc/thread-self/ns/net"));
}

TEST(Netns, ANamespaceWithoutANameIsKnownByItsInode) { EXPECT_EQ(netns_name(1), "netns 1"); }

TEST(Netns, ANamespaceWithANameIsKnownByIt) {
  const testing::PrivateNetwork network;
  if (!network.why_not().empty()) GTEST_SKIP() << network.why_not();
  const std::string name = fmt::format("wcut{}", ::getpid());
  const std::string path = "/run/netns/" + name;
  if (!testing::PrivateNetwork::run("mkdir -p /run/netns")) GTEST_SKIP() << "/run/netns cannot be made here";
  std::ofstream(path).close();
  // As `ip netns` keeps them: the namespace's file, mounted.
  if (::mount("/proc/thread-self/ns/net", path.c_str(), nullptr, MS_BIND, nullptr) != 0) {
    std::filesystem::remove(path);
    GTEST_SKIP() << "nothing may be mounted here";
  }
  EXPECT_EQ(netns_name(own_netns()), name);
  EXPECT_EQ(::umount(path.c_str()), 0);
  std::filesystem::remove(path);
}

TEST(Netns, ANameThatDoesNotExistIsSaid) {
  const auto entered = enter_netns("no-such-namespace");
  ASSERT_FALSE(entered);
  EXPECT_EQ(entered.error().code(), Errc::not_found);
  EXPECT_NE(entered.error().message().find("/run/netns/no-such-namespace"), std::string::npos);
}

TEST(Netns, AFileThatIsNoNamespaceIsSaid) {
  const auto entered = enter_netns("/proc/self/stat");
  ASSERT_FALSE(entered);
  EXPECT_NE(entered.error().message().find("/proc/self/stat"), std::string::npos);
}

}  // namespace
}  // namespace wirecause
