// SPDX-License-Identifier: Apache-2.0
#include "generate/byte_sink.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace wirecause::generate {
namespace {

auto refused(const std::string& path, int error) {
  return fail(error == EACCES || error == EPERM ? Errc::permission : Errc::io,
              fmt::format("write {}: {}", path, std::strerror(error)));
}

}  // namespace

Result<std::unique_ptr<FileSink>> FileSink::open(const std::string& path) {
  constexpr std::size_t kBuffer = 1U << 20U;  // one system call a megabyte
  if (path == "-") return std::unique_ptr<FileSink>(new FileSink("standard output", stdout));
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return refused(path, errno);
  std::FILE* const file = fdopen(descriptor, "wb");
  if (file == nullptr) {
    const int error = errno;
    ::close(descriptor);
    return refused(path, error);
  }
  std::setvbuf(file, nullptr, _IOFBF, kBuffer);
  return std::unique_ptr<FileSink>(new FileSink(path, file));
}

Result<void> FileSink::write(std::span<const std::byte> bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size()) return {};
  return refused(path_, errno);
}

Result<void> FileSink::close() {
  if (std::fflush(file_.get()) == 0) return {};
  return refused(path_, errno);
}

}  // namespace wirecause::generate
