// Result<T>: a value, or an Error that says what was tried, why it failed and what the user can do.
//
// For what the world refuses: files, permissions, arguments. Bad bytes in a capture are data, not errors (DecodeOutcome);
// a broken invariant of ours is WC_CHECK (base/check.hpp). Three ways to handle a Result: test it, WC_TRY it upwards, or
// attach what was being done with context() and return it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace wirecause {

// For decisions; the message is for people.
enum class Errc {
  usage,        // the command line asks for something that does not exist or makes no sense
  not_found,    // a file, an interface, a name
  permission,   // the system refuses
  unsupported,  // we, or this kernel, cannot do it
  bad_input,    // the file as a whole cannot be read as what it claims to be
  io,           // reading or writing failed half-way
};

class [[nodiscard]] Error {
 public:
  Error(Errc code, std::string message) : code_(code), message_(std::move(message)) {}

  Errc code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }

  // Puts what was being tried in front: "read capture a.pcapng: <message>".
  Error context(std::string_view what) && {
    message_.insert(0, std::string(what) + ": ");
    return std::move(*this);
  }

 private:
  Errc code_;
  std::string message_;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Errc code, std::string message) {
  return tl::unexpected<Error>(Error(code, std::move(message)));
}

}  // namespace wirecause

#define WC_CONCAT_INNER(a, b) a##b
#define WC_CONCAT(a, b) WC_CONCAT_INNER(a, b)

// WC_TRY(expr): return the error of a Result<void> upwards.
#define WC_TRY(expr)                                                     \
  do {                                                                   \
    auto wc_result = (expr);                                             \
    if (!wc_result) return tl::unexpected(std::move(wc_result).error()); \
  } while (false)

// WC_TRY_ASSIGN(auto x, expr): the value of a Result, or its error upwards.
#define WC_TRY_ASSIGN(decl, expr) WC_TRY_ASSIGN_NAMED(WC_CONCAT(wc_result_, __LINE__), decl, expr)
#define WC_TRY_ASSIGN_NAMED(name, decl, expr)                \
  auto name = (expr);                                        \
  if (!name) return tl::unexpected(std::move(name).error()); \
  decl = std::move(*name)
