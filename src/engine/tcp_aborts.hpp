// Open connections that were reset: one symptom each, with what was around the reset.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/tcp_evidence.hpp"
#include "engine/tcp_subjects.hpp"

namespace wirecause {

void add_aborts(const tcp::TcpSummary& tcp, TcpSubjects& subjects, Timeline& timeline, TcpSymptoms& symptoms);

}  // namespace wirecause
