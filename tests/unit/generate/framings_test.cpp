// Every framing's bytes against arrays written by hand from the specification (and, for SIAC, from a real block).
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "generate/framing_writer.hpp"

namespace wirecause {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
// 2026-01-05 14:30:00.000000258 UTC = 1767623400.000000258 s; 09:30 in New York = 34200 s after midnight.
constexpr TimeNs kSent{1'767'623'400 * kSecond + 258};

std::string hex(std::span<const std::byte> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::byte b : bytes) {
    if (!text.empty()) text += ' ';
    text += kDigits[std::to_integer<unsigned>(b) >> 4U];
    text += kDigits[std::to_integer<unsigned>(b) & 15U];
  }
  return text;
}

std::vector<std::byte> written(std::string_view framing, const OutgoingPacket& packet) {
  const FramingWriter* const writer = find_framing_writer(framing);
  EXPECT_NE(writer, nullptr) << framing;
  std::vector<std::byte> out;
  writer->write(packet, out);
  return out;
}

std::string head(const std::vector<std::byte>& bytes, std::size_t length) {
  return hex(std::span(bytes).first(std::min(length, bytes.size())));
}

std::string part(const std::vector<std::byte>& bytes, std::size_t at, std::size_t length) {
  return hex(std::span(bytes).subspan(at, length));
}

OutgoingPacket data(std::uint64_t first, std::uint32_t units) {
  OutgoingPacket packet;
  packet.first = first;
  packet.last = first - 1;
  packet.units = units;
  packet.messages = units;
  packet.channel = 3;
  packet.session = 2;
  packet.send_time = kSent;
  packet.seed = 7;
  return packet;
}

OutgoingPacket heartbeat(std::uint64_t next, std::uint64_t last) {
  OutgoingPacket packet = data(next, 0);
  packet.last = last;
  packet.heartbeat = true;
  return packet;
}

TEST(MoldUdp64Writer, PutsSessionNextNumberAndZeroCountInAHeartbeat) {
  EXPECT_EQ(hex(written("moldudp64", heartbeat(0x0102030405, 9))),
            "57 43 30 30 30 30 30 30 30 32 00 00 00 01 02 03 04 05 00 00");
}

TEST(MoldUdp64Writer, EndsASessionWithCountFfff) {
  OutgoingPacket packet = heartbeat(77, 76);
  packet.heartbeat = false;
  packet.end_of_session = true;
  EXPECT_EQ(hex(written("moldudp64", packet)), "57 43 30 30 30 30 30 30 30 32 00 00 00 00 00 00 00 4d ff ff");
}

TEST(MoldUdp64Writer, DelimitsItchMessagesThatCarryEasternNanosecondsSinceMidnight) {
  const auto bytes = written("moldudp64", data(5, 30));
  EXPECT_EQ(head(bytes, 20), "57 43 30 30 30 30 30 30 30 32 00 00 00 00 00 00 00 05 00 1e");
  std::size_t at = 20;
  for (int i = 0; i < 30; ++i) {
    const auto length = std::to_integer<std::size_t>(bytes[at]) * 256 + std::to_integer<std::size_t>(bytes[at + 1]);
    const std::string known = "A36 E31 X23 D19 U35 P44";
    const std::string seen = std::string(1, std::to_integer<char>(bytes[at + 2])) + std::to_string(length);
    EXPECT_NE(known.find(seen), std::string::npos) << seen;
    // 34200 s and 258 ns = 34 200 000 000 258 = 0x1f1aced9f102.
    EXPECT_EQ(hex(std::span(bytes).subspan(at + 2 + 5, 6)), "1f 1a ce d9 f1 02");
    at += 2 + length;
  }
  EXPECT_EQ(at, bytes.size());
}

TEST(IexTpWriter, CarriesLengthCountOffsetNumberAndSendTimeLittleEndian) {
  const auto bytes = written("iex_tp", data(1, 4));
  // Messages of 42, 42, 38 and 42 bytes with a length of 2 each: 172 = 0xac.
  EXPECT_EQ(head(bytes, 32),
            "01 00 03 80 03 00 00 00 02 00 cd 43 ac 00 04 00 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00");
  std::uint64_t sent = 0;
  for (std::size_t i = 0; i < 8; ++i) sent |= std::to_integer<std::uint64_t>(bytes[32 + i]) << (8 * i);
  EXPECT_EQ(sent, 1'767'623'400'000'000'258U);
  EXPECT_EQ(bytes.size(), 40U + 172U);
  EXPECT_EQ(hex(std::span(bytes).subspan(40, 3)), "2a 00 51");       // 42, 'Q'
  EXPECT_EQ(hex(std::span(bytes).subspan(40 + 88, 3)), "26 00 54");  // 38, 'T'
}

TEST(IexTpWriter, HeartbeatHasTheNextNumberTheNextOffsetAndNothingElse) {
  // Messages 1 to 6 are 5 quotes of 44 bytes and a trade of 40: the next offset is 260 = 0x104.
  EXPECT_EQ(head(written("iex_tp", heartbeat(7, 6)), 32),
            "01 00 03 80 03 00 00 00 02 00 cd 43 00 00 00 00 04 01 00 00 00 00 00 00 07 00 00 00 00 00 00 00");
  EXPECT_EQ(written("iex_tp", heartbeat(7, 6)).size(), 40U);
}

TEST(CmeWriter, NumbersPacketsAndDelimitsMessages) {
  OutgoingPacket packet = data(0x01020304, 1);
  packet.messages = 2;
  const auto bytes = written("cme_mdp3", packet);
  EXPECT_EQ(head(bytes, 4), "04 03 02 01");
  EXPECT_EQ(bytes.size(), 12U + 2 * 64U);
  // size 64, block 11, template 46, schema 1, version 9
  EXPECT_EQ(hex(std::span(bytes).subspan(12, 10)), "40 00 0b 00 2e 00 01 00 09 00");
  EXPECT_EQ(hex(std::span(bytes).subspan(76, 10)), "40 00 0b 00 2e 00 01 00 09 00");
}

TEST(CmeWriter, HeartbeatIsAnAdminMessageInANumberedPacket) {
  OutgoingPacket packet = heartbeat(5, 4);
  packet.units = 1;
  const auto bytes = written("cme_mdp3", packet);
  EXPECT_EQ(head(bytes, 4), "05 00 00 00");
  EXPECT_EQ(hex(std::span(bytes).subspan(12)), "0a 00 00 00 0c 00 01 00 09 00");
}

TEST(PitchWriter, HeartbeatIsAnEmptyUnitWithTheNextNumber) {
  EXPECT_EQ(hex(written("cboe_pitch", heartbeat(0x11223344, 1))), "08 00 00 03 44 33 22 11");
}

TEST(PitchWriter, SaysTheSecondOnceAndNanosecondsInEveryMessage) {
  OutgoingPacket packet = data(9, 3);
  packet.first_of_second = true;
  const auto bytes = written("cboe_pitch", packet);
  EXPECT_EQ(std::to_integer<std::size_t>(bytes[0]) + std::to_integer<std::size_t>(bytes[1]) * 256, bytes.size());
  EXPECT_EQ(hex(std::span(bytes).subspan(2, 6)), "03 03 09 00 00 00");
  EXPECT_EQ(hex(std::span(bytes).subspan(8, 6)), "06 20 98 85 00 00");  // Time, 34200
  EXPECT_EQ(hex(std::span(bytes).subspan(16, 4)), "02 01 00 00");       // 258 ns
  std::size_t at = 8;
  for (int i = 0; i < 3; ++i) at += std::to_integer<std::size_t>(bytes[at]);
  EXPECT_EQ(at, bytes.size());
}

TEST(CtaWriter, LineIntegrityHasTheFormAndTheChecksumOfARealBlock) {
  // A block that was captured on CQS (2026-04-07): its message says a slightly earlier time than its header, which
  // changes the checksum from 0897 to 0878 here.
  OutgoingPacket packet = heartbeat(1, 0);
  packet.send_time = TimeNs{0x69d48527 * kSecond + 0x2b9f306e};
  EXPECT_EQ(hex(written("siac_cta", packet)),
            "02 00 2e 51 4f 00 00 00 00 01 69 d4 85 27 2b 9f 30 6e 08 78 "
            "00 1a 43 54 53 69 d4 85 27 2b 9f 30 6e 01 00 00 00 00 00 00 00 00 00 00 00 00");
}

TEST(CtaWriter, LineIntegrityCarriesTheLastNumberAndAResetTheNewCounter) {
  EXPECT_EQ(part(written("siac_cta", heartbeat(0x0103, 0x0102)), 3, 7), "51 4f 00 00 01 02 01");
  OutgoingPacket reset = data(1, 0);
  reset.reset_mark = true;
  const auto bytes = written("siac_cta", reset);
  EXPECT_EQ(hex(std::span(bytes).subspan(5, 5)), "00 00 00 00 01");
  EXPECT_EQ(hex(std::span(bytes).subspan(20, 4)), "00 1a 43 4c");
}

TEST(CtaWriter, PadsABlockToAnEvenSizeAndCountsThePad) {
  const auto bytes = written("siac_cta", data(3, 1));  // number 3 has the odd message: 51 bytes
  EXPECT_EQ(bytes.size(), 72U);
  EXPECT_EQ(hex(std::span(bytes).subspan(1, 2)), "00 48");
  EXPECT_EQ(hex(std::span(bytes).subspan(20, 2)), "00 33");
  EXPECT_EQ(bytes.back(), std::byte{0});
}

TEST(CtaWriter, MarksWhatIsSentAgain) {
  OutgoingPacket packet = data(3, 1);
  packet.retransmission = true;
  EXPECT_EQ(part(written("siac_cta", packet), 4, 1), "56");
}

TEST(OpraWriter, LineIntegrityIsAControlMessageWithTheLastNumber) {
  OutgoingPacket packet = heartbeat(0x0103, 0x0102);
  packet.send_time = TimeNs{0x6765ad58 * kSecond};
  // 06+23+4f+20+01+02+01+67+65+ad+58 + 4f+48+4e+20 = 0x372
  EXPECT_EQ(hex(written("opra", packet)),
            "06 00 23 4f 20 00 00 00 01 02 01 67 65 ad 58 00 00 00 00 03 72 "
            "4f 48 4e 20 00 00 00 00 00 00 00 00 00 00");
}

TEST(OpraWriter, ChecksumIsTheSumOfAllOtherBytes) {
  const auto bytes = written("opra", data(70'000, 3));
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (i != 19 && i != 20) sum += std::to_integer<std::uint32_t>(bytes[i]);
  EXPECT_EQ(std::to_integer<std::uint32_t>(bytes[19]) * 256 + std::to_integer<std::uint32_t>(bytes[20]), sum & 0xffffU);
  EXPECT_EQ(hex(std::span(bytes).subspan(6, 5)), "00 01 11 70 03");
  EXPECT_EQ(bytes.size(), 21U + 3 * 29U);
}

TEST(DeribitWriter, GivesEachMessageAFrameAndANumber) {
  const auto bytes = written("deribit", data(0x0a0b, 2));
  // length 44, channel 3, number; block 32, template 1008, schema 1, version 2, no groups, no variable data; "btc_usd"
  EXPECT_EQ(hex(std::span(bytes).subspan(0, 27)),
            "2c 00 03 00 0b 0a 00 00 20 00 f0 03 01 00 02 00 00 00 00 00 62 74 63 5f 75 73 64");
  EXPECT_EQ(hex(std::span(bytes).subspan(52, 8)), "2c 00 03 00 0c 0a 00 00");
  EXPECT_EQ(bytes.size(), 2 * 52U);
}

TEST(RtpWriter, WritesAVersion2HeaderWithA90KilohertzTimestamp) {
  OutgoingPacket packet = data(0xfffe, 1);
  packet.send_time = TimeNs{2 * kSecond};
  EXPECT_EQ(head(written("rtp", packet), 12), "80 60 ff fe 00 02 bf 20 57 43 00 03");
}

TEST(GenericWriter, HasItsFieldsAtTheDocumentedPlaces) {
  OutgoingPacket packet = data(0x01020304, 2);
  packet.send_time = TimeNs{0x0102030405060708};
  const auto bytes = written("generic", packet);
  EXPECT_EQ(head(bytes, 20), "01 02 03 04 00 02 00 03 01 02 03 04 05 06 07 08 00 00 00 02");
  EXPECT_EQ(bytes.size(), 20U + 2 * 16U);
}

TEST(EveryFramingWriter, StaysUnder1400BytesAtItsLargest) {
  for (const FramingWriter* writer : all_framing_writers()) {
    OutgoingPacket packet = data(10, writer->packet_numbered ? 1 : writer->max_units);
    packet.messages = writer->max_units;
    EXPECT_LE(written(writer->id, packet).size(), 1400U) << writer->id;
  }
}

TEST(EveryFramingWriter, GivesTheSameBytesForTheSameUnitsWhateverThePacket) {
  // Lines may cut packets differently; a message's bytes belong to its number.
  for (const std::string_view id : {"moldudp64", "cboe_pitch", "deribit", "generic", "opra"}) {
    const auto both = written(id, data(20, 2));
    const auto second = written(id, data(21, 1));
    const std::size_t tail = 8;
    EXPECT_EQ(hex(std::span(both).last(tail)), hex(std::span(second).last(tail))) << id;
  }
}

}  // namespace
}  // namespace wirecause
