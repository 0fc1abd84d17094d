// What a connection waited for, why bytes went out again and where the capture stands, in words for people: one table for
// the table of connections, the ladder and the graph. JSON has the enumerators themselves (tcp::text).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tcp/account.hpp"
#include "tcp/resend.hpp"
#include "tcp/summary.hpp"

namespace wirecause {

std::string_view words_of(tcp::Wait wait);           // "write pattern (Nagle)"
std::string_view words_of(tcp::Resend kind);         // "tail probe"
std::string_view words_of(tcp::CapturePoint point);  // "captured near its receiver"

}  // namespace wirecause
