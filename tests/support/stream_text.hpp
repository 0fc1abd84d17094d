// A byte stream fed with text for tests of tcp::ByteStream, and what its reader was told, as text: a dot for every byte of
// a hole. Offsets are those of the stream: 0 is the first byte behind the SYN.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "tcp/byte_stream.hpp"

namespace wirecause::test {

struct Piece {
  std::int64_t at = 0;
  std::string text;
};

struct StreamText : tcp::StreamReader {
  std::string text;
  std::vector<tcp::StreamHole> holes;
  tcp::Offset next = 0;  // every call goes on where the one before ended

  void bytes(const tcp::StreamPiece& piece) override {
    WC_CHECK(piece.begin == next && !piece.bytes.empty(), "bytes in order, each once");
    for (const std::byte b : piece.bytes) text += static_cast<char>(b);
    next += static_cast<tcp::Offset>(piece.bytes.size());
  }
  void hole(const tcp::StreamHole& hole) override {
    WC_CHECK(hole.begin == next && hole.end > hole.begin, "holes in order");
    text.append(static_cast<std::size_t>(hole.end - hole.begin), '.');
    holes.push_back(hole);
    next = hole.end;
  }
};

class TextStream {
 public:
  explicit TextStream(std::uint32_t first = 1'000, std::size_t most_bytes = tcp::ByteStream::kMostBytes,
                      std::size_t most_pieces = tcp::ByteStream::kMostPieces)
      : stream(text, most_bytes, most_pieces), first_(first) {}

  TextStream& after(std::int64_t us) {
    now_ = now_ + microseconds(us);
    return *this;
  }
  void begin() { data(-1, "", tcp::kSyn); }
  void data(std::int64_t at, std::string_view bytes, std::uint8_t flags = tcp::kAck) {
    cut(at, bytes, bytes.size(), flags);
  }
  // On the wire it was `length` long.
  void cut(std::int64_t at, std::string_view bytes, std::size_t length, std::uint8_t flags = tcp::kAck) {
    tcp::Segment segment;
    segment.time = TimeNs{1'000'000'000} + now_;
    segment.frame = ++frame_;
    segment.sequence = first_ + static_cast<std::uint32_t>(at);
    segment.flags = flags;
    segment.length = static_cast<std::uint32_t>(length);
    segment.payload = std::as_bytes(std::span(bytes));
    stream.segment(segment);
  }
  void acknowledged(std::int64_t to) { stream.acknowledged(first_ + static_cast<std::uint32_t>(to)); }
  std::string finished() {
    stream.finish();
    return text.text;
  }

  StreamText text;
  tcp::ByteStream stream;

 private:
  std::uint32_t first_;
  DurationNs now_{0};
  std::uint64_t frame_ = 0;
};

}  // namespace wirecause::test
