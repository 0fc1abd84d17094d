// What reader_case says in words: why a cause is excluded, what was seen where several remain, and what would decide.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "diagnose/reader_case.hpp"

namespace wirecause {

inline constexpr std::string_view kDropsOneByOne =
    "the drops one by one, each with the kernel's reason: run as root, or with CAP_BPF and CAP_PERFMON, on a kernel with "
    "BTF";

Reason why_not(const ReaderCase& reader, Blame blame);
Reason what_was_seen(const ReaderCase& reader, const DropFacts& drops);
std::string what_decides(const ReaderCase& reader);

// Parts of the sentences of what is proved.
Figure behind_figure(const ReaderEvidence& measured);  // where it fell behind
Figure denied_figure(const ReaderEvidence& measured);
Figure reader_figure(const ReaderEvidence& measured);  // "thread rx-itch", "the reader"
// "; {rate:datagram} a second came, and the receive buffer holds {capacity}"
void add_filling(Reason& reason, const ReaderEvidence& measured);

}  // namespace wirecause
