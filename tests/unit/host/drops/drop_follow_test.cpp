// SPDX-License-Identifier: Apache-2.0
#include "host/drops/drop_follow.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "../../../bpf/drop_record.h"

namespace wirecause {
namespace {

NumberPlace place(const char* destination, std::uint16_t port) {
  NumberPlace out;
  out.destination = *IpAddress::parse(destination);
  out.port = port;
  out.number_offset = 10;
  out.number_width = 8;
  return out;
}

const unsigned char* bytes_of(const IpAddress& address) {
  return reinterpret_cast<const unsigned char*>(address.bytes().data());
}

class FollowedPlacesTest : public testing::Test {
 protected:
  std::vector<wc_drop_place> table_{WC_DROP_PLACES};
  FollowedPlaces places_{table_.data()};
};

TEST(PackedPlace, HoldsOffsetsWidthsAndOrderAsTheProgramReadsThem) {
  NumberPlace mold = place("239.1.1.1", 26400);  // MoldUDP64: session 10, number 8, count 2
  mold.count_offset = 18;
  mold.count_width = 2;
  EXPECT_EQ(*packed_place(mold), 0x9212180aU);
  mold.number_big_endian = mold.count_big_endian = false;
  EXPECT_EQ(*packed_place(mold), 0x8212080aU);
}

TEST(PackedPlace, RefusesWidthsThatNoFramingHas) {
  for (const int width : {0, 3, 5, 6, 7, 9, 255}) {
    NumberPlace bad = place("239.1.1.1", 26400);
    bad.number_width = static_cast<std::uint8_t>(width);
    ASSERT_FALSE(packed_place(bad)) << width;
    EXPECT_EQ(packed_place(bad).error().code(), Errc::usage);
  }
  NumberPlace bad = place("239.1.1.1", 26400);
  bad.count_width = 3;
  EXPECT_FALSE(packed_place(bad));
}

TEST_F(FollowedPlacesTest, FindsWhatIsFollowedAndNothingElse) {
  ASSERT_TRUE(places_.follow(place("239.1.1.1", 26400)));
  EXPECT_NE(places_.find(bytes_of(*IpAddress::parse("239.1.1.1")), 26400), 0U);
  EXPECT_EQ(places_.find(bytes_of(*IpAddress::parse("239.1.1.1")), 26401), 0U);
  EXPECT_EQ(places_.find(bytes_of(*IpAddress::parse("239.1.1.2")), 26400), 0U);
}

TEST_F(FollowedPlacesTest, AgainReplacesThePlace) {
  NumberPlace other = place("239.1.1.1", 26400);
  ASSERT_TRUE(places_.follow(other));
  other.number_offset = 20;
  ASSERT_TRUE(places_.follow(other));
  EXPECT_EQ(places_.find(bytes_of(other.destination), 26400), *packed_place(other));
}

TEST_F(FollowedPlacesTest, FourThousandAndNinetySixFitAndTheNextIsRefused) {
  const auto nth = [](unsigned i) {
    NumberPlace out = place("239.1.0.0", 26400);
    out.destination = IpAddress::v4(0xef010000U + i);
    return out;
  };
  for (unsigned i = 0; i < FollowedPlaces::kMaxPlaces; ++i) ASSERT_TRUE(places_.follow(nth(i))) << i;
  for (unsigned i = 0; i < FollowedPlaces::kMaxPlaces; ++i)
    EXPECT_NE(places_.find(bytes_of(nth(i).destination), 26400), 0U);
  EXPECT_TRUE(places_.follow(nth(7)));
  const auto refused = places_.follow(nth(FollowedPlaces::kMaxPlaces));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("239.1.16.0:26400"), std::string::npos) << refused.error().message();
}

}  // namespace
}  // namespace wirecause
