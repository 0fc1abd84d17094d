// Any segments of one direction, and acknowledgements, to the stream of its bytes: no crash, bounded memory, every byte in
// order and once, sums that meet. Each 12 bytes are one segment, whose payload is what follows in the input.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/check.hpp"
#include "tcp/byte_stream.hpp"

namespace {

using namespace wirecause;

constexpr std::size_t kRecord = 12;
constexpr std::size_t kMostBytes = 4'096;
constexpr std::size_t kMostPieces = 8;

struct Sums : tcp::StreamReader {
  tcp::Offset next = 0;
  std::uint64_t told = 0;
  std::uint64_t missing = 0;

  void bytes(const tcp::StreamPiece& piece) override {
    WC_CHECK(piece.begin == next && !piece.bytes.empty(), "bytes in order, each once");
    next += static_cast<tcp::Offset>(piece.bytes.size());
    told += piece.bytes.size();
  }
  void hole(const tcp::StreamHole& hole) override {
    WC_CHECK(hole.begin == next && hole.end > hole.begin, "holes in order");
    missing += static_cast<std::uint64_t>(hole.end - hole.begin);
    next = hole.end;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Sums sums;
  tcp::ByteStream stream(sums, kMostBytes, kMostPieces);
  TimeNs now{0};
  Bytes bytes = std::as_bytes(std::span(data, size));
  for (; bytes.size() >= kRecord; bytes = bytes.subspan(kRecord)) {
    ByteReader reader(bytes.first(kRecord));
    const auto kind = reader.be<std::uint8_t>();
    tcp::Segment segment;
    segment.flags = reader.be<std::uint8_t>();
    segment.sequence = reader.be<std::uint32_t>();
    if ((kind & 1U) != 0) segment.sequence &= 0xfffU;  // near enough to each other to meet
    segment.length = reader.be<std::uint16_t>() % 2'000U;
    now = now + microseconds(reader.be<std::uint16_t>());
    segment.time = now;
    segment.payload = bytes.first(std::min<std::size_t>(bytes.size(), segment.length));
    if ((kind & 2U) != 0) {
      stream.acknowledged(segment.sequence);
    } else {
      stream.segment(segment);
    }
    WC_CHECK(stream.waiting_bytes() <= kMostBytes && stream.waiting_pieces() <= kMostPieces, "bounded");
  }
  stream.finish();
  WC_CHECK(stream.waiting_pieces() == 0, "everything was told");
  WC_CHECK(stream.counts().delivered == sums.told && stream.counts().missing == sums.missing, "sums meet");
  WC_CHECK(stream.next() == sums.next, "told to the end");
  return 0;
}
