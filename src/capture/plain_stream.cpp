// The streams that do not decompress: a descriptor, memory, and a stream of which the first bytes were already looked
// at.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/check.hpp"
#include "base/errno.hpp"
#include "capture/byte_stream.hpp"

namespace wirecause {
namespace {

class DescriptorStream final : public ByteStream {
 public:
  explicit DescriptorStream(Descriptor descriptor) : descriptor_(std::move(descriptor)) {
    // Advice only: a pipe refuses it, and nothing depends on it.
    (void)::posix_fadvise(descriptor_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  }

  std::size_t read(std::span<std::byte> out) override {
    if (failure_) return 0;
    ssize_t got = 0;
    do {
      got = ::read(descriptor_.get(), out.data(), out.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
      failure_ = "reading failed: " + errno_text(errno);
      return 0;
    }
    consumed_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }
  const std::optional<std::string>& failure() const override { return failure_; }
  std::uint64_t bytes_consumed() const override { return consumed_; }

 private:
  Descriptor descriptor_;
  std::uint64_t consumed_ = 0;
  std::optional<std::string> failure_;
};

class MemoryStream final : public ByteStream {
 public:
  explicit MemoryStream(Bytes bytes) : bytes_(bytes) {}

  std::size_t read(std::span<std::byte> out) override {
    const std::size_t n = std::min(out.size(), bytes_.size() - at_);
    std::copy_n(bytes_.subspan(at_).data(), n, out.data());
    at_ += n;
    return n;
  }
  const std::optional<std::string>& failure() const override { return failure_; }
  std::uint64_t bytes_consumed() const override { return at_; }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  std::optional<std::string> failure_;
};

class ResumedStream final : public ByteStream {
 public:
  ResumedStream(Bytes start, std::unique_ptr<ByteStream> rest) : size_(start.size()), rest_(std::move(rest)) {
    WC_CHECK(start.size() <= start_.size(), "more was looked at than is kept");
    std::copy(start.begin(), start.end(), start_.begin());
  }

  std::size_t read(std::span<std::byte> out) override {
    if (at_ == size_) return rest_->read(out);
    const std::size_t n = std::min(out.size(), size_ - at_);
    std::copy_n(start_.data() + at_, n, out.data());
    at_ += n;
    return n;
  }
  const std::optional<std::string>& failure() const override { return rest_->failure(); }
  std::uint64_t bytes_consumed() const override { return rest_->bytes_consumed() - (size_ - at_); }

 private:
  std::array<std::byte, kMaxStart> start_{};
  std::size_t size_;
  std::size_t at_ = 0;
  std::unique_ptr<ByteStream> rest_;
};

}  // namespace

std::unique_ptr<ByteStream> descriptor_stream(Descriptor descriptor) {
  return std::make_unique<DescriptorStream>(std::move(descriptor));
}

std::unique_ptr<ByteStream> memory_stream(Bytes bytes) { return std::make_unique<MemoryStream>(bytes); }

std::unique_ptr<ByteStream> resumed_stream(Bytes start, std::unique_ptr<ByteStream> rest) {
  return std::make_unique<ResumedStream>(start, std::move(rest));
}

}  // namespace wirecause
