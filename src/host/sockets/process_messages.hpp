// Questions and answers between a run and its helper (process_search.hpp) as bytes. Both ends are this program; yet what
// comes from the other end is read within bounds, and what is cut or too long is nothing.
//
//   message: { length u32 | number u32 | kind u8 | ... }, in this machine's byte order; a text is { length u32 | bytes }
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "host/readers/threads.hpp"
#include "host/sockets/bypass.hpp"
#include "host/sockets/owners.hpp"

namespace wirecause {

inline constexpr std::uint32_t kMaxMessage = 16U << 20U;

enum class QuestionKind : std::uint8_t { owners = 1, bypass = 2, wait = 3 };

struct Question {
  QuestionKind kind = QuestionKind::bypass;
  std::set<std::uint64_t> inodes{};  // of owners
  std::int32_t pid = 0;              // of wait
  std::int32_t thread = 0;
};

// Bodies of messages: without length and number.
std::string bytes_of(const Question& question);
std::string bytes_of(const OwnerSearch& found);
std::string bytes_of(const BypassFound& found);
std::string bytes_of(const ThreadWait& wait);

std::optional<Question> question_in(std::string_view body);
std::optional<OwnerSearch> owners_in(std::string_view body);
std::optional<BypassFound> bypass_in(std::string_view body);
std::optional<ThreadWait> wait_in(std::string_view body);

}  // namespace wirecause
