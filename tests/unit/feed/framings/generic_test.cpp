// generic: descriptions, their errors, and datagrams read by them.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/feed/framings/wire.hpp"

namespace wirecause {
namespace {

using test::datagram;
using test::Stream;
using test::Wire;
using testing::HasSubstr;

FramingConfig described(std::string_view description) {
  const auto config = find_framing("generic")->configure(description);
  EXPECT_TRUE(config.has_value()) << config.error().message();
  return config.value_or(FramingConfig{});
}
std::string error_of(std::string_view description) {
  const auto config = find_framing("generic")->configure(description);
  if (config) return "no error";
  EXPECT_EQ(config.error().code(), Errc::usage);
  EXPECT_EQ(config.error().message().find('\n'), std::string::npos);
  EXPECT_THAT(config.error().message(), HasSubstr("for example 'seq=0/u32be"));
  return config.error().message();
}

TEST(Generic, TheFirstFourBytesBigEndianAreANumberAPacket) {
  const auto config = described("seq=0/u32be");
  Stream stream("generic", config);
  const auto run = stream.run(Wire().be32(0xfedc'ba98).text("payload"));
  EXPECT_EQ(run.kind, RunKind::data);
  EXPECT_EQ(run.first, 0xfedc'ba98U);
  EXPECT_EQ(run.count, 1U);
  EXPECT_EQ(run.send_time.kind, SendTime::Kind::none);
  EXPECT_EQ(sequence_unit(stream.framing(), config), SequenceUnit::packet);
}

TEST(Generic, ReadsEveryFieldWhereItIsDescribed) {
  const auto config = described("seq=1/u64le,count=9/u16be,time=11/u32le:ms,channel=15/u8,session=16/u16le");
  Stream stream("generic", config);
  const auto wire = Wire().u8(0xff).le64(7'000'000'000).be16(3).le32(1'700'000'000).u8(21).le16(513).text("abc");
  const auto run = stream.run(wire);
  EXPECT_EQ(run.first, 7'000'000'000U);
  EXPECT_EQ(run.count, 3U);
  EXPECT_EQ(run.messages, 3U);
  EXPECT_EQ(run.channel, 21U);
  EXPECT_EQ(run.session, 513U);
  EXPECT_EQ(run.send_time.kind, SendTime::Kind::none) << "1 700 000 000 ms is in 1970: not a send time";
  EXPECT_EQ(stream.session_text(wire), "513");
  EXPECT_EQ(sequence_unit(stream.framing(), config), SequenceUnit::message);
}

TEST(Generic, TimesAreInTheUnitThatIsDescribed) {
  const auto ns_of = [](std::string_view description, const Wire& wire) {
    return Stream("generic", described(description)).run(wire).send_time.ns;
  };
  EXPECT_EQ(ns_of("seq=0/u8,time=1/u32be:s", Wire().u8(0).be32(1'700'000'000)), 1'700'000'000'000'000'000);
  EXPECT_EQ(ns_of("seq=0/u8,time=1/u64be:ms", Wire().u8(0).be64(1'700'000'000'001)), 1'700'000'000'001'000'000);
  EXPECT_EQ(ns_of("seq=0/u8,time=1/u64be:us", Wire().u8(0).be64(1'700'000'000'000'001)), 1'700'000'000'000'001'000);
  EXPECT_EQ(ns_of("seq=0/u8,time=1/u64be:ns", Wire().u8(0).be64(1'700'000'000'000'000'001)), 1'700'000'000'000'000'001);
  EXPECT_EQ(ns_of("seq=0/u8,time=1/u64be:s", Wire().u8(0).be64(~std::uint64_t{0})), 0) << "overflow";
}

TEST(Generic, NumbersRunOverTheWholeFieldFromZero) {
  const Framing& generic = *find_framing("generic");
  const auto last = [&](std::string_view description) { return number_space(generic, described(description)).last; };
  EXPECT_EQ(last("seq=0/u8"), 0xffU);
  EXPECT_EQ(last("seq=0/u16le"), 0xffffU);
  EXPECT_EQ(last("seq=0/u32be"), 0xffff'ffffU);
  EXPECT_EQ(last("seq=0/u64be"), ~std::uint64_t{0});
  EXPECT_EQ(number_space(generic, described("seq=0/u8")).first, 0U);
}

TEST(Generic, FixedFramingsKeepTheirNumbersAndUnit) {
  EXPECT_EQ(number_space(*find_framing("rtp"), {}).last, 0xffffU);
  EXPECT_EQ(sequence_unit(*find_framing("rtp"), {}), SequenceUnit::packet);
  EXPECT_EQ(sequence_unit(*find_framing("moldudp64"), {}), SequenceUnit::message);
}

TEST(Generic, CountZeroIsAHeartbeatWithTheNextNumber) {
  const auto run = Stream("generic", described("seq=0/u32be,count=4/u16be")).run(Wire().be32(9).be16(0));
  EXPECT_EQ(run.kind, RunKind::heartbeat);
  EXPECT_EQ(run.first, 9U);
  EXPECT_TRUE(run.has_number);
}

TEST(Generic, CountZeroCanBeLeftOut) {
  const auto run =
      Stream("generic", described("seq=0/u32be,count=4/u16be,zero=unsequenced")).run(Wire().be32(9).be16(0));
  EXPECT_EQ(run.kind, RunKind::unsequenced);
  EXPECT_FALSE(run.has_number);
}

TEST(Generic, MoreMessagesThanBytesAreMalformed) {
  Stream stream("generic", described("seq=0/u32be,count=4/u16be"));
  EXPECT_EQ(stream.parse(Wire().be32(9).be16(3).text("ab")).outcome, DecodeOutcome::malformed);
  EXPECT_EQ(stream.parse(Wire().be32(9).be16(2).text("ab")).outcome, DecodeOutcome::ok);
}

TEST(Generic, AShortDatagramIsAnotherPacketAndACutOneIsTruncated) {
  Stream stream("generic", described("seq=0/u32be,count=4/u16be"));
  EXPECT_EQ(stream.parse(Wire().be32(9)).outcome, DecodeOutcome::not_mine);
  EXPECT_EQ(stream.parse(datagram(Wire().be32(9).be16(1).text("ab"), 5)).outcome, DecodeOutcome::truncated);
  const Parsed& cut = stream.parse(datagram(Wire().be32(9).be16(1).text("ab"), 6));
  EXPECT_EQ(cut.outcome, DecodeOutcome::truncated);
  EXPECT_EQ(cut.run_count, 1U) << "all fields were captured";
}

TEST(Generic, WithoutADescriptionNothingIsItsOwn) {
  EXPECT_EQ(Stream("generic").parse(Wire().fill(40)).outcome, DecodeOutcome::not_mine);
  EXPECT_EQ(Stream("generic").recognise(Wire().fill(40)), Recognition::no);
  EXPECT_TRUE(find_framing("generic")->explicit_only);
}

TEST(Generic, GivesThePayloadAfterTheFieldsAsOneSpan) {
  Stream stream("generic", described("seq=0/u32be,count=4/u16be"));
  const auto spans = stream.messages(datagram(Wire().be32(9).be16(2).text("ab")));
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].sequence, 9U);
  EXPECT_EQ(spans[0].units, 2U);
  EXPECT_EQ(spans[0].bytes.size(), 2U);
}

TEST(Generic, SaysWhatIsWrongWithADescription) {
  EXPECT_THAT(error_of(""), HasSubstr("needs a description"));
  EXPECT_THAT(error_of("count=4/u16be"), HasSubstr("'seq' is missing"));
  EXPECT_THAT(error_of("seq"), HasSubstr("'seq' is not KEY=OFFSET/TYPE"));
  EXPECT_THAT(error_of("seq=0/u32be,,"), HasSubstr("'' is not KEY=OFFSET/TYPE"));
  EXPECT_THAT(error_of("seq=x/u32be"), HasSubstr("'x' of 'seq' is not an offset"));
  EXPECT_THAT(error_of("seq=-1/u32be"), HasSubstr("'-1' of 'seq' is not an offset"));
  EXPECT_THAT(error_of("seq=99999999999/u8"), HasSubstr("'99999999999' of 'seq' is not an offset"));
  EXPECT_THAT(error_of("seq=65520/u64be"), HasSubstr("past the largest datagram"));
  EXPECT_THAT(error_of("seq=0/u32"), HasSubstr("'u32' of 'seq' is not a type: u8, u16be"));
  EXPECT_THAT(error_of("seq=0"), HasSubstr("'' of 'seq' is not a type"));
  EXPECT_THAT(error_of("seq=0/u32be,seq=4/u8"), HasSubstr("'seq' is given twice"));
  EXPECT_THAT(error_of("seq=0/u32be,count=4/u64be"), HasSubstr("'count' has at most 32 bits"));
  EXPECT_THAT(error_of("seq=0/u32be,time=8/u64be"), HasSubstr("'time' has no unit"));
  EXPECT_THAT(error_of("seq=0/u32be,time=8/u64be:h"), HasSubstr("'h' is not a unit"));
  EXPECT_THAT(error_of("seq=0/u32be,size=4/u8"), HasSubstr("no field 'size'"));
  EXPECT_THAT(error_of("seq=0/u32be,zero=next"), HasSubstr("'zero=next'"));
}

}  // namespace
}  // namespace wirecause
