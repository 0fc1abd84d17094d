// The page of one cause: its parts and their order, without a form. Two renderers write it: page_markdown.hpp for
// docs/causes, app/cause_page.hpp for a terminal.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "diagnose/cause.hpp"

namespace wirecause {

struct PagePart {
  std::string_view title;                      // lower case: "mechanism"
  int step = 0;                                // of the runbook, 1 to 5; 0: outside of it
  std::string_view text{};                     // may be empty
  std::span<const std::string_view> names{};   // of evidence
  std::span<const std::string_view> advice{};  // sentences
  std::vector<const Action*> actions{};
};

// Mechanism, look-alike, evidence, the five steps, who acts and what to ask. What only looks belongs to the isolation,
// what changes something or asks somebody to the fix. A part that says nothing is left out.
std::vector<PagePart> page_of(const Cause& cause);

enum class Wording : std::uint8_t { sentence, either, command };

struct ActionDetail {
  std::string_view name;  // "takes effect"
  std::string_view text;
  Wording wording = Wording::sentence;
};

// What an action says of itself besides its command: only what it does say. To look is safe now unless it says otherwise,
// and takes no effect.
std::vector<ActionDetail> details_of(const Action& action);

// Its command is a sentence for somebody else.
inline bool is_request(const Action& action) { return action.when == When::other_team; }

// Commented out in both forms, so that a pasted page does no harm.
inline bool is_safe_to_paste(const Action& action) { return action.when == When::safe_now; }

}  // namespace wirecause
