// Decompression of several members, of padding, and of data that is cut or damaged.
// SPDX-License-Identifier: Apache-2.0
#include "capture/byte_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/capture_reading.hpp"
#include "support/compressed_bytes.hpp"

namespace wirecause::testing {
namespace {

using ::testing::HasSubstr;

struct Drained {
  ByteVector bytes;
  std::optional<std::string> failure;
};

Drained drain(std::unique_ptr<ByteStream> stream, std::size_t piece = 1000) {
  Drained drained;
  ByteVector buffer(piece);
  while (const std::size_t got = stream->read(buffer))
    drained.bytes.insert(drained.bytes.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
  drained.failure = stream->failure();
  return drained;
}

ByteVector joined(std::initializer_list<ByteVector> parts) {
  ByteVector all;
  for (const ByteVector& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

struct Compression {
  const char* name;
  ByteVector (*compress)(const ByteVector&);
  std::unique_ptr<ByteStream> (*decompress)(std::unique_ptr<ByteStream>);
};

class CompressedStream : public ::testing::TestWithParam<Compression> {
 protected:
  static ByteVector compressed(const ByteVector& plain) { return GetParam().compress(plain); }
  static Drained decompressed(const ByteVector& bytes, std::size_t piece = 1000) {
    return drain(GetParam().decompress(memory_stream(bytes)), piece);
  }
};
INSTANTIATE_TEST_SUITE_P(Formats, CompressedStream,
                         ::testing::Values(Compression{"gzip", &gzipped, &gzip_stream},
                                           Compression{"zstd", &zstded, &zstd_stream}),
                         [](const auto& compression) { return compression.param.name; });

TEST_P(CompressedStream, GivesBackWhatWasCompressed) {
  const ByteVector plain = pattern(300'000);
  for (const std::size_t piece : {1U, 999U, 1'000'000U}) {
    const Drained drained = decompressed(compressed(plain), piece);
    EXPECT_EQ(drained.bytes, plain);
    EXPECT_FALSE(drained.failure);
  }
}

TEST_P(CompressedStream, ReadsMembersOneAfterAnother) {
  const Drained drained =
      decompressed(joined({compressed(pattern(10, 1)), compressed({}), compressed(pattern(20, 2))}));
  EXPECT_EQ(drained.bytes, joined({pattern(10, 1), pattern(20, 2)}));
  EXPECT_FALSE(drained.failure);
}

TEST_P(CompressedStream, CutAnywhereGivesAPrefixAndSaysSo) {
  const ByteVector plain = pattern(5'000);
  const ByteVector whole = compressed(plain);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Drained drained = decompressed({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    ASSERT_LE(drained.bytes.size(), plain.size());
    EXPECT_TRUE(std::equal(drained.bytes.begin(), drained.bytes.end(), plain.begin()));
    ASSERT_TRUE(drained.failure) << size;
    EXPECT_THAT(*drained.failure, HasSubstr("ends in the middle of compressed data")) << size;
  }
}

TEST_P(CompressedStream, SaysWhereDataIsDamaged) {
  const Drained drained = decompressed(joined({compressed(pattern(10)), bytes_of(std::string_view("garbage!"))}));
  EXPECT_EQ(drained.bytes, pattern(10));
  ASSERT_TRUE(drained.failure);
  EXPECT_THAT(*drained.failure, HasSubstr("cannot be read past compressed offset"));
}

TEST_P(CompressedStream, ACaptureIsReadToTheLastPacketBeforeTheCut) {
  PcapBytes file;  // over 1 MB: both formats hand out some of it before the cut
  for (unsigned i = 0; i < 20'000; ++i) file.packet(i, 0, pattern(60 + i % 50, i));
  const auto all = read_bytes(file.bytes()).packets;
  ByteVector cut = compressed(file.bytes());
  cut.resize(cut.size() / 2);
  const ReadCapture read = read_bytes(cut);
  ASSERT_EQ(read.error, "");
  ASSERT_LT(read.packets.size(), all.size());
  EXPECT_TRUE(std::equal(read.packets.begin(), read.packets.end(), all.begin()));
  ASSERT_TRUE(read.tail_error);
  EXPECT_THAT(*read.tail_error, HasSubstr("ends in the middle of compressed data"));
  EXPECT_THAT(*read.tail_error, HasSubstr("read to packet " + std::to_string(read.packets.size())));
}

TEST_P(CompressedStream, EmptyPacketsBeforeTheCutAreDelivered) {
  ByteVector cut = compressed(PcapBytes().packet(1, 0, {}).packet(2, 0, {}).packet(3, 0, pattern(60'000)).bytes());
  cut.pop_back();
  for (const std::size_t batch : {1U, 2U, 64U}) EXPECT_EQ(read_bytes(cut, batch).packets, read_bytes(cut, 3).packets);
}

TEST_P(CompressedStream, RecordsThatCrossTheWindowAreWhole) {
  PcapBytes file;  // over three windows, with records of up to 200 kB
  for (unsigned i = 0; i < 60; ++i) file.packet(i, 0, pattern(i % 3 == 0 ? 200'000 : 777, i));
  const auto all = read_bytes(file.bytes()).packets;
  ASSERT_EQ(all.size(), 60U);
  EXPECT_EQ(read_bytes(compressed(file.bytes())).packets, all);
}

TEST_P(CompressedStream, ABlockLargerThanTheWindowIsRead) {
  PcapngBytes file;
  file.section().interface().block(0x77, pattern(3'000'000)).enhanced(0, 5, pattern(60));
  const ReadCapture read = read_bytes(compressed(file.bytes()));
  EXPECT_EQ(read.packets.size(), 1U);
  EXPECT_EQ(read.facts.unknown_blocks, 1U);
}

TEST(GzipStream, ZerosBehindTheLastMemberArePadding) {
  const Drained drained = drain(gzip_stream(memory_stream(joined({gzipped(pattern(10)), ByteVector(5'000)}))));
  EXPECT_EQ(drained.bytes, pattern(10));
  EXPECT_FALSE(drained.failure);
}

TEST(ZstdStream, SkippableFramesMayComeFirst) {
  const ByteVector skippable = ByteWriter().u32(0x184d'2a53).u32(4).u32(0).bytes();
  const ReadCapture read = read_bytes(joined({skippable, zstded(PcapBytes().packet(1, 0, pattern(60)).bytes())}));
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.packets.size(), 1U);
}

TEST(ResumedStream, ContinuesBehindWhatWasLookedAt) {
  const ByteVector start = pattern(kMaxStart, 1);
  const ByteVector rest = pattern(100, 2);
  EXPECT_EQ(drain(resumed_stream(start, memory_stream(rest)), 3).bytes, joined({start, rest}));
}

}  // namespace
}  // namespace wirecause::testing
