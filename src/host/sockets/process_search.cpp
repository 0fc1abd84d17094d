// SPDX-License-Identifier: Apache-2.0
#include "host/sockets/process_search.hpp"

#include <utility>

namespace wirecause {
namespace {

class Here final : public ProcessSearch {
 public:
  explicit Here(std::string proc) : proc_(std::move(proc)), bypass_(proc_) {}
  OwnerSearch owners(const std::set<std::uint64_t>& inodes) override { return find_owners(proc_, inodes); }
  BypassFound bypass() override { return bypass_.look(); }
  ThreadWait wait(std::int32_t pid, std::int32_t thread) override { return thread_wait(proc_, pid, thread); }

 private:
  std::string proc_;
  BypassSearch bypass_;
};

}  // namespace

std::unique_ptr<ProcessSearch> search_here(std::string proc) { return std::make_unique<Here>(std::move(proc)); }

}  // namespace wirecause
