// What `wirecause doctor` says: this host, this process, and each piece of evidence with its state, as text or JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/command.hpp"
#include "host/evidence_access.hpp"
#include "host/kernel/kernel_facts.hpp"

namespace wirecause {

struct Checkup {
  KernelFacts kernel;
  std::vector<HostInterface> interfaces;
  std::vector<EvidenceAccess> evidence;
};

std::string checkup_text(const Checkup& checkup);
std::string checkup_json(const Checkup& checkup);  // schema wirecause.doctor/1

// blind: some evidence cannot be had, or is reduced and something can be done about it. What is reduced for good (a driver
// that keeps no such counters) is told and does not count: it would make the exit code of that host useless.
Exit exit_of(const Checkup& checkup);

}  // namespace wirecause
