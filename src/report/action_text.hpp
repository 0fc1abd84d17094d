// The actions of a finding as lines that can be pasted: what is safe now is a command, everything else is commented out
// ("# after_close, …"), so that pasting the whole block can do no harm. Used by finding_text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "diagnose/finding.hpp"
#include "report/text_field.hpp"

namespace wirecause {

// Lines of at most `columns` where the command allows: it is continued with a backslash at a space outside quotes. A
// quoted filter that is longer has a line of its own and is never broken, so that it can be copied.
Lines command_lines(std::string_view command, std::size_t columns);

Lines action_lines(const FilledAction& action, std::size_t columns);

}  // namespace wirecause
