// Memberships per socket, against the joins that the test makes in a network namespace of its own.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <net/if.h>
#include <sys/wait.h>

#include <array>
#include <fstream>
#include <set>

#include "host/privileges.hpp"
#include "host/sockets/membership_records.hpp"
#include "host/sockets/memberships.hpp"
#include "support/private_network.hpp"
#include "support/udp_endpoint.hpp"

namespace wirecause::testing {
namespace {

using Joined = std::pair<std::string, std::uint32_t>;  // group, interface

std::set<Joined> joined_by(const SocketMulticast& all, const UdpEndpoint& endpoint) {
  std::set<Joined> joined;
  for (const SocketMembership& m : all.memberships) {
    if (m.cookie == endpoint.cookie()) joined.emplace(m.group.text(), m.ifindex);
  }
  return joined;
}

bool join_v4(const UdpEndpoint& endpoint, const char* group, unsigned interface) {
  ip_mreqn request{};
  request.imr_multiaddr.s_addr = ::inet_addr(group);
  request.imr_ifindex = static_cast<int>(interface);
  return ::setsockopt(endpoint.descriptor(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0;
}

bool join_source(const UdpEndpoint& endpoint, const char* group, const char* source) {
  ip_mreq_source request{};
  request.imr_multiaddr.s_addr = ::inet_addr(group);
  request.imr_interface.s_addr = ::inet_addr("127.0.0.1");
  request.imr_sourceaddr.s_addr = ::inet_addr(source);
  return ::setsockopt(endpoint.descriptor(), IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, &request, sizeof request) == 0;
}

bool join_v6(const UdpEndpoint& endpoint, const char* group, unsigned interface) {
  ipv6_mreq request{};
  request.ipv6mr_interface = interface;
  return ::inet_pton(AF_INET6, group, &request.ipv6mr_multiaddr) == 1 &&
         ::setsockopt(endpoint.descriptor(), IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request) == 0;
}

class SocketMemberships : public ::testing::Test {
 protected:
  void SetUp() override {
    auto iterator = open_membership_iterator();
    if (!iterator && iterator.error().code() == Errc::permission) GTEST_SKIP() << iterator.error().message();
    ASSERT_TRUE(iterator) << iterator.error().message();
    iterator_ = std::move(*iterator);
  }
  template <class Body>
  void run(Body body) {
    const std::string reason = in_network_namespace(body);
    if (!reason.empty()) GTEST_SKIP() << reason;
  }
  SocketMulticast read() {
    auto all = iterator_->read();
    EXPECT_TRUE(all) << all.error().message();
    return all ? std::move(*all) : SocketMulticast{};
  }
  std::unique_ptr<MembershipIterator> iterator_;
};

TEST_F(SocketMemberships, AreTheGroupsThatEachSocketJoinedAndOnWhichInterface) {
  run([&] {
    if (::system("ip link add wcm0 type veth peer name wcm1 && ip link set wcm0 up && ip link set wcm1 up") != 0) {
      FAIL() << "no veth pair";
    }
    const unsigned lo = ::if_nametoindex("lo");
    const unsigned veth = ::if_nametoindex("wcm0");
    ASSERT_NE(veth, 0U);
    const UdpEndpoint both;
    const UdpEndpoint wrong_interface;
    const UdpEndpoint none;
    for (const UdpEndpoint* endpoint : {&both, &wrong_interface, &none}) ASSERT_TRUE(endpoint->bind("0.0.0.0", 26400));
    ASSERT_TRUE(join_v4(both, "239.1.1.1", veth));
    ASSERT_TRUE(join_v4(both, "239.1.1.2", veth));
    ASSERT_TRUE(join_v4(wrong_interface, "239.1.1.1", lo));
    none.cookie();
    both.cookie();
    wrong_interface.cookie();
    const SocketMulticast all = read();
    EXPECT_EQ(joined_by(all, both), (std::set<Joined>{{"239.1.1.1", veth}, {"239.1.1.2", veth}}));
    EXPECT_EQ(joined_by(all, wrong_interface), (std::set<Joined>{{"239.1.1.1", lo}}));
    EXPECT_TRUE(joined_by(all, none).empty());
    EXPECT_TRUE(all.without_multicast_all.empty());
    EXPECT_TRUE(all.incomplete.empty());
  });
}

TEST_F(SocketMemberships, TellSourceSpecificOnesApart) {
  run([&] {
    const unsigned lo = ::if_nametoindex("lo");
    const UdpEndpoint endpoint;
    ASSERT_TRUE(endpoint.bind("232.1.1.1", 26400));
    ASSERT_TRUE(join_source(endpoint, "232.1.1.1", "127.0.0.9"));
    ASSERT_TRUE(join_source(endpoint, "232.1.1.1", "127.0.0.10"));
    ASSERT_TRUE(join_v4(endpoint, "239.1.1.1", lo));
    endpoint.cookie();
    EXPECT_EQ(joined_by(read(), endpoint), (std::set<Joined>{{"232.1.1.1", lo}, {"239.1.1.1", lo}}));
  });
}

TEST_F(SocketMemberships, AreThoseOfBothFamiliesOfADualStackSocket) {
  run([&] {
    const unsigned lo = ::if_nametoindex("lo");
    const UdpEndpoint endpoint(AF_INET6);
    ASSERT_TRUE(endpoint.bind("::", 26400));
    ASSERT_TRUE(join_v6(endpoint, "ff15::1:2", lo));
    ASSERT_TRUE(join_v4(endpoint, "239.1.1.1", lo));
    endpoint.cookie();
    EXPECT_EQ(joined_by(read(), endpoint), (std::set<Joined>{{"ff15::1:2", lo}, {"239.1.1.1", lo}}));
  });
}

TEST_F(SocketMemberships, FollowLeavesAndClosedSockets) {
  run([&] {
    const unsigned lo = ::if_nametoindex("lo");
    UdpEndpoint endpoint;
    ASSERT_TRUE(endpoint.bind("0.0.0.0", 26400));
    ASSERT_TRUE(join_v4(endpoint, "239.1.1.1", lo));
    endpoint.cookie();
    EXPECT_EQ(read().memberships.size(), 1U);
    ip_mreqn request{};
    request.imr_multiaddr.s_addr = ::inet_addr("239.1.1.1");
    request.imr_ifindex = static_cast<int>(lo);
    ASSERT_EQ(::setsockopt(endpoint.descriptor(), IPPROTO_IP, IP_DROP_MEMBERSHIP, &request, sizeof request), 0);
    EXPECT_TRUE(read().memberships.empty());
    ASSERT_TRUE(join_v4(endpoint, "239.1.1.1", lo));
    endpoint.close();
    EXPECT_TRUE(read().memberships.empty());
  });
}

TEST_F(SocketMemberships, SayWhoDoesNotTakeGroupsThatOthersJoined) {
  run([&] {
    const UdpEndpoint v4;
    const UdpEndpoint v6(AF_INET6);
    const UdpEndpoint usual;
    ASSERT_TRUE(v4.set(IPPROTO_IP, IP_MULTICAST_ALL, 0));
    ASSERT_TRUE(v6.set(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0));
    ASSERT_TRUE(v4.bind("0.0.0.0", 26400));
    ASSERT_TRUE(v6.bind("::", 26401));
    ASSERT_TRUE(usual.bind("0.0.0.0", 26402));
    usual.cookie();
    const std::vector<std::uint64_t> expected = {v4.cookie(), v6.cookie()};
    EXPECT_THAT(read().without_multicast_all, ::testing::UnorderedElementsAreArray(expected));
  });
}

TEST_F(SocketMemberships, SayWhichSocketsHaveAFilter) {
  run([&] {
    const UdpEndpoint filtered;
    const UdpEndpoint usual;
    std::array<sock_filter, 1> all{{{BPF_RET | BPF_K, 0, 0, 0xffff}}};
    const sock_fprog program{all.size(), all.data()};
    ASSERT_EQ(::setsockopt(filtered.descriptor(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
    ASSERT_TRUE(filtered.bind("0.0.0.0", 26400));
    ASSERT_TRUE(usual.bind("0.0.0.0", 26402));
    usual.cookie();
    EXPECT_THAT(read().with_filter, ::testing::ElementsAre(filtered.cookie()));
  });
}

TEST_F(SocketMemberships, OfManySocketsAreAllThere) {
  run([&] {
    const unsigned lo = ::if_nametoindex("lo");
    std::vector<UdpEndpoint> endpoints(300);
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
      ASSERT_TRUE(endpoints[i].bind("0.0.0.0", static_cast<std::uint16_t>(20'000 + i)));
      for (int group = 1; group <= 20; ++group) {  // net.ipv4.igmp_max_memberships
        ASSERT_TRUE(join_v4(endpoints[i], ("239.1.1." + std::to_string(group)).c_str(), lo));
      }
      endpoints[i].cookie();
    }
    const SocketMulticast all = read();
    EXPECT_EQ(all.memberships.size(), 6'000U);
    EXPECT_EQ(joined_by(all, endpoints.back()).size(), 20U);
  });
}

TEST_F(SocketMemberships, BeyondTheBoundOfOneSocketAreSaidToBeIncomplete) {
  run([&] {
    std::ofstream("/proc/sys/net/ipv4/igmp_max_memberships") << 1'000;  // of this namespace alone
    const unsigned lo = ::if_nametoindex("lo");
    const UdpEndpoint many;
    const UdpEndpoint at_the_bound;
    ASSERT_TRUE(many.bind("0.0.0.0", 26400));
    ASSERT_TRUE(at_the_bound.bind("0.0.0.0", 26400));
    for (int i = 0; i < 401; ++i) {
      const std::string group = "239.1." + std::to_string(i / 200) + "." + std::to_string(1 + i % 200);
      ASSERT_TRUE(join_v4(many, group.c_str(), lo)) << i;
      if (i < 400) {
        ASSERT_TRUE(join_v4(at_the_bound, group.c_str(), lo));
      }
    }
    const std::vector<std::uint64_t> expected = {many.cookie()};
    at_the_bound.cookie();
    const SocketMulticast all = read();
    EXPECT_EQ(all.incomplete, expected);
    EXPECT_EQ(joined_by(all, at_the_bound).size(), 400U);
  });
}

TEST_F(SocketMemberships, CanBeReadAgainWithoutAnyCapability) {
  const pid_t child = ::fork();
  if (child == 0) {
    int failed = 1;
    in_network_namespace([&] {
      const UdpEndpoint endpoint;
      if (!drop_capabilities({}) || !effective_capabilities().empty()) return;
      if (!endpoint.bind("0.0.0.0", 26400) || !join_v4(endpoint, "239.1.1.1", ::if_nametoindex("lo"))) return;
      endpoint.cookie();
      const auto all = iterator_->read();
      if (all && all->memberships.size() == 1) failed = 0;
    });
    ::_exit(failed);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(MembershipRecords, KeepACutRecordForTheNextReading) {
  std::array<std::byte, 64> bytes{};  // two records of kind 0, which means nothing
  SocketMulticast out;
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    EXPECT_EQ(take_membership_records(std::span(bytes).first(length), out), length / 32 * 32);
  }
  EXPECT_TRUE(out.memberships.empty());
}

}  // namespace
}  // namespace wirecause::testing
