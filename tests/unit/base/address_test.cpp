// Text forms by RFC 4291 and RFC 5952.
// SPDX-License-Identifier: Apache-2.0
#include "base/address.hpp"

#include <gtest/gtest.h>

namespace wirecause {
namespace {

std::string round_trip(std::string_view text) {
  const auto address = IpAddress::parse(text);
  return address ? address->text() : "refused";
}

TEST(IpAddress, PrintsWhatItParsed) {
  EXPECT_EQ(round_trip("239.1.1.1"), "239.1.1.1");
  EXPECT_EQ(round_trip("ff15::1"), "ff15::1");
  EXPECT_EQ(round_trip("2001:DB8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");  // RFC 5952 4.2.3, 4.3
  EXPECT_EQ(round_trip("::ffff:192.0.2.1"), "192.0.2.1");
}

TEST(IpAddress, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "239.1.1", "239.1.1.256", "1.2.3.4:5", "fe80::%eth0", "12345::"}) {
    EXPECT_EQ(round_trip(text), "refused") << text;
  }
}

TEST(IpAddress, KnowsItsFamily) {
  EXPECT_TRUE(IpAddress::v4(0xEF010101U).is_v4());
  EXPECT_EQ(IpAddress::v4(0xEF010101U).v4_host_order(), 0xEF010101U);
  EXPECT_EQ(IpAddress::v4(0xEF010101U), *IpAddress::parse("239.1.1.1"));
  EXPECT_FALSE(IpAddress::parse("ff15::1")->is_v4());
  EXPECT_FALSE(IpAddress().is_v4());
}

TEST(IpAddress, KnowsMulticastByItsRange) {
  for (const char* text : {"224.0.0.0", "239.255.255.255", "ff02::1"}) {
    EXPECT_TRUE(IpAddress::parse(text)->is_multicast()) << text;
  }
  for (const char* text : {"223.255.255.255", "240.0.0.0", "10.1.1.1", "fe80::1"}) {
    EXPECT_FALSE(IpAddress::parse(text)->is_multicast()) << text;
  }
}

TEST(IpAddress, OrdersIpv4ByNumber) {
  EXPECT_LT(*IpAddress::parse("9.0.0.1"), *IpAddress::parse("10.0.0.1"));
  EXPECT_LT(*IpAddress::parse("239.1.1.1"), *IpAddress::parse("239.1.1.2"));
}

TEST(EndpointText, BracketsIpv6) {
  EXPECT_EQ(endpoint_text(*IpAddress::parse("239.1.1.1"), 26'400), "239.1.1.1:26400");
  EXPECT_EQ(endpoint_text(*IpAddress::parse("ff15::1"), 26'400), "[ff15::1]:26400");
}

TEST(MacText, WritesSixPairs) {
  const MacAddress mac{std::byte{0x01}, std::byte{0x00}, std::byte{0x5e},
                       std::byte{0x7f}, std::byte{0xff}, std::byte{0xfa}};
  EXPECT_EQ(mac_text(mac), "01:00:5e:7f:ff:fa");
}

}  // namespace
}  // namespace wirecause
