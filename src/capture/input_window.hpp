// A bounded window over the bytes of a capture: what is unread and at hand, contiguous, so that records are read in
// place.
//
// Who calls it: the file sources. Views into the window stay valid until the next at_least(); consume() moves nothing.
// Behind it stands one of three: bytes in memory and a mapped file are their own window; a stream (compressed, a pipe)
// has a buffer that grows to what one record needs, which the caller bounds.
//
// Measured (10 million packets, 1.4 GB in the page cache, header and one payload word of each touched): mapped 8 ns a
// packet where the cache holds large folios, as after reading from disk, and 14 ns right after it was written; read(2)
// into a buffer of 1 MiB 12 to 16 ns in both; all payload touched: 11 against 22 ns. Hence files are mapped.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "capture/byte_stream.hpp"
#include "capture/mapped_file.hpp"

namespace wirecause {

inline constexpr std::size_t kWindowBytes = 1024 * 1024;  // of a stream: fits the second-level cache of current servers

class InputWindow {
 public:
  // `whole` must outlive the window.
  explicit InputWindow(Bytes whole) : unread_(whole) {}
  explicit InputWindow(std::unique_ptr<MappedFile> file);
  explicit InputWindow(std::unique_ptr<ByteStream> stream, std::size_t capacity = kWindowBytes);

  // The unread bytes, at least `wanted` of them unless the input ends before. Earlier views are void.
  Bytes at_least(std::size_t wanted) {
    if (file_ != nullptr) {
      file_->move_to(offset_);
    } else if (unread_.size() < wanted && stream_ != nullptr) {
      refill(wanted);
    }
    return unread_;
  }

  // The first n bytes of the window are done with; views of them stay valid until the next at_least().
  void consume(std::size_t n) {
    unread_ = unread_.subspan(n);
    offset_ += n;
  }

  // Of the first unread byte, in decompressed bytes.
  std::uint64_t offset() const { return offset_; }

  // Someone cut the file: what was read from the window since the last at_least() is not to be used. Without a fault, past
  // the cut a mapping reads as zeros up to the end of a page: who has read zeros says so, and the file system is asked.
  bool is_void(bool has_read_zeros = false) const {
    return file_ != nullptr && (has_read_zeros ? file_->is_shorter_now() : file_->was_cut());
  }

  // Why the input ended before its own end, once it has.
  std::optional<std::string> failure() const;

  // Of the file itself, compressed where it is compressed.
  std::uint64_t bytes_consumed() const;

 private:
  void refill(std::size_t wanted);

  Bytes unread_;
  std::uint64_t offset_ = 0;
  std::unique_ptr<MappedFile> file_;
  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t capacity_ = 0;
  bool stream_ended_ = false;
};

}  // namespace wirecause
