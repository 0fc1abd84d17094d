// The two ways to read bytes that somebody else wrote. No pointers, no casts, no exceptions, no allocation.
//
// FixedView<N>  a header of known size: checked once by header<N>(), then every field is checked at compile time.
// ByteReader    a cursor for variable parts: a short read gives 0 and latches ok() == false, tested once per header.
//
// Both borrow: they are valid as long as the bytes are. About 1 ns a packet against raw pointers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace wirecause {

using Bytes = std::span<const std::byte>;

namespace detail {
template <std::unsigned_integral T>
constexpr T byte_swapped(T v) noexcept {
  if constexpr (sizeof(T) == 1) return v;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(v);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(v);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(v);
}
template <std::unsigned_integral T>
T load(const std::byte* p) noexcept {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <std::unsigned_integral T>
constexpr T to_native(T v, std::endian stored) noexcept {
  return stored == std::endian::native ? v : byte_swapped(v);
}
}  // namespace detail

template <std::size_t N>
class FixedView {
 public:
  explicit FixedView(const std::byte* p) noexcept : p_(p) {}

  template <std::unsigned_integral T, std::size_t At>
  T be() const noexcept {
    static_assert(At + sizeof(T) <= N, "field runs past the header");
    return detail::to_native(detail::load<T>(p_ + At), std::endian::big);
  }
  template <std::unsigned_integral T, std::size_t At>
  T le() const noexcept {
    static_assert(At + sizeof(T) <= N, "field runs past the header");
    return detail::to_native(detail::load<T>(p_ + At), std::endian::little);
  }
  template <std::size_t At, std::size_t Length>
  std::span<const std::byte, Length> slice() const noexcept {
    static_assert(At + Length <= N, "field runs past the header");
    return std::span<const std::byte, Length>(p_ + At, Length);
  }

 private:
  const std::byte* p_;
};

// The first N bytes as a header, or nothing when there are fewer. Does not advance `bytes`.
template <std::size_t N>
std::optional<FixedView<N>> header(Bytes bytes) noexcept {
  if (bytes.size() < N) [[unlikely]]
    return std::nullopt;
  return FixedView<N>(bytes.data());
}

class ByteReader {
 public:
  explicit constexpr ByteReader(Bytes bytes) noexcept : bytes_(bytes) {}

  template <std::unsigned_integral T>
  T be() noexcept {
    return detail::to_native(raw<T>(), std::endian::big);
  }
  template <std::unsigned_integral T>
  T le() noexcept {
    return detail::to_native(raw<T>(), std::endian::little);
  }
  template <std::unsigned_integral T>
  T in(std::endian order) noexcept {
    return detail::to_native(raw<T>(), order);
  }
  // The next n bytes; empty, and ok() false, when there are fewer.
  Bytes take(std::size_t n) noexcept {
    if (n > bytes_.size()) {
      fail();
      return {};
    }
    const Bytes taken = bytes_.first(n);
    bytes_ = bytes_.subspan(n);
    return taken;
  }
  void skip(std::size_t n) noexcept { (void)take(n); }
  Bytes rest() const noexcept { return bytes_; }
  std::size_t remaining() const noexcept { return bytes_.size(); }
  bool ok() const noexcept { return ok_; }

 private:
  template <class T>
  T raw() noexcept {
    if (bytes_.size() < sizeof(T)) {
      fail();
      return T{};
    }
    const T v = detail::load<T>(bytes_.data());
    bytes_ = bytes_.subspan(sizeof(T));
    return v;
  }
  void fail() noexcept {
    ok_ = false;
    bytes_ = {};
  }

  Bytes bytes_;
  bool ok_ = true;
};

}  // namespace wirecause
