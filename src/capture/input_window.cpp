// SPDX-License-Identifier: Apache-2.0
#include "capture/input_window.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace wirecause {

InputWindow::InputWindow(std::unique_ptr<ByteStream> stream, std::size_t capacity)
    : stream_(std::move(stream)), buffer_(new std::byte[capacity]), capacity_(capacity) {}

void InputWindow::refill(std::size_t wanted) {
  if (stream_ended_) return;
  std::size_t held = unread_.size();
  if (wanted > capacity_) {
    std::unique_ptr<std::byte[]> larger(new std::byte[wanted]);
    std::copy(unread_.begin(), unread_.end(), larger.get());
    buffer_ = std::move(larger);
    capacity_ = wanted;
  } else if (held != 0) {
    std::memmove(buffer_.get(), unread_.data(), held);
  }
  while (held < wanted && !stream_ended_) {
    const std::size_t got = stream_->read({buffer_.get() + held, capacity_ - held});
    stream_ended_ = got == 0;
    held += got;
  }
  unread_ = {buffer_.get(), held};
}

std::optional<std::string> InputWindow::failure() const {
  return stream_ != nullptr ? stream_->failure() : std::nullopt;
}

std::uint64_t InputWindow::bytes_consumed() const { return stream_ != nullptr ? stream_->bytes_consumed() : offset_; }

}  // namespace wirecause
