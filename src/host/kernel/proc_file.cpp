// SPDX-License-Identifier: Apache-2.0
#include "host/kernel/proc_file.hpp"

#include <fcntl.h>

#include <cerrno>

#include "base/errno.hpp"

namespace wirecause {
namespace {

constexpr std::size_t kFirstBytes = 8192;

}  // namespace

ProcFile::ProcFile(Descriptor descriptor, std::string path)
    : descriptor_(std::move(descriptor)), path_(std::move(path)), buffer_(kFirstBytes) {}

Result<ProcFile> ProcFile::open(std::string path) {
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!descriptor.is_open()) return system_failure(path, errno);
  return ProcFile(std::move(descriptor), std::move(path));
}

Result<std::string_view> ProcFile::read() {
  std::size_t size = 0;
  while (true) {
    if (size == buffer_.size()) {
      if (size >= kMaxBytes) return fail(Errc::bad_input, path_ + ": longer than 16 MiB");
      buffer_.resize(size * 2);
    }
    const ssize_t got =
        ::pread(descriptor_.get(), buffer_.data() + size, buffer_.size() - size, static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure(path_, errno);
    if (got == 0) return std::string_view(buffer_.data(), size);
    size += static_cast<std::size_t>(got);
  }
}

Availability can_read(const std::string& path, std::string_view remedy, std::string_view missing) {
  const auto file = ProcFile::open(path);
  if (file) return available();
  const bool is_missing = file.error().code() == Errc::not_found;
  return unavailable(file.error().message(), std::string(is_missing ? missing : remedy));
}

}  // namespace wirecause
