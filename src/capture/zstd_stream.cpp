// zstd (RFC 8878) undone by libzstd, frame after frame; what it cannot undo ends the stream with the compressed offset.
//
// Memory: the window that the frame asks for, at most libzstd's own default limit (2^27 bytes); a larger one is refused
// by libzstd with its own words.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <zstd.h>

#include <utility>

#include "base/check.hpp"
#include "capture/byte_stream.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kCompressedBytes = 128 * 1024;  // one zstd block, and large against a system call

class ZstdStream final : public ByteStream {
 public:
  explicit ZstdStream(std::unique_ptr<ByteStream> compressed)
      : compressed_(std::move(compressed)),
        buffer_(std::make_unique<std::byte[]>(kCompressedBytes)),
        zstd_(ZSTD_createDStream()) {
    WC_CHECK(zstd_ != nullptr, "libzstd has no memory for its context");
  }
  ~ZstdStream() override { (void)ZSTD_freeDStream(zstd_); }

  std::size_t read(std::span<std::byte> out) override {
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    while (!ended_ && to.pos == 0 && to.size != 0) step(to);
    return to.pos;
  }
  const std::optional<std::string>& failure() const override { return failure_; }
  std::uint64_t bytes_consumed() const override { return compressed_->bytes_consumed() - (from_.size - from_.pos); }

 private:
  void step(ZSTD_outBuffer& to) {
    // A full output may have left decompressed bytes inside libzstd: asked for again before more input is read.
    if (from_.pos == from_.size && !output_pending_ && !refill()) return end_of_input();
    const std::size_t hint = ZSTD_decompressStream(zstd_, &to, &from_);
    if (ZSTD_isError(hint) != 0) return fail_with(ZSTD_getErrorName(hint));
    in_frame_ = hint != 0;
    output_pending_ = in_frame_ && to.pos == to.size;
  }

  bool refill() {
    const std::size_t got = compressed_->read({buffer_.get(), kCompressedBytes});
    from_ = {buffer_.get(), got, 0};
    return got != 0;
  }

  void end_of_input() {
    ended_ = true;
    if (compressed_->failure()) {
      failure_ = compressed_->failure();
    } else if (in_frame_) {
      fail_with("it ends in the middle of compressed data");
    }
  }

  void fail_with(const char* why) {
    ended_ = true;
    failure_ = fmt::format("zstd data cannot be read past compressed offset {}: {}", bytes_consumed(), why);
  }

  std::unique_ptr<ByteStream> compressed_;
  std::unique_ptr<std::byte[]> buffer_;
  ZSTD_DStream* zstd_;
  ZSTD_inBuffer from_{nullptr, 0, 0};
  bool in_frame_ = false;
  bool output_pending_ = false;
  bool ended_ = false;
  std::optional<std::string> failure_;
};

}  // namespace

std::unique_ptr<ByteStream> zstd_stream(std::unique_ptr<ByteStream> compressed) {
  return std::make_unique<ZstdStream>(std::move(compressed));
}

}  // namespace wirecause
