// A bounded window over the bytes of a capture: what is unread and at hand, contiguous, so that records are read in
// place.
//
// Who calls it: the file sources. Views into the window stay valid until the next at_least(); consume() moves nothing.
// Behind it stands bytes in memory, which are their own window, or a stream (a file, decompressed or not, a pipe), which
// has a buffer that grows to what one record needs; the caller bounds that.
//
// Measured (2 million packets, 300 MB in the page cache, the whole analysis): files read into 96 KiB 207 ms, into 1 MiB
// 214 ms, mapped 229 ms. The copy costs no more than the page tables of a mapping, and leaves the packets in the
// second-level cache; nor can a file that someone else cuts fault. Hence files are read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "capture/byte_stream.hpp"

namespace wirecause {

inline constexpr std::size_t kWindowBytes = 96 * 1024;  // of a stream: a small part of the second-level cache

class InputWindow {
 public:
  // `whole` must outlive the window.
  explicit InputWindow(Bytes whole) : unread_(whole) {}
  explicit InputWindow(std::unique_ptr<ByteStream> stream, std::size_t capacity = kWindowBytes);

  // The unread bytes, at least `wanted` of them unless the input ends before. Earlier views are void.
  Bytes at_least(std::size_t wanted) {
    if (unread_.size() < wanted && stream_ != nullptr) refill(wanted);
    return unread_;
  }

  // The first n bytes of the window are done with; views of them stay valid until the next at_least().
  void consume(std::size_t n) {
    unread_ = unread_.subspan(n);
    offset_ += n;
  }

  // Of the first unread byte, in decompressed bytes.
  std::uint64_t offset() const { return offset_; }

  // Why the input ended before its own end, once it has.
  std::optional<std::string> failure() const;

  // Of the file itself, compressed where it is compressed.
  std::uint64_t bytes_consumed() const;

 private:
  void refill(std::size_t wanted);

  Bytes unread_;
  std::uint64_t offset_ = 0;
  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t capacity_ = 0;
  bool stream_ended_ = false;
};

}  // namespace wirecause
