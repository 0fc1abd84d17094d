// Counts what a reading could not make sense of, and turns it into the one error that says where.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace wirecause {

// What was read is published all the same; what was not stays unknown.
class UnreadValues {
 public:
  explicit UnreadValues(std::string_view source) : source_(source) {}

  void add(std::string_view what) {
    if (count_++ == 0) first_ = what;
  }

  Result<void> result() const {
    if (count_ == 0) return {};
    return fail(Errc::bad_input, std::string(source_) + ": " + std::to_string(count_) +
                                     " values could not be read, the first of them " + std::string(first_) +
                                     "; they are unknown, the others are used");
  }

 private:
  std::string_view source_;
  std::string_view first_;  // static text, or valid as long as the reading is
  std::uint64_t count_ = 0;
};

}  // namespace wirecause
