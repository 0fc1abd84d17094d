// Bytes in order from one place: a file descriptor, memory, or another stream decompressed. Forward only.
//
// Who calls it: InputWindow, and the decompressing streams, each of which owns the stream below it. A stream that
// cannot go on (read error, damaged or cut compressed data) hands out what it has and then ends; failure() says why,
// because bad bytes are data: everything before them is still analysed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/descriptor.hpp"

namespace wirecause {

class ByteStream {
 public:
  ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;

  // Fills `out` from the front, as far as is possible without waiting twice; 0 only at the end or after a failure.
  virtual std::size_t read(std::span<std::byte> out) = 0;

  // After the end: why the stream ended before its own end; nothing when it was whole.
  virtual const std::optional<std::string>& failure() const = 0;

  // Bytes taken from the file itself, compressed where it is compressed.
  virtual std::uint64_t bytes_consumed() const = 0;
};

std::unique_ptr<ByteStream> descriptor_stream(Descriptor descriptor);

// `bytes` must outlive the stream.
std::unique_ptr<ByteStream> memory_stream(Bytes bytes);

// `start`, already read from `rest`, and then the rest. At most kMaxStart bytes.
inline constexpr std::size_t kMaxStart = 16;
std::unique_ptr<ByteStream> resumed_stream(Bytes start, std::unique_ptr<ByteStream> rest);

// RFC 1952, any number of members one after another.
std::unique_ptr<ByteStream> gzip_stream(std::unique_ptr<ByteStream> compressed);

// RFC 8878, any number of frames one after another, skippable frames among them.
std::unique_ptr<ByteStream> zstd_stream(std::unique_ptr<ByteStream> compressed);

}  // namespace wirecause
