// The time that directions of connections lost, and connections that broke: one symptom each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/tcp_evidence.hpp"
#include "engine/tcp_subjects.hpp"

namespace wirecause {

void add_troubles(const tcp::TcpSummary& tcp, TimeNs last, TcpSubjects& subjects, Timeline& timeline,
                  TcpSymptoms& symptoms);

}  // namespace wirecause
