// SPDX-License-Identifier: Apache-2.0
#include "app/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "base/text.hpp"

namespace wirecause {
namespace {

// The number of bytes written, 0 on an error that errno names; an interrupted write is taken up again.
std::size_t write_some(int descriptor, std::string_view text) {
  while (true) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written > 0) return static_cast<std::size_t>(written);
    if (written == 0 || errno != EINTR) return 0;
  }
}

}  // namespace

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const std::size_t written = write_some(descriptor, text);
    if (written == 0) return false;
    text.remove_prefix(written);
  }
  return true;
}

Result<void> print(std::string_view text) {
  if (write_all(STDOUT_FILENO, text) || errno == EPIPE) return {};
  return fail(Errc::io, std::string("write to standard output: ") + std::strerror(errno) +
                            "; make room, or send the output elsewhere");
}

Result<FileDescriptor> new_file(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.is_open()) return file;
  if (errno == EEXIST) return fail(Errc::io, path + " is there already: remove it, or name another file");
  return fail(Errc::io, "write " + path + ": " + std::strerror(errno));
}

Result<void> write_new_file(const std::string& path, std::string_view text) {
  WC_TRY_ASSIGN(const FileDescriptor file, new_file(path));
  if (write_all(file.get(), text)) return {};
  return fail(Errc::io, "write " + path + ": " + std::strerror(errno));
}

// Nowhere is left to report a failure to, so it is not looked at.
void note(std::string_view text) { static_cast<void>(write_all(STDERR_FILENO, text)); }

void complain(std::string_view message) { note("wirecause: " + printable(message) + "\n"); }

void ignore_closed_pipes() { static_cast<void>(std::signal(SIGPIPE, SIG_IGN)); }

}  // namespace wirecause
