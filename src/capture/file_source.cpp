// SPDX-License-Identifier: Apache-2.0
#include "capture/file_source.hpp"

#include <fmt/format.h>

#include <utility>

namespace wirecause {

FileSource::FileSource(InputWindow window, FileIdentity identity, const std::string& format)
    : window_(std::move(window)), input_(identity.input), size_is_known_(identity.size.has_value()) {
  facts_.file = std::move(identity.name);
  facts_.format = format + identity.compression;
  facts_.bytes = identity.size.value_or(0);
}

void FileSource::end_of_input(const std::string& unit, std::size_t needed) {
  const std::size_t held = window_.at_least(0).size();
  if (window_.failure()) return stop({});
  if (held != 0) {
    tail_error_ = fmt::format("the file is cut inside {} at offset {}: {} of at least {} bytes; read to packet {}",
                              unit, window_.offset(), held, needed, frames_);
  }
  end();
}

void FileSource::stop(const std::string& why) {
  const auto failure = window_.failure();
  const std::string reason = failure ? *failure : fmt::format("{} at offset {}", why, window_.offset());
  tail_error_ = fmt::format("{}; read to packet {}", reason, frames_);
  end();
}

void FileSource::end() {
  ended_ = true;
  if (!size_is_known_) facts_.bytes = window_.bytes_consumed();
}

}  // namespace wirecause
