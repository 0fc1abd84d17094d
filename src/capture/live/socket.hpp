// A socket, and its options set and read by type. Used by the tap and by --join.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <optional>

#include "base/descriptor.hpp"

namespace wirecause {

class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}

  bool is_open() const { return descriptor_.is_open(); }
  int descriptor() const { return descriptor_.get(); }

  template <class T>
  bool set(int level, int option, const T& value) const {
    return ::setsockopt(descriptor(), level, option, &value, sizeof value) == 0;
  }
  // Nothing where the kernel does not know the option, or answers with less than a T.
  template <class T>
  std::optional<T> get(int level, int option) const {
    T value{};
    socklen_t length = sizeof value;
    if (::getsockopt(descriptor(), level, option, &value, &length) != 0 || length < sizeof value) return std::nullopt;
    return value;
  }

 private:
  Descriptor descriptor_;
};

}  // namespace wirecause
