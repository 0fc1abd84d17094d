// gzip (RFC 1952) undone by zlib, member after member; what zlib cannot undo ends the stream with the compressed
// offset.
//
// Zero bytes after the last member are padding (tapes, block devices) and no failure, as for gzip(1).
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "capture/byte_stream.hpp"

namespace wirecause {
namespace {

// A read of the compressed file: large against a system call, small against the decompressed window.
constexpr std::size_t kCompressedBytes = 128 * 1024;
constexpr int kGzipWindowBits = 15 + 16;  // zlib.h inflateInit2: the largest window, gzip header expected

class GzipStream final : public ByteStream {
 public:
  explicit GzipStream(std::unique_ptr<ByteStream> compressed)
      : compressed_(std::move(compressed)), buffer_(std::make_unique<std::byte[]>(kCompressedBytes)) {
    WC_CHECK(::inflateInit2(&zlib_, kGzipWindowBits) == Z_OK, "zlib has no memory for its window");
  }
  ~GzipStream() override { (void)::inflateEnd(&zlib_); }

  std::size_t read(std::span<std::byte> out) override {
    if (out.empty()) return 0;
    out = out.first(std::min(out.size(), kMaxOutput));
    zlib_.next_out = reinterpret_cast<Bytef*>(out.data());
    zlib_.avail_out = static_cast<uInt>(out.size());
    while (!ended_ && zlib_.avail_out == out.size()) step();
    return out.size() - zlib_.avail_out;
  }
  const std::optional<std::string>& failure() const override { return failure_; }
  std::uint64_t bytes_consumed() const override { return compressed_->bytes_consumed() - zlib_.avail_in; }

 private:
  static constexpr std::size_t kMaxOutput = 1U << 30U;  // avail_out is 32 bits wide

  void step() {
    if (zlib_.avail_in == 0 && !refill()) return end_of_input();
    if (!in_member_ && !start_member()) return;
    const int outcome = ::inflate(&zlib_, Z_NO_FLUSH);
    if (outcome == Z_STREAM_END) {
      in_member_ = false;
      members_ += 1;
      return;
    }
    if (outcome != Z_OK && outcome != Z_BUF_ERROR) fail_with(zlib_.msg != nullptr ? zlib_.msg : "damaged");
  }

  bool refill() {
    const std::size_t got = compressed_->read({buffer_.get(), kCompressedBytes});
    zlib_.next_in = reinterpret_cast<Bytef*>(buffer_.get());
    zlib_.avail_in = static_cast<uInt>(got);
    return got != 0;
  }

  // Between members: skips padding, and makes zlib expect a header again. False when there is nothing (yet) to inflate.
  bool start_member() {
    while (members_ != 0 && zlib_.avail_in != 0 && *zlib_.next_in == 0) {
      zlib_.next_in += 1;
      zlib_.avail_in -= 1;
    }
    if (zlib_.avail_in == 0) return false;
    (void)::inflateReset(&zlib_);
    in_member_ = true;
    return true;
  }

  void end_of_input() {
    ended_ = true;
    if (compressed_->failure()) {
      failure_ = compressed_->failure();
    } else if (in_member_) {
      fail_with("it ends in the middle of compressed data");
    }
  }

  void fail_with(const char* why) {
    ended_ = true;
    failure_ = fmt::format("gzip data cannot be read past compressed offset {}: {}", bytes_consumed(), why);
  }

  std::unique_ptr<ByteStream> compressed_;
  std::unique_ptr<std::byte[]> buffer_;
  z_stream zlib_{};
  std::uint64_t members_ = 0;
  bool in_member_ = false;
  bool ended_ = false;
  std::optional<std::string> failure_;
};

}  // namespace

std::unique_ptr<ByteStream> gzip_stream(std::unique_ptr<ByteStream> compressed) {
  return std::make_unique<GzipStream>(std::move(compressed));
}

}  // namespace wirecause
