// SPDX-License-Identifier: Apache-2.0
#include "base/errno.hpp"

#include <cerrno>
#include <system_error>

namespace wirecause {

Errc errc_of(int error) {
  switch (error) {
    case EPERM:
    case EACCES:
      return Errc::permission;
    case ENOENT:
    case ENOTDIR:
    case ENODEV:
    case ENXIO:
      return Errc::not_found;
    case EOPNOTSUPP:
    case EPROTONOSUPPORT:
    case EAFNOSUPPORT:
    case EINVAL:
      return Errc::unsupported;
    default:
      return Errc::io;
  }
}

std::string errno_text(int error) { return std::generic_category().message(error); }

tl::unexpected<Error> system_failure(std::string_view what, int error, std::string_view remedy) {
  std::string message = std::string(what) + ": " + errno_text(error);
  if (!remedy.empty()) message.append(": ").append(remedy);
  return fail(errc_of(error), std::move(message));
}

}  // namespace wirecause
