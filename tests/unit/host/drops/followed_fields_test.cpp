// SPDX-License-Identifier: Apache-2.0
#include "host/drops/followed_fields.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "bpf/drop_record.h"

namespace wirecause {
namespace {

NumberField field(const char* destination, std::uint16_t port) {
  NumberField out;
  out.destination = *IpAddress::parse(destination);
  out.port = port;
  out.number_offset = 10;
  out.number_width = 8;
  return out;
}

const unsigned char* bytes_of(const IpAddress& address) {
  return reinterpret_cast<const unsigned char*>(address.bytes().data());
}

class FollowedFieldsTest : public testing::Test {
 protected:
  std::vector<wc_drop_field> table_{WC_DROP_FIELDS};
  FollowedFields fields_{table_.data()};
};

TEST(PackedPlace, HoldsOffsetsWidthsAndOrderAsTheProgramReadsThem) {
  NumberField mold = field("239.1.1.1", 26400);  // MoldUDP64: session 10, number 8, count 2
  mold.count_offset = 18;
  mold.count_width = 2;
  EXPECT_EQ(*packed_field(mold), 0x9212180aU);
  mold.number_big_endian = mold.count_big_endian = false;
  EXPECT_EQ(*packed_field(mold), 0x8212080aU);
  mold.mark_offset = 18;
  mold.mark_value = 0xfffe;
  EXPECT_EQ(*packed_field(mold), 0xfffe'0012'8212'080aULL);
}

TEST(PackedPlace, RefusesWidthsThatNoFramingHas) {
  for (const int width : {0, 3, 5, 6, 7, 9, 255}) {
    NumberField bad = field("239.1.1.1", 26400);
    bad.number_width = static_cast<std::uint8_t>(width);
    ASSERT_FALSE(packed_field(bad)) << width;
    EXPECT_EQ(packed_field(bad).error().code(), Errc::usage);
  }
  NumberField bad = field("239.1.1.1", 26400);
  bad.count_width = 3;
  EXPECT_FALSE(packed_field(bad));
}

TEST_F(FollowedFieldsTest, FindsWhatIsFollowedAndNothingElse) {
  ASSERT_TRUE(fields_.follow(field("239.1.1.1", 26400)));
  EXPECT_NE(fields_.find(bytes_of(*IpAddress::parse("239.1.1.1")), 26400), 0U);
  EXPECT_EQ(fields_.find(bytes_of(*IpAddress::parse("239.1.1.1")), 26401), 0U);
  EXPECT_EQ(fields_.find(bytes_of(*IpAddress::parse("239.1.1.2")), 26400), 0U);
}

TEST_F(FollowedFieldsTest, AgainReplacesTheField) {
  NumberField other = field("239.1.1.1", 26400);
  ASSERT_TRUE(fields_.follow(other));
  other.number_offset = 20;
  ASSERT_TRUE(fields_.follow(other));
  EXPECT_EQ(fields_.find(bytes_of(other.destination), 26400), *packed_field(other));
}

TEST_F(FollowedFieldsTest, ASourceIsOneMoreAndTheDestinationIsFollowedForAll) {
  NumberField of_source = field("239.1.1.1", 26400);
  of_source.source = *IpAddress::parse("10.0.0.1");
  ASSERT_TRUE(fields_.follow(of_source));
  EXPECT_EQ(fields_.find(bytes_of(of_source.destination), 26400), *packed_field(of_source));
  const auto used =
      std::count_if(table_.begin(), table_.end(), [](const wc_drop_field& slot) { return slot.field != 0; });
  EXPECT_EQ(used, 2);
}

// No width: the program tells the first bytes.
TEST_F(FollowedFieldsTest, AStreamWithoutAFixedPlaceIsFollowedByItsBytes) {
  ASSERT_TRUE(fields_.follow_bytes({*IpAddress::parse("239.1.1.1"), 26400}));
  EXPECT_EQ(fields_.find(bytes_of(*IpAddress::parse("239.1.1.1")), 26400), WC_DROP_FIELD_SET);
}

TEST_F(FollowedFieldsTest, FourThousandAndNinetySixFitAndTheNextIsRefused) {
  const auto nth = [](unsigned i) {
    NumberField out = field("239.1.0.0", 26400);
    out.destination = IpAddress::v4(0xef010000U + i);
    out.source = IpAddress::v4(0x0a000000U + i);
    return out;
  };
  for (unsigned i = 0; i < FollowedFields::kMaxFields; ++i) ASSERT_TRUE(fields_.follow(nth(i))) << i;
  for (unsigned i = 0; i < FollowedFields::kMaxFields; ++i)
    EXPECT_NE(fields_.find(bytes_of(nth(i).destination), 26400), 0U);
  EXPECT_TRUE(fields_.follow(nth(7)));
  const auto refused = fields_.follow(nth(FollowedFields::kMaxFields));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("239.1.16.0:26400"), std::string::npos) << refused.error().message();
}

}  // namespace
}  // namespace wirecause
