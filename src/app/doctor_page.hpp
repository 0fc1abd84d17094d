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

// nothing_wrong: all evidence is full. blind: some is reduced or cannot be had.
Exit exit_of(const Checkup& checkup);

}  // namespace wirecause
