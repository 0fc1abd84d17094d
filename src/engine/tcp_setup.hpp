// How connections to one server came about, or did not: one symptom a server that has something to say.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/tcp_evidence.hpp"
#include "engine/tcp_subjects.hpp"

namespace wirecause {

void add_setups(const tcp::TcpSummary& tcp, TcpSubjects& subjects, Timeline& timeline, TcpSymptoms& symptoms);

}  // namespace wirecause
