// SPDX-License-Identifier: Apache-2.0
#include "host/evidence_access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "host/kernel/kernel_facts.hpp"
#include "support/host_files.hpp"

namespace wirecause::testing {
namespace {

const EvidenceAccess* find(const std::vector<EvidenceAccess>& all, std::string_view id) {
  const auto found = std::ranges::find(all, id, &EvidenceAccess::id);
  return found == all.end() ? nullptr : &*found;
}

TEST(EvidenceAccess, ListsEveryCollectorAndEveryProbeOnce) {
  const HostFiles files;
  const auto all = evidence_access(files.context);
  std::set<std::string> ids;
  for (const EvidenceAccess& item : all) EXPECT_TRUE(ids.insert(item.id).second) << item.id;
  for (const char* id : {"packets", "drops", "sockets", "socket memberships", "owners", "bypass", "reads", "threads"}) {
    EXPECT_TRUE(ids.contains(id)) << id;
  }
  for (const Collector* collector : all_collectors())
    EXPECT_TRUE(ids.contains("collector " + std::string(collector->id)));
}

TEST(EvidenceAccess, SaysWhyOfWhatIsNotFullAndWhatToDoOfWhatCannotBeHad) {
  const HostFiles files;  // an empty /proc
  const auto all = evidence_access(files.context);
  for (const EvidenceAccess& item : all) {
    EXPECT_FALSE(item.tells.empty()) << item.id;
    EXPECT_FALSE(item.needs.empty()) << item.id;
    if (item.availability.state == Availability::State::full) continue;
    EXPECT_FALSE(item.availability.reason.empty()) << item.id;
    const bool is_told = item.availability.is_usable() || !item.availability.remedy.empty();
    EXPECT_TRUE(is_told) << item.id;
  }
  EXPECT_EQ(find(all, "collector softnet")->availability.state, Availability::State::none);
}

TEST(KernelFacts, AreReadFromTheKernelsOwnFiles) {
  HostFiles files;
  files.file("/proc/sys/kernel/unprivileged_bpf_disabled", "2\n").file("/sys/kernel/btf/vmlinux", "x");
  const KernelFacts facts = kernel_facts(files.context);
  EXPECT_TRUE(facts.has_btf);
  EXPECT_EQ(facts.unprivileged_bpf_disabled, 2);
  EXPECT_EQ(facts.kptr_restrict, std::nullopt);
  EXPECT_FALSE(facts.release.empty());
  EXPECT_FALSE(kernel_facts(HostFiles().context).has_btf);
}

}  // namespace
}  // namespace wirecause::testing
