// sock_diag against what the kernel says of the same sockets through getsockopt and fstat, in a network namespace of the
// test's own.
// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/udp_sockets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>

#include <optional>

#include "support/private_network.hpp"
#include "support/udp_endpoint.hpp"

namespace wirecause::testing {
namespace {

#define IN_NETWORK_NAMESPACE(...)                                    \
  do {                                                               \
    const std::string reason = in_network_namespace([] __VA_ARGS__); \
    if (!reason.empty()) GTEST_SKIP() << reason;                     \
  } while (false)

std::optional<UdpSocket> with_cookie(const std::vector<UdpSocket>& sockets, std::uint64_t cookie) {
  for (const UdpSocket& socket : sockets) {
    if (socket.cookie == cookie) return socket;
  }
  return std::nullopt;
}

// The first dump of a socket; fails the test when it is not listed.
UdpSocket listed(UdpSockets& sockets, const UdpEndpoint& endpoint) {
  const auto all = sockets.dump();
  EXPECT_TRUE(all) << all.error().message();
  const auto found = all ? with_cookie(*all, endpoint.cookie()) : std::nullopt;
  EXPECT_TRUE(found) << "not listed";
  return found.value_or(UdpSocket{});
}

void flood(const UdpEndpoint& from, const std::string& address, std::uint16_t port, int datagrams) {
  const std::array<char, 100> payload{};
  for (int i = 0; i < datagrams; ++i) from.send_to(address, port, payload.data(), payload.size());
}

TEST(UdpSockets, AreAvailableWithoutAnyRight) {
  const Availability availability = udp_sockets_availability();
  EXPECT_EQ(availability.state, Availability::State::full) << availability.reason;
}

TEST(UdpSockets, ListASocketWithTheKernelsOwnCookieInodeAndAddresses) {
  IN_NETWORK_NAMESPACE({
    const UdpEndpoint endpoint;
    ASSERT_TRUE(endpoint.bind("127.0.0.1", 26400));
    const auto sockets = open_udp_sockets();
    ASSERT_TRUE(sockets);
    const auto all = (*sockets)->dump();
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 1U);
    const UdpSocket& socket = all->front();
    EXPECT_EQ(socket.cookie, endpoint.cookie());
    EXPECT_EQ(socket.inode, endpoint.inode());
    EXPECT_EQ(socket.local, *IpAddress::parse("127.0.0.1"));
    EXPECT_EQ(socket.local_port, 26400);
    EXPECT_EQ(socket.remote, IpAddress{});
    EXPECT_EQ(socket.remote_port, 0);
    EXPECT_FALSE(socket.is_v6);
  });
}

TEST(UdpSockets, GiveQueueBufferAndDropsAsSoMeminfoDoes) {
  IN_NETWORK_NAMESPACE({
    const UdpEndpoint endpoint;
    ASSERT_TRUE(endpoint.bind("127.0.0.1", 26400));
    ASSERT_TRUE(endpoint.set(SOL_SOCKET, SO_RCVBUF, 4096));
    flood(UdpEndpoint(), "127.0.0.1", 26400, 100);
    const auto sockets = open_udp_sockets();
    ASSERT_TRUE(sockets);
    const UdpSocket dumped = listed(**sockets, endpoint);
    const auto memory = endpoint.memory();
    ASSERT_GT(memory[SK_MEMINFO_DROPS], 50U) << "the flood did not overflow the buffer";
    EXPECT_EQ(dumped.queue_bytes, memory[SK_MEMINFO_RMEM_ALLOC]);
    EXPECT_EQ(dumped.buffer_bytes, memory[SK_MEMINFO_RCVBUF]);
    EXPECT_EQ(dumped.drops, memory[SK_MEMINFO_DROPS]);

    flood(UdpEndpoint(), "127.0.0.1", 26400, 10);
    const auto again = (*sockets)->read(dumped);
    ASSERT_TRUE(again && *again);
    EXPECT_EQ((*again)->drops, memory[SK_MEMINFO_DROPS] + 10);
  });
}

TEST(UdpSockets, TellTheReadersOfOneGroupApart) {
  IN_NETWORK_NAMESPACE({
    const UdpEndpoint first;
    const UdpEndpoint second;
    const UdpEndpoint third;
    const auto sockets = open_udp_sockets();
    ASSERT_TRUE(sockets);
    int buffer = 10'000;
    for (const UdpEndpoint* endpoint : {&first, &second, &third}) {
      ASSERT_TRUE(endpoint->bind("239.1.1.1", 26400));
      ASSERT_TRUE(endpoint->set(SOL_SOCKET, SO_RCVBUF, buffer += 1'000));
    }
    for (const UdpEndpoint* endpoint : {&first, &second, &third}) {
      const UdpSocket known = listed(**sockets, *endpoint);
      const auto again = (*sockets)->read(known);
      ASSERT_TRUE(again && *again);
      EXPECT_EQ((*again)->cookie, endpoint->cookie());
      EXPECT_EQ((*again)->inode, endpoint->inode());
      EXPECT_EQ((*again)->buffer_bytes, endpoint->memory()[SK_MEMINFO_RCVBUF]);
    }
  });
}

TEST(UdpSockets, AreReadTogetherInTheOrderInWhichTheyAreAskedFor) {
  IN_NETWORK_NAMESPACE({
    std::vector<UdpEndpoint> endpoints;
    std::vector<UdpSocket> asked;
    const auto sockets = open_udp_sockets();
    ASSERT_TRUE(sockets);
    for (int i = 0; i < 12; ++i) {  // three readers of each of four groups on two ports, one of them IPv6
      endpoints.emplace_back(i % 4 == 3 ? AF_INET6 : AF_INET);
      const std::string group = i % 4 == 3 ? "::" : "239.1.1." + std::to_string(i % 4);
      ASSERT_TRUE(endpoints.back().bind(group, static_cast<std::uint16_t>(26400 + i % 2)));
    }
    for (const UdpEndpoint& endpoint : endpoints) asked.push_back(listed(**sockets, endpoint));
    endpoints[5].close();
    for (int round = 0; round < 2; ++round) {
      const auto again = (*sockets)->read_all(asked);
      ASSERT_TRUE(again) << again.error().message();
      ASSERT_EQ(again->size(), asked.size());
      for (std::size_t i = 0; i < asked.size(); ++i) {
        ASSERT_EQ((*again)[i].has_value(), i != 5) << i;
        if (i == 5) continue;
        EXPECT_EQ((*again)[i]->cookie, endpoints[i].cookie());
        EXPECT_EQ((*again)[i]->inode, endpoints[i].inode());
      }
    }
    EXPECT_TRUE((*sockets)->read_all({})->empty());
  });
}

TEST(UdpSockets, FindASocketThatWasConnectedMeanwhile) {
  IN_NETWORK_NAMESPACE({
    const UdpEndpoint endpoint;
    ASSERT_TRUE(endpoint.bind("0.0.0.0", 26400));
    const auto sockets = open_udp_sockets();
    ASSERT_TRUE(sockets);
    const UdpSocket known = listed(**sockets, endpoint);
    EXPECT_EQ(known.local, IpAddress{});
    ASSERT_TRUE(endpoint.connect("127.0.0.1", 9));
    const auto again = (*sockets)->read(known);
    ASSERT_TRUE(again && *again);
    EXPECT_EQ((*again)->cookie, endpoint.cookie());
    EXPECT_EQ((*again)->remote, *IpAddress::parse("127.0.0.1"));
    EXPECT_EQ((*again)->remote_port, 9);
  });
}

TEST(UdpSockets, SayThatAClosedSocketIsGoneAlsoWhenAnotherTookItsAddress) {
  IN_NETWORK_NAMESPACE({
    UdpEndpoint endpoint;
    ASSERT_TRUE(endpoint.bind("127.0.0.1", 26400));
    const auto sockets = open_udp_sockets();
    ASSERT_TRUE(sockets);
    const UdpSocket known = listed(**sockets, endpoint);
    endpoint.close();
    const auto gone = (*sockets)->read(known);
    ASSERT_TRUE(gone) << gone.error().message();
    EXPECT_FALSE(*gone);

    const UdpEndpoint successor;
    ASSERT_TRUE(successor.bind("127.0.0.1", 26400));
    const auto still_gone = (*sockets)->read(known);
    ASSERT_TRUE(still_gone);
    EXPECT_FALSE(*still_gone);
  });
}

TEST(UdpSockets, ListIPv6AndDualStackSockets) {
  IN_NETWORK_NAMESPACE({
    const UdpEndpoint loopback(AF_INET6);
    ASSERT_TRUE(loopback.bind("::1", 26400));
    const UdpEndpoint any(AF_INET6);
    ASSERT_TRUE(any.bind("::", 26401));
    const UdpEndpoint mapped(AF_INET6);
    ASSERT_TRUE(mapped.bind("::ffff:127.0.0.1", 26402));
    const auto sockets = open_udp_sockets();
    ASSERT_TRUE(sockets);
    for (const auto& [endpoint, address] :
         {std::pair{&loopback, "::1"}, std::pair{&any, "::"}, std::pair{&mapped, "127.0.0.1"}}) {
      const UdpSocket known = listed(**sockets, *endpoint);
      EXPECT_TRUE(known.is_v6);
      EXPECT_EQ(known.local, *IpAddress::parse(address));
      const auto again = (*sockets)->read(known);
      ASSERT_TRUE(again && *again) << address;
      EXPECT_EQ((*again)->cookie, endpoint->cookie());
    }
  });
}

TEST(UdpSockets, SeeTheInterfaceThatASocketIsBoundTo) {
  IN_NETWORK_NAMESPACE({
    const UdpEndpoint endpoint;
    ASSERT_EQ(::setsockopt(endpoint.descriptor(), SOL_SOCKET, SO_BINDTODEVICE, "lo", 3), 0);
    ASSERT_TRUE(endpoint.bind("0.0.0.0", 26400));
    const auto sockets = open_udp_sockets();
    ASSERT_TRUE(sockets);
    const UdpSocket known = listed(**sockets, endpoint);
    EXPECT_EQ(known.interface, ::if_nametoindex("lo"));
    const auto again = (*sockets)->read(known);
    ASSERT_TRUE(again && *again);
    EXPECT_EQ((*again)->cookie, endpoint.cookie());
  });
}

TEST(UdpSockets, ListMoreSocketsThanOneMessageHolds) {
  IN_NETWORK_NAMESPACE({
    std::vector<UdpEndpoint> endpoints(500);
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
      ASSERT_TRUE(endpoints[i].bind("127.0.0.1", static_cast<std::uint16_t>(20'000 + i)));
    }
    const auto sockets = open_udp_sockets();
    ASSERT_TRUE(sockets);
    const auto all = (*sockets)->dump();
    ASSERT_TRUE(all);
    EXPECT_EQ(all->size(), 500U);
    for (const UdpEndpoint& endpoint : endpoints) {
      const auto found = with_cookie(*all, endpoint.cookie());
      ASSERT_TRUE(found);
      EXPECT_EQ(found->inode, endpoint.inode());
    }
  });
}

}  // namespace
}  // namespace wirecause::testing
