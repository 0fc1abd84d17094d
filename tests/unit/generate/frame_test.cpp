// SPDX-License-Identifier: Apache-2.0
#include "generate/frame.hpp"

#include <gtest/gtest.h>

#include <array>

#include "generate/internet_checksum.hpp"

namespace wirecause::generate {
namespace {

template <class... T>
std::vector<std::byte> bytes_of(T... values) {
  return {static_cast<std::byte>(values)...};
}

Path path_to(std::string_view source, std::string_view group) {
  Path path;
  path.source = *IpAddress::parse(source);
  path.destination = *IpAddress::parse(group);
  path.destination_mac = group_mac(path.destination);
  path.source_port = 30000;
  path.destination_port = 26400;
  return path;
}

TEST(InternetChecksum, IsThatOfTheExampleInRfc1071) {
  const auto bytes = bytes_of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
  EXPECT_EQ(folded(ones_complement_sum(bytes)), 0xddf2);
  EXPECT_EQ(internet_checksum(ones_complement_sum(bytes)), 0x220d);
}

TEST(InternetChecksum, PadsAnOddByteWithZero) {
  EXPECT_EQ(folded(ones_complement_sum(bytes_of(0x12, 0x34, 0x56))), 0x1234 + 0x5600);
}

TEST(Frame, MapsGroupsToEthernetAddresses) {
  EXPECT_EQ(mac_text(group_mac(*IpAddress::parse("239.192.1.2"))), "01:00:5e:40:01:02");
  EXPECT_EQ(mac_text(group_mac(*IpAddress::parse("ff15::8001:203"))), "33:33:80:01:02:03");
}

TEST(Frame, WritesIpv4AndUdpWithTheirLengthsAndChecksums) {
  const auto payload = bytes_of('h', 'i', '!');
  std::vector<std::byte> frame;
  write_frame(path_to("10.0.0.1", "239.0.0.1"), 0x1234, payload, frame);
  // IPv4: 4500+001f+1234+4000+1011+0a00+0001+ef00+0001 = 1a066 -> a067, complement 5f98.
  // UDP: pseudo 0a00+0001+ef00+0001+0011+000b = f91e; header 7530+6720+000b+0000, data 6869+2100 -> 25ee2 -> 5ee4 ->
  // a11b.
  const auto expected =
      bytes_of(0x01, 0x00, 0x5e, 0x00, 0x00, 0x01, 0, 0, 0, 0, 0, 0, 0x08, 0x00,                                   //
               0x45, 0x00, 0x00, 0x1f, 0x12, 0x34, 0x40, 0x00, 0x10, 0x11, 0x5f, 0x98, 10, 0, 0, 1, 239, 0, 0, 1,  //
               0x75, 0x30, 0x67, 0x20, 0x00, 0x0b, 0xa1, 0x1b, 'h', 'i', '!');
  EXPECT_EQ(frame, expected);
}

TEST(Frame, AddsAVlanTag) {
  Path path = path_to("10.0.0.1", "239.0.0.1");
  path.vlan = 0x0123;
  std::vector<std::byte> frame;
  write_frame(path, 0, {}, frame);
  EXPECT_EQ((std::vector<std::byte>(frame.begin() + 12, frame.begin() + 18)),
            bytes_of(0x81, 0x00, 0x01, 0x23, 0x08, 0x00));
}

TEST(Frame, WritesIpv6WithoutAnIdAndWithAMandatoryChecksum) {
  std::vector<std::byte> frame;
  write_frame(path_to("2001:db8::1", "ff15::1"), 0x1234, bytes_of(0x00, 0x01), frame);
  EXPECT_EQ((std::vector<std::byte>(frame.begin() + 12, frame.begin() + 22)),
            bytes_of(0x86, 0xdd, 0x60, 0, 0, 0, 0x00, 0x0a, 17, 16));
  // 2001+0db8+0001 + ff15+0001 + 0011+000a + 7530+6720+000a+0000 + 0001 = 20946 -> 0948 -> f6b7
  EXPECT_EQ((std::vector<std::byte>(frame.begin() + 60, frame.end())), bytes_of(0xf6, 0xb7, 0x00, 0x01));
}

TEST(Frame, LeavesOnlyThePseudoHeaderSumUnderChecksumOffload) {
  Path path = path_to("10.0.0.1", "239.0.0.1");
  path.partial_checksum = true;
  std::vector<std::byte> frame;
  write_frame(path, 0, bytes_of('h', 'i', '!'), frame);
  EXPECT_EQ(frame[40], std::byte{0xf9});
  EXPECT_EQ(frame[41], std::byte{0x1e});
}

}  // namespace
}  // namespace wirecause::generate
