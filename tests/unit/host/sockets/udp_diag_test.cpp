// Messages of sock_diag as bytes: cut, torn and longer than this program knows.
// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/udp_diag.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <vector>

namespace wirecause::testing {
namespace {

using Bytes = std::vector<std::byte>;

template <class T>
void append(Bytes& bytes, const T& value) {
  const auto* first = reinterpret_cast<const std::byte*>(&value);
  bytes.insert(bytes.end(), first, first + sizeof value);
}

Bytes message(std::uint8_t family) {
  inet_diag_msg fixed{};
  fixed.idiag_family = family;
  fixed.id.idiag_sport = htons(26400);
  fixed.id.idiag_src[0] = htonl(0xef010101);
  fixed.id.idiag_cookie[0] = 0x5;
  fixed.id.idiag_cookie[1] = 0x7;
  fixed.idiag_inode = 4'242;
  Bytes bytes;
  append(bytes, fixed);
  return bytes;
}

// An SKMEMINFO whose word n is n + 1, with `words` of them.
Bytes with_memory(Bytes bytes, std::uint32_t words) {
  append(bytes, nlattr{static_cast<std::uint16_t>(4 + 4 * words), INET_DIAG_SKMEMINFO});
  for (std::uint32_t i = 0; i < words; ++i) append(bytes, i + 1);
  return bytes;
}

TEST(UdpDiag, JoinsTheHalvesOfTheCookieLowWordFirst) {
  EXPECT_EQ(parse_udp_diag(message(AF_INET))->cookie, 0x0000'0007'0000'0005U);
}

TEST(UdpDiag, TakesQueueBufferAndDropsByTheKernelsIndices) {
  const auto socket = parse_udp_diag(with_memory(message(AF_INET), SK_MEMINFO_VARS));
  EXPECT_EQ(socket->queue_bytes, 1U);   // SK_MEMINFO_RMEM_ALLOC = 0
  EXPECT_EQ(socket->buffer_bytes, 2U);  // SK_MEMINFO_RCVBUF = 1
  EXPECT_EQ(socket->drops, 9U);         // SK_MEMINFO_DROPS = 8
}

TEST(UdpDiag, TakesWhatAnOlderKernelSendsAndIgnoresWhatANewerOneAdds) {
  EXPECT_EQ(parse_udp_diag(with_memory(message(AF_INET), 8))->drops, 0U);  // before 4.10: no drops
  EXPECT_EQ(parse_udp_diag(with_memory(message(AF_INET), 12))->drops, 9U);
}

TEST(UdpDiag, FindsTheAttributeBehindOneOfOddLength) {
  Bytes bytes = message(AF_INET);
  append(bytes, nlattr{5, INET_DIAG_SHUTDOWN});
  append(bytes, std::uint32_t{1});  // one byte and three of padding
  EXPECT_EQ(parse_udp_diag(with_memory(bytes, SK_MEMINFO_VARS))->drops, 9U);
}

TEST(UdpDiag, RefusesAnotherFamily) { EXPECT_FALSE(parse_udp_diag(message(AF_UNIX))); }

TEST(UdpDiag, NeverReadsBehindACutMessage) {
  const Bytes whole = with_memory(message(AF_INET6), SK_MEMINFO_VARS);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const Bytes cut(whole.begin(),
                    whole.begin() + static_cast<std::ptrdiff_t>(length));  // exact: ASan sees one byte over
    const auto socket = parse_udp_diag(cut);
    EXPECT_EQ(socket.has_value(), length >= sizeof(inet_diag_msg)) << length;
    EXPECT_EQ(socket.value_or(UdpSocket{}).drops, 0U) << length;
  }
}

TEST(UdpDiag, StopsAtAnAttributeThatLiesAboutItsLength) {
  for (const std::uint16_t length : std::initializer_list<std::uint16_t>{0, 1, 3, 400}) {
    Bytes bytes = message(AF_INET);
    append(bytes, nlattr{length, INET_DIAG_SKMEMINFO});
    append(bytes, std::uint64_t{~0ULL});
    EXPECT_EQ(parse_udp_diag(bytes)->queue_bytes, 0U) << length;
  }
}

TEST(UdpDiag, AsksForTheReceiverOfADatagramWithTheEndsSwapped) {
  UdpSocket known;
  known.local = *IpAddress::parse("239.1.1.1");
  known.local_port = 26400;
  known.remote = *IpAddress::parse("10.0.0.9");
  known.remote_port = 7;
  known.cookie = 0x0000'0007'0000'0005U;
  const UdpDiagRequest request = exact_request(known);
  EXPECT_EQ(request.body.id.idiag_dst[0], htonl(0xef010101));
  EXPECT_EQ(request.body.id.idiag_dport, htons(26400));
  EXPECT_EQ(request.body.id.idiag_src[0], htonl(0x0a000009));
  EXPECT_EQ(request.body.id.idiag_sport, htons(7));
  EXPECT_EQ(request.body.id.idiag_cookie[0], 5U);
  EXPECT_EQ(request.body.id.idiag_cookie[1], 7U);
}

}  // namespace
}  // namespace wirecause::testing
