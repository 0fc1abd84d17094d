// What a live run says while it goes on: one line a symptom and a finding, as text for a terminal or as JSON Lines
// (schema wirecause.live/1, docs/json.md). Called by the command `watch`; nothing is printed here.
//
// A line is whole: it ends with a newline and holds none before, whatever is in the names that it shows. Times carry
// nanoseconds; those of text are UTC.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "evidence/live_symptom.hpp"
#include "report/analysis.hpp"
#include "report/format.hpp"

namespace wirecause {

// "watching eth0 (hardware stamps), eth1 (software stamps) from 2026-03-10 09:29:58.000000000 +00:00", then one line for
// each piece of evidence that is missing. ReportOptions::width cuts a line; 0: never (a log).
std::string start_text(const LiveSummary& live, const ReportOptions& options);

// "09:30:00.118000123  drop      feed ITCH line A … → feedhandler[2435] fd 12: 45 units, SKB_DROP_REASON_SOCKET_RCVBUFF"
std::string symptom_text(const LiveSymptom& symptom, const ReportOptions& options);

// "09:30:00.431000000  CRITICAL  ON THIS HOST, at the socket: socket_rcvbuf_burst  feed … : 1 204 of 8 000 113 units …"
std::string finding_text(const Finding& finding, const ReportOptions& options);

// {"event":"start",…}, {"event":"symptom",…}, {"event":"finding",…} with the keys of findings[], and
// {"event":"report",…} with those of wirecause.analysis/1.
std::string start_json(const LiveSummary& live, std::string_view version);
std::string symptom_json(const LiveSymptom& symptom);
std::string finding_json(const Finding& finding, const ReportOptions& options);
std::string report_json(const Analysis& analysis, const ReportOptions& options);

}  // namespace wirecause
