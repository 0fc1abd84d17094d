// Fields of a fixed header in the byte order of the file, chosen once per file and not once per field.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>

#include "base/bytes.hpp"

namespace wirecause {

template <std::endian Order, std::unsigned_integral T, std::size_t At, std::size_t N>
T field(const FixedView<N>& header) noexcept {
  if constexpr (Order == std::endian::big) {
    return header.template be<T, At>();
  } else {
    return header.template le<T, At>();
  }
}

}  // namespace wirecause
