// SPDX-License-Identifier: Apache-2.0
#include "capture/live/socket.hpp"

#include <fmt/format.h>
#include <cerrno>
#include <system_error>

namespace wirecause {

std::string errno_text() { return std::generic_category().message(errno); }

tl::unexpected<Error> socket_failure(const std::string& what, const std::string& remedy) {
  const Errc code = errno == EPERM || errno == EACCES ? Errc::permission : Errc::io;
  std::string message = fmt::format("{}: {}", what, errno_text());
  if (!remedy.empty()) message += ": " + remedy;
  return fail(code, std::move(message));
}

}  // namespace wirecause
