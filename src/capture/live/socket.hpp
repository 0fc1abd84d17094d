// A socket that closes itself, and options set and read by type. Used by the tap and by --join.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

#include "base/result.hpp"

namespace wirecause {

class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Socket() {
    if (descriptor_ >= 0) (void)::close(descriptor_);
  }

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

  template <class T>
  bool set(int level, int option, const T& value) const {
    return ::setsockopt(descriptor_, level, option, &value, sizeof value) == 0;
  }
  // Nothing where the kernel does not know the option, or answers with less than a T.
  template <class T>
  std::optional<T> get(int level, int option) const {
    T value{};
    socklen_t length = sizeof value;
    if (::getsockopt(descriptor_, level, option, &value, &length) != 0 || length < sizeof value) return std::nullopt;
    return value;
  }

 private:
  int descriptor_ = -1;
};

// "Operation not permitted", of errno.
std::string errno_text();
// Errc::permission for EPERM and EACCES, else Errc::io: "<what>: <errno>[: <remedy>]".
tl::unexpected<Error> socket_failure(const std::string& what, const std::string& remedy);

}  // namespace wirecause
