// The actions of a finding as lines that can be pasted: what is safe now is a command, everything else is commented out
// ("# after_close, …"), so that pasting the whole block can do no harm. Used by finding_text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "diagnose/finding.hpp"
#include "report/text_field.hpp"

namespace wirecause {

// Lines of at most `columns` where the command allows: a command is continued with a backslash at a space outside
// quotes.
Lines action_lines(const FilledAction& action, std::size_t columns);

}  // namespace wirecause
